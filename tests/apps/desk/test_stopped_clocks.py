"""Clocks that stand still, through the pages: left out, ended, suspended."""

from __future__ import annotations

import pytest
from django.db import connections

from sanxiang.casework.models import CaseRow, DutyRow
from sanxiang.casework.terms import NEVER
from sanxiang.store import reading

from .conftest import World
from .test_desk_acts import logged, text

LAW = "《市场监督管理行政处罚程序规定》第六十四条"


def event_of(case: str, act: str) -> str:
    return next(one.id for one in reading.load(connections["default"], case) if one.event.act == act)


@pytest.mark.django_db
def test_time_left_out_stands_beside_the_clock_until_it_has_ended(world: World) -> None:
    case = world.cases["reviewing"]
    head, page = logged("ly-head"), f"/work/cases/{case}/"
    before = DutyRow.objects.get(stream=case, duty="decide").due_on
    form = head.get(f"{page}do/stop_clock/")
    assert "不计入期限的原因" in text(form)
    lacking = head.post(
        f"{page}do/stop_clock/", {"stopped_for": "检测", "stopped_until": "2027-01-20", "stopped_reason": "检测"}
    )
    assert lacking.status_code == 422
    assert "应当写明依据的法律、法规、规章" in text(lacking)
    facts = {"stopped_for": "检测", "stopped_law": LAW, "stopped_until": "2027-01-20", "stopped_reason": "委托检测。"}
    done = head.post(f"{page}do/stop_clock/", facts)
    assert done.status_code == 302, text(done)
    row = DutyRow.objects.get(stream=case, duty="decide")
    assert row.due_on > before
    assert row.provisional
    shown = text(head.get(page))
    assert "不计入：检测" in shown
    assert "还没有结束，到期日暂定" in shown
    assert LAW in shown
    resume = logged("ly-officer").get(f"{page}do/resume_clock/")
    assert "登记不计入办理期限的期间：检测" in text(resume)
    nothing = logged("ly-officer").post(f"{page}do/resume_clock/", {"link": ""})
    assert "选明已经结束的是哪一项" in text(nothing)
    ended = logged("ly-officer").post(f"{page}do/resume_clock/", {"link": event_of(case, "stop_clock")})
    assert ended.status_code == 302, text(ended)
    row = DutyRow.objects.get(stream=case, duty="decide")
    assert row.due_on == before
    assert "还没有结束" not in text(head.get(page))


@pytest.mark.django_db
def test_a_suspended_case_has_no_last_day_and_is_on_nobodys_list_of_overdue(world: World) -> None:
    case = world.cases["reviewing"]
    head, page = logged("ly-head"), f"/work/cases/{case}/"
    facts = {"suspended_for": "其他", "stopped_law": LAW, "stopped_reason": "等待解释。"}
    done = head.post(f"{page}do/suspend_case/", facts)
    assert done.status_code == 302, text(done)
    assert DutyRow.objects.get(stream=case, duty="decide").due_on == NEVER
    assert CaseRow.objects.get(stream=case).next_due != NEVER
    shown = text(head.get(page))
    assert "停止计算" in shown
    assert "恢复以前没有到期日" in shown
    assert "2399" not in shown
    refused = head.get(f"{page}do/decide/")
    assert "案件已经中止办理，恢复以后才能作出决定" in text(refused)
    ended = head.post(f"{page}do/resume_clock/", {"link": event_of(case, "suspend_case")})
    assert ended.status_code == 302, text(ended)
    assert DutyRow.objects.get(stream=case, duty="decide").due_on != NEVER
