"""Evidence in the archive package: as it was brought, told where it is gone, however large."""

from __future__ import annotations

import hashlib
import json
import shutil
import tracemalloc
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.core.values.origin import GRADES
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.store.errors import RecordRefused
from sanxiang.store.named import every_named
from sanxiang.three_systems.recording.packages import Bag, Damaged, package
from tests.support.theatre import Theatre

from .packed import Packed, evidence_file, manifests, verify

pytestmark = [pytest.mark.clauses("LY-27", "CN-14"), pytest.mark.journeys("ledger.verification")]


@pytest.mark.clauses("LY-17")
@pytest.mark.journeys("archive.package", "evidence.files")
def test_the_evidence_is_in_it_as_it_was_brought(bag: Path, packed: Packed) -> None:
    told = json.loads((bag / "data" / "case.json").read_text(encoding="utf-8"))
    named = {(file["name"], file["sha256"]) for step in told["steps"] for file in step["files"]}
    held = {(path.name, path.parent.name) for path in (bag / "data" / "evidence").rglob("*") if path.is_file()}
    assert held == named
    graded = {(file["name"], file["sha256"]) for file in told["evidence"]}
    assert graded, "each file with the grade of its origin"
    assert graded <= named
    assert {(file["grade"], file["origin"]) for file in told["evidence"]} == {("C", GRADES["C"])}
    assert {Path(name).suffix for name, _ in held} == {".png", ".pdf", ".wav"}
    for path in (bag / "data" / "evidence").rglob("*.*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.parent.name
    assert "evidence files" not in verify(bag, "--vkey", packed.vkey).stdout


def test_evidence_that_was_left_out_is_counted(bag: Path, packed: Packed) -> None:
    shutil.rmtree(evidence_file(bag, ".wav").parent)
    manifests(bag)
    done = verify(bag, "--vkey", packed.vkey)
    assert done.returncode == 0
    assert "1 evidence files that events name are not in the package" in done.stdout


def test_a_file_that_is_gone_where_it_is_kept_is_told_in_the_package(
    packed: Packed, theatre: Theatre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.SANXIANG_LEDGER", packed.ledger)
    file = next(file for one in reading.load(theatre.connection, packed.stream) for file in one.event.files)
    path = shelf().path(file["sha256"])
    path.rename(tmp_path / "aside")
    try:
        with package(theatre.connection, packed.stream) as made:
            bag = Packed(made.read(), packed.vkey, packed.stream, packed.ledger).unpack(tmp_path / "bag")
    finally:
        (tmp_path / "aside").rename(path)
    assert f"{file['name']}  {file['sha256']}" in (bag / "README.txt").read_text(encoding="utf-8")
    assert "1 evidence files" in verify(bag, "--vkey", packed.vkey).stdout


def test_a_lost_paper_of_the_volume_is_named_and_no_package_made(
    packed: Packed, theatre: Theatre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.SANXIANG_LEDGER", packed.ledger)
    archived = reading.load(theatre.connection, packed.stream)[-1].event
    path = shelf().path(archived.volume)
    path.rename(tmp_path / "aside")
    try:
        with pytest.raises(Damaged, match=r"volume\.pdf"):
            package(theatre.connection, packed.stream)
    finally:
        (tmp_path / "aside").rename(path)


def test_an_archiving_that_is_refused_at_the_last_moment_changes_nothing(
    packed: Packed, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was prepared for a refused act stands beside the archived files, not in their place."""
    told = theatre.played(before="archive", start="2026-03-03")

    def refuse(*args: Any, **more: Any) -> Any:
        raise RecordRefused("SX004", "库不收")

    before = set(shelf().every())
    with monkeypatch.context() as patch:
        patch.setattr("sanxiang.casework.commands.append", refuse)
        with pytest.raises(RecordRefused):
            theatre.step(told)
    left = set(shelf().every()) - before
    assert left, "the volume was made"
    theatre.step(told)
    named = {sha256 for _, sha256 in every_named(theatre.connection, shelf())}
    assert theatre.events(told)[-1].event.package_sha256 in named
    others = set(shelf().every()) - left  # of tests that run beside this one, on records of their own
    shelf().sweep_kept(timezone.now() + timedelta(days=1), named | others)
    assert set(shelf().every()) & left <= named
    for one in (packed.stream, told.stream):
        archived = reading.load(theatre.connection, one)[-1].event
        assert shelf().fault(archived.package_sha256) == ""
        assert shelf().fault(archived.volume) == ""


def test_large_evidence_goes_through_in_pieces(tmp_path: Path) -> None:
    large = tmp_path / "执法录像.mp4"
    with large.open("wb") as file:
        file.truncate(200 << 20)
    digest = hashlib.file_digest(large.open("rb"), "sha256").hexdigest()
    with (tmp_path / "out.zip").open("wb") as out:
        bag = Bag(out)
        tracemalloc.start()
        assert bag.copy(f"data/evidence/{digest}/执法录像.mp4", large, digest)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        bag.close()
    assert peak < 16 << 20
    with zipfile.ZipFile(tmp_path / "out.zip") as made, made.open(made.namelist()[0]) as inside:
        assert hashlib.file_digest(inside, "sha256").hexdigest() == digest
