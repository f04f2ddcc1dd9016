"""The search over everything finds what one may see, and neither a hit nor a count tells of the rest."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.casework import access, finding, levels
from sanxiang.casework.models import CaseEntry, CaseRow
from sanxiang.core.events.looking import FileClassified
from sanxiang.core.values.searching import excerpt, keys, marked, plain
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.store.projecting import PROJECTIONS
from sanxiang.three_systems.recording import looking
from tests.support.theatre import Theatre

WORD = "琉璃盏"
QUERIES_MAX = 25


@pytest.fixture
def told(theatre: Theatre) -> Any:
    """A case in which evidence was taken whose words stand in no other, with a file of that name."""
    told = theatre.played(before="take_evidence", start="2026-10-12")
    file = {"name": f"{word(told)}照片.jpg", "sha256": shelf().add(b"\xff\xd8" + told.stream.encode()), "size": 38,
            "type": "image/jpeg"}  # fmt: skip
    facts = {**theatre.command(told, "take_evidence").facts, "evidence_proves": f"现场存放{word(told)}三只"}
    done = theatre.tries(told, "take_evidence", files=(file,), facts=facts)
    assert done.done, done.verdict.reasons
    return told


def word(told: Any) -> str:
    """A word that stands in this case alone."""
    return f"{WORD}{told.stream[:8]}"


def client_of(theatre: Theatre, role: str, agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def found(theatre: Theatre, role: str, query: str, kind: str = "", agency: str = "luoyang") -> list[finding.Hit]:
    reader = access.reader_of(theatre.account(role, agency))
    return [hit for _, hits in finding.look(reader, query, kind) for hit in hits.hits]


def of(hits: list[finding.Hit], stream: str) -> list[finding.Hit]:
    return [one for one in hits if stream in one.place or any(stream in place for _, place in one.papers)]


@pytest.mark.journeys("casework.search")
def test_words_of_acts_and_names_of_files_are_found_by_who_may_see_the_case(theatre: Theatre, told: Any) -> None:
    for role in ("zhang", "unit", "head"):
        hits = of(found(theatre, role, word(told)), told.stream)
        assert {one.sort for one in hits} >= {"附件"}, role
        assert len(hits) == 2, (role, hits)
        assert any((word(told), True) in one.parts for one in hits)
    page = client_of(theatre, "zhang").get(f"/work/search/?q={word(told)}").content.decode()
    assert f"<mark>{word(told)}</mark>" in page
    assert f"/work/cases/{told.stream}/#e-" in page
    narrowed = of(found(theatre, "zhang", f"{word(told)} 照片", "file"), told.stream)
    assert [one.sort for one in narrowed] == ["附件"]
    assert (
        "在您能看到的范围里没有找到" in client_of(theatre, "zhang").get("/work/search/?q=世上没有的词").content.decode()
    )


def test_who_may_not_see_the_case_finds_nothing_of_it(theatre: Theatre, told: Any) -> None:
    theatre.everywhere()
    for role, agency in (("head", "wuding"), ("device_keeper", "luoyang")):
        if role in theatre.people[agency]:
            assert of(found(theatre, role, word(told), agency=agency), told.stream) == [], (role, agency)
    CaseRow.objects.filter(pk=told.stream).update(department="elsewhere", handlers=[])
    assert of(found(theatre, "zhang", word(told)), told.stream) == [], "another department's"
    assert of(found(theatre, "head", word(told)), told.stream) != []


def test_a_supervisor_finds_what_a_case_says_only_once_he_said_why(theatre: Theatre, told: Any) -> None:
    assert of(found(theatre, "supervisor", word(told)), told.stream) == []
    client = client_of(theatre, "supervisor")
    client.post(f"/work/cases/{told.stream}/purpose/", {"purpose": "日常监督检查"})
    assert of(found(theatre, "supervisor", word(told)), told.stream) != []
    number = CaseRow.objects.get(pk=told.stream).case_number
    assert of(found(theatre, "supervisor", number, "case"), told.stream) != [], "the register tells him the name"


@pytest.mark.clauses("DXH-17", "WD-15", "LY-26", "UR-20")
@pytest.mark.parametrize("level", levels.LEVELS)
def test_what_is_marked_leaves_no_hit_to_who_has_not_the_level(theatre: Theatre, told: Any, level: str) -> None:
    head = looking.reader_of(theatre.account("head"))
    event = theatre.events(told)[-1]
    (file,) = event.event.files
    said = FileClassified(
        owner=told.stream, event=event.id, index=0, sha256=file["sha256"], name=file["name"], level=level,
        facts={"level_reason": "演示：按保密规定标记"},
    )  # fmt: skip
    levels.classify(head, None, said, agency=theatre.people["luoyang"][""], actor=looking.actor_of(head),
                    at=timezone.now())  # fmt: skip
    assert of(found(theatre, "unit", word(told)), told.stream) == []
    assert of(found(theatre, "unit", word(told), "file"), told.stream) == []
    handles = level in levels.OF_HANDLERS
    assert bool(of(found(theatre, "zhang", word(told)), told.stream)) == handles


def test_hidden_entries_do_not_shorten_a_page_or_promise_another(
    theatre: Theatre, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the newest hits may not be known, older ones fill the page; nothing counts those left out."""
    row = CaseEntry.objects.get(stream=told.stream, sort="file", text__contains=WORD)
    secret, own = "f" * 64, row.files[0]
    for nth in range(7):
        row.pk, row.files = f"{row.event}/{90 + nth}", [secret if nth < 5 else own]
        row.at += timedelta(minutes=1)
        row.save(force_insert=True)
    try:
        monkeypatch.setattr(levels, "gone", lambda reader, owners: frozenset((one, secret) for one in owners))
        reader = access.reader_of(theatre.account("zhang"))
        hits = finding.stated("file")(reader, [WORD], 2, "")
        assert (len(hits.hits), bool(hits.next)) == (2, True)
        pages = [hits]
        while pages[-1].next:
            pages.append(finding.stated("file")(reader, [WORD], 2, pages[-1].next))
        mine = [one for page in pages for one in of(list(page.hits), told.stream)]
        assert len(mine) == 3, "two newer than all that is hidden, one older"
        assert all(len(page.hits) == 2 for page in pages[:-1])
    finally:
        CaseEntry.objects.filter(stream=told.stream, index=0, pk__contains="/9").delete()


