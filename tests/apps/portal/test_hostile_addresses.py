"""Addresses that nobody links to: every public page answers them plainly, sends nobody elsewhere and writes nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.usefixtures("site", "theatre")
NOBODY = "00000000-0000-0000-0000-000000000000"
WORDS = (
    "(a+)+$" * 50, "' OR 1=1--", "%_%_%", "演示" * 1_000, " ".join(f"ab{n}" for n in range(900)), "𠮷野", "ﷺ", "e\u0301" * 40,
    "\u200b演\u200b示", "＇；ＤＲＯＰ　ＴＡＢＬＥ", "{{ 7*7 }}", "../../etc/passwd", "<img src=x onerror=alert(1)>", "\\", '"', "\x7f",
)  # fmt: skip
ASKED = ("/search/", "/search.json", "/search.atom", "/officers/")
ODD = (
    f"/d/{NOBODY}/", f"/d/{NOBODY}.json", "/d/../../", "/d/%00/", f"/agencies/{NOBODY}/", f"/agencies/{NOBODY}/x/",
    f"/agencies/{NOBODY}/shared/{NOBODY}/page_items/", f"/agencies/{NOBODY}/windows/99999999999999999999/",
    f"/numbers/{NOBODY}/99999999999999999999/", f"/numbers/{NOBODY}/0.csv", f"/numbers/{NOBODY}/2026/9999-99-99.json",
    "/data/9999-99.csv", "/data/0000-00.jsonl", "/data/2026-13.parquet", "/sitemap-9999-99.xml", "/procedures/x/y/",
    f"/procedures/luoyang/{'a' * 3_000}/", "/rules/national/", "/rules/%2e%2e/", f"/catalogues/{NOBODY}/x/",
    "/officers/code.svg", f"/officers/code.svg?q={'9' * 5_000}", f"/officers/?q={'9' * 3_000}", "/counter/s/%00/",
    f"/counter/s/{'A' * 4_000}/", f"/counter/correct/{NOBODY}/", "/counter/mine/", "/counter/mine/nothing/", "/counter/inbox/",
    "/look/nothing/", "/look/large/?next=//evil.example", "/look/large/?next=https://evil.example/", "/look/large/?next=%5Cevil",
    "/look/large/?next=%0d%0aX-Evil:1", "/search/?after=%FF", "/search/?since=0000-00-00&until=99999-01-01",
    "/search/?q=a&q=b&category[]=x", "/search/?page=99999999999",
)  # fmt: skip


def answered(address: str, method: str = "get") -> Any:
    with CaptureQueriesContext(connections["default"]) as staff:
        answer = getattr(Client(), method)(address)
    assert len(staff) == 0 or not address.startswith(("/search", "/d/", "/officers", "/data", "/numbers"))
    return answer


@pytest.mark.parametrize("place", ASKED)
@pytest.mark.parametrize("text", WORDS, ids=range(len(WORDS)))
def test_words_of_any_length_and_alphabet(place: str, text: str) -> None:
    answer = answered(f"{place}?q={quote(text)}")
    assert answer.status_code == 200
    assert b"<img src=x" not in answer.content


@pytest.mark.parametrize("address", ODD)
def test_odd_addresses_are_answered_and_lead_nowhere_else(address: str) -> None:
    answer = answered(address)
    assert answer.status_code in (200, 302, 400, 404)
    assert urlsplit(answer.headers.get("Location", "")).netloc == ""
    assert "X-Evil" not in answer.headers


def test_thousands_of_parameters_are_refused_before_they_are_read() -> None:
    for query in ("a=1&" * 5_000, "&".join(f"p{n}=1" for n in range(5_000))):
        assert answered(f"/search/?{query}").status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize(
    "place", ["/", "/search/", "/search.json", "/data/", "/officers/", "/numbers/", f"/d/{NOBODY}/"]
)
def test_nothing_but_reading(place: str, method: str) -> None:
    assert answered(place, method).status_code in (403, 405)
