"""The public site: what was published and nothing else, whoever asks and however he asks."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connections
from django.test import Client

from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.disclosure.models import Published
from tests.support.theatre import Theatre

from .conftest import CANARIES

HOSTILE = [
    "%", "_", "%%", "__", "\\", "'; DROP TABLE published; --", "' OR '1'='1", "<script>alert(1)</script>", "(((", "*",
    "😀" * 200, "长" * 100_000, "\x00", "演示\x00公司", "\x1b[2J", "\u202e演示", "{{ 7*7 }}", "${jndi:ldap://x}", " ", "　",
]  # fmt: skip


def listed(page: str) -> list[str]:
    """The decisions that a page links to, in order."""
    return re.findall(r'href="/d/([0-9a-f-]{36})/"', page)


def stood(name: str, site: dict[str, str]) -> Published:
    return Published.objects.using("portal").get(pk=site[name])


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_found_by_name_number_code_agency_and_words_together(ask: Any, site: dict[str, str]) -> None:
    number = stood("red", site).number
    assert listed(ask("/search/?q=门户演示红商行")) == [site["red"]]
    assert listed(ask(f"/search/?q={quote(number)}")) == [site["red"]]
    assert site["red"] in listed(ask("/search/?q=91410300MA7JH4BX0U 门户演示红"))
    assert listed(ask("/search/?q=演示黄 食品安全法")) == [site["yellow"]]
    assert listed(ask("/search/?q=演示黄 演示蓝")) == [], "every word must occur"
    agency = quote(stood("red", site).agency_name)
    assert listed(ask(f"/search/?q=门户演示蓝&agency={agency}")) == [site["blue"]]
    assert listed(ask("/search/?agency=没有这个机关")) == []
    assert listed(ask("/search/?q=门户演示未公示商行")) == [], "decided is not published"


def test_newest_first_narrowed_by_category_and_days(ask: Any, site: dict[str, str]) -> None:
    all_three = [site["blue"], site["yellow"], site["red"]]
    assert [one for one in listed(ask("/search/?q=门户演示")) if one in all_three] == all_three
    day = stood("yellow", site).decided_on.isoformat()
    assert listed(ask(f"/search/?q=门户演示&since={day}&until={day}")) == [site["yellow"]]
    assert listed(ask("/search/?q=门户演示&category=许可")) == []
    wrong = ask("/search/?q=门户演示&since=2024-13-40")
    assert "没有按这个日期筛选" in wrong
    assert set(listed(wrong)) == set(all_three)


def test_pages_hold_every_decision_once(ask: Any, site: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "PAGE", 2)
    seen, address = [], "/search/?q=演示"
    while address:
        page = ask(address)
        assert "共 " in page
        seen += listed(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/search/" + following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == Published.objects.using("portal").filter(
        withdrawn_on=None, text__contains="演示"
    ).count()  # fmt: skip
    assert {site[name] for name in ("red", "yellow", "blue", "person")} <= set(seen)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["q", "agency", "category", "since", "until", "after"])
def test_hostile_queries_are_answered_plainly(ask: Any, field: str, text: str) -> None:
    page = ask(f"/search/?{field}={quote(text)}", status=400 if "\x00" in text else 200)
    assert "<script>alert" not in page
    assert 'value="49' not in page


@pytest.mark.parametrize(
    "cursor", ["9999-99-99_x", "2024-01-01_", "_", "2024-01-01", "0001-01-01_" + str(uuid.UUID(int=0)), "x" * 5000]
)
def test_an_impossible_cursor_begins_at_the_start_or_ends(ask: Any, cursor: str) -> None:
    ask(f"/search/?after={cursor}")


@pytest.mark.parametrize("query", ["q=%FF%FE", "q=演示&q=<b>", "q[]=1", "page=-1", "q=" + "%20" * 3000])
def test_odd_addresses(ask: Any, query: str) -> None:
    ask(f"/search/?{query}")


def test_one_character_and_wildcards_find_nothing(ask: Any) -> None:
    for text in ("演", "%", "_", "％"):
        page = ask(f"/search/?q={quote(text)}")
        assert listed(page) == []
        assert "每个词至少写两个字" in page


# ── the decision and its notice ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("LY-13")
def test_a_decision_says_who_whom_what_how_and_the_outcome(ask: Any, site: dict[str, str]) -> None:
    page = ask(f"/d/{site['red']}/")
    for text in (
        "执法主体",
        "执法对象",
        "门户演示红商行",
        "执法类别",
        "主要流程",
        "作出处罚决定",
        "执法结论",
        "罚款5000",
    ):
        assert text in page
    assert stood("red", site).number in page


@pytest.mark.clauses("LY-15", "DXH-09")
@pytest.mark.journeys("disclosure.withdrawn-notice")
def test_a_withdrawn_decision_leaves_its_notice_with_the_reason(ask: Any, site: dict[str, str]) -> None:
    """Administrative Penalty Law, art. 48: withdrawn within three days, and the reason is told in public."""
    page = ask(f"/d/{site['withdrawn']}/", status=410)
    row = stood("withdrawn", site)
    assert row.number in page
    assert "撤销" in page
    assert "复议决定撤销" in page
    for text in ("罚款", "违法事实", "处罚依据", *CANARIES):
        assert text not in page, text
    assert (row.text, row.pairs) == ("", [])
    assert site["withdrawn"] not in ask("/search/?q=司徒某某")
    assert site["withdrawn"] not in ask(f"/search/?q={quote(row.number)}")
    assert site["withdrawn"] not in ask("/")


def test_what_was_never_published_is_not_there(ask: Any, site: dict[str, str]) -> None:
    for stream in (site["unseen"], str(uuid.uuid4())):
        assert "未公示商行" not in ask(f"/d/{stream}/", status=404)
    for address in ("/d/1/", "/d/%27/", "/d/../work/", "/nothing/", "/d/"):
        assert Client().get(address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/search/", "/about/", "/d/{red}/", "/robots.txt"])
def test_nothing_can_be_sent(site: dict[str, str], theatre: Theatre, address: str) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)(address.format(**site)).status_code == 405


# ── masks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_masked_value_stands_in_no_page_no_header_and_no_index(ask: Any, site: dict[str, str]) -> None:
    """Canaries in every field and free text of the case: pages with their sources and headers, and the whole row that
    the portal can read (fields, searched text, character pairs)."""
    everything = [ask(f"/d/{site['person']}/"), ask("/"), ask("/search/?q=司徒某某"), ask("/search/?q=罚款五千元")]
    everything.append(ask(f"/d/{site['withdrawn']}/", status=410))
    for row in Published.objects.using("portal").values():
        everything.append(json.dumps(row, ensure_ascii=False, default=str))
    whole = "\n".join(everything)
    assert "司徒某某" in whole
    assert [canary for canary in CANARIES if canary in whole] == []


@pytest.mark.parametrize("canary", CANARIES)
def test_a_masked_value_finds_nothing(ask: Any, canary: str) -> None:
    assert listed(ask(f"/search/?q={quote(canary)}")) == []


# ── the role of the database ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def portal_role(site: dict[str, str], theatre: Theatre) -> Iterator[psycopg.Connection[Any]]:
    """A connection of our own as the portal's role."""
    place = connections["portal"].settings_dict
    address = {"host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"], "user": place["USER"]}
    with psycopg.connect(**address, password=place["PASSWORD"], autocommit=True) as connection:
        yield connection


