"""What is wrong with a record of the credit exchange (双公示数据校验): every fault with its field and the rule.

A record is a mapping from code to text as it stands on the wire: words, days as 2026-03-02, amounts in 万元.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sanxiang.core.gates.masking import findings
from sanxiang.core.values.identifiers import (
    problems_of_credit_code,
    problems_of_identity_number,
    problems_of_organisation_code,
)

from .formats import Field, Format, Standard, Where

Record = Mapping[str, str]
AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
NUMBER = re.compile(r".+〔\d{4}〕.*\d+号")
TOO_MUCH = Decimal(10_000)
KINDS = {"91": "法人及非法人组织", "92": "个体工商户", "93": "法人及非法人组织"}
BRACKETS = "()"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the code and name of the field, and what the rule says."""

    code: str
    name: str
    rule: str


def problems_of(standard: Standard, form: Format, record: Record, today: date) -> tuple[Problem, ...]:
    """Every fault of a record, in the order of its fields."""
    found = [
        Problem(field.code, field.name, rule)
        for field in form.fields
        for rule in _rules_of(standard, field, record, today)
    ]
    unknown = [code for code in record if code not in form.codes]
    return (*found, *(Problem(code[:40], code[:40], "标准里没有这个字段") for code in unknown))


def _rules_of(standard: Standard, field: Field, record: Record, today: date) -> Iterator[str]:
    text = record.get(field.code, "")
    if not text:
        if field.required:
            yield "必填"
        elif field.when is not None and holds(field.when, record):
            yield f"“{'、'.join(field.when.has)}”的记录必填"
        return
    if field.blank is not None and holds(field.blank, record):
        yield f"“{'、'.join(field.blank.has)}”的记录应当留空"
    if field.only is not None and not holds(field.only, record):
        yield f"处罚类别没有“{'、'.join(field.only.has)}”，不应填写"
    if field.length and len(text) > field.length:
        yield f"最长 {field.length} 字，现为 {len(text)} 字"
    if field.kind == "day":
        yield from _day(field, text, record)
    elif field.kind == "amount" and not AMOUNT.fullmatch(text):
        yield "应当是以万元为单位的数字，最多六位小数，不带逗号和单位"
        return
    if field.choices:
        yield from _choices(standard, field, text)
    for name in field.checks:
        yield from CHECKS[name](text, field, record, standard, today)


def holds(where: Where, record: Record) -> bool:
    """Whether the field of a record holds one of the words; several stand apart by “;”."""
    return bool(set(parts(record.get(where.field, ""))) & set(where.has))


def parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]


def _choices(standard: Standard, field: Field, text: str) -> Iterator[str]:
    known = standard.lists[field.choices]
    for word in parts(text) if field.many else [text]:
        named = field.other and word.startswith("其他-") and len(word) > len("其他-")
        if word not in known and not named:
            other = "，其他的写“其他-”加名称" if field.other else ""
            yield f"“{word[:30]}”不在码表里，应为{'、'.join(known)}之一{other}"


def _day(field: Field, text: str, record: Record) -> Iterator[str]:
    day = day_of(text)
    if day is None:
        yield "应当是日期，如 2026-03-02"
        return
    before = day_of(record.get(field.not_before, ""))
    if before is not None and day < before:
        yield f"不能早于 {before.isoformat()}"


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


Rule = Callable[[str, Field, Record, Standard, date], Iterator[str]]


def _name(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    if any(sign.isspace() for sign in text):
        yield "名称里不能有空格"
    if any(sign in BRACKETS for sign in text):
        yield "括号应当用全角“（）”"


def _credit_code(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    if text != standard.no_code:
        yield from problems_of_credit_code(text)


def _code_of_kind(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    kind = record.get(field.code.replace("SHXYM", "LB"), "")
    right = KINDS.get(text[:2])
    if right is not None and kind in KINDS.values() and kind != right:
        yield f"{text[:2]} 开头的代码属于{right}，与相对人类别“{kind}”不一致"


def _registration(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    if not (text.isascii() and text.isdigit() and len(text) == 15):
        yield "工商注册号应为 15 位数字"


def _organisation(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    yield from problems_of_organisation_code(text)


def _identity(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    if record.get(field.kind_in) == "身份证":
        yield from problems_of_identity_number(text)


def _number(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    if not NUMBER.fullmatch(text):
        yield "文号应当写全：机关代字、用六角括号“〔〕”的年份、顺序号"


def _private(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    sorts = dict.fromkeys(one.sort for one in findings(text) if not one.open)
    if sorts:
        yield f"含有不能公开的内容（{'、'.join(sorts)}），隐去后再报送"


def _positive(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    if not Decimal(text):
        yield "应当大于零"


def _wan(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    try:
        if Decimal(text) > TOO_MUCH:
            yield "超过一亿元：请核对是不是把元填成了万元"
    except InvalidOperation:
        return


def _not_future(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    day = day_of(text)
    if day is not None and day > today:
        yield "不能晚于今天"


def _organ(text: str, field: Field, record: Record, standard: Standard, today: date) -> Iterator[str]:
    if not text.startswith(("11", "12")):
        yield "机关的统一社会信用代码以 11 开头，法律法规授权的事业单位以 12 开头"


CHECKS: Mapping[str, Rule] = {
    "name": _name, "credit_code": _credit_code, "code_of_kind": _code_of_kind, "registration": _registration,
    "organisation_code": _organisation, "identity": _identity, "number": _number, "private": _private,
    "positive": _positive, "wan": _wan, "not_future": _not_future, "organ": _organ,
}  # fmt: skip
