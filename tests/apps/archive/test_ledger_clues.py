"""What the ledger says against the times of a case: an event that says it was recorded long before a checkpoint that
does not hold it yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from sanxiang.three_systems.recording import clues, register
from tests.support.theatre import Theatre

FAR = 1_000_000_000
"""A place in the ledger that no other test comes to."""


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A connection that may write the ledger's tables and is rolled back; the clock of its cases is believed."""
    owner = connections["owner"]
    owner.ensure_connection()
    with owner.connection.transaction(force_rollback=True):
        monkeypatch.setattr(register, "connections", {"default": owner.connection})
        monkeypatch.setattr(clues, "demonstration", lambda: False)
        yield owner.connection
    owner.close()


def test_an_event_that_an_earlier_checkpoint_does_not_hold_is_named(theatre: Theatre, ledger: Any) -> None:
    told = theatre.played(before="conclude_investigation", start="2026-02-09", fill={"party_name": "账本演示商行"})
    events = theatre.events(told)
    before, dated = events[-2], events[-1]
    for at, event in enumerate((before, dated)):
        ledger.execute(
            "INSERT INTO record.leaf (log_index, event_pos) SELECT %s, pos FROM record.event WHERE id = %s::uuid",
            (FAR + at, event.id),
        )
    for size, signed in ((FAR, before.recorded_at), (FAR + 1, dated.recorded_at + timedelta(days=3))):
        ledger.execute(
            "INSERT INTO record.checkpoint (size, root, note, at) VALUES (%s, %s, '', %s)", (size, b"\0" * 32, signed)
        )
    (found,) = register.ledger_clues(told.stream, {one.id: one.recorded_at for one in events})
    assert (found.event, found.sort) == (dated.id, "账本")
    assert "账本检查点里还没有它" in found.text
    client = Client()
    client.force_login(theatre.account("head"))
    page = client.get(f"/work/cases/{told.stream}/").content.decode()
    assert found.text in page
    assert "时间核对（1 条线索）" in page
