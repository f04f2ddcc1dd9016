"""Every change to an archive package is found, whoever made the manifests anew."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sanxiang.core.ledger import signature_line, signed_note

from .packed import Packed, evidence_file, manifests, verify

pytestmark = [pytest.mark.clauses("LY-27", "CN-14"), pytest.mark.journeys("ledger.verification")]


def event_file(bag: Path, nth: int) -> Path:
    return bag / "data" / "events" / f"{nth:06d}.json"


def change_event(bag: Path) -> None:
    path = event_file(bag, 7)
    text = path.read_text(encoding="utf-8")
    at = text.index("演示")
    path.write_text(text[:at] + "甲" + text[at + 1 :], encoding="utf-8")


def change_sealed_fact(bag: Path) -> None:
    path = event_file(bag, 1)
    event = json.loads(path.read_text(encoding="utf-8"))
    assert event["sealed"]["party_name"]["value"] == "洛阳演示商贸有限公司"
    event["sealed"]["party_name"]["value"] = "另一家公司"
    path.write_text(json.dumps(event, ensure_ascii=False), encoding="utf-8")


def change_document(bag: Path) -> None:
    path = next(path for path in sorted((bag / "data" / "documents").iterdir()) if "决定书" in path.name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def change_case(bag: Path) -> None:
    path = bag / "data" / "case.json"
    text = path.read_text(encoding="utf-8")
    assert '"fine"' in text or "500000" in text
    path.write_text(text.replace("500000", "100000"), encoding="utf-8")


def receipt_of(bag: Path, path: Path) -> Path:
    event = json.loads(path.read_text(encoding="utf-8"))
    return bag / "data" / "receipts" / f"{event['body']['id']}.tlog-proof"


def delete_event(bag: Path) -> None:
    receipt_of(bag, event_file(bag, 5)).unlink()
    last = len(list((bag / "data" / "events").iterdir()))
    for nth in range(5, last):
        shutil.move(event_file(bag, nth + 1), event_file(bag, nth))


def delete_last(bag: Path) -> None:
    last = event_file(bag, len(list((bag / "data" / "events").iterdir())))
    receipt_of(bag, last).unlink()
    last.unlink()


def insert_event(bag: Path) -> None:
    last = len(list((bag / "data" / "events").iterdir()))
    for nth in range(last, 4, -1):
        shutil.move(event_file(bag, nth), event_file(bag, nth + 1))
    shutil.copy(event_file(bag, 4), event_file(bag, 5))


def insert_forged_event(bag: Path) -> None:
    last = len(list((bag / "data" / "events").iterdir()))
    event = json.loads(event_file(bag, last).read_text(encoding="utf-8"))
    receipt = receipt_of(bag, event_file(bag, last)).read_bytes()
    event["body"] |= {"seq": last + 1, "id": "00000000-0000-4000-8000-000000000001"}
    event["body"]["prev"] = event["entry"]["commitment"]
    event_file(bag, last + 1).write_text(json.dumps(event, ensure_ascii=False), encoding="utf-8")
    (bag / "data" / "receipts" / f"{event['body']['id']}.tlog-proof").write_bytes(receipt)


def reorder_events(bag: Path) -> None:
    one, two = event_file(bag, 4), event_file(bag, 5)
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)


def swap_files(bag: Path) -> None:
    one, two = sorted((bag / "data" / "documents").iterdir())[:2]
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)


def swap_file_and_its_list(bag: Path) -> None:
    listing = bag / "data" / "files.json"
    files = json.loads(listing.read_text(encoding="utf-8"))
    name = next(name for name in files if "决定书" in name)
    data = (bag / "data" / name).read_bytes() + b"\n%%EOF\n"
    (bag / "data" / name).write_bytes(data)
    files[name]["sha256"] = hashlib.sha256(data).hexdigest()
    listing.write_text(json.dumps(files, ensure_ascii=False, indent=2), encoding="utf-8")


def add_file(bag: Path) -> None:
    (bag / "data" / "documents" / "99-补充材料.pdf").write_bytes(b"%PDF-1.7 inserted")


def lose_file(bag: Path) -> None:
    next(path for path in (bag / "data" / "documents").iterdir() if "送达回证" in path.name).unlink()


def forge_checkpoint(bag: Path) -> None:
    """Every receipt under a checkpoint that somebody else signed, in the name of the log."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    for path in (bag / "data" / "receipts").iterdir():
        head, _, rest = path.read_text(encoding="utf-8").rpartition("\n\n")
        before, _, text = head.rpartition("\n\n")
        note = text + "\n"
        origin = note.splitlines()[0]
        line = signature_line(origin, key.public_key().public_bytes_raw(), key.sign(note.encode()))
        assert rest
        path.write_text(f"{before}\n\n{signed_note(note, [line])}", encoding="utf-8")


def forge_root(bag: Path) -> None:
    """A checkpoint with another root under the old signature."""
    for path in (bag / "data" / "receipts").iterdir():
        lines = path.read_text(encoding="utf-8").split("\n")
        at = next(at for at, line in enumerate(lines) if line.startswith("demo.")) + 2
        lines[at] = ("A" if lines[at][0] != "A" else "B") + lines[at][1:]
        path.write_text("\n".join(lines), encoding="utf-8")


def change_evidence(bag: Path) -> None:
    path = evidence_file(bag, ".png")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def rename_evidence(bag: Path) -> None:
    path = evidence_file(bag, ".wav")
    path.rename(path.with_name("另一段录音.wav"))


def add_evidence(bag: Path) -> None:
    data = b"%PDF-1.7 planted"
    place = bag / "data" / "evidence" / hashlib.sha256(data).hexdigest() / "新证据.pdf"
    place.parent.mkdir()
    place.write_bytes(data)


FORGERIES: tuple[Callable[[Path], None], ...] = (
    change_event, change_sealed_fact, change_document, change_case, delete_event, delete_last, insert_event,
    insert_forged_event, reorder_events, swap_files, swap_file_and_its_list, add_file, lose_file, forge_checkpoint,
    forge_root, change_evidence, rename_evidence, add_evidence,
)  # fmt: skip


@pytest.mark.parametrize("manifests_too", [False, True], ids=["as they were", "made anew"])
@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_every_forgery_is_found(bag: Path, packed: Packed, forge: Callable[[Path], None], manifests_too: bool) -> None:
    forge(bag)
    if manifests_too:
        manifests(bag)
        bagit.Bag(str(bag)).validate(processes=1)
    done = verify(bag, "--vkey", packed.vkey)
    assert done.returncode == 1, done.stdout
    assert done.stdout.startswith("NOT VERIFIED")


def test_manifests_made_anew_are_not_what_is_found(bag: Path, packed: Packed) -> None:
    """The control of the test above: the tool that makes manifests anew is itself in order."""
    manifests(bag)
    assert verify(bag, "--vkey", packed.vkey).returncode == 0


def test_a_forged_key_in_the_package_is_found_with_the_key_from_elsewhere(bag: Path, packed: Packed) -> None:
    """Whoever swaps key and checkpoints together passes only where nobody brings the key from elsewhere."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    from sanxiang.core.ledger import vkey

    forge_checkpoint(bag)
    origin = packed.vkey.split("+")[0]
    (bag / "data" / "keys" / "log.vkey").write_text(vkey(origin, key.public_key().public_bytes_raw()))
    manifests(bag)
    assert verify(bag, "--vkey", packed.vkey).returncode == 1
