"""Numbers in free text that are told by check digit or form: identity numbers, cards, credit codes, mobile numbers.

Positions are those of the text given. A number may be written with full-width signs, and with spaces, hyphens, quotes
or signs without width between its parts. Time grows with the length of the text, whatever it holds: one pass over the
text finds the stretches in which a number can stand, and check digits are counted only where its form fits.
"""

from __future__ import annotations

import re
import sys
from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from .identifiers import problems_of_credit_code

PRIVATE = "个人隐私（政府信息公开条例第十五条）"
BY_CHECK, BY_RANGE = f"{PRIVATE}；校验码相符", f"{PRIVATE}；号段相符"
BY_CARD, BY_DAY = f"{PRIVATE}；发卡机构号段和校验码相符", f"{PRIVATE}；十五位旧号码，出生日期存在"
OF_COMPANY = "校验码相符；单位的代码依法公开"
HIDDEN = "【已隐去】"

Part = tuple[int, int, str]
"""A part of a number: where it begins, where it ends, its signs."""


class Found(NamedTuple):
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
ODD = re.compile(f"[{re.escape(''.join(map(chr, PLAIN)))}]")
FEW = 24
"""So many different odd signs are made plain one after the other; a text with more of them sign by sign."""
STRETCH = re.compile(r'[0-9A-Za-z][0-9A-Za-z "·-]{9,}[0-9A-Za-z]')  # where a number can stand
TOKEN = re.compile(r"(?:[Ii][Dd]|[Nn][Oo]|[Tt][Ee][Ll]|[Qq]{2})(?=[0-9])|[0-9]{17}[Xx](?![A-Za-z])|[0-9A-Za-z]+")
PARTS = re.compile("[0-9A-Za-z]+")
APART = re.compile(r'(?:(?:[0-9]+[ "·-]{1,3}){1,5}[0-9]*|(?:[0-9][ "·-]{1,3})+)[0-9A-Za-z]')
"""How the parts of one number stand: up to six of digits, or sign by sign; a letter at its end, never four gaps."""
NEAR, UP_TO = re.compile('[ "·.,-]{0,3}[0-9A-Za-z]'), re.compile('[0-9A-Za-z][ "·.,-]{0,3}\\Z')
WIDEST, MOST_PARTS = 3, 6
ZERO = ord("0")
TWICE = bytes(ZERO) + bytes(2 * at - 9 * (at > 4) for at in range(10)).ljust(256 - ZERO, b"\0")
REGIONS = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
IDENTITY = re.compile(rf"(?:9\d|{REGIONS.pattern})\d{{4}}(?:19|20)\d{{9}}[\dX]")
DAYS = frozenset(f"{date(2000, 1, 1) + timedelta(days=day):%m%d}" for day in range(366))
CREDIT = re.compile(
    f"(?:1[1239]|2[19]|3[1-59]|4[19]|5[12359]|6[129]|7[129]|8[19]|9[1239]|A[19]|N[1239]|Y1)(?:10|{REGIONS.pattern})"
)
"""Registering authority, sort of body and region, as GB 32100-2015 lists them."""
CARDS = re.compile(
    r"62\d{14,17}|(?:60|69|9558|9559|95588)\d{12,17}|4\d{15}|(?:5[1-5]|2[2-7])\d{14}|35\d{14}|3[47]\d{13}|65\d{14}"
)
MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")
FORMS = tuple(
    (length, re.compile(form))
    for length, form in (
        (11, MOBILE.pattern), (13, MOBILE.pattern),
        (15, rf"{MOBILE.pattern}|{CARDS.pattern}|(?:{REGIONS.pattern})\d{{13}}"),
        (16, CARDS.pattern), (17, CARDS.pattern),
        (18, rf"{IDENTITY.pattern}|{CREDIT.pattern}[0-9A-Z]{{14}}|{CARDS.pattern}"),
        (19, CARDS.pattern),
    )
)  # fmt: skip
"""By their lengths, from the shortest, the forms of all numbers that are told here."""
FORM, SHORTEST, LONGEST = dict(FORMS), FORMS[0][0], FORMS[-1][0]
MOBILE_PARTS = frozenset({(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 3, 4), (5, 6), (6, 5), (4, 7)})
NUMBERED = re.compile(
    r"(?:订单|运单|快递单?|批|批次|编|流水|单|文|序列|产品|货|条形?码|交易)(?:号码?|编号)?[:为是 ]{0,2}$"
)
CALLED = frozenset("单递批次编水文列品货码易号:为是 \n")
"""With one of these ends what NUMBERED finds."""
AMOUNT = re.compile(r"[ ]?(?:[万亿]?元|[万亿]|%|[.,][0-9])")