def test_the_portals_role_reads_what_was_published_and_nothing_else(portal_role: psycopg.Connection[Any]) -> None:
    """Every table, view and sequence of the database is tried, not only those that somebody thought of."""
    query = """SELECT c.oid::regclass::text, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"""
    tables = [str(name) for name, _ in portal_role.execute(query).fetchall()]
    assert len(tables) > 40
    readable = []
    for name in tables:
        try:
            portal_role.execute(f"SELECT * FROM {name} LIMIT 1".encode())
            readable.append(name)
        except psycopg.errors.InsufficientPrivilege:
            continue
    assert sorted(readable) == [
        "corrected_paper", "counter_attempt", "numbered_day", "numbered_decision", "public_agency", "public_certificate", "public_change",
        "published", "published_catalogue", "published_draw", "published_file", "published_report", "published_section", "shared_list",
        "showing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    ["UPDATE published SET number = 'x'", "DELETE FROM published", "TRUNCATE published", "CREATE TABLE mine (x int)",
     "INSERT INTO published SELECT * FROM published", "CREATE TEMP TABLE mine (x int)", "SET ROLE postgres",
     "SELECT pg_read_file('/etc/passwd')", "COPY published TO PROGRAM 'cat'", "SELECT record.append(NULL)"],
)  # fmt: skip
def test_the_portals_role_does_nothing_but_read(portal_role: psycopg.Connection[Any], statement: str) -> None:
    before = portal_role.execute("SELECT count(*) FROM published").fetchone()
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFunction)):
        portal_role.execute(statement.encode())
    assert portal_role.execute("SELECT count(*) FROM published").fetchone() == before
