"""Nothing that was recorded can be changed: the roles may not, and the triggers refuse even the owner."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from sanxiang.store.errors import APPEND_ONLY

from .records import Record, new_id

APPENDED = ("cluster", "stream", "event", "leaf", "checkpoint", "number", "passed_review", "decision_number")
KEPT = ("tile", "log_state", "series")
COLUMN = {
    "cluster": "origin", "stream": "kind", "event": "body", "leaf": "event_pos", "checkpoint": "note",
    "number": "text", "passed_review": "bound", "decision_number": "bound", "tile": "data", "log_state": "size",
    "series": "last", "pending": "event_pos",
}  # fmt: skip


def statements(table: str) -> list[str]:
    column = COLUMN[table]
    return [
        f"UPDATE record.{table} SET {column} = {column}",
        f"DELETE FROM record.{table}",
        f"TRUNCATE record.{table} CASCADE",
    ]


@pytest.mark.parametrize("role", ["web", "portal", "sequencer"])
@pytest.mark.parametrize("table", [*APPENDED, *KEPT, "pending"])
def test_no_role_may_write_the_tables(record: Record, role: str, table: str) -> None:
    connection = record.connect(role)
    allowed = {
        ("sequencer", f"DELETE FROM record.{table}"): table == "pending",
        ("sequencer", f"UPDATE record.{table} SET {COLUMN[table]} = {COLUMN[table]}"): table in ("tile", "log_state"),
    }
    tried = [*statements(table), f"INSERT INTO record.{table} DEFAULT VALUES"]
    for statement in tried:
        if allowed.get((role, statement)):
            continue
        if role == "sequencer" and statement.startswith("INSERT") and table in ("leaf", "tile", "checkpoint"):
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


@pytest.mark.parametrize("table", APPENDED)
def test_triggers_refuse_even_the_owner(record: Record, table: str) -> None:
    owner = record.connect("owner")
    for statement in statements(table):
        with pytest.raises(psycopg.Error) as refused:
            owner.execute(statement)
        assert refused.value.sqlstate == APPEND_ONLY


@pytest.mark.parametrize("table", KEPT)
def test_owner_cannot_take_from_what_only_grows(record: Record, table: str) -> None:
    owner = record.connect("owner")
    for statement in statements(table)[1:]:
        with pytest.raises(psycopg.Error) as refused:
            owner.execute(statement)
        assert refused.value.sqlstate == APPEND_ONLY


def test_triggers_hold_in_replica_mode(record: Record) -> None:
    owner = record.connect("owner")
    enabled = owner.execute(
        "SELECT count(*), bool_and(tgenabled = 'A') FROM pg_trigger WHERE tgfoid = 'record.refuse_change'::regproc"
    ).fetchone()
    assert enabled is not None
    assert enabled[0] > 15
    assert enabled[1]


def test_what_grows_only_grows(record: Record) -> None:
    owner = record.connect("owner")
    owner.execute("INSERT INTO record.tile VALUES (0, 0, 1, %s)", (bytes(32),))
    owner.execute("UPDATE record.tile SET width = 2, data = %s", (bytes(64),))
    refused = [
        ("UPDATE record.tile SET width = 1, data = %s", bytes(32)),
        ("UPDATE record.tile SET data = %s", b"x" * 64),
        ("UPDATE record.log_state SET size = -1 + %s", 0),
        ("UPDATE record.log_state SET root = %s", bytes(32)),
    ]
    for statement, value in refused:
        with pytest.raises(psycopg.Error) as problem:
            owner.execute(statement, (value,))
        assert problem.value.sqlstate in (APPEND_ONLY, psycopg.errors.CheckViolation.sqlstate)


def test_a_series_counts_one_by_one(record: Record) -> None:
    owner = record.connect("owner")
    with pytest.raises(psycopg.Error):
        owner.execute("INSERT INTO record.series VALUES ('x', 2026, 7)")
    owner.execute("INSERT INTO record.series VALUES ('x', 2026, 1)")
    for last in (1, 3, 0):
        with pytest.raises(psycopg.Error):
            owner.execute("UPDATE record.series SET last = %s", (last,))
    owner.execute("UPDATE record.series SET last = 2")


def test_an_event_leaves_the_outbox_only_as_a_leaf(record: Record) -> None:
    record.add(record.connect(), new_id())
    for role in ("sequencer", "owner"):
        with pytest.raises(psycopg.Error) as refused:
            record.connect(role).execute("DELETE FROM record.pending")
        assert refused.value.sqlstate == APPEND_ONLY
    assert record.one("SELECT count(*) FROM record.pending") == 1


def test_portal_sees_nothing_of_the_record(record: Record) -> None:
    portal = record.connect("portal")
    for schema, table in [("record", "event"), ("record", "checkpoint"), ("keyring", "subject_key")]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            portal.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(schema, table)))


def test_sequencer_sees_neither_keys_nor_sealed_facts(record: Record) -> None:
    sequencer = record.connect("sequencer")
    for query in ("SELECT sealed FROM record.event", "SELECT FROM keyring.subject_key"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sequencer.execute(query)
    for call in ("record.allocate('x', 2026, '{year}{n}', NULL, NULL)", "keyring.destroy(NULL, NULL)"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sequencer.execute(f"SELECT {call}")


def test_public_has_no_function(record: Record) -> None:
    open_to_all = record.one(
        "SELECT string_agg(p.proname, ', ') FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname IN ('record', 'keyring') AND has_function_privilege('public', p.oid, 'EXECUTE')"
    )
    assert open_to_all is None
