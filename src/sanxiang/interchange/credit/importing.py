"""Bringing in records of the credit exchange (双公示数据导入): every row checked, the good ones entered after somebody
has seen them, all or none. The same file twice changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sanxiang.core.values import legal_day
from sanxiang.interchange.models import CreditRecord

from .checking import problems_of
from .files import Line, lines_of
from .formats import Format, standard
from .keeping import alone, keep, known_by, mark_of

WORDS = {"new": "新记录", "changed": "更新", "same": "没有变化", "bad": "要更正"}


class NotEntered(Exception):
    """Nothing was entered; the text says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row: its number, the field, the rule."""

    row: int
    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A file row by row: (line, what entering it would do), and every fault. `digest` names exactly this result."""

    lines: tuple[tuple[Line, str], ...]
    faults: tuple[Fault, ...] = field(default_factory=tuple)
    digest: str = ""

    @property
    def good(self) -> list[tuple[Line, str]]:
        return [(line, what) for line, what in self.lines if what in ("new", "changed")]

    @property
    def counts(self) -> dict[str, int]:
        return {name: sum(what == name for _, what in self.lines) for name in WORDS}


def check(agency: str, code: str, kind: str, name: str, content: bytes, *, at: datetime) -> Checked:
    """What a file holds for an agency with this credit code. Raises BadFile where it cannot be read at all."""
    form = standard()[kind]
    lines = lines_of(form, name, content)
    tokens = {line.row: known_by(form, line.record) for line in lines}
    held = {
        bytes(token): (bytes(mark), stream)
        for token, mark, stream in CreditRecord.objects.filter(
            agency=agency, kind=kind, known_by__in=list(tokens.values())
        ).values_list("known_by", "mark", "stream")
    }
    seen: dict[bytes, int] = {}
    found: list[tuple[Line, str]] = []
    faults: list[Fault] = []
    for line in lines:
        token = tokens[line.row]
        wrong = [*_wrong(form, line, code, at)]
        known = held.get(token)
        if token in seen:
            wrong.append((form[form.number].name, f"与第 {seen[token]} 行是同一条记录"))
        elif known is not None and known[1] is not None:
            wrong.append((form[form.number].name, "这是本系统办理的案件，内容由案卷带出，不能从文件改写"))
        seen.setdefault(token, line.row)
        faults += [Fault(line.row, *one) for one in wrong]
        found.append((line, "bad" if wrong else _what(known, line.record)))
    told = json.dumps([[line.row, what, mark_of(line.record).hex()] for line, what in found]).encode()
    return Checked(tuple(found), tuple(faults), hashlib.sha256(told).hexdigest())


def _what(known: tuple[bytes, Any] | None, record: Mapping[str, str]) -> str:
    if known is None:
        return "new"
    return "same" if known[0] == mark_of(record) else "changed"


def _wrong(form: Format, line: Line, code: str, at: datetime) -> Sequence[tuple[str, str]]:
    found = [*line.faults]
    found += [(one.name, one.rule) for one in problems_of(standard(), form, line.record, legal_day(at))]
    if line.record.get(form.agency, "") not in ("", code):
        found.append((form[form.agency].name, f"不是本机关的代码（{code}）；其他机关的数据由该机关导入"))
    return found


def enter(connection: Any, agency: str, kind: str, checked: Checked, again: Any, *, at: datetime) -> int:
    """Enter the good rows of what a person saw, all or none; how many. `again` checks the file once more inside:
    where the result is another now, nothing is entered."""
    form = standard()[kind]
    with alone(connection, agency):
        now: Checked = again()
        if now.digest != checked.digest:
            raise NotEntered("核对之后记录有了变化，没有写入任何内容；请按新的结果重新核对")
        for line, _ in now.good:
            keep(agency, form, line.record, at=at, stream=None)
        return len(now.good)