def test_the_entries_follow_from_the_record_and_end_with_the_content(theatre: Theatre, told: Any) -> None:

    events = reading.load(connections["default"], told.stream)
    rows = PROJECTIONS["entries"].rows(told.stream, events)["case_entry"]
    held = {row.pk: row for row in CaseEntry.objects.filter(stream=told.stream)}
    assert {row["id"] for row in rows} == held.keys()
    for row in rows:
        assert (held[row["id"]].text, held[row["id"]].pairs) == (row["text"], row["pairs"])
    assert all(row["pairs"] == keys(row["text"]) for row in rows)


def test_a_whole_number_of_a_person_finds_his_cases_though_no_table_holds_it(theatre: Theatre) -> None:
    person = "41030519840717854X"
    told = theatre.played("summary", start="2026-03-02", fill={"party_name": "欧阳检索", "party_id_number": person})
    assert of(found(theatre, "head", person, "case"), told.stream)
    assert not CaseEntry.objects.filter(text__contains=plain(person)).exists()
    assert of(found(theatre, "head", person[:10], "case"), told.stream) == [], "never a part of one"


def test_rules_officers_and_devices_are_found_within_the_place(theatre: Theatre) -> None:
    assert any("处罚法" in one.title for one in found(theatre, "zhang", "处罚法", "clause"))
    name = access.reader_of(theatre.account("zhang")).name
    assert any(name in one.title for one in found(theatre, "head", name, "officer"))
    theatre.everywhere()
    other = access.reader_of(theatre.account("head", "wuding")).name
    mine = {one.place for one in found(theatre, "head", other, "officer")}
    assert not any(theatre.people["wuding"]["head"] in place for place in mine)


