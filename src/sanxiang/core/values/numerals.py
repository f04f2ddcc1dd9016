"""Chinese numerals as articles of law write them (汉字数字)."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("千", "百", "十", "")
FORMAL_PLACES = ("仟", "佰", "拾", "")
GROUPS = ("", "万", "亿", "万亿")


def chinese_numeral(number: int) -> str:
    """The numeral of a whole number from 1 to 9999; ValueError outside.

    >>> [chinese_numeral(n) for n in (5, 10, 18, 58, 100, 101, 110, 1260)]
    ['五', '十', '十八', '五十八', '一百', '一百零一', '一百一十', '一千二百六十']
    """
    if not 1 <= number <= 9999:
        raise ValueError(f"汉字数字只写 1 到 9999，不能写 {number}")
    text = _four_digits(number, DIGITS, PLACES)
    return text[1:] if 10 <= number <= 19 else text


def formal_numeral(number: int) -> str:
    """The numeral that cannot be altered (大写), for a whole number from 0 to below 10 to the 16th; ValueError outside.

    >>> [formal_numeral(n) for n in (0, 10, 12300, 107000, 1000100, 100005000)]
    ['零', '壹拾', '壹万贰仟叁佰', '壹拾万柒仟', '壹佰万零壹佰', '壹亿零伍仟']
    """
    if not 0 <= number < 10**16:
        raise ValueError("大写数字只写零到一亿亿以下的整数")
    if number == 0:
        return FORMAL_DIGITS[0]
    groups = [number // 10_000**power % 10_000 for power in (3, 2, 1, 0)]
    text, gap = "", False
    for name, group in zip(reversed(GROUPS), groups, strict=True):
        if group:
            zero = FORMAL_DIGITS[0] if text and (gap or group < 1000) else ""
            text += zero + _four_digits(group, FORMAL_DIGITS, FORMAL_PLACES) + name
        gap = group == 0
    # One 亿 closes both of its groups: 壹万亿零贰亿 is written 壹万零贰亿.
    return text.replace("万亿", "万", 1) if groups[0] and groups[1] else text


def _four_digits(number: int, digits: str, places: tuple[str, ...]) -> str:
    """Four digits with one zero for each gap inside; none before the first and none after the last."""
    text, gap = "", False
    for sign, place in zip(f"{number:04}", places, strict=True):
        if sign == "0":
            gap = bool(text)
            continue
        text += (digits[0] if gap else "") + digits[int(sign)] + place
        gap = False
    return text
