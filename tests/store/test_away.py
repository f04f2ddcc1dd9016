"""A file that stands in an object store alone is not missing while the store is away; whoever goes through all files
leaves the disk as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sanxiang.store.backup import copied
from sanxiang.store.blobs import Away, Blobs
from sanxiang.store.ledger import verification
from sanxiang.store.objects import Afar
from tests.support.away import Cupboard

LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def spared(tmp_path: Path) -> tuple[Blobs, str, Cupboard]:
    afar = Afar(Blobs(tmp_path / "blobs"), Cupboard())
    blobs = Blobs(tmp_path / "blobs", afar=afar.bring)
    sha256 = blobs.add(b"evidence" * 1000)
    assert (afar.send_all(), afar.spare(LATER)) == (1, 1)
    return blobs, sha256, afar.objects  # type: ignore[return-value]


def test_nobody_is_told_that_it_is_missing(spared: tuple[Blobs, str, Cupboard]) -> None:
    blobs, sha256, store = spared
    store.away = True
    for ask in (blobs.read, blobs.fault, blobs.here, blobs.waiting):
        with pytest.raises(Away):
            ask(sha256)
    assert verification._fault(blobs, sha256, "") == "away"
    store.away = False
    assert (blobs.read(sha256), blobs.fault(sha256)) == (b"evidence" * 1000, "")


def test_a_check_and_a_backup_leave_the_disk_as_it_was(spared: tuple[Blobs, str, Cupboard], tmp_path: Path) -> None:
    blobs, sha256, store = spared
    assert verification._fault(blobs, sha256, "") == ""
    assert not blobs.path(sha256).exists()
    into = Blobs(tmp_path / "backup")
    assert copied(blobs, [sha256], into) == ()
    assert not blobs.path(sha256).exists()
    assert into.fault(sha256) == ""
    store.away = True
    with pytest.raises(Away):
        copied(blobs, [sha256], Blobs(tmp_path / "half"))
    store.away = False
    store.held = dict.fromkeys(store.held, b"another!" * 1000)
    assert verification._fault(blobs, sha256, "") == "missing", "what the store changed is not believed"
    assert verification._fault(blobs, "0" * 64, "") == "missing"
    here = blobs.add(b"on the disk")
    with blobs.passing(here) as place:
        assert place.exists()
    assert blobs.path(here).exists(), "what was there stays"
