"""What the public sees of a value and of free text (脱敏). 政府信息公开条例 arts. 14 and 15.

Known values are chips: the name, number or address that a fact holds is rendered masked wherever it stands in free
text. Detectors with check digits find what nobody declared; a person looks at the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sanxiang.core.rulebook import Dictionary, Fact
from sanxiang.core.values import problems_of_identity_number

HIDDEN = "【已隐去】"
TWO_CHARACTER_SURNAMES = frozenset(
    {
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "令狐",
    }
)

REGION = re.compile(r"^(.*?(?:特别行政区|自治区|省|市)?.*?(?:自治州|地区|市|盟)?.*?[区县市旗])")
DETAIL = re.compile(r"[0-9０-９号室楼栋幢村组]")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[-—]\d{7,8}(?!\d)")
CARD = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE = re.compile(rf"[{PROVINCES}][A-Z][·.]?[A-Z0-9]{{5,6}}(?![A-Z0-9])")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class Masked:
    """One mask put on: the class of what was hidden and why."""

    sort: str
    reason: str


def mask_name(name: str) -> str:
    """张三 → 张某, 张小三 → 张某某, 欧阳修 → 欧阳某; other scripts keep their first letter."""
    name = name.strip()
    if not name:
        return ""
    if name[:2] in TWO_CHARACTER_SURNAMES and len(name) > 2:
        return name[:2] + "某" * (len(name) - 2)
    return name[0] + "某" * min(max(len(name) - 1, 1), 2)


def mask_value(fact: Fact, value: Any) -> str:
    """One declared value as the public may see it."""
    text = str(value)
    if fact.mask == "none":
        return text
    if fact.mask == "name":
        return mask_name(text)
    if fact.mask == "tail":
        return text[:1] + "*" * max(len(text) - 2, 1) + text[-1:] if len(text) > 2 else HIDDEN
    if fact.mask == "region":
        match = REGION.match(text)
        return (match[1] if match else "") + HIDDEN
    return HIDDEN


def chips(
    dictionary: Dictionary, said: Iterable[tuple[str, Any]], *, open_names: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Every declared value that must not stand in public text, with what stands in its place; longest first."""
    keep = set(open_names)
    found: dict[str, str] = {}
    for key, value in said:
        fact = dictionary.get(key)
        if fact is None or not isinstance(value, str) or len(value.strip()) < 2 or value in keep:
            continue
        if fact.mask == "region":
            found.update((part, HIDDEN) for part in details(value.strip()))
        if fact.mask != "none":
            found[value.strip()] = mask_value(fact, value)
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


def details(address: str) -> Iterable[str]:
    """The parts of an address in which people write it down: without its province, its city, its district."""
    parts = (address[at + 1 :] for at, sign in enumerate(address) if sign in "省市区县旗盟州镇乡")
    return (part for part in parts if len(part) >= 4 and DETAIL.search(part))


def mask_text(text: str, known: Iterable[tuple[str, str]]) -> tuple[str, tuple[Masked, ...]]:
    """Free text with chips and detections masked, and the masks that were put on."""
    masks: list[Masked] = []
    for value, shown in known:
        if value in text:
            text = text.replace(value, shown)
            masks.append(Masked("登记信息", "个人隐私或者商业秘密（政府信息公开条例第十五条）"))
    for sort, pattern, test in DETECTORS:
        text, count = _replace(text, pattern, test)
        masks += [Masked(sort, "个人隐私（政府信息公开条例第十五条）")] * count
    return text, tuple(masks)


def _replace(text: str, pattern: re.Pattern[str], test: Any) -> tuple[str, int]:
    count = 0

    def swap(match: re.Match[str]) -> str:
        nonlocal count
        if not test(match[0]):
            return match[0]
        count += 1
        return HIDDEN

    return pattern.sub(swap, text), count


def _luhn(text: str) -> bool:
    digits = [int(sign) for sign in reversed(text)]
    return sum(d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits)) % 10 == 0


DETECTORS: tuple[tuple[str, re.Pattern[str], Any], ...] = (
    ("身份证号", IDENTITY, lambda text: not problems_of_identity_number(text.upper())),
    ("手机号码", MOBILE, lambda text: True),
    ("电话号码", LANDLINE, lambda text: True),
    ("银行账号", CARD, _luhn),
    ("车牌号码", PLATE, lambda text: True),
    ("电子邮箱", MAIL, lambda text: True),
)
