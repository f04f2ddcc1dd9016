"""Files that arrive in pieces: what was acknowledged is there after a kill, and the whole is what was sent."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import resource
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sanxiang.store import arriving
from sanxiang.store.arriving import Arrivals, Gone, Superseded, WrongChecksum, WrongOffset
from sanxiang.store.blobs import Blobs, NoRoom

DATA = random.Random(3).randbytes(3_000_000)
NAME = str(uuid.UUID(int=7))


@pytest.fixture(autouse=True)
def forgetful() -> None:
    arriving._hashes.clear()


def pieces(data: bytes, size: int = 100_000) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def begun(folder: Path, *, sm3: bool = False) -> Arrivals:
    arrivals = Arrivals(Blobs(folder), sm3=sm3)
    arrivals.open(NAME, len(DATA))
    return arrivals


def test_a_file_in_pieces_is_the_file_in_one(tmp_path: Path) -> None:
    arrivals = begun(tmp_path, sm3=True)
    for at in (0, 1_000_000, 2_000_000):
        assert arrivals.receive(NAME, at, pieces(DATA[at : at + 1_000_000])).offset == at + 1_000_000
    whole = arrivals.finish(NAME)
    assert whole.sha256 == hashlib.sha256(DATA).hexdigest()
    assert whole.sm3 == hashlib.new("sm3", DATA).hexdigest()
    assert arrivals.blobs.waiting(whole.sha256).read_bytes() == DATA
    assert arrivals.finish(NAME) == whole, "asked twice, answered the same"
    arrivals.remove(NAME)
    assert arrivals.blobs.known(whole.sha256), "what is staged stays"
    assert not any((tmp_path / "arriving").iterdir())
    with pytest.raises(Gone):
        arrivals.standing(NAME)


def test_hashing_goes_on_after_a_start_from_what_is_on_the_disk(tmp_path: Path) -> None:
    arrivals = begun(tmp_path)
    arrivals.receive(NAME, 0, pieces(DATA[:1_234_567]))
    arriving._hashes.clear()
    arrivals.receive(NAME, 1_234_567, pieces(DATA[1_234_567:]))
    arriving._hashes.clear()
    assert arrivals.finish(NAME).sha256 == hashlib.sha256(DATA).hexdigest()


def test_a_piece_belongs_where_the_file_ends(tmp_path: Path) -> None:
    arrivals = begun(tmp_path)
    arrivals.receive(NAME, 0, [DATA[:100]])
    for wrong in (0, 99, 101):
        with pytest.raises(WrongOffset) as told:
            arrivals.receive(NAME, wrong, [b"x"])
        assert told.value.offset == 100
    with pytest.raises(WrongOffset):
        arrivals.finish(NAME)
    with pytest.raises(ValueError, match="more bytes"):
        arrivals.receive(NAME, 100, [DATA])
    assert arrivals.standing(NAME).offset == 100


def test_a_piece_that_is_not_what_its_checksum_says_leaves_nothing(tmp_path: Path) -> None:
    arrivals = begun(tmp_path)
    good = hashlib.sha256(DATA[:1000]).digest()
    with pytest.raises(WrongChecksum):
        arrivals.receive(NAME, 0, [DATA[:999] + b"!"], checksum=good)
    assert arrivals.standing(NAME).offset == 0
    assert (tmp_path / "arriving" / NAME).stat().st_size == 0
    arrivals.receive(NAME, 0, [DATA[:1000]], checksum=good)
    arrivals.receive(NAME, 1000, pieces(DATA[1000:]))
    assert arrivals.finish(NAME).sha256 == hashlib.sha256(DATA).hexdigest()


def test_what_came_before_the_net_broke_is_kept(tmp_path: Path) -> None:
    arrivals = begun(tmp_path)

    def broken() -> Iterator[bytes]:
        yield DATA[:5000]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        arrivals.receive(NAME, 0, broken())
    assert arrivals.standing(NAME).offset == 5000


def test_whoever_comes_later_takes_over_and_the_stalled_one_writes_nothing_more(tmp_path: Path) -> None:
    arrivals = begun(tmp_path)
    later: list[int] = []

    def stalled() -> Iterator[bytes]:
        yield DATA[:5000]
        later.append(arrivals.receive(NAME, 0, pieces(DATA)).offset)
        yield b"\0" * 5000

    with pytest.raises(Superseded):
        arrivals.receive(NAME, 0, stalled())
    assert later == [len(DATA)]
    assert arrivals.finish(NAME).sha256 == hashlib.sha256(DATA).hexdigest()


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals = begun(tmp_path)
    arrivals.receive(NAME, 0, pieces(DATA[:1_000_000]))

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(NoRoom):
            arrivals.receive(NAME, 1_000_000, pieces(DATA[1_000_000:]))
    assert arrivals.standing(NAME).offset == 1_000_000
    arrivals.receive(NAME, 1_000_000, pieces(DATA[1_000_000:]))
    assert arrivals.finish(NAME).sha256 == hashlib.sha256(DATA).hexdigest()
    with pytest.raises(NoRoom):
        arrivals.open(str(uuid.UUID(int=8)), 1 << 60)


RECEIVES = """
import sys
from pathlib import Path
from sanxiang.store import arriving
from sanxiang.store.blobs import Blobs
arriving.MARK = 1 << 20
def endless():
    while True:
        yield bytes(range(256)) * 1024
        print("piece", flush=True)
arriving.Arrivals(Blobs(Path(sys.argv[1]))).receive(sys.argv[2], 0, endless())
"""


def test_a_kill_in_the_middle_loses_no_more_than_a_mark(tmp_path: Path) -> None:
    size, piece = 64 << 20, 256 * 1024
    arrivals = Arrivals(Blobs(tmp_path))
    arrivals.open(NAME, size)
    with subprocess.Popen([sys.executable, "-c", RECEIVES, str(tmp_path), NAME], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(23):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    safe = arrivals.standing(NAME).offset
    assert safe >= 23 * piece - (1 << 20)
    assert safe % (1 << 20) == 0
    rest = size - safe
    arrivals.receive(NAME, safe, (bytes(range(256)) * 1024 for _ in range(rest // piece)))
    assert arrivals.finish(NAME).sha256 == hashlib.sha256(bytes(range(256)) * (size // 256)).hexdigest()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    size = 512 << 20
    arrivals = Arrivals(Blobs(tmp_path))
    arrivals.open(NAME, size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    arrivals.receive(NAME, 0, (bytes(1 << 20) for _ in range(512)))
    arrivals.finish(NAME)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 << 10


def test_what_nothing_came_for_is_swept(tmp_path: Path) -> None:
    arrivals = begun(tmp_path)
    now = datetime.now(UTC)
    assert arrivals.sweep(now - timedelta(days=1)) == 0
    old = time.time() - 3 * 86400
    for path in (tmp_path / "arriving").iterdir():
        os.utime(path, (old, old))
    assert arrivals.sweep(now - timedelta(days=1)) == 1
    assert not any((tmp_path / "arriving").iterdir())


@pytest.mark.parametrize("name", ["../../x", "", "a" * 31, "staged/x"])
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(Gone):
        Arrivals(Blobs(tmp_path)).standing(name)
