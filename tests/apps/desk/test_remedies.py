"""Review, suit and payment in parts through the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from sanxiang.casework.desk import clock
from sanxiang.casework.models import LISTED, CaseRow, DutyRow
from sanxiang.casework.play import play as replayed
from sanxiang.casework.projections import case_row, duty_row, library
from sanxiang.casework.scenario import load_scenario
from sanxiang.config import demo
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.rulebooks.library import default_folder

from .conftest import World, play
from .test_desk_acts import logged, text


@pytest.mark.django_db
def test_a_review_is_entered_from_its_application_to_its_outcome(world: World) -> None:
    case = world.cases["archived"]
    page, officer, head = f"/work/cases/{case}/", logged("ly-officer"), logged("ly-head")
    facts = {"remedy_kind": "行政复议", "remedy_body": "演示市人民政府", "remedy_applied_on": "2024-06-20"}
    assert officer.post(f"{page}do/seek_remedy/", facts).status_code == 302
    sought = next(one.id for one in reading.load(connections["default"], case) if one.event.act == "seek_remedy")
    form = text(officer.get(f"{page}do/accept_remedy/"))
    assert "哪一件复议或者诉讼" in form
    assert "2024年6月20日 行政复议，演示市人民政府" in form
    accepted = {"link": sought, "remedy_accepted_on": "2024-06-21", "remedy_papers_on": "2024-06-24"}
    assert officer.post(f"{page}do/accept_remedy/", accepted).status_code == 302
    reply = DutyRow.objects.get(stream=case, duty="answer_remedy")
    assert reply.started_on.isoformat() == "2024-06-24"
    stopped = {"link": sought, "execution_stop_ground": "本机关认为需要停止执行"}
    assert head.post(f"{page}do/stop_execution/", stopped).status_code == 302
    shown = text(head.get(page))
    assert "行政复议，演示市人民政府，已停止执行" in shown
    assert "复议、诉讼期间决定不停止执行" in shown
    done = {
        "link": sought,
        "remedy_outcome": "撤销",
        "remedy_decided_on": "2024-07-20",
        "remedy_served_on": "2024-07-22",
    }
    assert officer.post(f"{page}do/conclude_remedy/", done).status_code == 302
    assert DutyRow.objects.get(stream=case, duty="revoke").met_at is None
    revoked = {"revoked_cause": "撤销", "revoked_by": "演示市人民政府", "revoked_on": "2024-07-20"}
    answer = head.post(f"{page}do/revoke/", revoked)
    assert answer.status_code == 302, text(answer)
    assert DutyRow.objects.get(stream=case, duty="revoke").met_at is not None
    assert DutyRow.objects.get(stream=case, duty="withdraw").met_at is None


@pytest.mark.django_db
def test_the_desk_warns_before_the_day_to_ask_the_court_is_lost(world: World) -> None:
    row = CaseRow.objects.get(stream=world.cases["filing"])
    head = logged("ly-head")
    assert "申请法院强制执行快到期" not in text(head.get("/work/"))
    today = legal_day(timezone.now())
    DutyRow.objects.create(
        id=f"{row.stream}/court", stream=row.stream, jurisdiction=row.jurisdiction, agency=row.agency,
        department=row.department, duty="court", clause="CL-53", law="《行政强制法》第五十三条", started_on=today,
        due_on=today + timedelta(days=30),
    )  # fmt: skip
    shown = text(head.get("/work/"))
    assert "申请法院强制执行快到期（1）" in shown
    assert "还剩 30 天" in shown
    DutyRow.objects.filter(id=f"{row.stream}/court").update(due_on=today + timedelta(days=31))
    assert "申请法院强制执行快到期" not in text(head.get("/work/"))


@pytest.mark.django_db
def test_a_story_plays_a_test_left_out_a_review_that_upholds_and_a_fine_paid_later(world: World) -> None:
    case = play(demo, connections["default"], library(), world.people, "contested", "contested", "2025-11-03", None)
    assert CaseRow.objects.get(stream=case).state == "archived"
    rows = DutyRow.objects.filter(stream=case)
    terms = [row.clause for row in rows.filter(duty="suit").order_by("started_on")]
    assert terms == ["AL-46", "AL-45"], "six months, and fifteen days after the review"
    assert not rows.filter(LISTED, duty="suit").exists(), "a term of the party is on nobody's list"
    duties = {row.duty: row for row in rows}
    assert duties["decide"].stops[0]["days"] > 0
    assert duties["answer_remedy"].met_at is not None
    assert not duties["answer_remedy"].late
    shown = text(logged("ly-head").get(f"/work/cases/{case}/"))
    assert "加处罚款" in shown
    assert "不计算：行政复议、行政诉讼期间" in shown
    assert "不计算：批准暂缓缴纳" in shown
    assert "维持" in shown
    assert "起诉期" in shown


@pytest.mark.django_db
def test_what_the_police_owe_is_not_the_lateness_of_the_agency(world: World) -> None:
    told = load_scenario(default_folder() / "national/crime-transfer/scenarios/police-silent.yaml")
    done = replayed(library(), told)
    rules = library().on("wuding", legal_day(timezone.now()))
    row = case_row(done.case, rules, done.duties, done.events[-1])
    assert row["late_duties"] == 0
    (owed,) = (duty_row(done.case, one) for one in done.duties if one.binding.duty == "police_answer")
    assert owed["late"], "the answer did come late"
    told_of = clock(DutyRow(**owed), legal_day(timezone.now()), rules.calendar)
    assert (told_of.sign, told_of.text) == ("plain", "届满以后才有")
    before = [one for one in done.duties if one.binding.duty == "police_answer"]
    waiting = case_row(done.case, rules, [replace(one, met_at=None) for one in before], done.events[-1])
    assert waiting["next_due"] is None
