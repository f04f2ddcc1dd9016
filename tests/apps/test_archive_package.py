"""The archive package of a case that was played to its end: strangers' tools read it, and find every change to it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bagit
import pikepdf
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pypdf import PdfReader

from sanxiang.core.ledger import signature_line, signed_note
from sanxiang.store import custody
from sanxiang.store.ledger.publisher import Publisher
from sanxiang.store.ledger.sequencer import Sequencer
from sanxiang.store.ledger.signer import Signer
from sanxiang.three_systems.recording.packages import VERIFIER, NotArchived, package
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-27", "CN-14"), pytest.mark.journeys("ledger.verification")]


@dataclass(frozen=True)
class Packed:
    """A package as it was given out, and the key of the ledger from elsewhere."""

    data: bytes
    vkey: str
    stream: str

    def unpack(self, folder: Path) -> Path:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            archive.extractall(folder)
        return folder


@pytest.fixture(scope="module")
def packed(opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: Any) -> Packed:
    """One ordinary penalty played to the archive, numbered by a sequencer, packed."""
    from django.conf import settings
    from django.db import connections

    home = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_LEDGER", home / "published")
        told = opened_theatre.played(before="archive")
        with pytest.raises(NotArchived):
            package(connections["default"], told.stream)
        opened_theatre.go_on(told)
        vkey = number_all(home, settings)
        with package(connections["default"], told.stream) as made:
            data = made.read()
        connections.close_all()
    return Packed(data, vkey, told.stream)


def number_all(home: Path, settings: Any) -> str:
    """Let a sequencer number, sign and publish whatever waits; the key of the ledger."""
    place = settings.DATABASES["sequencer"]
    address = {"host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"], "user": place["USER"]}
    with psycopg.connect(**address, password=place["PASSWORD"], autocommit=True) as connection:
        origin = connection.execute("SELECT origin FROM record.cluster").fetchone()[0]
        secret = custody.read(Path(settings.SECRETS), custody.SIGNING)
        signer = Signer(origin, secret, home / "signed.json")
        one = Sequencer(connection, signer, Publisher(home / "published"))
        one.start()
        while one.step().taken:
            pass
    return signer.key


@pytest.fixture
def bag(packed: Packed, tmp_path: Path) -> Path:
    return packed.unpack(tmp_path / "bag")


def verify(bag: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The verifier as a stranger runs it: the file alone, isolated from everything that is installed here."""
    alone = bag.parent / "verify.py"
    shutil.copy(VERIFIER, alone)
    python = getattr(sys, "_base_executable", sys.executable)
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [python, "-I", "-S", str(alone), "package", str(bag), *more],
        capture_output=True, text=True, check=False, env=clean, cwd=bag.parent, timeout=120,
    )  # fmt: skip


def manifests(bag: Path) -> None:
    """Make the manifests anew, as a forger would."""

    def write(name: str, files: list[Path]) -> None:
        lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(bag).as_posix()}\n" for p in files]
        (bag / name).write_text("".join(lines), encoding="utf-8")

    data = [p for p in sorted((bag / "data").rglob("*")) if p.is_file()]
    info = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    oxum = f"Payload-Oxum: {sum(p.stat().st_size for p in data)}.{len(data)}"
    kept = [oxum if line.startswith("Payload-Oxum") else line for line in info]
    (bag / "bag-info.txt").write_text("\n".join(kept) + "\n", encoding="utf-8")
    write("manifest-sha256.txt", data)
    tags = [p for p in sorted(bag.iterdir()) if p.is_file() and not p.name.startswith("tagmanifest")]
    write("tagmanifest-sha256.txt", tags)


# ── what strangers' tools say ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.journeys("archive.package")
def test_bagit_of_others_accepts_it(bag: Path) -> None:
    bagit.Bag(str(bag)).validate(processes=1)


@pytest.mark.journeys("archive.package")
def test_the_verifier_accepts_it_with_the_key_from_elsewhere(bag: Path, packed: Packed) -> None:
    done = verify(bag, "--vkey", packed.vkey)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(list((bag / 'data' / 'events').iterdir()))} events" in done.stdout
    assert verify(bag).returncode == 0


def test_the_verifier_that_comes_along_is_the_same(bag: Path) -> None:
    assert (bag / "verify.py").read_bytes() == VERIFIER.read_bytes()


def texts_of(path: Path) -> list[str]:
    """The text of each page without white space."""
    return ["".join((page.extract_text() or "").split()) for page in PdfReader(path).pages]


@pytest.mark.clauses("LY-19")
@pytest.mark.journeys("archive.volume")
def test_the_volumes_have_catalogue_page_numbers_and_closing_note(bag: Path) -> None:
    bound = 0
    for name, title, papers in (
        ("volume.pdf", "正卷", ("立案审批表", "行政处罚决定书", "送达回证", "询问笔录", "现场检查笔录")),
        ("volume-supplementary.pdf", "副卷", ("法制审核意见书",)),
    ):
        cover, catalogue, *pages, closing = texts_of(bag / "data" / name)
        assert title in cover
        assert "卷内文件目录" in catalogue
        assert all(paper in catalogue for paper in papers)
        assert f"{title}共" in closing
        assert f"件{len(pages)}页" in closing
        assert "备考表" in closing
        assert [page.endswith(str(nth)) for nth, page in enumerate(pages, 1)] == [True] * len(pages)
        bound += len(pages)
    assert bound == sum(len(PdfReader(path).pages) for path in (bag / "data" / "documents").iterdir())


def test_every_paper_and_volume_says_that_it_is_pdf_a(bag: Path) -> None:
    papers = sorted((bag / "data").rglob("*.pdf"))
    assert len(papers) > 10
    for path in papers:
        with pikepdf.open(path) as pdf:
            assert pdf.open_metadata().get("pdfaid:part") in ("2", "3"), path.name
            assert pdf.Root.get("/OutputIntents") is not None, path.name
            assert not pdf.is_encrypted, path.name
            assert len(pdf.pages) == len(PdfReader(path).pages)


@pytest.mark.clauses("LY-17", "WD-10")
@pytest.mark.journeys("cases.penalty.ordinary", "archive.package")
def test_the_data_can_be_read_without_the_program(bag: Path, packed: Packed) -> None:
    case = json.loads((bag / "data" / "case.json").read_text(encoding="utf-8"))
    assert (case["stream"], case["category"], case["procedure"]) == (packed.stream, "处罚", "penalty.ordinary")
    kinds = [step["kind"] for step in case["steps"]]
    stages = ("case.filed", "activity.done", "evidence.taken", "review.concluded", "decision.made", "document.served")
    assert set(kinds) >= {*stages, "decision.carried_out", "case.closed", "case.archived"}
    assert [step["seq"] for step in case["steps"]] == list(range(1, case["events"] + 1))
    assert case["facts"]["party_name"] == "洛阳演示商贸有限公司"
    assert case["decision_number"].startswith("洛市监演罚决字〔2026〕")
    assert all(step["actor"]["name"] and step["occurred_at"] for step in case["steps"])
    named = [paper["title"] for step in case["steps"][:-1] for paper in step["documents"]]
    files = sorted(path.stem.split("-")[-1] for path in (bag / "data" / "documents").iterdir())
    assert files == sorted(named)


# ── what the verifier finds ──────────────────────────────────────────────────────────────────────────────────────────


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


FORGERIES: tuple[Callable[[Path], None], ...] = (
    change_event, change_sealed_fact, change_document, change_case, delete_event, delete_last, insert_event,
    insert_forged_event, reorder_events, swap_files, swap_file_and_its_list, add_file, lose_file, forge_checkpoint,
    forge_root,
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
