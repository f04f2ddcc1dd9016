"""How long a file is kept, what holds it, and its end: content gone everywhere, proof whole."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Command, handle
from sanxiang.casework.forms import suggested
from sanxiang.casework.models import CaseEntry, CaseRow, CaseText
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.config.demo import Told
from sanxiang.core.casefile import fold
from sanxiang.core.events import registry
from sanxiang.core.rulebook import Library
from sanxiang.core.values import CHINA
from sanxiang.counter.models import PartyPage
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.store.ledger.verification import Verifier
from sanxiang.three_systems.disclosure.expiring import expire
from sanxiang.three_systems.recording.destroying import destroy, files_of
from sanxiang.three_systems.recording.file_models import FileRow
from sanxiang.three_systems.recording.packages import package
from tests.support.theatre import Theatre

from .packed import Packed, number_all, verify

pytestmark = [pytest.mark.clauses("CN-13"), pytest.mark.journeys("archive.retention")]
PLACE = {"archive_place": "综合档案室三号柜"}


SHORT = 1
"""Years for which the rules of these tests keep what the law keeps for ten or thirty: no case of ours is that old
yet."""


def shortened(book: Library) -> Library:
    """The same rules, but that ten years and thirty are one."""
    (scope,) = book.versions["archive-scope"]
    clauses = tuple(
        replace(one, retentions=tuple(replace(r, years=SHORT) if r.years in (10, 30) else r for r in one.retentions))
        for one in scope.clauses
    )
    return replace(book, versions={**book.versions, "archive-scope": (replace(scope, clauses=clauses, digest="t"),)})


def does(theatre: Theatre, told: Told, act: str, by: str, at: datetime, **facts: Any) -> Any:
    command = Command(act=act, officer=theatre.people["luoyang"][by], stream=told.stream, facts=facts)
    return handle(theatre.connection, shortened(theatre.book), command, at=at)


def test_of_all_periods_that_apply_the_longest_wins(theatre: Theatre) -> None:
    told = theatre.played(before="archive", start="2026-06-01")
    short = theatre.tries(told, "archive", facts={**PLACE, "archive_retention": "十年"})
    reason = next(one for one in short.verdict.reasons if one.clause == "AS-8")
    assert "三十年" in reason.missing[0]
    assert "须核定" in reason.missing[0]
    client = Client()
    client.force_login(theatre.account("archivist"))
    form = client.get(f"/work/cases/{told.stream}/do/archive/").content.decode()
    assert "<option selected>三十年</option>" in form, "the form proposes it"
    done = theatre.tries(told, "archive", facts={**PLACE, "archive_retention": "永久"})
    assert done.done, "longer is always allowed"
    assert FileRow.objects.get(pk=told.stream).retention == "永久"


@pytest.fixture
def ended(theatre: Theatre) -> Told:
    """A penalty on the spot, kept for ten years, its publicity over."""
    who = {"party_name": "终演示", "party_id_number": "410305197811275881", "party_phone": "13800009999"}
    told = theatre.played("summary", start="2024-09-02", fill=who)
    expire(theatre.connection, at=told.at + timedelta(days=120))
    return told


def refused(answer: Any, clause: str) -> bool:
    return not answer.done and clause in {one.clause for one in answer.verdict.reasons}


@pytest.mark.clauses("CN-13")
@pytest.mark.journeys("archive.retention")
def test_an_appraisal_proposes_what_the_agency_settled_for_the_end(theatre: Theatre) -> None:
    """What the agency entered in its register, with its day, stands in place of what its place does."""
    theatre.everywhere()
    own, client = theatre.people["changning"][""], Client()
    client.force_login(theatre.account("archivist", "changning"))
    assert "先提销毁的意见（本地的默认）" in client.get("/recording/rules/").content.decode()
    at = timezone.now()
    event = registry.AgencyChanged(facts={"agency_archive_end": "延长保管"})
    command = RegisterCommand(
        kind="agency", agency=own, stream=own, entries=(Entry(event=event, occurred_at=at),),
        officer=theatre.people["changning"]["registrar"],
    )  # fmt: skip
    assert register(theatre.connection, theatre.book, command, at=at).done
    told = theatre.played(agency="changning", before="inspect")
    rules = theatre.book.on("changning", at.date())
    act = rules.act("penalty.ordinary", "appraise_archive")
    assert act is not None
    assert suggested(rules, fold(theatre.events(told)), act)["appraisal_result"] == "延长保管"
    assert "先提延长保管的意见（本机关设定）" in client.get("/recording/rules/").content.decode()


def test_the_agency_chooses_among_the_opinions_of_an_appraisal(theatre: Theatre) -> None:
    names = theatre.book.dictionary
    assert names["agency_archive_end"].choices == names["appraisal_result"].choices
    registrar, form = Client(), f"/registry/agencies/{theatre.people['luoyang']['']}/change_agency/"
    registrar.force_login(theatre.account("registrar"))
    assert 'name="agency_archive_end"' in registrar.get(form).content.decode()


def test_an_appraisal_proposes_what_the_place_does_at_the_end(theatre: Theatre, ended: Told) -> None:
    client = Client()
    client.force_login(theatre.account("archivist"))
    form = client.get(f"/work/cases/{ended.stream}/do/appraise_archive/").content.decode()
    assert "<option selected>销毁</option>" in form
    rules = client.get("/recording/rules/").content.decode()
    assert "到期鉴定，先提销毁的意见（本地的默认）" in rules


def approved(theatre: Theatre, told: Told) -> datetime:
    """Appraised after its period and approved to be destroyed; the moment after."""
    at = datetime(2026, 1, 5, 9, tzinfo=CHINA)
    opinion = {
        "appraisal_members": "档案员、承办人",
        "appraisal_result": "销毁",
        "appraisal_reason": "没有继续保存的价值",
    }
    assert does(theatre, told, "appraise_archive", "archivist", at, **opinion).done
    assert does(
        theatre, told, "approve_destruction", "head", at + timedelta(days=1), destruction_opinion="同意销毁。"
    ).done
    return at + timedelta(days=2)


def test_nothing_is_appraised_before_its_time_nor_while_a_dispute_runs(theatre: Theatre, ended: Told) -> None:
    line = FileRow.objects.get(pk=ended.stream)
    assert (line.retention, line.kept_until.isoformat()) == ("十年", "2034-12-31")
    opinion = {"appraisal_members": "档案员", "appraisal_result": "销毁", "appraisal_reason": "没有价值"}
    last = datetime(2025, 12, 31, 9, tzinfo=CHINA)
    early = does(theatre, ended, "appraise_archive", "archivist", last, **opinion)
    assert refused(early, "AL-21")
    assert any("保管期限届满" in text for one in early.verdict.reasons for text in one.missing)
    later = last + timedelta(days=5)
    assert does(theatre, ended, "hold_archive", "archivist", later, hold_ground="行政诉讼").done
    assert FileRow.objects.get(pk=ended.stream).held
    held = does(theatre, ended, "appraise_archive", "archivist", later + timedelta(days=1), **opinion)
    assert refused(held, "AL-21")
    assert does(theatre, ended, "lift_hold", "archivist", later + timedelta(days=2), hold_ended="撤诉").done
    assert does(theatre, ended, "appraise_archive", "archivist", later + timedelta(days=3), **opinion).done
    assert not does(theatre, ended, "destroy_archive", "archivist", later + timedelta(days=4),
                    destruction_witnesses="甲演示、乙演示").done, "nobody approved it"  # fmt: skip
    assert not does(theatre, ended, "approve_destruction", "archivist", later + timedelta(days=4),
                    destruction_opinion="同意").done, "the head approves"  # fmt: skip


def test_the_content_goes_everywhere_and_the_proof_stays(
    theatre: Theatre, ended: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "SANXIANG_LEDGER", tmp_path / "published")
    connection, stream = theatre.connection, ended.stream
    before = theatre.events(ended)
    name, number = before[0].event.facts["party_name"], before[0].event.facts["party_id_number"]
    mine = files_of(connection, stream, shelf())
    photo = next(file["sha256"] for one in before for file in one.event.files)
    other = theatre.played("summary", start="2024-09-02")
    assert any(file["sha256"] == photo for one in theatre.events(other) for file in one.event.files)
    volume = next(one.event for one in reversed(before) if one.kind == "case.archived")
    assert {volume.volume, volume.package_sha256} <= set(mine)
    assert PartyPage.objects.filter(stream=stream).exists()
    assert CaseEntry.objects.filter(stream=stream).exists()
    at = approved(theatre, ended)
    done = does(theatre, ended, "destroy_archive", "archivist", at, destruction_witnesses="甲演示、乙演示")
    assert done.done, done.verdict.reasons
    event = done.events[-1].event
    assert (event.approver, event.backups_until) == (before_head(theatre), "2026-04-07")

    destroy(connection, stream, shelf())
    after = reading.load(connection, stream)
    assert all("party_name" not in one.event.facts for one in after), "the key is gone"
    assert name not in CaseRow.objects.get(pk=stream).title
    assert CaseRow.objects.get(pk=stream).party_token is None
    assert name not in CaseText.objects.get(pk=stream).text
    assert not CaseEntry.objects.filter(stream=stream).exists(), "no word of it is found"
    assert not PartyPage.objects.filter(stream=stream).exists()
    assert FileRow.objects.get(pk=stream).state == "destroyed"
    assert shelf().fault(volume.volume) == shelf().fault(volume.package_sha256) == "missing"
    assert shelf().fault(photo) == "", "another case names the same photograph"
    assert everywhere(number) == [], "no table holds the number of the party any more"

    vkey = number_all(tmp_path, settings)
    checked = Verifier(connections["default"], blobs=shelf(), key=vkey).run("full")
    assert stream in {one.stream for one in checked.destroyed}
    assert not [one for one in checked.findings if one.code == "evidence" and one.where in mine]
    with package(connection, stream) as made:
        bag = Packed(made.read(), vkey, stream, tmp_path / "published").unpack(tmp_path / "bag")
    told = verify(bag, "--vkey", vkey)
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
    assert f"by approval of {event.approver}" in told.stdout
    assert number not in "".join(path.read_text(encoding="utf-8") for path in bag.rglob("*.json"))
    own = json.loads(next(iter(sorted((bag / "data" / "events").iterdir(), reverse=True))).read_text(encoding="utf-8"))
    assert own["body"]["payload"]["facts"]["destruction_witnesses"] == "甲演示、乙演示", "who did it stays readable"
    again = does(theatre, ended, "request_access", "archivist", at + timedelta(days=1), access_applicant="监督")
    assert refused(again, "AL-29")


def before_head(theatre: Theatre) -> str:

    head = theatre.people["luoyang"]["head"]
    officer = registers_for(theatre.connection, theatre.people["luoyang"][""], (head,)).officer(head)
    return officer.name if officer else ""


def everywhere(text: str) -> list[str]:
    """The tables of the application in which a text stands anywhere in plain words."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found
