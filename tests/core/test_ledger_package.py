"""An archive package in the hands of somebody who would like it to say something else, and knows how bags are made."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanxiang.core.ledger import canonical_bytes, public_entry, vkey
from tests.support.bags import ORIGIN, OTHERS, VKEY, Bag, digest, sealed
from verify import verify

FORGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
DECISION = "data/documents/02-行政处罚决定书.pdf"
APPROVAL = "data/documents/01-立案审批表.pdf"


def run(*arguments: object) -> int:
    return verify.main([str(one) for one in arguments])


def check(bag: Bag, folder: Path) -> int:
    return run("package", bag.write(folder), "--vkey", VKEY)


# ── attacks: each rewrites the manifests too, so that only the ledger tells ──────────────────────────────────────────


def edit(bag: Bag, at: int, change: Callable[[dict], object]) -> None:
    change(bag.events[at])
    bag.store()


def body(bag: Bag) -> None:
    edit(bag, 3, lambda event: event["body"]["payload"].update(act="refuse"))


def salt(bag: Bag) -> None:
    edit(bag, 3, lambda event: event.update(salt="00" * 32))


def entry(bag: Bag) -> None:
    """Body and entry fit each other, but not the ledger."""

    def change(event: dict) -> None:
        event["body"]["payload"]["act"] = "refuse"
        event["entry"] = json.loads(public_entry(bytes.fromhex(event["salt"]), canonical_bytes(event["body"])))

    edit(bag, 5, change)


def backdated(bag: Bag) -> None:
    edit(bag, 3, lambda event: event["body"].update(recorded_at="2024-01-01T00:00:00.000000Z"))


def entry_version(bag: Bag) -> None:
    edit(bag, 0, lambda event: event["entry"].update(v=2))


def entry_tells_more(bag: Bag) -> None:
    edit(bag, 0, lambda event: event["entry"].update(office="某局"))


def sm3_commitment(bag: Bag) -> None:
    edit(bag, 0, lambda event: event["entry"].update(sm3="00" * 32))


def sealed_value(bag: Bag) -> None:
    edit(bag, 1, lambda event: event["sealed"]["turnover"].update(value=99))


def sealed_fact_added(bag: Bag) -> None:
    edit(bag, 1, lambda event: event["sealed"].update(sealed({"confession": "是"}, 1)[1]))


def digit_moved_into_the_salt(bag: Bag) -> None:
    """SHA-256(salt ‖ 12345) is also SHA-256(salt1 ‖ 2345)."""

    def change(event: dict) -> None:
        event["sealed"]["turnover"]["salt"] += b"1".hex()
        event["sealed"]["turnover"]["value"] = 2345

    edit(bag, 1, change)


def key_twice(bag: Bag) -> None:
    name = "data/events/000004.json"
    bag.files[name] = bag.files[name].replace(
        b'"kind": "decision.made"', b'"kind": "case.closed", "kind": "decision.made"'
    )


def deleted(bag: Bag) -> None:
    del bag.events[2]
    bag.store()


def deleted_and_renumbered(bag: Bag) -> None:
    del bag.events[2]
    for at, event in enumerate(bag.events, 1):
        event["body"]["seq"] = at
    bag.store()


def first_deleted(bag: Bag) -> None:
    del bag.events[0]
    bag.store()


def cut_before_the_archive(bag: Bag) -> None:
    for event in bag.events[4:]:
        del bag.files[f"data/receipts/{event['body']['id']}.tlog-proof"]
    del bag.events[4:]
    bag.store()


def cut_but_receipts_left(bag: Bag) -> None:
    del bag.events[5:]
    bag.store()


def inserted(bag: Bag) -> None:
    bag.events.insert(3, bag.events[2])
    bag.store()


def reordered(bag: Bag) -> None:
    bag.events[2], bag.events[3] = bag.events[3], bag.events[2]
    bag.store()


def event_file_misnamed(bag: Bag) -> None:
    bag.files["data/events/000007.json"] = bag.files.pop("data/events/000006.json")


def event_not_json(bag: Bag) -> None:
    bag.files["data/events/000002.json"] = b"{"


def event_not_text(bag: Bag) -> None:
    bag.files["data/events/000002.json"] = b"\xff\xfe"


def event_too_deep(bag: Bag) -> None:
    bag.files["data/events/000002.json"] = b"[" * 200_000


def event_of_another_shape(bag: Bag) -> None:
    bag.files["data/events/000002.json"] = b"[1, 2]"


def receipt_of_another(bag: Bag) -> None:
    (one, two) = (f"data/receipts/{bag.events[at]['body']['id']}.tlog-proof" for at in (1, 2))
    bag.files[one] = bag.files[two]


def receipt_missing(bag: Bag) -> None:
    del bag.files[f"data/receipts/{bag.events[1]['body']['id']}.tlog-proof"]


def receipt_by_a_forger(bag: Bag) -> None:
    bag.files[f"data/receipts/{bag.events[1]['body']['id']}.tlog-proof"] = bag.receipt(OTHERS + 1, key=FORGER).encode()


def checkpoint_forged(bag: Bag) -> None:
    name = f"data/receipts/{bag.events[1]['body']['id']}.tlog-proof"
    bag.files[name] = bag.files[name].replace(b"\n306\n", b"\n307\n")


def key_replaced(bag: Bag) -> None:
    """Everything signed anew by a forger, who puts his own key into the package."""
    for at, event in enumerate(bag.events):
        bag.files[f"data/receipts/{event['body']['id']}.tlog-proof"] = bag.receipt(OTHERS + at, key=FORGER).encode()
    bag.files["data/keys/log.vkey"] = vkey(ORIGIN, FORGER.public_key().public_bytes_raw()).encode()


def papers_swapped(bag: Bag) -> None:
    bag.files[APPROVAL], bag.files[DECISION] = bag.files[DECISION], bag.files[APPROVAL]


def paper_changed(bag: Bag) -> None:
    bag.files[DECISION] += b"\n"


def paper_changed_and_listed(bag: Bag) -> None:
    listed = json.loads(bag.files["data/files.json"])
    bag.files[DECISION] += b"\n"
    listed[DECISION[5:]]["sha256"] = digest(bag.files[DECISION])
    bag.files["data/files.json"] = json.dumps(listed).encode()


def paper_missing(bag: Bag) -> None:
    del bag.files[DECISION]


def paper_replaced_by_evidence(bag: Bag) -> None:
    bag.files[DECISION] = next(iter(bag.evidence.values()))


def paper_added(bag: Bag) -> None:
    bag.files["data/documents/03-撤销决定书.pdf"] = b"%PDF-1.7 forged"


def file_added_elsewhere(bag: Bag) -> None:
    bag.files["data/裁定书.pdf"] = b"%PDF-1.7 forged"


def volume_changed(bag: Bag) -> None:
    bag.files["data/volume.pdf"] += b"."


def evidence_changed(bag: Bag) -> None:
    name = next(name for name in bag.files if name.startswith("data/evidence/"))
    bag.files[name] += b"."


def evidence_swapped(bag: Bag) -> None:
    (one, two) = [name for name in bag.files if name.startswith("data/evidence/")]
    bag.files[one], bag.files[two] = bag.files[two], bag.files[one]


def evidence_renamed(bag: Bag) -> None:
    name = next(name for name in bag.files if name.startswith("data/evidence/"))
    bag.files[name.rsplit("/", 1)[0] + "/别的照片.jpg"] = bag.files.pop(name)


def case_fact(bag: Bag) -> None:
    bag.case["facts"]["place"] = "郑州"
    bag.files["data/case.json"] = json.dumps(bag.case).encode()


def case_step(bag: Bag) -> None:
    bag.case["steps"][2]["occurred_at"] = "2024-01-01T00:00:00+00:00"
    bag.files["data/case.json"] = json.dumps(bag.case).encode()


def case_count(bag: Bag) -> None:
    bag.case["steps"].pop()
    bag.files["data/case.json"] = json.dumps(bag.case).encode()


def path_outside(bag: Bag) -> None:
    bag.files["data/../outside.pdf"] = b"x"


ATTACKS = {
    body: "does not fit its commitment",
    salt: "does not fit its commitment",
    entry: "not in the ledger",
    backdated: "does not fit its commitment",
    entry_version: "more than commitments",
    entry_tells_more: "more than commitments",
    sm3_commitment: "SM3",
    sealed_value: "fact turnover",
    sealed_fact_added: "fact confession",
    digit_moved_into_the_salt: "salt",
    key_twice: "stands twice",
    deleted: "out of order",
    deleted_and_renumbered: "does not fit its commitment",
    first_deleted: "out of order",
    cut_before_the_archive: "cut off",
    cut_but_receipts_left: "belongs to no event",
    inserted: "out of order",
    reordered: "out of order",
    event_file_misnamed: "event 6 is missing",
    event_not_json: "not JSON",
    event_not_text: "not UTF-8",
    event_too_deep: "not JSON",
    event_of_another_shape: "not an event file",
    receipt_of_another: "not in the ledger",
    receipt_missing: "no receipt",
    receipt_by_a_forger: "not signed by this key",
    checkpoint_forged: "may be forged",
    key_replaced: "another key",
    papers_swapped: "not the one that was archived",
    paper_changed: "not the one that was archived",
    paper_changed_and_listed: "list of files",
    paper_missing: "is missing",
    paper_replaced_by_evidence: "not the one that was archived",
    paper_added: "belongs to no event",
    file_added_elsewhere: "belongs to no event",
    volume_changed: "not the one that was archived",
    evidence_changed: "belongs to no event",
    evidence_swapped: "belongs to no event",
    evidence_renamed: "belongs to no event",
    case_fact: "facts of case.json",
    case_step: "tells event 3 differently",
    case_count: "counts other events",
    path_outside: "malformed",
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_is_found_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], attack: Callable[[Bag], None]
) -> None:
    bag = Bag()
    attack(bag)
    assert check(bag, tmp_path / "bag") == 1
    said = capsys.readouterr().out
    assert said.startswith("NOT VERIFIED 核验不通过: ")
    assert ATTACKS[attack] in said
    assert any("\u4e00" <= sign <= "\u9fff" for sign in said.split(": ", 1)[1])


def test_events_recorded_against_the_clock_are_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Added later with an old date, signed and in the ledger: only the order tells."""
    bag = Bag(recorded={5: "2024-08-01T00:00:00.000000Z"})
    assert check(bag, tmp_path) == 1
    assert "was recorded before the one before it" in capsys.readouterr().out


