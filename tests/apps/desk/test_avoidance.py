"""An officer who is asked to keep out of a case (回避), through the pages."""

from __future__ import annotations

import pytest
from django.db import connections

from sanxiang.casework.projections import library
from sanxiang.config import demo
from sanxiang.store import reading

from .conftest import World, play
from .test_desk_acts import logged, text


@pytest.mark.django_db
def test_an_application_waits_for_the_head_and_is_answered_on_paper(world: World) -> None:
    """Administrative Penalty Law, art. 43."""
    start, until = "2026-10-19", "approve_filing"
    case = play(demo, connections["default"], library(), world.people, "avoided", "ordinary", start, until)
    page, officer, head = f"/work/cases/{case}/", logged("ly-officer"), logged("ly-head")
    assert "决定是否回避" not in text(head.get(page))
    asked = {"avoidance_by": "当事人申请", "avoidance_person": "张演示", "avoidance_ground": "与本案有直接利害关系。"}
    answer = officer.post(f"{page}do/ask_avoidance/", asked)
    assert answer.status_code == 302, text(answer)
    events = reading.load(connections["default"], case)
    ask = next(one.id for one in events if one.event.act == "ask_avoidance")
    assert "决定是否回避" in text(head.get(page))
    form = text(head.get(f"{page}do/decide_avoidance/"))
    assert "哪一件回避申请" in form
    assert "当事人申请：张演示" in form
    decided = {"link": ask, "avoidance_outcome": "驳回申请", "avoidance_reason": "不存在应当回避的情形。"}
    assert officer.post(f"{page}do/decide_avoidance/", decided).status_code in (403, 422)
    nameless = head.post(f"{page}do/decide_avoidance/", decided | {"link": "00000000-0000-4000-8000-000000000000"})
    assert nameless.status_code == 422
    assert head.post(f"{page}do/decide_avoidance/", decided).status_code == 302
    shown = text(head.get(page))
    assert "回避决定书" in shown
    last = reading.load(connections["default"], case)[-1]
    assert [(one["title"], one["number"][:4]) for one in last.event.documents] == [("回避决定书", "洛市监演")]
