"""A clue of which no case came is kept for the years of the place, then destroyed: one proposes, a head approves; what
was said in it is gone everywhere, that it came and what became of it stays."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import timezone

from sanxiang.counter import clue_ends, clues
from sanxiang.counter.models import ClueRow
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import tasks
from tests.store.hostile import pdf
from tests.support.theatre import Theatre

from .test_clues import REPORTER, client_of, row_of, stated

WHY = {"do": "propose", "clue_disposal_reason": "保管期限届满，没有继续保存的价值"}
APPROVED = {"do": "dispose", "clue_disposal_approval": "洛档批〔2037〕1号"}
SET_ASIDE = {"do": "end", "clue_ended_because": "没有违法事实", "clue_ended_note": "核查没有发现"}


@pytest.fixture
def place(theatre: Theatre) -> str:
    """The page of a clue that was set aside, with a file of its own."""
    upload = SimpleUploadedFile("来信.pdf", pdf() + uuid.uuid4().hex.encode(), content_type="application/pdf")
    client = client_of(theatre, "zhang")
    found = str(client.post("/counter/clues/new/", {**stated(), "files": upload})["Location"])
    assert client.post(found, SET_ASIDE).status_code == 302
    return found


def over(place: str) -> None:
    """As if the clue had been set aside so long ago that its period is over since yesterday."""
    long_ago = date(timezone.localdate().year - 11, 12, 31)
    ClueRow.objects.filter(pk=row_of(place).pk).update(ended_on=long_ago)


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_before_its_period_is_over_nothing_is_destroyed(theatre: Theatre, place: str) -> None:
    row, unit = row_of(place), client_of(theatre, "unit")
    until = clue_ends.kept_until(row, theatre.book.on("luoyang", row.ended_on))
    assert until == date(row.ended_on.year + 10, 12, 31), "ten whole years from the year after"
    assert f"保管到 {until.year}年12月31日" in text_of(unit.get(place))
    assert "提出销毁" not in text_of(unit.get(place))
    refused = unit.post(place, WHY)
    assert (refused.status_code, "期满以后才能销毁" in text_of(refused)) == (422, True)
    assert place not in text_of(unit.get("/counter/clues/?state=over"))


def test_one_proposes_a_head_approves_and_the_content_is_gone(
    theatre: Theatre, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, stream = row_of(place), row_of(place).stream
    file = reading.load(connections["default"], str(stream))[0].event.files[0]
    asked: list[str] = []
    monkeypatch.setattr(tasks.destroy_files, "defer", lambda stream: asked.append(stream))
    over(place)
    unit, head = client_of(theatre, "unit"), client_of(theatre, "head")
    assert place in text_of(unit.get("/counter/clues/?state=over"))
    assert client_of(theatre, "zhang").post(place, WHY).status_code == 422, "an officer does not"
    assert head.post(place, APPROVED).status_code == 422, "nobody proposed it"
    assert unit.post(place, {"do": "propose"}).status_code == 422
    assert unit.post(place, WHY).status_code == 302
    over(place)
    assert unit.post(place, APPROVED).status_code == 422
    assert head.post(place, {"do": "dispose"}).status_code == 422
    assert head.post(place, APPROVED).status_code == 302
    event = reading.load(connections["default"], str(stream))[-1]
    assert (event.kind, event.event.facts["clue_disposal_approval"]) == ("clue.disposed", "洛档批〔2037〕1号")
    assert event.event.backups_until
    row.refresh_from_db()
    assert (row.state, row.party, row.summary, row.reported) == ("disposed", "", "", False)
    page = text_of(head.get(place))
    for gone in ("线索演示超市", "销售过期食品", "来信.pdf", REPORTER, "批准销毁，不能恢复"):
        assert gone not in page, gone
    assert "洛档批〔2037〕1号" in page
    assert row.number in page
    assert client_of(theatre, "head").get(f"{place}0/").status_code == 404
    for again in (WHY, APPROVED, {"do": "who", "why": "回访核实举报内容"}):
        answer = head.post(place, again)
        assert REPORTER not in text_of(answer)
    assert asked == [str(stream)]
    tasks.destroying.destroy(connections["default"], asked[0], shelf())
    assert not shelf().path(file["sha256"]).exists()


def test_who_proposed_does_not_approve(theatre: Theatre, place: str) -> None:
    over(place)
    head = client_of(theatre, "head")
    assert head.post(place, WHY).status_code == 302
    over(place)
    refused = head.post(place, APPROVED)
    assert (refused.status_code, "不能是同一人" in text_of(refused)) == (422, True)


def test_a_place_that_sets_no_period_destroys_nothing(theatre: Theatre, place: str) -> None:
    row = row_of(place)

    class Unset:
        def setting(self, name: str, other: Any) -> Any:
            return other

    rules: Any = Unset()
    assert clue_ends.kept_until(row, rules) is None
    assert not clue_ends.over(ClueRow.objects.all(), rules, date(2100, 1, 1)).exists()
    assert set(clues.FOLLOWS.values()) < set(clues.STATES)
