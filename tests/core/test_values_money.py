from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sanxiang.core.values import Money
from sanxiang.core.values.numerals import chinese_numeral, formal_numeral

FEN = st.integers(0, 10**15 - 1)
WORTH = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}


def read_group(text: str) -> int:
    """A number below ten thousand, read from capitals."""
    total, digit = 0, 0
    for sign in text:
        if sign in WORTH:
            digit = WORTH[sign]
        else:
            total, digit = total + digit * {"拾": 10, "佰": 100, "仟": 1000}[sign], 0
    return total + digit


def read_number(text: str) -> int:
    for name, worth in (("亿", 10**8), ("万", 10**4)):
        if name in text:
            high, low = text.rsplit(name, 1)
            return read_number(high) * worth + read_number(low)
    return read_group(text)


def read_words(text: str) -> int:
    """Fen from capitals, written against the rules and not against the code."""
    match = re.fullmatch(r"(?:(.+)元)?零?(?:(.)角)?(?:(.)分)?整?", text)
    assert match, text
    return read_number(match[1] or "") * 100 + WORTH[match[2] or "零"] * 10 + WORTH[match[3] or "零"]


@given(FEN)
@example(0)
@example(100_000_000_00)
@example(1_0000_0000_0000_00)
def test_words_can_be_read_back(fen: int) -> None:
    words = Money(fen).in_words()
    assert read_words(words) == fen
    assert "零零" not in words
    assert words.endswith("整") == (fen % 10 == 0)


@given(FEN)
def test_every_form_tells_the_same_amount(fen: int) -> None:
    money = Money(fen)
    assert Money.from_yuan(money.plain()) == money
    assert Money.from_yuan(str(money).strip("¥").replace(",", "")) == money
    assert money.in_wan() * 1_000_000 == fen
    assert len(str(money.in_wan()).partition(".")[2]) == 6


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("12300", "壹万贰仟叁佰元整"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("10", "壹拾元整"),
        ("20000000", "贰仟万元整"),
        ("100000001000", "壹仟亿零壹仟元整"),
        ("1234500000000", "壹万贰仟叁佰肆拾伍亿元整"),
        ("-3.5", "负叁元伍角整"),
    ],
)
def test_words_by_the_rules_for_vouchers(yuan: str, words: str) -> None:
    assert Money.from_yuan(yuan).in_words() == words


@pytest.mark.parametrize(
    "bad", ["1.234", "abc", "", "NaN", "Infinity", "1e99999999999", "1e3", "１２", " 5", "1_000", "1."]
)
def test_what_is_no_amount_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="不是金额"):
        Money.from_yuan(bad)


@pytest.mark.parametrize("bad", [1.5, True, None])
def test_a_float_never_becomes_money(bad: object) -> None:
    with pytest.raises(TypeError):
        Money(bad)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money.from_yuan(bad)  # type: ignore[arg-type]


def test_amounts_add_and_compare() -> None:
    assert Money(250) + Money(50) - Money(100) == Money(200)
    assert Money(199) < Money(200)
    assert Money.from_yuan(Decimal("1E+4")) == Money.from_yuan(10_000)
    assert str(Money(-250)) == "-¥2.50"
    assert Money.from_yuan(Decimal("0.2")).in_wan() == Decimal("0.000020")


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_numerals_have_bounds(number: int) -> None:
    with pytest.raises(ValueError, match="汉字数字"):
        chinese_numeral(number)


def test_capitals_have_bounds() -> None:
    with pytest.raises(ValueError, match="大写数字"):
        formal_numeral(10**16)


@given(st.integers(1, 9999))
def test_numerals_are_different_for_different_numbers(number: int) -> None:
    text = chinese_numeral(number)
    capitals = text.translate(str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟"))
    assert read_group(capitals if capitals[0] != "拾" else "壹" + capitals) == number
