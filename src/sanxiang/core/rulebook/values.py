"""Checking what somebody states against the dictionary: the same check for page, interface, import and scenario."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sanxiang.core.values import problems_of_credit_code, problems_of_identity_number
from sanxiang.core.values.caps import caps_in, published

from .dictionary import Column, Dictionary, Fact

PHONE = re.compile(r"(?:1\d{10}|0\d{2,3}-?\d{7,8}(?:-\d{1,5})?|\d{5,8})")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
DAY_FIRST, DAY_LAST = date(1900, 1, 1), date(2199, 12, 31)
NUMBER_MAX = 2**53 - 1
PHOTO_HEAD, PHOTO_MAX = "data:image/jpeg;base64,", 64 * 1024


def check_facts(dictionary: Dictionary, stated: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Split what was stated into clean values and problems, both by fact id.

    Empty text, empty tables and None mean "not stated" and are left out. Problems are Chinese sentences."""
    clean: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for key, raw in stated.items():
        fact = dictionary.get(key)
        if fact is None:
            problems[key] = f"没有“{key[:40]}”这个填写项"
            continue
        if raw is None or raw == "" or raw == [] or raw == ():
            continue
        value, problem = check(fact, raw)
        if problem:
            problems[key] = f"{fact.label}：{problem}"
        elif value is not None:
            clean[key] = value
    return clean, problems


def check(fact: Fact | Column, raw: Any) -> tuple[Any, str]:
    """The clean JSON value of one statement and the problem with it (empty where there is none)."""
    limit = fact.length if isinstance(fact, Fact) else 2_000
    checker = CHECKS.get(fact.type)
    if checker is not None:
        return checker(fact, raw)
    return _text(raw, limit, many_lines=fact.type == "long_text")


def _text(raw: Any, limit: int, *, many_lines: bool) -> tuple[Any, str]:
    if not isinstance(raw, str):
        return None, "应当填写文字"
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return None, ""
    if CONTROL.search(text):
        return None, "含有不能保存的控制字符，请删去后再填"
    if not many_lines and "\n" in text:
        return None, "只能填写一行"
    if len(text) > limit:
        return None, f"最多 {limit} 个字，现有 {len(text)} 个字"
    return text, ""


def _day(_: Any, raw: Any) -> tuple[Any, str]:
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) else raw
    except ValueError:
        return None, f"“{str(raw)[:20]}”不是日期，应写成 2024-09-27 的样子"
    if not isinstance(day, date) or isinstance(day, datetime):
        return None, "应当填写日期，如 2024-09-27"
    if not DAY_FIRST <= day <= DAY_LAST:
        return None, f"日期 {day.isoformat()} 不在 1900 年至 2199 年之间"
    return day.isoformat(), ""


def _instant(_: Any, raw: Any) -> tuple[Any, str]:
    try:
        moment = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    except ValueError:
        return None, f"“{str(raw)[:30]}”不是时间，应写成 2024-09-27T09:30 的样子"
    if not isinstance(moment, datetime):
        return None, "应当填写日期和时间"
    if not DAY_FIRST <= moment.date() <= DAY_LAST:
        return None, "年份不在 1900 年至 2199 年之间"
    return moment.isoformat(timespec="minutes"), ""


def _number(_: Any, raw: Any) -> tuple[Any, str]:
    if isinstance(raw, str) and re.fullmatch(r"-?\d{1,16}", raw.strip()):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int):
        return None, "应当填写整数"
    return (raw, "") if abs(raw) <= NUMBER_MAX else (None, "数字太大")


def _money(_: Any, raw: Any) -> tuple[Any, str]:
    """Whole fen, or text in yuan with at most two decimals."""
    if isinstance(raw, str):
        match = re.fullmatch(r"(\d{1,13})(?:\.(\d{1,2}))?", raw.strip().replace(",", "").replace("，", ""))
        if not match:
            return None, "金额应以元填写，最多两位小数，如 1200.50"
        raw = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0") or 0)
    if isinstance(raw, bool) or not isinstance(raw, int):
        return None, "应当填写金额"
    return (raw, "") if 0 <= raw <= NUMBER_MAX else (None, "金额不能为负，也不能超过九十万亿元")


