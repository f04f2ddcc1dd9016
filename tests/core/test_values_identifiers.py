from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.values import (
    problems_of_credit_code,
    problems_of_identity_number,
    problems_of_organisation_code,
)

CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT = [
    "91350100M000100Y43",
    "9144030071526726XG",
    "91330100799655058B",
    "914403001922038216",
    "11230500001755309F",
    "91230500MA1B3N1N2M",
    "11420000MB15291767",
]
IDENTITY = ["11010519491231002X", "440524188001010014"]


def make_credit_code(body: str) -> str:
    """Seventeen signs with their check digit, from powers of 3 instead of a table of weights."""
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + CREDIT_SIGNS[(31 - total % 31) % 31]


def make_organisation_code(body: str) -> str:
    total = sum(int(sign, 36) * weight for sign, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    check = 11 - total % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def make_identity_number(body: str) -> str:
    """ISO 7064 MOD 11-2, by its recursion."""
    rest = 0
    for digit in body:
        rest = (rest + int(digit)) * 2 % 11
    return body + "0123456789X"[(12 - rest) % 11]


@pytest.mark.parametrize("code", CREDIT)
def test_real_credit_codes_pass(code: str) -> None:
    assert problems_of_credit_code(code) == ()
    assert make_credit_code(code[:17]) == code


@pytest.mark.parametrize("number", IDENTITY)
def test_identity_numbers_of_the_standard_pass(number: str) -> None:
    assert problems_of_identity_number(number) == ()
    assert make_identity_number(number[:17]) == number


def test_a_wrong_check_digit_is_named_with_the_right_one() -> None:
    assert problems_of_credit_code("91310000MA1FL0XL2B") == ("第18位校验码应为“6”，现为“B”",)
    assert problems_of_identity_number("110105194912310021") == ("第18位校验码应为“X”，现为“1”",)
    assert problems_of_organisation_code("715267261") == ("第9位校验码应为“X”，现为“1”",)


@given(st.text(CREDIT_SIGNS, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(CREDIT_SIGNS))
def test_a_credit_code_passes_and_one_changed_sign_does_not(body: str, at: int, sign: str) -> None:
    code = make_credit_code(body)
    changed = code[:at] + sign + code[at + 1 :]
    assert problems_of_credit_code(code) == ()
    assert bool(problems_of_credit_code(changed)) == (changed != code)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_an_organisation_code_passes_with_and_without_hyphen(body: str) -> None:
    code = make_organisation_code(body)
    assert problems_of_organisation_code(code) == ()
    assert problems_of_organisation_code(f"{body}-{code[8]}") == ()
    wrong = "0" if code[8] != "0" else "1"
    assert problems_of_organisation_code(body + wrong)


@given(
    st.integers(110000, 820000),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.integers(0, 999),
    st.integers(0, 17),
    st.sampled_from("0123456789X"),
)
def test_an_identity_number_passes_and_one_changed_sign_does_not(
    area: int, birthday: date, order: int, at: int, sign: str
) -> None:
    number = make_identity_number(f"{area}{birthday:%Y%m%d}{order:03}")
    changed = number[:at] + sign + number[at + 1 :]
    assert problems_of_identity_number(number) == ()
    assert bool(problems_of_identity_number(changed)) == (changed != number)


@given(st.integers(1900, 2026).filter(lambda year: not calendar.isleap(year)))
def test_the_birthday_must_exist(year: int) -> None:
    assert problems_of_identity_number(make_identity_number(f"410305{year}0229001")) == (f"出生日期“{year}0229”不存在",)


def test_old_short_and_strange_numbers_are_refused_with_the_reason() -> None:
    assert problems_of_identity_number("110105491231002") == ("15位的旧号码已经停用，应填写18位公民身份号码",)
    assert problems_of_identity_number("1101051949123100") == ("公民身份号码应为18位，现为16位",)
    assert problems_of_identity_number("11010519491231002x") == ("第18位不能是“x”（只用数字和大写字母 X）",)
    assert problems_of_identity_number("１1010519491231002X") == ("第1位不能是“１”（前17位只用数字）",)
    assert problems_of_credit_code("") == ("统一社会信用代码应为18位，现为0位",)
    assert problems_of_credit_code("00000000000000000X") == ("第18位校验码应为“0”，现为“X”",)
    assert problems_of_organisation_code("7152672-X") == ("第8位不能是“-”（只用数字和大写字母）",)
    assert problems_of_organisation_code("12345") == ("组织机构代码应为9位，现为5位",)


@given(st.text(max_size=20))
def test_any_text_gets_an_answer(text: str) -> None:
    for check in (problems_of_credit_code, problems_of_identity_number, problems_of_organisation_code):
        assert all(isinstance(problem, str) and problem for problem in check(text))