def test_the_box_is_on_every_page_and_no_search_asks_too_often(theatre: Theatre, told: Any) -> None:
    for role in ("zhang", "head", "supervisor", "reviewer"):
        client = client_of(theatre, role)
        home = client.get("/work/").content.decode()
        assert 'action="/work/search/"' in home
        assert "data-find" in home
        for place in (
            f"/work/search/?q={WORD}",
            "/work/search/?q=演示",
            "/work/search/",
            "/work/search/?q=演示&kind=stated",
        ):
            with CaptureQueriesContext(connections["default"]) as asked:
                assert client.get(place).status_code == 200
            assert len(asked) <= QUERIES_MAX, (role, place, len(asked))
    strange = client_of(theatre, "zhang").get("/work/search/?q=%27%25_&kind=nothing&after=x_%27")
    assert strange.status_code == 200


MANY = 20_000


def test_a_search_reads_no_more_the_more_cases_there_are(theatre: Theatre, told: Any) -> None:
    """Twenty thousand entries more: a rare word goes by its keys, a common one by the newest rows."""
    with connections["default"].cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE crowd AS SELECT gen_random_uuid() AS stream, n FROM generate_series(1, %s) n",
                       [MANY // 10])  # fmt: skip
        cursor.execute(
            "INSERT INTO case_row SELECT r.* FROM crowd c, case_row t,"
            " jsonb_populate_record(t, jsonb_build_object('stream', c.stream)) r WHERE t.stream = %s",
            [told.stream],
        )
        cursor.execute(
            "INSERT INTO case_entry SELECT r.* FROM crowd c, generate_series(1, 10) e, case_entry t,"
            " jsonb_populate_record(t, jsonb_build_object('stream', c.stream, 'id', 'crowd/' || c.n || '/' || e, 'at',"
            " t.at - c.n * interval '1 hour', 'text', '现场照片' || c.n, 'pairs',"
            " jsonb_build_array('现场', '场照', '照片', '片' || left(c.n::text, 1)), 'said', '现场照片' || c.n)) r"
            " WHERE t.stream = %s AND t.sort = 'file' AND t.text LIKE %s",
            [told.stream, f"{WORD}%"],
        )
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE case_entry, case_row")
        reader = access.reader_of(theatre.account("zhang"))
        for query in (WORD, "现场照片", "世上没有这样的词"):
            with CaptureQueriesContext(connections["default"]) as asked:
                finding.look(reader, query)
            for one in asked.captured_queries:
                if '"case_entry"' not in one["sql"]:
                    continue
                with connections["default"].cursor() as cursor:
                    cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + one["sql"].replace("%", "%%"), [])
                    (plan,) = cursor.fetchone()
                plan = json.loads(plan) if isinstance(plan, str) else plan
                assert read(plan[0]["Plan"]) < 3_000, (query, one["sql"][:300])
    finally:
        with connections["default"].cursor() as cursor:
            for table in ("case_entry", "case_row"):
                cursor.execute(f"DELETE FROM {table} WHERE stream IN (SELECT stream FROM crowd)")
            cursor.execute("DROP TABLE crowd")


def read(plan: dict[str, Any]) -> int:
    """The rows that the scans of a plan went through."""
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    scanned = own * plan["Actual Loops"] if plan["Node Type"].endswith("Scan") else 0
    return int(scanned + sum(map(read, plan.get("Plans", ()))))


def test_an_excerpt_shows_the_words_as_they_were_written() -> None:
    said = "第一行\n检查时间：上午\n检查情况：" + "甲" * 200 + "Ｑ２３５Ｂ 钢材" + "乙" * 200
    parts = excerpt(said, ["q235b钢材"])
    assert ("Ｑ２３５Ｂ 钢材", True) in parts
    assert sum(len(part) for part, _ in parts) <= 92
    assert marked("没有", ["别的"]) == [("没有", False)]
    assert marked("", ["别的"]) == []