def plain(text: str) -> str:
    """The text with full-width signs, odd spaces, dashes and quotes made plain, sign by sign: places stay."""
    odd = set(ODD.findall(text))
    if len(odd) > FEW:
        return text.translate(PLAIN)
    for sign in odd:
        text = text.replace(sign, PLAIN[ord(sign)])
    return text


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit that ISO/IEC 7812-1 gives.

    >>> luhn("6222021234567890128"), luhn("6222021234567890129")
    (True, False)
    """
    signs = digits.encode()
    once, twice = signs[::-2], signs[-2::-2].translate(TWICE)
    return (sum(once) - ZERO * len(once) + sum(twice)) % 10 == 0


def identity_number(text: str) -> bool:
    """Whether it can be a resident identity number: 18 places by GB 11643, or the 15 places of before 1999; the number
    of a foreigner's permanent residence card begins with 9 and is checked alike.

    >>> identity_number("11010519491231002X"), identity_number("110105491231002"), identity_number("110105491331002")
    (True, True, False)
    """
    if len(text) == 18:
        # The weights of GB 11643 are the powers of two, and so of thirteen, by eleven: read to that base it leaves one.
        return bool(IDENTITY.fullmatch(text)) and int(text.replace("X", "A"), 13) % 11 == 1 and _day(text[6:14])
    return len(text) == 15 and text.isdecimal() and bool(REGIONS.match(text)) and _day("19" + text[6:12])


def _day(digits: str) -> bool:
    day = digits[4:]
    return day in DAYS and (day != "0229" or isleap(int(digits[:4])))


def numbers(text: str, begin: int = 0, end: int = sys.maxsize, *, edges: bool = False) -> list[Found]:
    """The numbers found in text[begin:end], which `plain` made; they may overlap. With `edges` none but those that
    reach to its beginning or end."""
    found: list[Found] = []
    for stretch in STRETCH.finditer(text, begin, end) if not edges or reaches(text, begin, end) else ():
        first, last = stretch.span()
        if edges and not _joined(text, begin, first) and not _joined(text, last, end):
            continue
        signs = joined = stretch[0]
        if not (digits := signs.isdigit()):
            joined = signs.upper().encode("latin-1").translate(None, b' "\xb7-').decode()
        form = FORM.get(len(joined))
        fits = form and form.fullmatch(joined) and (digits or signs.isalnum() or APART.fullmatch(signs))
        if one := _told(text, first, last, joined) if fits else None:
            found.append(one)
        if digits or (one and not one.open) or len(joined) < SHORTEST:
            continue
        if len(joined) < last - first or len(TOKEN.findall(signs)) > 1:
            for run in _runs(text, first, last):
                found += _of(text, run)
    return found


def reaches(text: str, begin: int, end: int) -> bool:
    """Whether a number may reach to the beginning or the end of text[begin:end]."""
    return NEAR.match(text, begin, end) is not None or UP_TO.search(text, max(begin, end - 4), end) is not None


def _joined(text: str, start: int, end: int) -> bool:
    """Whether a number reads differently when the sign before the one place or at the other place changes."""
    return end - start <= WIDEST and not text[start:end].strip(' "·-.,')


def _of(text: str, run: list[Part]) -> Iterator[Found]:
    """The numbers in one run of parts: of up to six parts, or sign by sign."""
    sizes = [len(part[2]) for part in run]
    whole = "".join([part[2] for part in run])
    before = 0
    for first, own in enumerate(sizes):
        if len(whole) - before < SHORTEST:
            return
        apart, length = first == 0 or sizes[first - 1] > 1, 0
        for last in range(first, len(run)):
            apart = apart and sizes[last] == 1
            length += sizes[last]
            if length > LONGEST or (last - first >= MOST_PARTS and not apart):
                break
            form = FORM.get(length)
            if form is None or form.fullmatch(whole, before, before + length) is None:
                continue
            start, end = run[first][0], run[last][1]
            chained = (first > 0 and text[start - 1] == "-") or (last + 1 < len(run) and text[end] == "-")
            number = whole[before : before + length]
            if (found := _told(text, start, end, number, chained)) is not None:
                yield found
        before += own


def _runs(text: str, begin: int, end: int) -> Iterator[list[Part]]:
    """Parts with digits that stand beside each other in a stretch: no more than a few gaps between them."""
    run: list[Part] = []
    for match in TOKEN.finditer(text, begin, end):
        word, start = match[0], match.start()
        letters = word.isalpha()
        alone = letters and (not run or len(word) > 8 or not (word.isupper() or len(word) == 1))
        if run and (alone or start - run[-1][1] > WIDEST):
            yield run
            run = []
            alone = letters
        if not alone:
            run.append((start, match.end(), word.upper()))
    if run:
        yield run


def _told(text: str, start: int, end: int, joined: str, chained: bool = False) -> Found | None:
    """What parts are together; what is called an order number, a batch and the like is none of ours. `chained`: it is
    tied to more parts by hyphens."""
    if len(joined) == 18:
        if identity_number(joined):
            return Found(start, end, "身份证号", BY_CHECK)
        if CREDIT.match(joined) and not problems_of_credit_code(joined):
            return Found(start, end, "统一社会信用代码", OF_COMPANY, joined, open=True)
    if not joined.isdigit():
        return None
    found = None
    if CARDS.fullmatch(joined) and luhn(joined):
        found = Found(start, end, "银行账号", BY_CARD)
    elif len(joined) == 15 and identity_number(joined):
        found = Found(start, end, "身份证号", BY_DAY)
    else:
        found = None if chained else _mobile(text, start, end, joined)
    if found and text[start - 1 : start] in CALLED and NUMBERED.search(text, max(0, start - 12), start):
        return None
    return found


def _mobile(text: str, start: int, end: int, joined: str) -> Found | None:
    """A mobile number; what is part of an amount is none."""
    if not MOBILE.fullmatch(joined):
        return None
    parts = tuple(map(len, PARTS.findall(text, start, end)))
    if len(joined) > 11 and len(parts) > 1 and sum(parts[1:]) == 11:
        parts = parts[1:]
    elif len(joined) > 11:
        parts = (parts[0] - len(joined) + 11, *parts[1:])
    before = text[max(0, start - 2) : start]
    if (parts not in MOBILE_PARTS and max(parts) > 1) or AMOUNT.match(text, end) or before.endswith(("¥", "$")):
        return None
    if before.endswith((".", ",")) and before[:-1].isdigit():
        return None
    return Found(start, end, "手机号码", BY_RANGE)
