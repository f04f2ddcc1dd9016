"""The folder of a station taken in onto a disk that is really full."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sanxiang.store.blobs import Blobs
from sanxiang.three_systems.recording.devices.ingest.taking import CannotTake
from tests.support import fulldisk
from tests.support.theatre import open_theatre

from .conftest import Store
from .footage import HOUR, film, lay, named
from .test_station import DAY, Dock

FILES, EACH = 12, 100 << 10


@pytest.mark.clauses("LY-22")
@pytest.mark.journeys("recording.station")
@pytest.mark.parametrize("kind", fulldisk.KINDS)
def test_a_run_stops_at_a_full_disk_and_the_next_takes_the_rest(theatre: Any, tmp_path: Path, kind: str) -> None:
    dock = Dock(Store(open_theatre(again=True)), tmp_path)
    camera = dock.issued("zhang", DAY, DAY + HOUR)
    with fulldisk.small(kind, tmp_path / "disk") as disk:
        dock.blobs = Blobs(disk.folder / "blobs")
        for at in range(FILES):
            size = EACH if at < FILES // 2 else 5 * EACH
            lay(dock.folder, named(camera.code, DAY + timedelta(minutes=at), at), film(mark=os.urandom(size)))
        with disk.full(4 * EACH), pytest.raises(CannotTake, match="存储空间已满.*腾出空间后再运行"):
            dock.take()
        taken = dock.files()
        assert 0 < len(taken) < FILES
        for row in taken.values():
            assert dock.recording(row.path).state == "sealed"
            assert dock.blobs.fault(row.sha256) == "", "what is said to be taken is there, whole"
        assert {path.name for path in (dock.blobs.folder / "staged").iterdir()} == set(), "no half file lies about"
        done = dock.take()
        assert (done.total, done.known, done.unread) == (FILES - len(taken), len(taken), [])
        assert len({row.recording for row in dock.files().values()}) == FILES
        assert not any(dock.blobs.fault(row.sha256) for row in dock.files().values())
