"""Two agencies never have one mark (机关代字): the numbers of their documents would be counted in one series."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction

from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, Registered, register
from sanxiang.core.events import registry
from sanxiang.core.registers import fold_agency
from sanxiang.one_platform.registry.models import AgencyRow
from sanxiang.store import reading
from sanxiang.store.errors import RecordRefused, VersionConflict

from .test_pages import client
from .world import INSTALLER, Body, body, credit_code, enter, now

TOLD = "机关代字已由别的机关使用"


def taken(agency: Body, mark: str) -> None:
    """The agency has this mark from now on."""
    enter("agency", registry.AgencyChanged(facts={"agency_mark": mark}), agency=agency.id, stream=agency.id)


def given(mark: str, stream: str = "") -> Registered:
    """A new agency, or one that is there, with this mark."""
    facts = {"agency_mark": mark} | (
        {} if stream else {"agency_name": f"演示{uuid4().hex[:8]}局", "agency_kind": "行政机关"}
    )
    event: Any = registry.AgencyChanged(facts=facts)
    if not stream:
        event = registry.AgencyRegistered(jurisdiction="luoyang", facts={**facts, "agency_credit_code": credit_code()})
    entries = (Entry(event=event, occurred_at=now() - timedelta(days=1)),)
    command = RegisterCommand(kind="agency", stream=stream, agency=stream, entries=entries, installer=INSTALLER)
    return register(connections["default"], library(), command, at=now())


@pytest.mark.django_db
def test_the_write_path_refuses_a_second_one_new_or_changed() -> None:
    first, second = body(), body()
    taken(first, "演独")
    for stream in ("", second.id):
        with pytest.raises(RecordRefused, match=TOLD), transaction.atomic():
            given("演独", stream)
    assert [str(row.stream) for row in AgencyRow.objects.filter(mark="演独")] == [first.id]
    assert "agency_mark" not in fold_agency(reading.load(connections["default"], second.id)).facts


@pytest.mark.django_db
def test_in_another_place_as_well_since_numbers_are_counted_by_mark_alone() -> None:
    taken(body("wuding"), "演异")
    with pytest.raises(RecordRefused, match=TOLD), transaction.atomic():
        taken(body("luoyang"), "演异")


@pytest.mark.django_db
def test_one_s_own_stays_one_s_own_and_is_free_when_given_up() -> None:
    first, second = body(), body()
    taken(first, "演旧")
    enter("agency", registry.AgencyChanged(facts={"agency_phone": "0379-60000001"}), agency=first.id, stream=first.id)
    taken(first, "演新")
    taken(second, "演旧")
    assert {row.mark for row in AgencyRow.objects.filter(stream__in=(first.id, second.id))} == {"演新", "演旧"}


@pytest.mark.django_db
def test_agencies_without_a_mark_do_not_meet() -> None:
    assert AgencyRow.objects.filter(stream__in=(body().id, body().id), mark="").count() == 2


@pytest.mark.django_db
def test_the_page_names_who_has_it_and_keeps_what_was_typed() -> None:
    first, leader = body(), body(leads=True)
    taken(first, "演页")
    desk = client(leader.people["登记员"])
    typed = {
        "agency_name": "新页局演示",
        "agency_credit_code": credit_code(),
        "agency_kind": "行政机关",
        "agency_mark": "演页",
    }
    own = {**typed, "agency_name": leader.name, "agency_credit_code": leader.code}
    for act, sent in (("register_agency", typed), ("change_agency", own)):
        answer = desk.post(f"/registry/agencies/{leader.id}/{act}/", sent)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert f"已由“{first.name}”使用，文号会重复" in text
        assert 'value="演页"' in text
    assert (
        desk.post(f"/registry/agencies/{leader.id}/register_agency/", {**typed, "agency_mark": "演页二"}).status_code
        == 302
    )
    assert not AgencyRow.objects.filter(mark="演页").exclude(stream=first.id).exists()


def test_of_two_at_once_one_gets_it(committed: None) -> None:
    mark, together = f"演{uuid4().hex[:8]}", Barrier(2)

    def send(_: int) -> Any:
        connection = connections["default"]
        try:
            connection.ensure_connection()
            together.wait()
            return given(mark)
        except RecordRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(send, range(2)))
    assert sum(isinstance(one, Registered) and one.done for one in outcomes) == 1
    refused = next(one for one in outcomes if isinstance(one, RecordRefused))
    assert not isinstance(refused, VersionConflict)
    assert TOLD in str(refused)
    row = AgencyRow.objects.get(mark=mark)
    assert fold_agency(reading.load(connections["default"], str(row.stream))).facts["agency_mark"] == mark
