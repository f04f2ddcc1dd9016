"""What betrays a person in free text besides numbers with check digits: addresses below the street, telephones, plates,
mail, and what follows a word such as 护照, 账号, 出生日期. Every pattern is bounded, so the time grows with the text.

Most patterns would be tried at every sign. A cheap look for what each of them must hold (`posts`) comes first, and they
are tried around such places only; a later reading, with masks on, uses the same places.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

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
ON = rf"(?:[东西南北中]?段|[{HAN}]{{0,2}})"
ADDRESS = re.compile(
    rf"{NAME}{STREET}{ON}(?:{COUNT}{UNIT}{INNER}{{0,5}}(?:{NAME}{STREET}{INNER}{{1,5}}){{0,2}}|{BUILDING}){ROOM}"
)
ENDS = "街道路巷弄同区园寓厦场苑村屯庄"
AT_NUMBER = re.compile(rf"[{ENDS}]{ON}(?:{COUNT}[号栋幢弄单室组座]|[0-9]{{1,4}}-[0-9])")
HOUSE = re.compile(rf"[0-9]{{1,4}}(?:栋|幢|号楼){INNER}{{1,4}}{ROOM}")
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
LOCAL = re.compile("[0-9A-Za-z._%+-]{1,256} ?@ ?[0-9A-Za-z-]")
MAIL = re.compile(r"(?<![0-9A-Za-z._%+-])[0-9A-Za-z._%+-]{1,256} ?@ ?(?:[0-9A-Za-z-]{1,63}\.){1,8}[A-Za-z]{2,24}")
BORN = _after("出生(?:日期|年月日?|于)?|生于|生日", DAY)
BORN_ON = re.compile(rf"(?P<it>{DAY}) ?(?:出生|生(?=[,。;) ]|$))")

WORDS = (
    "身份证件?|公民身份|证件|护照|通行证|回乡证|台胞证|居留证|居住证|身份证|军官证|士兵证|账号|账户|帐号|帐户|卡号|银行卡|存折|"
    "支付宝|微信|QQ|Qq|qQ|qq|电话|座机|传真|手机|联系方式|出生(?:日期|年月日?|于)?|生于|生日"
)
WORD = re.compile(f"(?:{WORDS}){FILL}[0-9A-Za-z一二]")
"""Any of the words after which something stands that may be a number or a day."""
DAYS_END = "[0-9日号月一二三四五六七八九十]"
BIRTH = re.compile(f"生(?:(?<={DAYS_END}生)|(?<={DAYS_END} 生)|(?<={DAYS_END}出生)|(?<={DAYS_END} 出生))")


class Detector(NamedTuple):
    """A class (类别), why it is one, its pattern; it finds what the group `it` holds, or the whole."""

    sort: str
    why: str
    pattern: re.Pattern[str]

    def found(self, match: re.Match[str]) -> Found:
        start, end = match.span(match.lastgroup or 0)
        return Found(start, end, self.sort, f"{PRIVATE}；{self.why}")


class Post(NamedTuple):
    """What every find of some detectors holds, so many to so many signs after its beginning; beside a detector the
    signs with which it begins, where several share a post; `sign` is looked for first. Negative conditions have no
    place in a core: masks would make it appear."""

    core: re.Pattern[str]
    least: int
    most: int
    detectors: tuple[tuple[str, Detector], ...]
    sign: str = ""


POSTS = (
    Post(re.compile("0[1-9][0-9]{1,2}[) -]"), 0, 1, (("", Detector("电话号码", "区号和号码", LANDLINE)),)),
    Post(WORD, 0, 0, (
        ("身公证", Detector("身份证号", "写在“身份证”之后", IDENTITY)),
        ("护", Detector("证件号码", "写在“护照”之后", PASSPORT)),
        ("通回台居身军士", Detector("证件号码", "写在通行证、居留证之后", PERMIT)),
        ("账帐卡银存支", Detector("账号", "写在账号、卡号之后", ACCOUNT)),
        ("微Qq", Detector("账号", "写在微信、QQ之后", CHAT)),
        ("电座传手联", Detector("电话号码", "写在“电话”之后", PHONE)),
        ("出生", Detector("出生日期", "写在“出生”之后", BORN)),
    )),
    Post(re.compile(f"[{PROVINCES}][A-Z]"), 0, 0, (("", Detector("车牌号码", "号牌的形式", PLATE)),)),
    Post(LOCAL, 0, 0, (("", Detector("电子邮箱", "邮箱的形式", MAIL)),), "@"),
    Post(AT_NUMBER, 1, 9, (("", Detector("详细住址", "街道以下的地址", ADDRESS)),)),
    Post(re.compile("[栋幢号](?:(?<=[栋幢])|楼)"), 1, 4, (("", Detector("详细住址", "街道以下的地址", HOUSE)),)),
    Post(BIRTH, 1, 18, (("", Detector("出生日期", "写在“生”之前", BORN_ON)),)),
)  # fmt: skip
DETECTORS = tuple(detector for post in POSTS for _, detector in post.detectors)
Places = list[tuple[Post, Detector, list[int]]]


def posts(text: str) -> Places:
    """Around which places of a text that `plain` made which detectors can find anything. A mask takes signs away and
    adds none: the same places serve for every later reading."""
    found: Places = []
    for post in POSTS:
        core, _, _, detectors, sign = post
        if sign and sign not in text:
            continue
        hit = core.search(text)
        if hit is None:
            continue
        places = []
        while hit is not None:
            places.append(hit.start())
            hit = core.search(text, hit.start() + 1)
        for leads, detector in detectors:
            if ours := [place for place in places if text[place] in leads] if leads else places:
                found.append((post, detector, ours))
    return found


def telltales(text: str, where: Places, begin: int = 0, end: int = sys.maxsize, *, again: bool = False) -> list[Found]:
    """Everything found in text[begin:end], which `plain` made; what is found may overlap. `where`: its posts. `again`:
    nothing has changed there but the signs beside it.

    >>> text = "住西工区演示路5号2单元301室,护照E12345678"
    >>> [(one.sort, one.start, one.end) for one in telltales(text, posts(text))]
    [('证件号码', 19, 28), ('详细住址', 4, 16)]
    """
    found = numbers(text, begin, end, edges=again)
    for (_, least, most, _, _), detector, places in where:
        if places[0] >= end or places[-1] < begin:
            continue
        done, tried = begin, detector.pattern.match
        for place in places[bisect_left(places, begin) : bisect_left(places, end)] if again else places:
            for start in range(max(done, place - most), place - least + 1):
                if (match := tried(text, start, end)) is not None:
                    found.append(detector.found(match))
                    done = match.end()
                    break
    return found


def merged(found: Iterable[Found]) -> list[Found]:
    """Passages in order that are not open, none over another: those that overlap become one, under the class of the
    longest, of equals the first that was read (a check digit says more than a word)."""
    closed = [one for one in found if not one.open]
    if len(closed) < 2:
        return closed
    closed.sort(key=_place)
    whole = closed[:1]
    for one in closed[1:]:
        if one.start >= whole[-1].end:
            whole.append(one)
            continue
        last = whole[-1]
        if one.end <= last.end:
            continue
        lead = one if one.end - one.start > last.end - last.start else last
        whole[-1] = lead._replace(start=last.start, end=one.end, shown=HIDDEN)
    return whole


def _place(one: Found) -> tuple[int, int]:
    return one.start, -one.end
