"""Sealed facts: unreadable in the tables, provable one by one, gone when their key is destroyed — and the rest holds."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import orjson
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.events import archive, case
from sanxiang.core.ledger import canonical_bytes, public_entry
from sanxiang.store import custody, keys, known, reading, runtime
from sanxiang.store.errors import KEY_GONE, CannotUnseal, RecordRefused
from sanxiang.store.sealing import Sealer, seal, unseal

from .records import Record, draft, new_id

CANARY = "410303199001011234"
FACTS = {"place": "洛阳", "party_name": "张三丰", "party_id_number": CANARY, "statement": "机密的话"}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_", min_size=1), inner, max_size=4),
    max_leaves=12,
)
SEALER = Sealer(bytes(32), bytes(range(32)))


def sealed_case(record: Record) -> tuple[psycopg.Connection[object], str]:
    web, stream = record.connect(), new_id()
    record.add(web, stream, draft(case.ActivityDone(facts=FACTS)), draft(case.EvidenceTaken(facts=FACTS)))
    return web, stream


def test_sealed_facts_are_unreadable_in_every_table(record: Record) -> None:
    sealed_case(record)
    owner = record.connect("owner")
    tables = owner.execute(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname IN ('record', 'keyring')"
    ).fetchall()
    assert len(tables) > 10
    for (table,) in tables:
        for row in owner.execute(f"SELECT * FROM {table}").fetchall():
            held = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
            for secret in (CANARY, "张三丰", "机密的话"):
                assert secret.encode() not in held
                assert hashlib.sha256(secret.encode()).hexdigest().encode() not in held


def test_each_sealed_fact_is_proved_alone(record: Record) -> None:
    web, stream = sealed_case(record)
    for one in reading.raw(web, stream):
        body = orjson.loads(one.body)
        assert body["payload"]["facts"] == {"place": "洛阳"}
        assert one.disclosed is not None
        assert set(body["sealed"]) == set(one.disclosed) == {"party_name", "party_id_number", "statement"}
        for fact, shown in one.disclosed.items():
            digest = hashlib.sha256(shown.salt + canonical_bytes(shown.value)).hexdigest()
            assert digest == body["sealed"][fact]
    first, second = reading.raw(web, stream)
    assert orjson.loads(first.body)["sealed"]["party_name"] != orjson.loads(second.body)["sealed"]["party_name"]


def test_a_destroyed_key_takes_the_facts_and_leaves_the_proof(record: Record) -> None:
    web, stream = sealed_case(record)
    before = reading.raw(web, stream)
    (destroyed,) = record.add(web, stream, draft(archive.CaseArchived(facts={"place": "销毁（演示）"})))
    assert keys.destroy(web, stream, because=destroyed.id)
    assert not keys.destroy(web, stream, because=destroyed.id)
    events = reading.load(web, stream)
    assert [dict(one.event.facts) for one in events[:2]] == [{"place": "洛阳"}] * 2
    after = reading.raw(web, stream)
    assert [(one.body, one.salt, one.entry) for one in after[:2]] == [(o.body, o.salt, o.entry) for o in before]
    assert after[0].disclosed is None
    with pytest.raises(RecordRefused) as refused:
        record.add(web, stream, draft(case.EvidenceTaken(facts=FACTS)))
    assert refused.value.code == KEY_GONE
    record.add(web, stream, draft(case.EvidenceTaken(facts={"place": "洛阳"})))


def test_a_process_that_still_remembers_the_key_cannot_use_it(record: Record) -> None:
    web, stream = sealed_case(record)
    (destroyed,) = record.add(web, stream, draft(archive.CaseArchived()))
    remembered = known.recall(stream)
    keys.destroy(web, stream, because=destroyed.id)
    assert remembered is not None
    known.remember(stream, remembered)
    with pytest.raises(RecordRefused) as refused:
        record.add(web, stream, draft(case.EvidenceTaken(facts=FACTS)), expected=3)
    assert refused.value.code == KEY_GONE
    assert reading.load(web, stream)[0].event.facts == {"place": "洛阳"}


def test_destroying_needs_its_reason_on_the_record(record: Record) -> None:
    web, stream = sealed_case(record)
    other = new_id()
    (elsewhere,) = record.add(web, other)
    for because in (new_id(), elsewhere.id):
        with pytest.raises(RecordRefused) as refused:
            keys.destroy(web, stream, because=because)
        assert refused.value.code == KEY_GONE
    assert reading.load(web, stream)[0].event.facts == FACTS


def test_a_key_that_was_not_destroyed_cannot_be_deleted(record: Record) -> None:
    sealed_case(record)
    with pytest.raises(psycopg.Error) as refused:
        record.connect("owner").execute("DELETE FROM keyring.subject_key")
    assert refused.value.sqlstate == KEY_GONE


def test_a_destroyed_key_that_comes_back_is_destroyed_again(record: Record) -> None:
    web, stream = sealed_case(record)
    owner = record.connect("owner")
    kept = owner.execute("SELECT subject, wrapped FROM keyring.subject_key").fetchone()
    assert kept is not None
    (destroyed,) = record.add(web, stream, draft(archive.CaseArchived()))
    keys.destroy(web, stream, because=destroyed.id)
    owner.execute("INSERT INTO keyring.subject_key VALUES (%s, %s)", kept)
    assert owner.execute("SELECT keyring.destroy_again()").fetchone() == (1,)
    assert reading.load(web, stream)[0].event.facts == {"place": "洛阳"}


def test_a_destroyed_key_stays_destroyed(record: Record) -> None:
    web, stream = sealed_case(record)
    (destroyed,) = record.add(web, stream, draft(archive.CaseArchived()))
    keys.destroy(web, stream, because=destroyed.id)
    owner = record.connect("owner")
    for statement in (
        "UPDATE keyring.subject_key SET wrapped = '\\x00'",
        "DELETE FROM record.destroyed_key",
        "TRUNCATE keyring.subject_key",
    ):
        with pytest.raises(psycopg.Error):
            owner.execute(statement)


def test_without_the_master_key_nothing_opens(record: Record, tmp_path: Path) -> None:
    web, stream = sealed_case(record)
    custody.prepare(tmp_path)
    runtime.configure(tmp_path)
    known._known.clear()
    with pytest.raises(CannotUnseal):
        reading.load(web, stream)


def test_a_sealed_blob_belongs_to_its_event(record: Record) -> None:
    key = SEALER.new_key(new_id())
    mine, other = new_id(), new_id()
    _, blob = seal(key, mine, FACTS)
    with pytest.raises(CannotUnseal):
        unseal(key, other, blob)
    with pytest.raises(CannotUnseal):
        unseal(key, mine, blob[:-1] + bytes([blob[-1] ^ 1]))
    with pytest.raises(CannotUnseal):
        SEALER.unwrap(other, key.wrapped)


@given(st.dictionaries(st.text("abc_", min_size=1), JSON, min_size=1, max_size=5))
def test_sealing_is_undone_by_unsealing(facts: dict[str, object]) -> None:
    key = SEALER.new_key("8c4d3a0e-0000-4000-8000-000000000000")
    event = "8c4d3a0e-0000-4000-8000-000000000001"
    commitments, blob = seal(key, event, facts)
    opened = unseal(key, event, blob)
    assert {fact: held["value"] for fact, held in opened.items()} == facts
    for fact, held in opened.items():
        digest = hashlib.sha256(bytes.fromhex(held["salt"]) + canonical_bytes(held["value"])).hexdigest()
        assert commitments[fact] == digest


def test_the_same_party_has_one_token_that_tells_nothing() -> None:
    token = SEALER.party_token("９１４１０３００ma1234567x")
    assert token == SEALER.party_token(" 91410300 MA1234567X ")
    assert token != SEALER.party_token("91410300MA1234567Y")
    assert token != Sealer(bytes(32), bytes(32)).party_token("91410300MA1234567X")
    assert len(token) == 32


def test_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    custody.prepare(tmp_path)
    first = custody.read(tmp_path, custody.MASTER)
    custody.prepare(tmp_path)
    assert custody.read(tmp_path, custody.MASTER) == first
    path = tmp_path / custody.MASTER
    assert path.stat().st_mode & 0o777 == 0o600
    os.chmod(path, 0o640)
    with pytest.raises(custody.SecretProblem):
        custody.read(tmp_path, custody.MASTER)
    os.chmod(path, 0o600)
    for broken in ("", "x", "界" * 10):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(custody.SecretProblem):
            custody.read(tmp_path, custody.MASTER)
    path.unlink()
    with pytest.raises(custody.SecretProblem):
        custody.read(tmp_path, custody.MASTER)


def test_sm3_stands_beside_sha256_by_setting(record: Record, secrets_folder: Path) -> None:
    runtime.configure(secrets_folder, sm3=True)
    web, stream = record.connect(), new_id()
    record.add(web, stream, draft(case.ActivityDone(facts=FACTS)))
    runtime.configure(secrets_folder)
    record.add(web, stream)
    first, second = reading.raw(web, stream)
    assert first.entry == public_entry(first.salt, first.body, sm3=True)
    assert orjson.loads(first.entry)["sm3"] == hashlib.new("sm3", first.salt + first.body).hexdigest()
    assert second.entry == public_entry(second.salt, second.body)
