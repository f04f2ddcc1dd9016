"""Archiving that takes long is acknowledged, done by the worker, and answered: done once, or refused with its reasons."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.casework import lasting, preparing
from sanxiang.casework.models import LastingAct
from sanxiang.config import cli
from sanxiang.core.casefile import NOTED
from sanxiang.interchange.keys import give
from sanxiang.store.blobs import NoRoom
from tests.support.theatre import Theatre

FACTS = {"archive_place": "三号柜", "archive_retention": "三十年"}
pytestmark = [pytest.mark.clauses("LY-19", "LY-27"), pytest.mark.journeys("archive.package")]


class Case:
    """A case that waits to be archived, and its archivist at the desk."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre
        self.told = theatre.played(before="archive")
        self.client = Client()
        self.client.force_login(theatre.account("archivist"))
        self.address = f"/work/cases/{self.told.stream}/do/archive/"

    def post(self) -> Any:
        return self.client.post(self.address, FACTS)

    def page(self, place: str = "work/cases/{}/") -> str:
        return str(self.client.get("/" + place.format(self.told.stream)).content.decode())

    def archived(self) -> int:
        return sum(one.kind == "case.archived" for one in self.theatre.events(self.told))

    @property
    def row(self) -> LastingAct | None:
        return lasting.of_case(self.told.stream)


@pytest.fixture
def case(theatre: Theatre) -> Iterator[Case]:
    made = Case(theatre)
    yield made
    LastingAct.objects.filter(stream=made.told.stream).delete()


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "AT_ONCE", 0)


def work() -> None:
    assert cli.main(["worker", "--once"]) == 0


def test_a_large_one_is_left_to_the_worker_and_done_once(
    case: Case, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (case.post().status_code, case.archived()) == (302, 0)
    row = case.row
    assert row is not None
    assert b"\xe4\xb8\x89\xe5\x8f\xb7" not in bytes(row.body or b""), "what was typed lies sealed"
    for place in ("work/cases/{}/", "recording/{}/", "recording/archive/"):
        with CaptureQueriesContext(connections["default"]) as asked:
            assert "正在组卷" in case.page(place), place
        assert len(asked) <= 25, place
    again = case.post()
    assert (again.status_code, "不用再次提交" in again.content.decode()) == (409, True)
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(lasting, "EVERY_S", -1)
    step = lasting.Progress.__call__

    def telling(self: lasting.Progress, done: int, steps: int) -> None:
        step(self, done, steps)
        seen.append(tuple(LastingAct.objects.values_list("done", "steps").get(pk=row.pk)))  # as everybody sees it

    monkeypatch.setattr(lasting.Progress, "__call__", telling)
    at = row.at - timedelta(minutes=3)
    LastingAct.objects.filter(pk=row.pk).update(at=at)
    work()
    assert (case.archived(), case.row) == (1, None)
    done: Any = case.theatre.events(case.told)[-1]
    assert (done.event.asked_at, done.occurred_at - at >= timedelta(minutes=3)) == (at.isoformat(), True)
    assert f"{timezone.localtime(at):%H:%M} 提交" in case.page("recording/{}/")
    steps = seen[0][1]
    assert steps > 10
    assert seen[:steps] == [(nth, steps) for nth in range(steps)]  # and again, where a seal came in between
    assert "已归档" in case.page()
    LastingAct.objects.create(
        id=row.pk,
        stream=row.stream,
        act=row.act,
        act_name="归档",
        officer=row.officer,
        officer_name="",
        body=row.body,
        at=row.at,
        again_at=timezone.now(),
    )  # fmt: skip  as if the worker had been killed between the event and the end of the row
    work()
    assert (case.archived(), case.row) == (1, None), "what stands is not done again"


def test_it_waits_for_room_says_why_it_was_refused_and_can_be_asked_again(
    case: Case, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = preparing.PREPARED["case.archived"]

    def meets(problem: Exception) -> None:
        def fails(*_: Any) -> Any:
            raise problem

        monkeypatch.setitem(preparing.PREPARED, "case.archived", fails)
        work()
        monkeypatch.setitem(preparing.PREPARED, "case.archived", made)

    case.post()
    meets(NoRoom())
    assert case.row is not None
    assert (case.row.state, case.row.tries) == ("waiting", 0)
    assert "磁盘已满" in case.page()
    LastingAct.objects.filter(stream=case.told.stream).update(tries=lasting.TRIES, again_at=timezone.now())
    work()
    assert case.archived() == 0
    assert "多次中断" in case.page()

    case.post()
    meets(preparing.CannotPrepare("案卷还不能立卷：“演示文书”的原件缺失"))
    assert (case.row.state, case.row.body) == ("refused", None)
    for place in ("work/cases/{}/", "recording/{}/"):
        text = case.page(place)
        assert "“演示文书”的原件缺失" in text, place
        assert case.address in text, place
    assert "归档没有做成" in case.page("recording/archive/")
    other = Client()
    other.force_login(case.theatre.account("zhang"))
    assert "“演示文书”的原件缺失" not in other.get(f"/work/cases/{case.told.stream}/").content.decode()

    case.post()
    case.theatre.tries(case.told, "archive")
    work()
    assert case.archived() == 1, "the gate shut meanwhile"
    assert case.row.reasons[0]["law"]
    assert case.row.reasons[0]["text"]


def test_the_interface_goes_on_with_what_it_was_asked_under_the_same_key(case: Case, large: None) -> None:
    key = give(case.theatre.account("archivist"), "档案", days=1, at=timezone.now())

    def asks(name: str) -> Any:
        headers = {"HTTP_AUTHORIZATION": f"Bearer {key}", "HTTP_IDEMPOTENCY_KEY": name}
        body = json.dumps({"facts": FACTS})
        place = f"/api/v1/cases/{case.told.stream}/acts/archive"
        return Client().post(place, body, content_type="application/json", **headers)

    case.post()
    assert asks("other").json()["code"] == "going"
    LastingAct.objects.filter(stream=case.told.stream).delete()
    first = asks("mine")
    assert (first.status_code, case.archived(), case.row) == (200, 1, None)
    assert asks("mine").json()["events"] == first.json()["events"]
    assert [one.kind for one in case.theatre.events(case.told) if one.kind not in NOTED].count("case.archived") == 1
