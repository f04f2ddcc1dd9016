"""A volume built onto a disk that is really full: the case is not archived, and is once there is room."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from sanxiang.store.blobs import NoRoom, shelf
from sanxiang.three_systems.recording.packages import NotArchived, package
from tests.support import fulldisk
from tests.support.theatre import Theatre

from .packed import Packed, number_all, verify

SPARE = 160 << 10
"""Room for some papers, not for the volume."""


@pytest.fixture(params=fulldisk.KINDS)
def disk(request: Any, tmp_path: Path, settings: Any) -> Iterator[Any]:
    with fulldisk.small(request.param, tmp_path / "disk") as made, fulldisk.holding(made, settings):
        settings.SANXIANG_LEDGER = tmp_path / "published"
        yield made


@pytest.mark.clauses("LY-19", "LY-27")
@pytest.mark.journeys("archive.package")
def test_a_volume_waits_for_room(
    disk: Any, theatre: Theatre, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = theatre.played(before="archive")
    before = len(theatre.events(told))
    with disk.full(SPARE):
        with pytest.raises(NoRoom, match="磁盘已满"):
            theatre.tries(told, "archive")
        assert len(theatre.events(told)) == before
        kept = list(shelf().every())
        assert kept, "some of its papers found room"
        assert not any(shelf().fault(one) for one in kept), "no half file under the name of a whole one"
        with pytest.raises(NotArchived):
            package(connections["default"], told.stream)
        head = Client()
        head.force_login(theatre.account("head"))
        head.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
        assert head.get(f"/files/package/{told.stream}.zip").status_code == 404
    theatre.step(told)
    assert theatre.events(told)[-1].kind == "case.archived"
    vkey = number_all(tmp_path, settings)
    monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    before = sorted(disk.folder.iterdir())
    with disk.full(0):
        answer = head.get(f"/files/package/{told.stream}.zip")
        assert (answer.status_code, "磁盘已满" in answer.content.decode()) == (507, True)
    assert sorted(disk.folder.iterdir()) == before
    monkeypatch.undo()
    with package(connections["default"], told.stream) as made:
        bag = Packed(made.read(), vkey, told.stream, tmp_path / "published").unpack(tmp_path / "bag")
    done = verify(bag, "--vkey", vkey)
    assert done.returncode == 0, done.stdout + done.stderr
