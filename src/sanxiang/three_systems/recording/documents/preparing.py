"""From values to what is printed: dates, amounts and citations in words, text made safe for setting.

Nothing here turns text into markup: the data reach Typst as one JSON string, and every text in it is shown as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from sanxiang.core.values import Citation, Money, chinese_date, legal_day
from sanxiang.core.values.dates import CHINA

from .model import Json

BOX = "〓"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
# Invisible characters that come along when text is pasted; they mean nothing in Chinese.
DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff\ufe0e\ufe0f"))
SPACES = str.maketrans({"\t": " ", "\r": "\n", "\v": "\n", "\f": "\n", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n"})
# A run of Latin signs longer than this gets invisible places to break (U+200B), or it would leave the sheet.
RUN = re.compile(r"[!-~]{20,}")
STEP = re.compile(r"(.{8})(?=.)")
NOT_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def is_money(key: str) -> bool:
    """Whether a whole number under this key is an amount in fen."""
    return key == "amount" or key.endswith(("_amount", "_fen"))


def shown(value: Json, key: str = "") -> Json:
    """The value as papers print it.

    ISO days and times become Chinese dates, whole fen an amount in figures and words, a citation its usual form
    (added to the row as `cite`), None an empty text, other numbers text. Flags stay as they are.

    >>> shown({"on": "2024-09-27", "at": "2024-09-27T01:05:00Z", "amount": 1230050})
    {'on': '2024年9月27日', 'at': '2024年9月27日9时5分', 'amount': '12300.50元（大写：壹万贰仟叁佰元伍角整）'}
    >>> shown({"law": "行政处罚法", "article": "58"})["cite"]
    '《行政处罚法》第五十八条'
    """
    if isinstance(value, Mapping):
        row = {str(name): shown(part, str(name)) for name, part in value.items()}
        if row.get("law") and "article" in row:
            row["cite"] = str(Citation(row["law"], article=row["article"] or None))
        return row
    if isinstance(value, list | tuple):
        return [shown(part, key) for part in value]
    if value is None or isinstance(value, bool):
        return "" if value is None else value
    if isinstance(value, int):
        return amount(value) if is_money(key) else str(value)
    return breakable(moment(clean(str(value))))


def amount(fen: int) -> str:
    """An amount in figures and capitals, as decisions write it."""
    money = Money(fen)
    return f"{money.plain()}元（大写：{money.in_words()}）"


def moment(text: str) -> str:
    """A Chinese date or time for an ISO one; any other text unchanged."""
    try:
        if DAY.fullmatch(text):
            return chinese_date(date.fromisoformat(text))
        if INSTANT.fullmatch(text):
            at = datetime.fromisoformat(text)
            local = at.astimezone(CHINA)
            return f"{chinese_date(legal_day(at))}{local.hour}时{local.minute}分"
    except ValueError:
        return text
    return text


def clean(text: str) -> str:
    """The text without what is only pasted along: line ends in one form, no invisible characters, lines trimmed
    (papers indent by themselves), no empty lines.

    >>> clean(" 一\\r\\n\\n二\\ufeff ")
    '一\\n二'
    """
    text = text.replace("\r\n", "\n").translate(SPACES).translate(DROPPED)
    return "\n".join(filter(None, (line.strip() for line in text.split("\n"))))


def breakable(text: str) -> str:
    """The text with places to break in long runs of Latin signs.

    >>> breakable("a" * 20)
    'aaaaaaaa\\u200baaaaaaaa\\u200baaaa'
    """
    return RUN.sub(lambda run: STEP.sub("\\1\u200b", run[0]), text)


def unshowable(text: str) -> set[str]:
    """Characters that have no picture of their own: controls, direction marks, halves of pairs, unassigned codes."""
    return {sign for sign in set(text) - {"\n", "\u200b"} if unicodedata.category(sign) in NOT_SHOWN}


def texts(value: Json) -> str:
    """All text of a value in one string."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "".join(map(texts, value.values()))
    return "".join(map(texts, value)) if isinstance(value, list) else ""


def boxed(value: Json, signs: set[str]) -> Json:
    """The value with these characters replaced by 〓; itself where there are none, as in nearly every paper."""
    return _boxed(value, {ord(sign): BOX for sign in signs}) if signs else value


def _boxed(value: Json, boxes: Mapping[int, str]) -> Json:
    if isinstance(value, str):
        return value.translate(boxes)
    if isinstance(value, Mapping):
        return {key: _boxed(part, boxes) for key, part in value.items()}
    return [_boxed(part, boxes) for part in value] if isinstance(value, list) else value


def named(sign: str) -> str:
    """How a missing character is told to people.

    >>> named("😀"), named("\\x07")
    ('U+1F600 😀', 'U+0007')
    """
    return f"U+{ord(sign):04X}" + ("" if unicodedata.category(sign) in NOT_SHOWN else f" {sign}")
