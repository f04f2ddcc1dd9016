"""The decision itself beside its fields: where rule or agency say so, made again from masked data, gone with it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

import pikepdf
import pypdf
import pytest
from django.test import Client

from sanxiang.casework.commands import handle
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events import registry
from sanxiang.core.gates.masking import HIDDEN
from sanxiang.core.values import CHINA
from sanxiang.three_systems.disclosure.models import Published
from tests.support.theatre import Theatre

from .conftest import CANARIES

REASONS = "当事人初次违法并且主动召回了琥珀牌蛋糕，应当从轻。"
CAKE = {"decide": {"decision_reasons": REASONS}}


def pdf_of(stream: str) -> tuple[Any, bytes]:
    answer = Client().get(f"/d/{stream}.pdf")
    assert answer.status_code == 200
    return answer, answer.content


def words_of(body: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(body)).pages)


@pytest.mark.clauses("LY-14", "UR-09", "WD-07")
@pytest.mark.journeys("disclosure.full-text")
def test_page_and_file_hold_the_decision_as_its_form_sets_it_with_the_masks_on(site: dict[str, str], ask: Any) -> None:
    page = ask(f"/d/{site['person']}/")
    for heading in ("二、违法事实和证据", "四、处罚理由和依据", "五、处罚内容", "七、救济途径和期限"):
        assert f"<h3>{heading}</h3>" in page
    assert "司徒某某" in page
    answer, body = pdf_of(site["person"])
    text = words_of(body)
    assert "行政处罚决定书" in text
    assert "公示文本" in text
    assert "司徒某某" in text
    assert not [one for one in CANARIES if one in page or one in text]
    row = Published.objects.get(pk=site["person"])
    assert unquote(answer["Content-Disposition"]).endswith(f"{row.number}.pdf")
    with pikepdf.open(io.BytesIO(body)) as made:
        told = {str(key): str(value) for key, value in made.open_metadata().items()}
        assert tuple(told[f"{{http://www.aiim.org/pdfa/ns/id/}}{name}"] for name in ("part", "conformance")) == (
            "2",
            "B",
        )
        assert set(made.docinfo.keys()) <= {"/Title", "/Author", "/Creator", "/CreationDate", "/ModDate", "/Keywords"}
        assert not made.attachments


@pytest.mark.clauses("LY-14")
@pytest.mark.journeys("disclosure.full-text")
def test_search_files_and_interface_hold_the_full_text(theatre: Theatre, site: dict[str, str], ask: Any) -> None:
    told = theatre.played(start="2025-06-09", fill={"party_name": "琥珀演示商行"}, facts=CAKE)
    assert f"/d/{told.stream}/" in ask(f"/search/?q={quote('琥珀牌蛋糕')}")
    one = json.loads(Client().get(f"/d/{told.stream}.json").content)
    assert REASONS in one["full_text_lines"]
    assert one["full_text"].endswith(f"/d/{told.stream}.pdf")
    month = Published.objects.get(pk=told.stream).published_on.strftime("%Y-%m")
    files = b"".join(Client().get(f"/data/{month}.csv").streaming_content).decode()  # type: ignore[arg-type]
    assert f"/d/{told.stream}.pdf" in files


@pytest.mark.clauses("LY-14", "UR-09", "WD-07")
@pytest.mark.journeys("disclosure.full-text")
def test_basic_fields_always_and_the_full_text_where_rule_or_agency_say_so(theatre: Theatre) -> None:
    theatre.everywhere()
    found = {}
    for place in ("luoyang", "urumqi", "wuding", "changning"):
        told = theatre.played(agency=place, start="2026-03-02")
        found[place] = Published.objects.get(pk=told.stream)
        assert found[place].public["执法结论"]
    assert {place for place, row in found.items() if row.full} == {"luoyang", "urumqi", "wuding"}
    plain = found["changning"].stream
    assert Client().get(f"/d/{plain}.pdf").status_code == 404
    assert "决定书全文" not in Client().get(f"/d/{plain}/").content.decode()


@pytest.mark.clauses("LY-14", "UR-09")
@pytest.mark.journeys("disclosure.full-text")
def test_the_agency_settles_it_from_a_day_on(theatre: Theatre) -> None:
    before = theatre.played(start="2026-03-02")
    later = theatre.played(before="prepare_publication", start="2026-07-06")
    setting(theatre, ["只公示基本要素"])
    try:
        theatre.go_on(later)
    finally:
        setting(theatre, ["处罚"])
    assert Published.objects.get(pk=before.stream).full, "what was published stays as it was"
    assert Published.objects.get(pk=later.stream).full == {}


def setting(theatre: Theatre, categories: list[str]) -> None:
    event = registry.AgencyChanged(facts={"agency_full_text": categories})
    at = datetime(2026, 6, 1, 9, tzinfo=CHINA)
    agency = theatre.people["luoyang"][""]
    command = RegisterCommand(
        kind="agency",
        agency=agency,
        stream=agency,
        entries=(Entry(event=event, occurred_at=at),),
        officer=theatre.people["luoyang"]["registrar"],
    )
    answer = register(theatre.connection, theatre.book, command, at=at)
    assert answer.done, answer


@pytest.mark.clauses("LY-14")
@pytest.mark.journeys("disclosure.full-text")
def test_a_correction_changes_the_full_text_and_tells_what(theatre: Theatre) -> None:
    told = theatre.played(start="2025-07-07", facts=CAKE)
    fix = {"field": "决定书全文", "wrong": "琥珀牌", "right": "珊瑚牌"}
    facts = {"correction_fixes": [fix], "correction_note": "品牌写错"}
    command = theatre.command(told, "prepare_publication")
    answer = handle(
        theatre.connection,
        theatre.book,
        replace(command, act="correct_publication", facts=facts, expected=None),
        at=told.at,
    )
    assert answer.done, (answer.verdict.reasons, answer.problems)
    page = Client().get(f"/d/{told.stream}/").content.decode()
    assert "珊瑚牌蛋糕" in page.split("更正记录")[0]
    assert "决定书全文·" in page.split("更正记录")[1]
    assert "珊瑚牌蛋糕" in words_of(pdf_of(told.stream)[1])


@pytest.mark.clauses("LY-14", "UR-09")
@pytest.mark.journeys("disclosure.full-text")
def test_what_was_withdrawn_has_no_full_text(theatre: Theatre, site: dict[str, str]) -> None:
    row = Published.objects.get(pk=site["withdrawn"])
    assert row.full == {}
    answer = Client().get(f"/d/{site['withdrawn']}.pdf")
    assert answer.status_code == 410
    assert "撤下" in answer.content.decode()


def test_the_publisher_sees_both_and_hides_in_the_full_text_what_no_basic_field_holds(theatre: Theatre) -> None:
    told = theatre.played(before="prepare_publication", start="2026-05-06", facts=CAKE)
    client = Client()
    client.force_login(theatre.account("publisher"))
    page = client.get(f"/disclosure/{told.stream}/").content.decode()
    left, right = page.split("data-public")[0], page.split("data-public")[1]
    assert REASONS in left
    assert REASONS in right
    assert client.get(f"/recording/{told.stream}/public.pdf").status_code == 200
    step = theatre.command(told, "prepare_publication")
    row = {"text": "琥珀牌", "choice": "遮蔽", "sort": "商业秘密", "reason": "品牌未公开"}
    answer = handle(
        theatre.connection, theatre.book, replace(step, facts={**step.facts, "mask_choices": [row]}), at=told.at
    )
    assert answer.done, answer.verdict.reasons
    event: Any = answer.events[-1].event
    assert event.full["facts"]["decision_reasons"] == REASONS.replace("琥珀牌", HIDDEN)
    assert "琥珀牌" not in str(event.full)


def test_the_desk_does_not_call_a_whole_text_stale_for_want_of_its_officers(theatre: Theatre) -> None:
    """The text names who decided; whoever judges the next act must know them, or takes the same text for another."""
    from sanxiang.casework import judging
    from sanxiang.casework.models import CaseRow, WaitRow

    theatre.everywhere()
    told = theatre.played("ordinary", before="publish", agency="wuding")
    events, row = theatre.events(told), CaseRow.objects.get(stream=told.stream)
    waits = [(wait, row) for wait in WaitRow.objects.filter(stream=told.stream)]
    who = theatre.who(told, next(step["by"] for step in told.steps if step["act"] == "publish"))
    found = judging.judged(theatre.connection, theatre.book, waits, who, told.at, {told.stream: events})
    publishing = [one for one in found if one.wait.act == "publish"]
    assert publishing
    assert "DR-17" not in {reason.clause for one in publishing for reason in one.option.blocked}