def test_a_split_view_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two checkpoints of one size with different roots, both signed by the log."""
    bag = Bag()
    other = list(bag.leaves)
    other[0] = bytes(32)
    mine = bag.leaves
    bag.leaves = other
    bag.files[f"data/receipts/{bag.events[2]['body']['id']}.tlog-proof"] = bag.receipt(OTHERS + 2).encode()
    bag.leaves = mine
    assert check(bag, tmp_path) == 1
    assert "in another place" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["bag-info.txt", "bagit.txt", "data/volume.pdf", "data/events/000001.json"])
def test_a_changed_byte_is_found(tmp_path: Path, name: str) -> None:
    folder = Bag().write(tmp_path)
    data = bytearray((folder / name).read_bytes())
    data[3] ^= 1
    (folder / name).write_bytes(data)
    assert run("package", folder, "--vkey", VKEY) == 1
    (folder / name).unlink()
    assert run("package", folder, "--vkey", VKEY) == 1


@pytest.mark.parametrize("make", ["file", "link", "folder link"])
def test_a_file_beside_the_manifest_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str], make: str) -> None:
    folder = Bag().write(tmp_path / "bag")
    place = folder / "data" / "documents" / "extra.pdf"
    if make == "file":
        place.write_bytes(b"x")
    elif make == "link":
        os.symlink(folder / "data" / "volume.pdf", place)
    else:
        os.symlink(tmp_path, place)
    assert run("package", folder, "--vkey", VKEY) == 1
    assert "not in the manifest" in capsys.readouterr().out


def test_a_tag_manifest_that_leaves_files_out_is_found(tmp_path: Path) -> None:
    folder = Bag().write(tmp_path)
    (folder / "tagmanifest-sha256.txt").write_text("")
    assert run("package", folder, "--vkey", VKEY) == 1


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_changed_byte_of_event_or_receipt_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Unless the file still says the same: white space and escapes of JSON."""
    bag = Bag()
    name = data.draw(st.sampled_from([name for name in bag.files if "/events/" in name or "/receipts/" in name]))
    good = bag.files[name]
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= 1 << data.draw(st.integers(0, 7))
    bag.files[name] = bytes(bad)
    try:
        same = "/events/" in name and json.loads(bytes(bad)) == json.loads(good)
    except ValueError:
        same = False
    assert check(bag, tmp_path_factory.mktemp("bag")) == (0 if same else 1)
