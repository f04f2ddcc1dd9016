"""Evidence under its digest: whole or not there, once, swept by age, and missed where it is gone or changed."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sanxiang.core.events import archive, case
from sanxiang.store.blobs import STAGED, Blobs, NotThere, TooLarge
from sanxiang.store.named import every_named

from .logs import Log
from .records import draft, new_id, now

PHOTO = b"\x89PNG photo"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def held(blobs: Blobs) -> set[str]:
    """Every file below the folder but the lock."""
    return {path.name for path in blobs.folder.rglob("*") if path.is_file() and path.name != ".lock"}


def age(path: Path, days: float) -> None:
    then = (now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def test_a_file_is_kept_under_its_digest_and_cannot_be_written(blobs: Blobs) -> None:
    staged = blobs.stage((PHOTO[:3], PHOTO[3:]), limit=100)
    assert (staged.sha256, staged.size) == (digest(PHOTO), len(PHOTO))
    blobs.keep(staged.sha256)
    path = blobs.path(staged.sha256)
    assert path.read_bytes() == PHOTO
    assert path.stat().st_mode & 0o777 == 0o400
    assert blobs.folder.joinpath(STAGED).stat().st_mode & 0o077 == 0
    assert held(blobs) == {staged.sha256}


def test_what_we_made_is_kept_at_once_not_written_again_and_mended_where_it_was_altered(blobs: Blobs) -> None:
    path = blobs.path(blobs.add(PHOTO))
    assert held(blobs) == {digest(PHOTO)}
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (PHOTO, 0o400)
    age(path, 3)
    first = path.stat()
    blobs.add(PHOTO)
    assert path.stat().st_ino == first.st_ino
    assert blobs.sweep_kept(now() - timedelta(days=1), {}) == 0, "whoever adds it again wants it now"
    path.chmod(0o600)
    path.write_bytes(PHOTO[:-1])
    blobs.add(PHOTO)
    assert blobs.fault(digest(PHOTO)) == ""


def test_the_same_content_is_there_once(blobs: Blobs) -> None:
    for _ in range(3):
        blobs.keep(blobs.stage((PHOTO,), limit=100).sha256)
        blobs.keep(digest(PHOTO))
    assert list(blobs.every()) == [digest(PHOTO)]
    assert held(blobs) == {digest(PHOTO)}


def test_too_much_leaves_nothing_and_is_not_read_to_its_end(blobs: Blobs) -> None:
    read = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"x" * 1000

    with pytest.raises(TooLarge):
        blobs.stage(endless(), limit=5_000)
    assert len(read) == 6
    assert held(blobs) == set()


def test_a_broken_source_leaves_nothing(blobs: Blobs) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("line cut")

    with pytest.raises(OSError, match="line cut"):
        blobs.stage(broken(), limit=100)
    assert held(blobs) == set()


def test_killed_while_writing_leaves_a_draft_that_the_sweep_takes(blobs: Blobs) -> None:
    code = (
        "import sys, time; from pathlib import Path; from sanxiang.store.blobs import Blobs\n"
        "def slow():\n"
        "    yield b'half'\n"
        "    print('writing', flush=True); time.sleep(60)\n"
        f"Blobs(Path({str(blobs.folder)!r})).stage(slow(), limit=100)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        writer.send_signal(signal.SIGKILL)
    (left,) = held(blobs)
    assert left.startswith(".")
    assert not blobs.known(digest(b"half"))
    assert blobs.sweep_staged(now() - timedelta(days=3)) == 0
    age(blobs.folder / STAGED / left, 4)
    assert blobs.sweep_staged(now() - timedelta(days=3)) == 1
    assert held(blobs) == set()


def test_uploads_that_nobody_took_go_after_their_time_and_what_is_kept_stays(blobs: Blobs) -> None:
    kept, old, fresh = blobs.add(PHOTO), blobs.stage((b"old",), limit=9).sha256, blobs.stage((b"new",), limit=9).sha256
    age(blobs.path(kept), 400)
    age(blobs.waiting(old), 4)
    assert blobs.sweep_staged(now() - timedelta(days=3)) == 1
    assert held(blobs) == {kept, fresh}
    with pytest.raises(NotThere):
        blobs.keep(old)


def test_what_comes_again_is_young_again(blobs: Blobs) -> None:
    one = blobs.stage((b"again",), limit=9).sha256
    age(blobs.waiting(one), 4)
    blobs.stage((b"again",), limit=9)
    assert blobs.sweep_staged(now() - timedelta(days=3)) == 0
    kept = blobs.add(PHOTO)
    age(blobs.path(kept), 4)
    blobs.keep(kept)
    assert blobs.sweep_kept(now() - timedelta(days=3), set()) == 0


@pytest.mark.parametrize("name", ["", "..", "../" * 8 + "etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "/"])
def test_nothing_but_a_digest_is_a_name(blobs: Blobs, name: str) -> None:
    with pytest.raises(NotThere):
        blobs.path(name)
    assert not blobs.known(name)


# ── what the record names ────────────────────────────────────────────────────────────────────────────────────────────


def named(blobs: Blobs, data: bytes, name: str = "现场照片.png") -> dict[str, Any]:
    return {"name": name, "sha256": blobs.add(data), "size": len(data), "type": "image/png"}


def recorded(log: Log, *events: Any) -> None:
    web = log.record.connect()
    with web.transaction():
        log.record.add(web, new_id(), *(draft(event) for event in events))
    log.sequencer().step()


@pytest.mark.clauses("LY-27")
@pytest.mark.journeys("ledger.verification")
def test_a_missing_and_a_changed_file_are_named(log: Log, blobs: Blobs) -> None:
    gone, changed, whole = named(blobs, b"gone", "a.png"), named(blobs, b"changed", "b.png"), named(blobs, PHOTO)
    recorded(log, case.EvidenceTaken(act="take_evidence", files=(gone, changed, whole)))
    log.stop()
    fine = log.verify(blobs=blobs)
    assert (fine.findings, fine.files) == ([], 3)
    blobs.path(gone["sha256"]).unlink()
    blobs.path(changed["sha256"]).chmod(0o600)
    blobs.path(changed["sha256"]).write_bytes(b"changeD")
    for mode in ("full", "incremental"):
        told = log.verify(mode, blobs=blobs).findings
        assert [(one.code, one.where) for one in told] == [
            ("evidence", gone["sha256"]),
            ("evidence", changed["sha256"]),
        ]
        assert "“a.png”缺失" in told[0].text
        assert "“b.png”已被改动" in told[1].text
    assert log.verify("quick", blobs=blobs).ok


def test_an_archived_paper_is_missed_like_evidence(log: Log, blobs: Blobs) -> None:
    paper = blobs.add(b"%PDF decision")
    listing = blobs.add(f'{{"documents/决定书.pdf": {{"sha256": "{paper}", "event": ""}}}}'.encode())
    recorded(log, archive.CaseArchived(act="archive", package_sha256=listing))
    log.stop()
    assert log.verify(blobs=blobs).files == 2
    blobs.path(paper).unlink()
    (lost,) = log.verify(blobs=blobs).findings
    assert "documents/决定书.pdf”缺失" in lost.text
    blobs.path(listing).unlink()
    (lost,) = log.verify(blobs=blobs).findings
    assert (lost.where, "files.json”缺失" in lost.text) == (listing, True)


def test_only_what_no_event_names_is_cleared(log: Log, blobs: Blobs) -> None:
    paper = blobs.add(b"%PDF decision")
    listing = blobs.add(f'{{"documents/决定书.pdf": {{"sha256": "{paper}", "event": ""}}}}'.encode())
    photo = named(blobs, PHOTO)
    recorded(log, case.EvidenceTaken(files=(photo,)), archive.CaseArchived(package_sha256=listing))
    left = blobs.add(b"left by an act that was refused")
    for one in blobs.every():
        age(blobs.path(one), 9)
    known = {sha256 for _, sha256 in every_named(log.record.connect(), blobs)}
    assert known == {paper, listing, photo["sha256"]}
    assert blobs.sweep_kept(now() - timedelta(days=3), known) == 1
    assert set(blobs.every()) == known
    assert left not in set(blobs.every())


def test_nothing_is_cleared_where_an_archived_list_cannot_be_read(log: Log, blobs: Blobs) -> None:
    listing = blobs.add(b"{}")
    recorded(log, archive.CaseArchived(package_sha256=listing))
    blobs.path(listing).chmod(0o600)
    blobs.path(listing).write_bytes(b"{ }")
    with pytest.raises(NotThere):
        list(every_named(log.record.connect(), blobs))


def test_several_are_kept_side_by_side(blobs: Blobs) -> None:
    pieces = [b"%d" % (n % 40) * 5_000 for n in range(90)]
    made = blobs.all_added(pieces)
    assert [one.sha256 for one in made] == [digest(piece) for piece in pieces]
    assert [blobs.read(one.sha256) for one in made] == pieces
    assert held(blobs) == {one.sha256 for one in made}, "no draft is left"
    assert blobs.all_added([]) == []
