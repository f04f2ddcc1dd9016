"""SM3 stands beside SHA-256 from the upload to the package, and is checked there."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import bagit
import pytest
from django.test import Client

from sanxiang.casework.models import StagedFile
from sanxiang.casework.uploads import described_of
from sanxiang.config import demo_files
from sanxiang.store.blobs import shelf
from sanxiang.store.seals import seals
from sanxiang.three_systems.recording import quality
from sanxiang.three_systems.recording.packages import package
from tests.apps.evidence.brought import Sender
from tests.support.theatre import Theatre

from .packed import Packed, manifests, number_all, verify

PHOTO = demo_files.photo({"day": "2026-11-23"})
CLAUSES = pytest.mark.clauses("LY-27", "CN-14")


def sm3(data: bytes) -> str:
    return hashlib.new("sm3", data).hexdigest()


@pytest.fixture(scope="module")
def reckoned(opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A case whose photo came while SM3 is reckoned, archived and packed."""
    from django.conf import settings
    from django.db import connections

    home = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_SM3", True)
        patch.setattr(settings, "SANXIANG_LEDGER", home / "published")
        told = opened_theatre.played(before="take_evidence", start="2026-08-03")
        sender = Sender(opened_theatre.account("zhang"))
        place = sender.begin(told, len(PHOTO), "店内.png")["Location"]
        assert sender.piece(place, 0, PHOTO).status_code == 204
        row = StagedFile.objects.get(pk=sender.told(place)["taken"]["id"])
        assert opened_theatre.tries(told, "take_evidence", files=described_of([row])).done
        opened_theatre.go_on(told)
        vkey = number_all(home, settings)
        with package(connections["default"], told.stream) as made:
            data = made.read()
        connections.close_all()
    return told, Packed(data, vkey, told.stream, home / "published")


@CLAUSES
def test_the_event_and_its_pages_tell_both_digests(theatre: Theatre, reckoned: Any) -> None:
    told, _ = reckoned
    taken = next(one for one in theatre.events(told) if any(f["name"] == "店内.png" for f in one.event.files))
    (file,) = taken.event.files
    assert (file["sha256"], file["sm3"]) == (hashlib.sha256(PHOTO).hexdigest(), sm3(PHOTO))
    client = Client()
    client.force_login(theatre.account("zhang"))
    client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
    assert f"SM3 {sm3(PHOTO)[:16]}" in client.get(f"/work/cases/{told.stream}/").content.decode()
    assert f"SM3 {sm3(PHOTO)}" in client.get(f"/recording/{told.stream}/look/{taken.id}/0/").content.decode()


@CLAUSES
def test_volume_and_package_carry_it_and_a_stranger_checks_it(reckoned: Any, theatre: Theatre, tmp_path: Path) -> None:
    told, packed = reckoned
    bag = packed.unpack(tmp_path / "bag")
    listed = json.loads((bag / "data" / "files.json").read_text("utf-8"))
    for name, one in listed.items():
        assert one["sm3"] == sm3((bag / "data" / name).read_bytes()), name
    archived: Any = next(one.event for one in reversed(theatre.events(told)) if one.kind == "case.archived")
    assert archived.package_sm3 == sm3((bag / "data" / "files.json").read_bytes())
    lines = dict(reversed(line.split("  ", 1)) for line in (bag / "digests-sm3.txt").read_text("utf-8").splitlines())
    payload = {path.relative_to(bag).as_posix() for path in (bag / "data").rglob("*") if path.is_file()}
    assert set(lines) == payload
    assert all(digest == sm3((bag / name).read_bytes()) for name, digest in lines.items())
    assert bagit.Bag(str(bag)).is_valid(), "tools of BagIt go on reading it"
    done = verify(bag, "--vkey", packed.vkey)
    assert done.returncode == 0, done.stdout


@CLAUSES
@pytest.mark.parametrize("how", ["changed", "left out"])
def test_a_forged_list_of_sm3_is_found(reckoned: Any, tmp_path: Path, how: str) -> None:
    _, packed = reckoned
    bag = packed.unpack(tmp_path / "bag")
    path = bag / "digests-sm3.txt"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.rstrip().endswith("店内.png"))
    lines[at] = "" if how == "left out" else f"{'0' * 64}{lines[at][64:]}"
    path.write_text("".join(lines), "utf-8")
    manifests(bag)
    done = verify(bag, "--vkey", packed.vkey)
    assert done.returncode == 1
    assert "SM3" in done.stdout or "sm3" in done.stdout, done.stdout


@CLAUSES
def test_an_event_that_lies_about_sm3_is_found(
    theatre: Theatre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list at the top is not there: what the event tells is checked against the bytes."""
    from django.conf import settings

    home = tmp_path / "ledger"
    monkeypatch.setattr(settings, "SANXIANG_LEDGER", home / "published")
    found = theatre.played(before="take_evidence", start="2026-08-05")
    lie = {"name": "店内.png", "sha256": shelf().add(PHOTO), "size": len(PHOTO), "type": "image/png", "sm3": "0" * 64}
    assert theatre.tries(found, "take_evidence", files=(lie,)).done
    theatre.go_on(found)
    vkey = number_all(home, settings)
    with package(theatre.connection, found.stream) as made:
        bag = Packed(made.read(), vkey, found.stream, home).unpack(tmp_path / "bag")
    assert not (bag / "digests-sm3.txt").exists(), "the setting is off"
    done = verify(bag, "--vkey", vkey)
    assert (done.returncode, "does not fit its SM3 digest" in done.stdout) == (1, True), done.stdout
    checks = quality.examine(theatre.connection, theatre.events(found), shelf(), seals(), [])
    assert "“店内.png”已被改动" in [fault for one in checks for fault in one.faults], "the house finds it too"


@pytest.mark.parametrize(("said", "files", "entries"), [("", True, False), ("0", False, False), ("1", True, True)])
def test_files_have_both_digests_where_nobody_says_no(tmp_path: Path, said: str, files: bool, entries: bool) -> None:
    asks = "from sanxiang.config import settings as s; print(s.SANXIANG_SM3, s.SANXIANG_SM3_ENTRIES)"
    named = os.environ | {"SANXIANG_VAR": str(tmp_path), "SANXIANG_SM3": said}
    done = subprocess.run([sys.executable, "-c", asks], env=named, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(files), str(entries)]


def test_without_the_setting_nothing_is_added(theatre: Theatre, tmp_path: Path) -> None:
    assert shelf().added(PHOTO).told == {"sha256": hashlib.sha256(PHOTO).hexdigest(), "size": len(PHOTO)}
    wrong = {"name": "x.png", "sha256": shelf().add(PHOTO), "size": len(PHOTO), "type": "image/png", "sm3": "xyz"}
    found = theatre.played(before="take_evidence", start="2026-08-07")
    before = len(theatre.events(found))
    assert not theatre.tries(found, "take_evidence", files=(wrong,)).done
    assert len(theatre.events(found)) == before
