"""The public record for programs: the same decisions as the pages show, gone with them, and nothing that is masked."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.test import Client

from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.disclosure.models import Published

from .conftest import CANARIES
from .test_portal import HOSTILE, listed

ATOM, MAP = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(address: str, status: int = 200) -> Any:
    answer = Client().get(address)
    assert answer.status_code == status, address
    return json.loads(answer.content)


def xml(address: str) -> ElementTree.Element:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return ElementTree.fromstring(answer.content)


def test_json_and_feed_find_what_the_page_finds(ask: Any, site: dict[str, str]) -> None:
    for query in ("q=门户演示", "category=处罚", f"agency={quote('洛阳市市场监督管理局')}", "q=没有这样的东西"):
        on_page = listed(ask(f"/search/?{query}"))
        assert [one["id"] for one in read(f"/search.json?{query}")["decisions"]] == on_page
        entries = xml(f"/search.atom?{query}").findall(f"{ATOM}entry")
        assert [entry.findtext(f"{ATOM}id") for entry in entries] == [f"urn:uuid:{one}" for one in on_page]


def test_every_page_of_the_json_leads_to_the_next(
    ask: Any, site: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "PAGE", 2)
    seen, address = [], "/search.json?q=演示"
    while address:
        page = read(address)
        seen += [one["id"] for one in page["decisions"]]
        address = page["next"].removeprefix("http://testserver")
    rows = Published.objects.using("portal").filter(withdrawn_on=None, text__contains="演示")
    assert len(seen) == len(set(seen)) == rows.count()


def test_one_decision_holds_what_its_page_holds(ask: Any, site: dict[str, str]) -> None:
    told = read(f"/d/{site['red']}.json")
    page = ask(f"/d/{site['red']}/")
    assert told["url"].endswith(f"/d/{site['red']}/")
    for value in told["fields"].values():
        assert str(value).split("\n")[0] in page


def test_what_was_withdrawn_is_gone_everywhere(ask: Any, site: dict[str, str]) -> None:
    gone = site["withdrawn"]
    told = read(f"/d/{gone}.json", status=410)
    assert told["withdrawn_on"]
    assert set(told["fields"]) <= {"执法主体", "决定文号", "执法类别", "撤下理由"}
    assert gone not in Client().get("/search.json?category=处罚").content.decode()
    assert gone not in Client().get("/search.atom").content.decode()
    for place in xml("/sitemap.xml").iter(f"{MAP}loc"):
        assert gone not in Client().get(str(place.text).removeprefix("http://testserver")).content.decode()
    assert read_status(f"/d/{site['unseen']}.json") == 404


def read_status(address: str) -> int:
    return Client().get(address).status_code


def test_the_sitemaps_hold_every_public_decision_once(ask: Any, site: dict[str, str]) -> None:
    found: list[str] = []
    for place in xml("/sitemap.xml").iter(f"{MAP}loc"):
        month = xml(str(place.text).removeprefix("http://testserver"))
        found += re.findall(r"/d/([0-9a-f-]{36})/", " ".join(str(loc.text) for loc in month.iter(f"{MAP}loc")))
    rows = Published.objects.using("portal").filter(withdrawn_on=None)
    assert sorted(found) == sorted(str(stream) for stream in rows.values_list("stream", flat=True))
    assert "Sitemap: http://testserver/sitemap.xml" in Client().get("/robots.txt").content.decode()


def test_a_feed_can_be_read_by_others(ask: Any, site: dict[str, str]) -> None:
    root = xml("/search.atom?q=门户演示红商行")
    (entry,) = root.findall(f"{ATOM}entry")
    assert root.findtext(f"{ATOM}title") == "行政执法信息公示：门户演示红商行"
    assert str(entry.findtext(f"{ATOM}title")).startswith("门户演示红商行")
    for tag in ("id", "updated", "title", "author"):
        assert entry.find(f"{ATOM}{tag}") is not None, "RFC 4287, 4.1.2"
    assert {link.attrib["rel"] for link in root.findall(f"{ATOM}link")} >= {"self", "alternate"}


def test_no_masked_value_stands_in_any_of_them(ask: Any, site: dict[str, str]) -> None:
    places = [
        f"/d/{site['person']}.json",
        "/search.json",
        "/search.atom",
        f"/d/{site['withdrawn']}.json",
        "/sitemap.xml",
    ]
    whole = "\n".join(Client().get(place).content.decode() for place in places)
    assert "司徒某某" in whole
    assert [canary for canary in CANARIES if canary in whole or canary in json.dumps(whole)] == []


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["json", "atom"])
def test_hostile_queries_are_answered_plainly(ask: Any, site: dict[str, str], form: str, text: str) -> None:
    for field in ("q", "agency", "category", "since", "after"):
        answer = Client().get(f"/search.{form}?{field}={quote(text)}")
        assert answer.status_code in (200, 400)
        if answer.status_code == 200 and form == "atom":
            ElementTree.fromstring(answer.content)


@pytest.mark.parametrize("month", ["2024-13", "0000-01", "9999-12", "2024", "x", "2024-01-01", "1-1"])
def test_a_month_without_decisions_is_not_found(ask: Any, site: dict[str, str], month: str) -> None:
    assert read_status(f"/sitemap-{month}.xml") == 404
