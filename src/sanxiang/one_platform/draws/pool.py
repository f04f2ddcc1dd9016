"""The lists of a draw (名录): objects from a spreadsheet, officers from the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.casework.projections import library
from sanxiang.core.rulebook import Dictionary
from sanxiang.one_platform.registry.importing.files import read
from sanxiang.one_platform.registry.importing.headings import located
from sanxiang.one_platform.registry.importing.rows import Fault, filled, twice
from sanxiang.one_platform.registry.importing.sheets import Column, Sheet

KINDS = ("法人及非法人组织", "个体工商户", "自然人")
OBJECTS = Sheet(
    "objects",
    "检查对象名录",
    "draw",
    (
        Column(id="code", label="代码", type="code", required=True, example="91350100M000100Y43",
               also=("统一社会信用代码", "社会信用代码", "信用代码", "编号", "对象代码"),
               help="统一社会信用代码；没有的用本机关的编号"),
        Column(id="name", label="名称", required=True, also=("对象名称", "企业名称", "单位名称", "检查对象"),
               example="演示食品有限公司"),
        Column(id="kind", label="类型", choices="kind", also=("主体类型", "对象类型"), help="空着的按法人及非法人组织"),
        Column(id="legal", label="法定代表人", also=("法定代表人或者经营者", "负责人", "经营者"), example="申屠演"),
        Column(id="address", label="地址", also=("住所", "经营场所", "住所地址", "经营地址")),
        Column(id="phone", label="电话", type="code", also=("联系电话", "联系方式")),
    ),
)  # fmt: skip
TOO_LONG = 200


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: the objects, what is wrong with rows, headings that were not read."""

    objects: tuple[Mapping[str, str], ...]
    faults: tuple[Fault, ...]
    strange: tuple[str, ...]


def objects_of(name: str, content: bytes) -> Read:
    """The objects of a spreadsheet. Raises BadFile where it cannot be read at all."""
    rows = read(name, content)
    table = located(OBJECTS, rows)
    found = filled(OBJECTS, table, dictionary(), rows.epoch)
    twice(found, "code")
    for row in found:
        if row.values.get("kind", KINDS[0]) not in KINDS:
            row.fault("kind", f"应为{'、'.join(KINDS)}")
        for column, value in row.values.items():
            if len(str(value)) > TOO_LONG:
                row.fault(column, f"最多 {TOO_LONG} 个字")
    faults = tuple(fault for row in found for fault in row.faults)
    good = tuple({key: str(value) for key, value in row.values.items()} for row in found if not row.faults)
    return Read(good, faults, table.strange)


def dictionary() -> Dictionary:
    return library().dictionary


def officer_rows(people: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The lines of the second list, of `casework.people.colleagues`."""
    return [{"officer": one["id"], "name": one["name"], "number": one["certificate"]} for one in people]
