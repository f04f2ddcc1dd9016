"""Identifiers with check digits. Each function returns what is wrong, in Chinese; nothing wrong is an empty tuple.

They say whether a text can be such a number, not whether the number was ever given out.
"""

from __future__ import annotations

from datetime import date
from operator import mul

CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_SIGNS = "0123456789"
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_CHECKS = "10X98765432"


def problems_of_credit_code(text: str) -> tuple[str, ...]:
    """What is wrong with a unified social credit code (统一社会信用代码, GB 32100-2015).

    >>> problems_of_credit_code("91350100M000100Y43")
    ()
    >>> problems_of_credit_code("91310000MA1FL0XL2B")
    ('第18位校验码应为“6”，现为“B”',)
    >>> problems_of_credit_code("9135O100M000100Y43")
    ('第5位不能是“O”（只用数字和大写字母，不用 I、O、S、V、Z）',)
    """
    if len(text) != 18:
        return (f"统一社会信用代码应为18位，现为{len(text)}位",)
    problems = _strange_signs(text, CREDIT_SIGNS, "只用数字和大写字母，不用 I、O、S、V、Z")
    if problems:
        return problems
    check = -_weighted(text, CREDIT_SIGNS, CREDIT_WEIGHTS) % 31
    return _check_digit(text, CREDIT_SIGNS[check])


def problems_of_organisation_code(text: str) -> tuple[str, ...]:
    """What is wrong with an organisation code (组织机构代码, GB 11714), with or without the hyphen.

    >>> problems_of_organisation_code("71526726-X"), problems_of_organisation_code("715267263")
    ((), ('第9位校验码应为“X”，现为“3”',))
    """
    code = text[:8] + text[9:] if text[8:9] == "-" else text
    if len(code) != 9:
        return (f"组织机构代码应为9位，现为{len(code)}位",)
    problems = _strange_signs(code, ORGANISATION_SIGNS, "只用数字和大写字母")
    if problems:
        return problems
    check = -_weighted(code, ORGANISATION_SIGNS, ORGANISATION_WEIGHTS) % 11
    return _check_digit(code, "0123456789X"[check])


def problems_of_identity_number(text: str) -> tuple[str, ...]:
    """What is wrong with a resident identity number (公民身份号码, GB 11643): signs, date of birth, check digit.

    >>> problems_of_identity_number("11010519491231002X")
    ()
    >>> problems_of_identity_number("110105194902300021")
    ('出生日期“19490230”不存在', '第18位校验码应为“0”，现为“1”')
    """
    if len(text) == 15:
        return ("15位的旧号码已经停用，应填写18位公民身份号码",)
    if len(text) != 18:
        return (f"公民身份号码应为18位，现为{len(text)}位",)
    problems = _strange_signs(text[:17], IDENTITY_SIGNS, "前17位只用数字")
    if text[17] not in IDENTITY_CHECKS:
        problems += (f"第18位不能是“{text[17]}”（只用数字和大写字母 X）",)
    if problems:
        return problems
    check = IDENTITY_CHECKS[_weighted(text, IDENTITY_SIGNS, IDENTITY_WEIGHTS) % 11]
    return _birthday(text[6:14]) + _check_digit(text, check)


def _weighted(text: str, signs: str, weights: tuple[int, ...]) -> int:
    """The weighted sum of the signs before the check digit."""
    return sum(map(mul, weights, map(signs.find, text)))


def _strange_signs(text: str, signs: str, rule: str) -> tuple[str, ...]:
    if not text.strip(signs):
        return ()
    return tuple(f"第{place}位不能是“{sign}”（{rule}）" for place, sign in enumerate(text, 1) if sign not in signs)


def _check_digit(text: str, right: str) -> tuple[str, ...]:
    return () if text[-1] == right else (f"第{len(text)}位校验码应为“{right}”，现为“{text[-1]}”",)


def _birthday(digits: str) -> tuple[str, ...]:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return (f"出生日期“{digits}”不存在",)
    return ()
