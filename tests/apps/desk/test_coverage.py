"""On the desk an act that has to be recorded in full states when it began and ended, and what is linked to it is held
against that, wherever the officer says that it is kept."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from sanxiang.casework.projections import library
from sanxiang.casework.recordings import RecordingCommand, Said, enter
from sanxiang.core.casefile import fold
from sanxiang.core.events.recording import RecordingReceived
from sanxiang.core.values import CHINA

from .conftest import World
from .test_desk_acts import RECORDED, TOLD, events, ids, logged, text

pytestmark = [pytest.mark.clauses("LY-25", "DXH-12"), pytest.mark.journeys("recording.capture")]


def film(world: World, case: str, began: datetime, ended: datetime) -> str:
    """A film of a camera, linked to the coming inspection of the case."""
    stream, maker = str(uuid.uuid4()), world.people["dongxihu"]["officer"]
    sha256 = hashlib.sha256(stream.encode()).hexdigest()
    received = RecordingReceived(
        jurisdiction="dongxihu", agency=world.people["dongxihu"][""], department="public_legal", source="station",
        case=case, activity="verify", maker=maker, began=began.isoformat(), ended=ended.isoformat(), notice=True,
        files=({"name": "a.mp4", "sha256": sha256, "size": 1, "type": "video/mp4"},),
    )  # fmt: skip
    command = RecordingCommand(stream=stream, said=(Said(event=received, occurred_at=ended),), officer=maker)
    assert enter(connections["default"], library(), command, at=timezone.now()).done
    return stream


def test_five_minutes_of_forty_are_not_recorded_in_full(world: World) -> None:
    officer, unit = logged("dxh-officer"), logged("dxh-unit")
    opened = officer.post("/work/cases/new/", {
        "procedure": "benefit", "department": "public_legal", "party_kind": "自然人", "party_name": "申屠演",
        "party_id_number": "11010519491231002X", "benefit_kind": "法律援助补贴", "benefit_ground": "承办法律援助案件一件。",
    })  # fmt: skip
    place = str(opened["Location"])
    case = place.split("/")[3]
    assert unit.post(f"{place}do/accept/", {}).status_code == 302
    ended = timezone.localtime(timezone.now() - timedelta(minutes=5), CHINA).replace(second=0, microsecond=0)
    began = ended - timedelta(minutes=40)
    names = ("started_on_site", "ended_on_site")
    said: dict[str, Any] = {
        **TOLD, **RECORDED, "officers": ids(world, "dongxihu", "officer", "officer2"), "place": "演示路2号",
        "inspection_findings": "齐全。", "signature": "已签名",
    }  # fmt: skip
    untimed = {key: value for key, value in said.items() if key not in names}
    first = film(world, case, began, began + timedelta(minutes=5))
    answer = officer.post(f"{place}do/verify/", untimed)
    assert answer.status_code == 422
    assert "开始时间" in text(answer)
    assert "结束时间" in text(answer)
    timed = untimed | {name: f"{at:%Y-%m-%dT%H:%M}" for name, at in zip(names, (began, ended), strict=True)}
    answer = officer.post(f"{place}do/verify/", timed)
    assert answer.status_code == 422, "the typed place is a statement that the film contradicts"
    assert f"{began + timedelta(minutes=5):%H:%M:%S}–{ended:%H:%M:%S}的录音录像" in text(answer)
    second = film(world, case, began + timedelta(minutes=5), ended)
    assert officer.post(f"{place}do/verify/", timed).status_code == 302
    act = next(one for one in events(case) if one.event.act == "verify")
    assert set(act.event.recordings) == {first, second}
    assert set(fold(events(case)).recordings) == {first, second}
