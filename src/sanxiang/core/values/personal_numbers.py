"""Numbers in free text that are told by check digit or form: identity numbers, cards, credit codes, mobile numbers.

Positions are those of the text given. A number may be written with full-width signs, and with spaces, hyphens, quotes
or signs without width between its parts. Time grows with the length of the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .identifiers import problems_of_credit_code, problems_of_identity_number

PRIVATE = "个人隐私（政府信息公开条例第十五条）"
HIDDEN = "【已隐去】"


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that somebody should look at: text[start:end], its class (类别), why it was found, what stands in its
    place. What is `open` is public by law and stays unless a person decides otherwise; what is `firm` nobody opens."""

    start: int
    end: int
    sort: str
    reason: str
    shown: str = HIDDEN
    open: bool = False
    firm: bool = False


def _table() -> dict[int, str]:
    table = {sign: chr(sign - 0xFEE0) for sign in range(0xFF01, 0xFF5F)}
    for signs, plain in (
        ("‐‑‒–—―−─﹣", "-"), ("\u3000\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u2060\ufeff\t", " "),
        ("“”‘’「」『』'＂＇", '"'), ("•・‧∙", "·"),
    ):  # fmt: skip
        table |= {ord(sign): plain for sign in signs}
    return table


PLAIN = _table()
GAP = ' "·-'
TOKEN = re.compile(r"(?:ID|NO|TEL|QQ)(?=[0-9])|[0-9]{17}[Xx](?![A-Za-z])|[0-9A-Za-z]+", re.IGNORECASE)
LONGEST, MOST_PARTS = 19, 6
REGIONS = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
CREDIT = re.compile(
    f"(?:1[1239]|2[19]|3[1-59]|4[19]|5[12359]|6[129]|7[129]|8[19]|9[1239]|A[19]|N[1239]|Y1)(?:10|{REGIONS.pattern})"
)
"""Registering authority, sort of body and region, as GB 32100-2015 lists them."""
CARDS = re.compile(
    r"62\d{14,17}|(?:60|69|9558|9559|95588)\d{12,17}|4\d{15}|(?:5[1-5]|2[2-7])\d{14}|35\d{14}|3[47]\d{13}|65\d{14}"
)
MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")
MOBILE_PARTS = frozenset({(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 3, 4), (5, 6), (6, 5), (4, 7)})
NUMBERED = re.compile(
    r"(?:订单|运单|快递单?|批|批次|编|流水|单|文|序列|产品|货|条形?码|交易)(?:号码?|编号)?[:为是 ]{0,2}$"
)
AMOUNT = re.compile(r"[ ]?(?:[万亿]?元|[万亿]|%|[.,][0-9])")


def plain(text: str) -> str:
    """The text with full-width signs, odd spaces, dashes and quotes made plain, sign by sign: places stay."""
    return text.translate(PLAIN)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit that ISO/IEC 7812-1 gives.

    >>> luhn("6222021234567890128"), luhn("6222021234567890129")
    (True, False)
    """
    total = 0
    for place, sign in enumerate(reversed(digits)):
        twice = int(sign) << (place & 1)
        total += twice - 9 if twice > 9 else twice
    return total % 10 == 0


def identity_number(text: str) -> bool:
    """Whether it can be a resident identity number: 18 places by GB 11643, or the 15 places of before 1999; the number
    of a foreigner's permanent residence card begins with 9 and is checked alike.

    >>> identity_number("11010519491231002X"), identity_number("110105491231002"), identity_number("110105491331002")
    (True, True, False)
    """
    if len(text) == 18:
        known = REGIONS.match(text) or text[0] == "9"
        return (
            bool(known) and text[:17].isdigit() and text[6:8] in ("19", "20") and not problems_of_identity_number(text)
        )
    if len(text) != 15 or not REGIONS.match(text):
        return False
    try:
        date(1900 + int(text[6:8]), int(text[8:10]), int(text[10:12]))
    except ValueError:
        return False
    return True


def numbers(text: str) -> Iterator[Found]:
    """The numbers found in a text that `plain` made; they may overlap."""
    for run in _runs(text):
        for first in range(len(run)):
            joined = ""
            apart = len(run[first][2]) == 1 and (first == 0 or len(run[first - 1][2]) > 1)
            for last in range(first, min(len(run), first + (LONGEST if apart else MOST_PARTS))):
                joined += run[last][2]
                if len(joined) > LONGEST:
                    break
                if len(joined) >= 11 and (found := _told(text, run, first, last, joined)):
                    yield found


def _runs(text: str) -> Iterator[list[tuple[int, int, str]]]:
    """Parts with digits that stand beside each other with nothing but gaps between them."""
    run: list[tuple[int, int, str]] = []
    for match in TOKEN.finditer(text):
        word, start = match[0], match.start()
        alone = word.isalpha() and (not run or len(word) > 8 or not (word.isupper() or len(word) == 1))
        if run and (alone or start - run[-1][1] > 3 or not _gap(text, run[-1][1], start)):
            yield run
            run = []
            alone = word.isalpha()
        if not alone:
            run.append((start, match.end(), word.upper()))
    if run:
        yield run


def _gap(text: str, start: int, end: int) -> bool:
    return all(sign in GAP for sign in text[start:end])


def _told(text: str, run: list[tuple[int, int, str]], first: int, last: int, joined: str) -> Found | None:
    parts = tuple(len(part[2]) for part in run[first : last + 1])
    if len(parts) > MOST_PARTS and max(parts) > 1:
        return None
    start, end = run[first][0], run[last][1]
    if len(joined) == 18 and identity_number(joined):
        return Found(start, end, "身份证号", f"{PRIVATE}；校验码相符")
    if len(joined) == 18 and CREDIT.match(joined) and not problems_of_credit_code(joined):
        return Found(start, end, "统一社会信用代码", "校验码相符；单位的代码依法公开", joined, open=True)
    if not joined.isdigit() or len(joined) == 12 or NUMBERED.search(text[max(0, start - 12) : start]):
        return None
    if len(joined) >= 15 and CARDS.fullmatch(joined) and luhn(joined):
        return Found(start, end, "银行账号", f"{PRIVATE}；发卡机构号段和校验码相符")
    if len(joined) == 15 and identity_number(joined):
        return Found(start, end, "身份证号", f"{PRIVATE}；十五位旧号码，出生日期存在")
    return _mobile(text, run, first, last, joined)


def _mobile(text: str, run: list[tuple[int, int, str]], first: int, last: int, joined: str) -> Found | None:
    """A mobile number; a chain with more parts by hyphens, an amount or what is called an order number is none."""
    if not MOBILE.fullmatch(joined):
        return None
    start, end = run[first][0], run[last][1]
    parts = tuple(len(part[2]) for part in run[first : last + 1])
    if len(joined) > 11 and len(parts) > 1 and sum(parts[1:]) == 11:
        parts = parts[1:]
    elif len(joined) > 11:
        parts = (parts[0] - len(joined) + 11, *parts[1:])
    if parts not in MOBILE_PARTS and max(parts) > 1:
        return None
    chained = (first > 0 and text[start - 1] == "-") or (last + 1 < len(run) and text[end] == "-")
    before = text[max(0, start - 12) : start]
    if chained or AMOUNT.match(text, end) or before.endswith(("¥", "$")):
        return None
    if before.endswith((".", ",")) and before[-2:-1].isdigit():
        return None
    return Found(start, end, "手机号码", f"{PRIVATE}；号段相符")
