"""All or nothing: under a concurrent change, under kill -9, under a second confirmation. And nothing is kept."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections

from sanxiang.casework.projections import library
from sanxiang.config import cli
from sanxiang.core.events import registry
from sanxiang.one_platform.registry import projections
from sanxiang.one_platform.registry.importing import confirming, staging
from sanxiang.one_platform.registry.importing.confirming import Busy, NotEntered, being_entered, confirm, enter
from sanxiang.one_platform.registry.models import OfficerRow, Progress, Staging
from sanxiang.one_platform.registry.tasks import enter_staged, forget_uploads
from sanxiang.store import rebuilding
from sanxiang.store.errors import CannotUnseal, VersionConflict
from tests.apps.registry.world import (
    ITEM,
    Body,
    body,
    certified,
    checked,
    identity,
    importer,
    iso,
    now,
    officer_line,
    xlsx,
)
from tests.apps.registry.world import enter as entered

MANY = 120
WAITED = 3


@pytest.fixture
def bureau(committed: None) -> Iterator[Body]:
    one = body()
    yield one
    Staging.objects.filter(agency=one.id).delete()


def staged(agency: Body, content: bytes) -> Staging:
    return staging.keep("officers", "人员.xlsx", content, agency=agency.id, officer=agency.people["登记员"], at=now())


def go(agency: Body, one: Staging, seen: str) -> Staging:
    return confirm("default", library(), one.id, importer(agency), seen, clock=now)


def count(agency: Body) -> int:
    return OfficerRow.objects.filter(agency=agency.id).count()


def test_a_confirmed_file_is_entered_once_and_forgotten(bureau: Body) -> None:
    content = xlsx([officer_line("甲"), officer_line("乙"), officer_line("丙", id="坏")])
    one, seen = staged(bureau, content), checked(bureau, content).digest
    done = go(bureau, one, seen)
    assert done.result["counts"] == {"new": 2, "changed": 0, "same": 0, "bad": 1}
    assert (done.state, done.content, done.key) == ("done", None, None)
    assert go(bureau, one, seen).state == "done"
    assert count(bureau) == 3


def test_what_is_kept_cannot_be_read_without_the_key(bureau: Body) -> None:
    number = identity()
    one = staged(bureau, xlsx([officer_line("藏", id=number)]))
    kept = bytes(Staging.objects.get(pk=one.id).content)
    assert number.encode() not in kept
    assert b"PK\x03\x04" not in kept
    assert staging.content_of(one) == xlsx([officer_line("藏", id=number)]) or staging.content_of(one)[:2] == b"PK"
    one.content = kept[:-1] + bytes([kept[-1] ^ 1])
    with pytest.raises(CannotUnseal):
        staging.content_of(one)
    one.id = uuid.uuid4()
    with pytest.raises(CannotUnseal):
        staging.content_of(one)


def test_uploads_that_nobody_confirms_are_deleted_after_a_day(bureau: Body) -> None:
    old = staged(bureau, xlsx([officer_line("旧")]))
    Staging.objects.filter(pk=old.id).update(expires_at=now() - timedelta(minutes=1))
    with pytest.raises(NotEntered, match="过期"):
        go(bureau, old, "x")
    fresh = staged(bureau, xlsx([officer_line("新")]))
    forget_uploads(0)
    assert list(Staging.objects.filter(pk__in=[old.id, fresh.id])) == [fresh]


def test_a_register_that_moved_after_the_check_is_checked_anew(bureau: Body) -> None:
    stream = bureau.add("甲", "officer", "e1", *certified("豫C-动"))
    content = xlsx(
        [officer_line("甲", number="豫C-动", exam="", **{"from": iso(-300)}, until=iso(700)), officer_line("乙")]
    )
    one, seen = staged(bureau, content), checked(bureau, content).digest
    entered("officer", registry.OfficerChanged(facts={"officer_post": "科长"}), agency=bureau.id, stream=stream)
    with pytest.raises(NotEntered, match="登记簿有了变化"):
        go(bureau, one, seen)
    assert count(bureau) == 2
    assert go(bureau, one, checked(bureau, content).digest).state == "done"
    assert count(bureau) == 3


def test_a_change_in_the_midst_of_an_import_leaves_nothing_half_done(bureau: Body) -> None:
    """The register moves after half of the rows: the others are taken back too."""
    stream = bureau.add("甲", "officer", "e1", *certified("豫C-半"))
    rows = [officer_line(f"新{n}") for n in range(MANY)]
    rows.append(officer_line("甲", number="豫C-半", exam="", **{"from": iso(-300)}, until=iso(700)))
    found = checked(bureau, xlsx(rows))
    beside: list[Any] = []

    def meddle(done: int, total: int) -> None:
        if not beside:
            beside.append(done)
            if not _apart(lambda: entered("officer", registry.OfficerChanged(facts={"officer_post": "科长"}),
                                          agency=bureau.id, stream=stream)):  # fmt: skip
                raise _SameSlot

    for _ in range(10):
        beside.clear()
        try:
            with pytest.raises(VersionConflict):
                enter(connections["default"], library(), importer(bureau), found, clock=now, tell=meddle)
            break
        except _SameSlot:
            assert count(bureau) == 2
    assert beside == [25]
    assert count(bureau) == 2


class _SameSlot(Exception):
    """Of the 1,024 slots in which registers are locked, the change beside fell into one that the import holds: it would
    wait for the import, and the import here waits for it."""


def _apart(work: Any) -> bool:
    """In another process, on connections of its own; False where it had to wait for a lock."""
    child = multiprocessing.get_context("fork").Process(target=_alone, args=(work,))
    child.start()
    child.join(60)
    assert child.exitcode in (0, WAITED)
    return child.exitcode == 0


def _alone(work: Any) -> None:
    for connection in connections.all():
        del connections[connection.alias]
    with connections["default"].cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    try:
        work()
    except Exception as problem:
        if not isinstance(problem.__cause__ or problem, psycopg.errors.LockNotAvailable):
            raise
        sys.exit(WAITED)
    finally:
        connections.close_all()


def test_a_second_confirmation_at_the_same_time_waits_for_the_first(bureau: Body) -> None:
    content = xlsx([officer_line(f"新{n}") for n in range(MANY)])
    one, found = staged(bureau, content), checked(bureau, content)
    seen: list[Any] = []

    def second() -> None:
        assert being_entered("default", one.id)
        with pytest.raises(Busy):
            go(bureau, one, found.digest)
        told = Progress.objects.get(pk=one.id)
        assert (told.total, told.done >= 25) == (MANY, True)
        assert count(bureau) == 1, "nobody sees a part of it"

    original = confirming.register

    def slowly(*args: Any, **kwargs: Any) -> Any:
        seen.append(1)
        if len(seen) == 60:
            assert _apart(second)
        return original(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confirming, "register", slowly)
        assert go(bureau, one, found.digest).state == "done"
    assert not being_entered("default", one.id)
    assert count(bureau) == MANY + 1


def test_kill_in_the_middle_leaves_nothing_and_it_can_be_confirmed_again(bureau: Body) -> None:
    content = xlsx([officer_line(f"新{n}") for n in range(MANY)])
    one, found = staged(bureau, content), checked(bureau, content)
    fork = multiprocessing.get_context("fork")
    reached = fork.Event()
    original = confirming.register

    def until_killed(*args: Any, **kwargs: Any) -> Any:
        if OfficerRow.objects.filter(agency=bureau.id).count() == 81:
            reached.set()
            signal.pause()
        return original(*args, **kwargs)

    def work() -> None:
        confirming.register = until_killed
        go(bureau, one, found.digest)

    child = fork.Process(target=_alone, args=(work,))
    child.start()
    assert reached.wait(60)
    assert count(bureau) == 1
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join(30)
    until = now() + timedelta(seconds=20)
    while being_entered("default", one.id) and now() < until:
        pass
    assert (count(bureau), Staging.objects.get(pk=one.id).state) == (1, "checked")
    assert checked(bureau, content).digest == found.digest
    assert go(bureau, one, found.digest).state == "done"
    assert count(bureau) == MANY + 1


def test_a_row_that_the_gate_refuses_at_the_last_moment_takes_all_back(bureau: Body) -> None:
    found = checked(bureau, xlsx([officer_line("甲"), officer_line("乙")]))
    registrar = bureau.people["登记员"]
    entered("officer", registry.PostEnded(post="registrar", department="legal"), agency=bureau.id, stream=registrar)
    with pytest.raises(NotEntered, match="第 2 行没有通过：登记由登记管理员办理"):
        enter(connections["default"], library(), importer(bureau), found, clock=now)
    assert count(bureau) == 1


def test_the_worker_enters_a_long_file_and_tells_what_hinders_it(bureau: Body) -> None:
    content = xlsx([officer_line(f"新{n}") for n in range(30)])
    one, found = staged(bureau, content), checked(bureau, content)
    enter_staged(str(one.id))
    assert count(bureau) == 1, "a file that nobody confirmed is left alone"
    Staging.objects.filter(pk=one.id).update(state="waiting", plan="another")
    enter_staged(str(one.id))
    one.refresh_from_db()
    assert (one.state, "登记簿有了变化" in one.result["problem"]) == ("checked", True)
    Staging.objects.filter(pk=one.id).update(state="waiting", plan=found.digest)
    enter_staged(str(one.id))
    enter_staged(str(one.id))
    assert (Staging.objects.get(pk=one.id).state, count(bureau)) == ("done", 31)


def test_rows_are_what_the_record_says_and_can_be_rebuilt(bureau: Body) -> None:
    found = checked(bureau, xlsx([officer_line(f"新{n}") for n in range(5)]))
    enter(connections["default"], library(), importer(bureau), found, clock=now)
    entered("item", registry.ItemListed(item="P1", agency=bureau.id, category="处罚", facts=ITEM), agency=bureau.id)
    projections.register()
    owner = connections["owner"]
    owner.ensure_connection()
    names = ("agencies", "officers", "items")
    assert rebuilding.compare(owner, names).differences == ()
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE officer_row SET name = '改' WHERE agency = %s", [bureau.id])
        cursor.execute("DELETE FROM certificate_row WHERE agency = %s", [bureau.id])
        cursor.execute("UPDATE item_row SET code = 'X' WHERE agency = %s", [bureau.id])
        cursor.execute("DELETE FROM department_row WHERE stream = %s", [bureau.id])
    mended = rebuilding.rebuild(owner, names).differences
    assert {one.table for one in mended} == {"officer_row", "certificate_row", "item_row", "department_row"}
    assert len(mended) == 6 + 5 + 1 + 2
    assert rebuilding.compare(owner, names).differences == ()


def test_the_worker_command_takes_what_the_page_left_for_it(bureau: Body) -> None:
    content = xlsx([officer_line("甲"), officer_line("乙")])
    one, found = staged(bureau, content), checked(bureau, content)
    Staging.objects.filter(pk=one.id).update(state="waiting", plan=found.digest)
    enter_staged.defer(staging=str(one.id))
    connections.close_all()
    assert cli.main(["worker", "--once"]) == 0
    assert (Staging.objects.get(pk=one.id).state, count(bureau)) == ("done", 3)