def _flag(_: Any, raw: Any) -> tuple[Any, str]:
    known = {"on": True, "true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
    if isinstance(raw, str):
        raw = known.get(raw.strip().lower(), raw)
    return (raw, "") if isinstance(raw, bool) else (None, "应当回答是或否")


def _choice(fact: Any, raw: Any) -> tuple[Any, str]:
    if raw in fact.choices:
        return raw, ""
    return None, f"应当从“{'、'.join(fact.choices)}”中选择"


def _choices(fact: Any, raw: Any) -> tuple[Any, str]:
    chosen = [raw] if isinstance(raw, str) else list(raw) if isinstance(raw, list | tuple) else None
    if chosen is None or any(item not in fact.choices for item in chosen):
        return None, f"应当从“{'、'.join(fact.choices)}”中选择"
    return [item for item in fact.choices if item in chosen], ""


def _identity(_: Any, raw: Any) -> tuple[Any, str]:
    text = str(raw).strip().upper()
    problems = problems_of_identity_number(text)
    return (None, "；".join(problems)) if problems else (text, "")


def _credit_code(_: Any, raw: Any) -> tuple[Any, str]:
    text = str(raw).strip().upper()
    problems = problems_of_credit_code(text)
    return (None, "；".join(problems)) if problems else (text, "")


def _phone(_: Any, raw: Any) -> tuple[Any, str]:
    text = re.sub(r"[\s()（）]", "", str(raw))
    return (text, "") if PHONE.fullmatch(text) else (None, "不像电话号码")


def _account(_: Any, raw: Any) -> tuple[Any, str]:
    text = re.sub(r"\s", "", str(raw))
    return (text, "") if re.fullmatch(r"\d{8,32}", text) else (None, "账号应为 8 到 32 位数字")


def _photo(_: Any, raw: Any) -> tuple[Any, str]:
    """A small picture that was already drawn anew: the bytes of a JPEG file, nothing but these."""
    wrong = f"应当是不超过 {PHOTO_MAX // 1024} KB 的 JPEG 照片"
    if not isinstance(raw, str) or not raw.startswith(PHOTO_HEAD) or len(raw) > PHOTO_MAX * 4 // 3 + 64:
        return None, wrong
    try:
        data = b64decode(raw.removeprefix(PHOTO_HEAD), validate=True)
    except ValueError:
        return None, wrong
    return (raw, "") if data.startswith(b"\xff\xd8\xff") and data.endswith(b"\xff\xd9") else (None, wrong)


def _table(fact: Any, raw: Any) -> tuple[Any, str]:
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        return None, "应当是一张表"
    if len(raw) > fact.length:
        return None, f"最多 {fact.length} 行，现有 {len(raw)} 行"
    rows = []
    for number, line in enumerate(raw, 1):
        row, problem = _row(fact.columns, line)
        if problem:
            return None, f"第 {number} 行{problem}"
        if row:
            rows.append(row)
    return (rows or None), ""


def _row(columns: tuple[Column, ...], line: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    unknown = set(line) - {column.id for column in columns}
    if unknown:
        return {}, f"有不认识的列“{sorted(map(str, unknown))[0][:40]}”"
    row: dict[str, Any] = {}
    for column in columns:
        cell = line.get(column.id)
        if cell is None or cell == "":
            continue
        value, problem = check(column, cell)
        if problem:
            return {}, f"“{column.label}”{problem}"
        if value is not None:
            row[column.id] = value
    if row:
        missing = [column.label for column in columns if column.required and column.id not in row]
        if missing:
            return {}, f"缺“{'、'.join(missing)}”"
    return row, ""


def _caps(fact: Any, raw: Any) -> tuple[Any, str]:
    text, problem = _text(raw, fact.length, many_lines=True)
    try:
        strange = set(caps_in(published(text, 0))) - set(fact.choices)
    except ValueError as wrong:
        return None, problem or str(wrong)
    if strange:
        problem = f"没有“{'、'.join(sorted(strange))}”这种等级：{'、'.join(fact.choices)}"
    return (None, problem) if problem else (text, "")


CHECKS: dict[str, Callable[[Any, Any], tuple[Any, str]]] = {
    "day": _day,
    "instant": _instant,
    "number": _number,
    "money": _money,
    "flag": _flag,
    "choice": _choice,
    "choices": _choices,
    "id_number": _identity,
    "credit_code": _credit_code,
    "phone": _phone,
    "account": _account,
    "photo": _photo,
    "caps": _caps,
    "table": _table,
}
