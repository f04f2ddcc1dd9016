"""One cell as the value its column asks for, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta

from .files import CELL_MAX, Broken, Cell, Formula

INVISIBLE = "\u200b\ufeff\u00a0\u2060\u3000 \t\r\n"
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL_FIRST, SERIAL_LAST = 3_654, 109_574
"""Days 1910-01-01 to 2199-12-31 counted as spreadsheets do."""
EXACT = 10**15
SPLIT = re.compile(r"[、,，;；/\s]+")
YES, NO = {"是", "yes", "y", "true", "1", "√", "✓"}, {"否", "no", "n", "false", "0", "×", "不是"}


class Wrong(Exception):
    """What is wrong with a cell, in Chinese."""


def text_of(cell: Cell, epoch: datetime) -> str:
    """The cell as one would read it. Raises Wrong for formulas, errors and over-long text."""
    match cell:
        case None:
            return ""
        case Formula():
            raise Wrong(f"是公式“{cell.text}”，请改成数值")
        case Broken():
            raise Wrong(f"是错误值 {cell.text}")
        case bool():
            return "是" if cell else "否"
        case datetime():
            return cell.date().isoformat()
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case int():
            return str(cell)
    if len(cell) > CELL_MAX:
        raise Wrong(f"超过 {CELL_MAX} 个字")
    return cell.strip(INVISIBLE)


def code_of(cell: Cell, epoch: datetime) -> str:
    """A number with a meaning in each digit: full width and spaces do not count. A number cell has lost digits
    beyond the fifteenth."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= EXACT:
        raise Wrong("被表格软件存成了数字，后几位已经丢失；请把这一列设为文本后重新填写")
    return "".join(unicodedata.normalize("NFKC", text_of(cell, epoch)).upper().split())


def day_of(cell: Cell, epoch: datetime) -> str:
    """An ISO day from a date cell, a serial number or the usual ways to write a day. Raises Wrong for days that do
    not exist."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = unicodedata.normalize("NFKC", text_of(cell, epoch))
    if not text:
        return ""
    found = DATE.fullmatch(text) or COMPACT.fullmatch(text)
    if found:
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            raise Wrong(f"“{text[:20]}”这一天不存在") from None
    try:
        serial = float(text)
    except ValueError:
        serial = 0.0
    if SERIAL_FIRST <= serial <= SERIAL_LAST:
        return (epoch + timedelta(days=int(serial))).date().isoformat()
    raise Wrong(f"“{text[:20]}”不是日期，应写成 2024-09-27 的样子")


def list_of(cell: Cell, epoch: datetime) -> list[str]:
    """Several names in one cell, divided by 、 or the like."""
    return [part for part in dict.fromkeys(SPLIT.split(text_of(cell, epoch))) if part]


def flag_of(cell: Cell, epoch: datetime) -> bool | None:
    text = text_of(cell, epoch).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    if not text:
        return None
    raise Wrong("应当填写“是”或“否”")


READERS: dict[str, Callable[[Cell, datetime], object]] = {
    "text": text_of,
    "code": code_of,
    "day": day_of,
    "list": list_of,
    "flag": flag_of,
}
