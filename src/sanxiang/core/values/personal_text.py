"""What betrays a person in free text besides numbers with check digits: addresses below the street, telephones, plates,
mail, and what follows a word such as 护照, 账号, 出生日期. Every pattern is bounded, so the time grows with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .personal_numbers import HIDDEN, PRIVATE, Found, numbers

FILL = r'(?:号码|[号为是系:(" ]){0,5}'
"""What people write between the word and the number."""
DIGITS = r'[0-9](?:[ "·-]{0,2}[0-9]){%s}'
HAN = "一-鿿〇"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
END = "(?![0-9A-Za-z])"

# An address: its name, a word for a street or an estate, and a number with its unit; the region above it stays.
NAME = rf"(?:(?![省市区县旗镇乡盟州住在位于至到址从往向的和及与第])[{HAN}A-Za-z0-9]){{1,8}}?"
STREET = "(?:大街|大道|街道?|路|巷|弄|胡同|小区|社区|花园|公寓|大厦|广场|家园|新村|嘉园|花苑|苑|村|屯|庄|园)"
COUNT = "[0-9零〇一二三四五六七八九十百甲乙丙丁A-Za-z]{1,6}(?:[-之][0-9A-Za-z]{1,5}){0,3}"
UNIT = "(?:号(?!令|文|公告|通知|线|桌|机|仪|泵|罐|产品|样品)(?:院|楼)?|栋|幢|弄|单元|室|组|座)"
INNER = f"(?:[ ,]?{COUNT}(?:{UNIT}|楼|层|户|门|铺))"
ROOM = "(?:[0-9]{2,4}(?![0-9年月日元.]))?"
BUILDING = "[0-9]{1,4}(?:-[0-9]{1,4}){1,3}(?![0-9-])"
ADDRESS = re.compile(
    rf"{NAME}{STREET}(?:[东西南北中]?段|[{HAN}]{{0,2}})"
    rf"(?:{COUNT}{UNIT}{INNER}{{0,5}}(?:{NAME}{STREET}{INNER}{{1,5}}){{0,2}}|{BUILDING}){ROOM}"
    rf"|[0-9]{{1,4}}(?:栋|幢|号楼){INNER}{{1,4}}{ROOM}"
)
DAY = (
    r"(?:19|20)[0-9]{2} ?[年./-]? ?[0-9]{1,2}(?: ?[月./-]? ?[0-9]{1,2}[日号]?|月)?"
    "|[一二][零〇一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?"
)


def _after(words: str, what: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z])(?:{words}){FILL}(?P<it>{what})", re.IGNORECASE)


IDENTITY = _after("身份证件?|公民身份|证件", (DIGITS % "13,17") + r'(?:[ "-]{0,2}X)?' + END)
PASSPORT = _after("护照", rf"[A-Z]{{1,2}} ?[0-9]{{6,9}}{END}|[0-9]{{7,9}}{END}")
PERMITS = "(?:通行|回乡|台胞|居留|居住|身份|军官|士兵)证"
PERMIT = _after(PERMITS, rf"[A-Z]{{0,2}} ?[0-9]{{6,12}}(?:\([0-9A]\))?{END}")
ACCOUNTS = "[账帐][号户]|卡号|银行卡|存折|支付宝"
ACCOUNT = _after(ACCOUNTS, (DIGITS % "5,30") + r"(?![0-9A-Za-z]|[.,][0-9]| ?[万亿]?元|年)")
CHAT = _after("微信|QQ", rf"[A-Z](?=[A-Z_-]{{0,18}}[0-9])[0-9A-Z_-]{{5,19}}{END}|[0-9]{{6,12}}(?![0-9A-Za-z.]| ?元)")
AREA = r"(?:\(0[1-9][0-9]{1,2}\) ?|0[1-9][0-9]{1,2}[ -]{1,2})"
LANDLINE = re.compile(rf"(?<![0-9A-Za-z-]){AREA}[0-9]{{3,4}}[ -]?[0-9]{{4}}{END}")
PHONE = _after("电话|座机|传真|手机|联系方式", (DIGITS % "6,11") + "(?![0-9A-Za-z年])")
ON_PLATE = "[A-HJ-NP-Z0-9]"
PLATE = re.compile(
    rf"[{PROVINCES}][A-Z][·. -]{{0,2}}(?=[A-Z ]{{0,5}}[0-9])"
    rf"(?:{ON_PLATE}(?: ?{ON_PLATE}){{4,5}}{END}|{ON_PLATE}{{4}}[学警港澳挂])"
)
MAIL = re.compile(r"(?<![0-9A-Za-z._%+-])[0-9A-Za-z._%+-]{1,256} ?@ ?(?:[0-9A-Za-z-]{1,63}\.){1,8}[A-Za-z]{2,24}")
BORN = _after("出生(?:日期|年月日?|于)?|生于|生日", DAY)
BORN_ON = re.compile(rf"(?P<it>{DAY}) ?(?:出生|生(?=[,。;) ]|$))")

Detector = tuple[str, str, str, re.Pattern[str]]
DETECTORS: tuple[Detector, ...] = (
    # class, why, signs one of which the text must hold, pattern
    ("身份证号", "写在“身份证”之后", "证份", IDENTITY),
    ("证件号码", "写在“护照”之后", "照", PASSPORT),
    ("证件号码", "写在通行证、居留证之后", "证", PERMIT),
    ("账号", "写在账号、卡号之后", "号户卡折宝", ACCOUNT),
    ("账号", "写在微信、QQ之后", "信Qq", CHAT),
    ("电话号码", "区号和号码", "0", LANDLINE),
    ("电话号码", "写在“电话”之后", "话机真式", PHONE),
    ("车牌号码", "号牌的形式", PROVINCES, PLATE),
    ("电子邮箱", "邮箱的形式", "@", MAIL),
    ("详细住址", "街道以下的地址", "号栋幢弄单室组座-", ADDRESS),
    ("出生日期", "写在“出生”之后", "生", BORN),
    ("出生日期", "写在“生”之前", "生", BORN_ON),
)


def telltales(text: str) -> Iterator[Found]:
    """Everything found in a text that `plain` made; what is found may overlap.

    >>> [(one.sort, one.start, one.end) for one in telltales("住西工区演示路5号2单元301室,护照E12345678")]
    [('证件号码', 19, 28), ('详细住址', 4, 16)]
    """
    yield from numbers(text)
    signs = frozenset(text)
    for sort, why, needed, pattern in DETECTORS:
        if signs.isdisjoint(needed):
            continue
        for match in pattern.finditer(text):
            start, end = match.span("it") if "it" in pattern.groupindex else match.span()
            yield Found(start, end, sort, f"{PRIVATE}；{why}")


def merged(found: Iterable[Found]) -> list[Found]:
    """Passages in order that are not open, none over another: those that overlap become one, under the class of the
    longest, the first of equals."""
    whole: list[Found] = []
    for one in sorted((one for one in found if not one.open), key=lambda one: (one.start, -one.end, one.sort)):
        if not whole or one.start >= whole[-1].end:
            whole.append(one)
            continue
        last = whole[-1]
        lead = one if one.end - one.start > last.end - last.start else last
        end = max(one.end, last.end)
        alone = (lead.start, lead.end) == (last.start, end)
        whole[-1] = replace(lead, start=last.start, end=end, shown=lead.shown if alone else HIDDEN)
    return whole
