"""What the detectors find in free text and what they leave (脱敏). 政府信息公开条例 art. 15."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import _persons as persons
from benchmarks._decisions import decisions
from benchmarks._persons import Text
from sanxiang.core.gates.masking import findings, mask_text
from sanxiang.core.values import problems_of_identity_number
from sanxiang.core.values.personal_numbers import HIDDEN, REGIONS, identity_number, luhn, plain
from sanxiang.core.values.personal_text import DETECTORS, posts, telltales

SECRETS = [
    ("身份证号", "11010519491231002X"), ("身份证号", "11010519491231002x"), ("身份证号", "110105491231002"),
    ("身份证号", "110105 19491231 002X"), ("身份证号", "110105-1949-1231-002X"), ("身份证号", "110105”“19491231”“002X"),
    ("身份证号", "１１０１０５１９４９１２３１００２Ｘ"), ("身份证号", "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X"),
    ("银行账号", "6222021234567890128"), ("银行账号", "6222 0212 3456 7890 128"),
    ("手机号码", "13900007777"), ("手机号码", "139 0000 7777"), ("手机号码", "139-0000-7777"),
    ("手机号码", "+86 13900007777"[1:]), ("手机号码", "8613900007777"), ("手机号码", "１３９００００７７７７"),
    ("电话号码", "0379-61234567"), ("电话号码", "(0379)61234567"), ("电话号码", "（0379）61234567"),
    ("车牌号码", "豫C12345"), ("车牌号码", "豫C·12345"), ("车牌号码", "豫AD12345"), ("车牌号码", "豫C1234警"),
    ("电子邮箱", "canary@example.org"), ("电子邮箱", "ca.na-ry＠example.org"),
    ("详细住址", "演示路12号院3栋2单元501室"), ("详细住址", "演示胡同77号"), ("详细住址", "演示小区3-2-501"),
    ("详细住址", "3号楼2单元501"), ("详细住址", "演示村3组12号"), ("详细住址", "演示大道一百二十号"),
]  # fmt: skip
AFTER_WORDS = [
    ("证件号码", "护照号：", "E12345678"), ("证件号码", "港澳通行证", "C12345678"), ("证件号码", "台胞证号码为", "12345678"),
    ("身份证号", "身份证号：", "110105194912310021"), ("账号", "账号：", "1234567890"), ("账号", "收款账户 ", "4100 1234 5678"),
    ("账号", "微信号", "demo_12345"), ("账号", "QQ：", "12345678"), ("电话号码", "联系电话：", "61234567"),
    ("出生日期", "出生日期：", "1990年1月2日"), ("出生日期", "生于", "1990-01-02"), ("出生日期", "出生于", "一九九〇年一月二日"),
]  # fmt: skip
HARMLESS = [
    "罚款5000元", "货值13900007777元", "货值1,390,000.50元", "洛市监罚字〔2024〕3号", "《行政处罚法》第三十五条第二款",
    "2024年3月4日", "2024-03-04 14:30:00", "20240304143000", "批号20240304001", "产品批次：13900007777", "订单号6222021234567890128",
    "条形码6912345678901", "110105194912310021", "6222021234567890129", "GB 7718-2011", "沪B2-20240001", "净含量500ml×24瓶",
    "洛阳市西工区人民政府", "公路安全保护条例", "3号货架", "经营场所在人民路", "第5号公告", "A股", "5台2号机",
]  # fmt: skip
SIGNS = st.text(alphabet="查明当事人经营食品，。；：（）、 ", max_size=20)
ONE = st.sampled_from([secret for _, secret in SECRETS])
PIECES = st.lists(st.one_of(SIGNS, ONE, st.sampled_from(HARMLESS), st.just(HIDDEN)), max_size=8)
KNOWN = [("演示某商行", HIDDEN), ("司徒演示", "司徒某某"), ("甲乙丙", "甲某某"), ("13811112222", HIDDEN)]
HOSTILE = [
    "1", "1 ", "1-", "a", "A1", "路", "演路1", "a@", "a.", "@", "一", "路1号", "账号", "账号::::", "豫A 1 ", "园1-1-1-", "1990年1月",
    "(0379)", "QQa", "“1”", "62 ", "13900007777", "\x00", "【已隐去】", "身份证1",
]  # fmt: skip


@pytest.mark.parametrize(("sort", "secret"), SECRETS)
def test_found_by_form_with_class_place_and_reason(sort: str, secret: str) -> None:
    (one,) = findings(f"查明{secret}，属实")
    assert (one.sort, one.start, one.end, one.open) == (sort, 2, 2 + len(secret), False) or sort == "详细住址"
    assert one.sort == sort
    assert "第十五条" in one.reason
    shown, masks = mask_text(f"查明，{secret}，属实", [])
    assert shown == f"查明，{HIDDEN}，属实"
    assert [mask.sort for mask in masks] == [sort]


@pytest.mark.parametrize(("sort", "word", "secret"), AFTER_WORDS)
def test_found_after_the_word_that_says_what_it_is_and_then_everywhere(sort: str, word: str, secret: str) -> None:
    shown, masks = mask_text(f"其{word}{secret}，又见{secret}。", [])
    assert shown == f"其{word}{HIDDEN}，又见{HIDDEN}。"
    assert [mask.sort for mask in masks] == [sort] * 2


@pytest.mark.parametrize("text", ["11010519491231002X347246604", "ID6222021234567890128", "tel13900007777"])
def test_what_is_written_without_a_gap_after_or_before_a_number_does_not_hide_it(text: str) -> None:
    assert HIDDEN in mask_text(f"查明{text}，属实", [])[0]


@pytest.mark.parametrize("text", HARMLESS)
def test_sums_days_batches_articles_and_documents_stay(text: str) -> None:
    assert mask_text(f"经查，{text}，属实。", []) == (f"经查，{text}，属实。", ())


def test_the_region_of_an_address_stays() -> None:
    assert mask_text("住洛阳市西工区演示路5号演示小区3栋501室。", [])[0] == f"住洛阳市西工区{HIDDEN}。"


def test_a_companys_code_is_shown_to_the_publisher_and_stays() -> None:
    text = "统一社会信用代码91350100M000100Y43。"
    (one,) = findings(text)
    assert (one.sort, one.open, text[one.start : one.end]) == ("统一社会信用代码", True, "91350100M000100Y43")
    assert mask_text(text, []) == (text, ())


def test_known_values_win_however_they_are_written() -> None:
    shown, masks = mask_text("司徒演示（司徒 演示）电话１３８１１１１２２２２，演示某商行", KNOWN)
    assert shown == f"司徒某某（司徒某某）电话{HIDDEN}，{HIDDEN}"
    assert {mask.sort for mask in masks} == {"登记信息"}


@given(PIECES)
def test_masking_twice_is_masking_once(pieces: list[str]) -> None:
    once = mask_text("".join(pieces), KNOWN)[0]
    assert mask_text(once, KNOWN) == (once, ())


@given(PIECES, ONE)
def test_no_secret_stays(pieces: list[str], secret: str) -> None:
    text = "。".join([*pieces, secret, *pieces])
    shown = mask_text(text, [])[0]
    assert secret not in shown
    for one in findings(text):
        assert one.open or text[one.start : one.end] not in shown


@given(st.lists(st.one_of(SIGNS, st.sampled_from(HARMLESS)), max_size=8))
def test_text_without_secrets_is_unchanged(pieces: list[str]) -> None:
    text = "。".join(pieces)
    assert mask_text(text, []) == (text, ())


@given(st.one_of(PIECES.map("".join), st.text()))
def test_places_are_in_order_apart_and_give_the_masked_text(text: str) -> None:
    found = findings(text, KNOWN)
    ends = [0, *(one.end for one in found)]
    assert all(0 <= end <= one.start < one.end <= len(text) for end, one in zip(ends, found, strict=False))
    whole = text
    for one in reversed([one for one in found if not one.open]):
        whole = whole[: one.start] + one.shown + whole[one.end :]
    assert whole == mask_text(text, KNOWN)[0]


@pytest.mark.parametrize("sign", HOSTILE)
def test_a_hundred_thousand_hostile_signs_are_read_to_the_end(sign: str) -> None:
    """A pattern that goes back over its text would not come to an end here; the last number is found all the same."""
    text = (sign * 100_000)[:100_000] + "。\n11010519491231002X"
    assert mask_text(text, KNOWN)[0].endswith(f"\n{HIDDEN}")


@pytest.mark.parametrize(("made", "least"), [(persons.texts, 3_500), (decisions, 900)])
def test_numbers_with_check_digits_on_the_generated_sets(made: Callable[[], Iterator[Text]], least: int) -> None:
    """Recall 1.0, precision at least 0.99: short texts with as many decoys as numbers, and decision texts."""
    there = right = wrong = 0
    for one in made():
        found = {(it.sort, it.start, it.end) for it in findings(one.text) if it.sort in persons.CHECKED}
        right += len(found & set(one.truth))
        wrong += len(found - set(one.truth))
        there += len(one.truth)
    assert there > least
    assert right / there == 1.0
    assert right / (right + wrong) >= 0.99


def test_what_agencies_write_is_hidden_where_it_is_a_persons_and_stays_where_it_is_not() -> None:
    """No address below the street, no mobile number, no identity number of a decision text; every sum, day, number of a
    document, batch and licence."""
    for one in decisions(60, seed=7):
        shown = mask_text(one.text, [])[0]
        assert not re.search(r"139[0-9]{8}|[0-9]+号院|[0-9]+单元|演示大街[0-9]|[0-9]+-[0-9]+-[0-9]+", shown)
        for pattern in (
            r"[0-9,]+\.[0-9]{2}元",
            r"2024年[0-9]+月[0-9]+日",
            r"〔2024〕[0-9]+号",
            r"SC[0-9]{13}",
            r"批号[0-9]+",
        ):
            assert re.findall(pattern, shown) == re.findall(pattern, one.text)


@given(st.lists(st.one_of(PIECES.map("".join), st.sampled_from(HOSTILE), st.text(max_size=4)), max_size=6))
def test_looking_only_around_the_posts_loses_nothing(pieces: list[str]) -> None:
    """Every detector tried at every sign finds the same as where the posts stand."""
    text = plain("".join(pieces))
    given = {(one.start, one.end, one.sort) for one in telltales(text, posts(text))}
    for detector in DETECTORS:
        for match in detector.pattern.finditer(text):
            assert detector.found(match)[:3] in given


@given(st.from_regex(r"[1-6][0-9]{5}(?:19|20)[0-9]{9}[0-9X]", fullmatch=True))
def test_an_identity_number_is_one_where_nothing_is_wrong_with_it(text: str) -> None:
    right = [text[:17] + sign for sign in "0123456789X" if not problems_of_identity_number(text[:17] + sign)]
    known = bool(re.match(REGIONS, text))
    assert [text[:17] + sign for sign in "0123456789X" if identity_number(text[:17] + sign)] == right * known


@given(st.text("0123456789", min_size=2, max_size=30))
def test_of_ten_last_digits_one_is_right(digits: str) -> None:
    assert sum(luhn(digits + sign) for sign in "0123456789") == 1
    doubled = [int(sign) * (2 - at % 2) for at, sign in enumerate(reversed(digits))]
    assert luhn(digits + str(-sum(one // 10 + one % 10 for one in doubled) % 10))


def test_a_wrong_check_digit_is_not_taken_for_a_number() -> None:
    draw = random.Random(1)
    for sort, make in persons.MAKERS.items():
        found = [one for _ in range(200) for one in findings(make(draw, wrong=True))]
        assert [one for one in found if one.sort == sort] == []
