"""A yearly report on paper (统计年报), A4: set like every other paper, without Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import typst

from sanxiang.core.values.dates import chinese_date

from .fonts import FontSet
from .model import DocumentError, Json
from .preparing import boxed, breakable, texts, unshowable
from .rendering import typeset


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: rows of label, value as it is printed, unit; `empty` where nothing counts in it."""

    title: str
    rows: Sequence[tuple[str, str, str]]
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What stands in a report. `number` and `day` the version and its day, `texts` label and text, `note` what the
    version corrected."""

    agency: str
    title: str
    since: date
    until: date
    number: int
    day: date
    sheets: Sequence[Sheet]
    texts: Sequence[tuple[str, str]] = ()
    note: str = ""
    demo: bool = False


def report(told: Report, *, fonts: FontSet) -> bytes:
    """The report as PDF/A-2b. DocumentError."""
    words: dict[str, Json] = {
        "agency": told.agency, "title": told.title, "since": chinese_date(told.since),
        "until": chinese_date(told.until), "number": told.number, "day": chinese_date(told.day),
        "note": breakable(told.note), "demo": told.demo,
        "texts": [[label, breakable(text)] for label, text in told.texts],
        "tables": [
            {"title": one.title, "empty": one.empty, "rows": [[*row] for row in one.rows]} for one in told.sheets
        ],
    }  # fmt: skip
    content = boxed(words, unshowable(texts(words)))
    try:
        return typeset("_report", content, {"document": {"date": told.day.isoformat()}}, fonts, "a-2b")
    except typst.TypstError as fault:
        raise DocumentError(f"报告不能生成：{fault.message}") from fault
