"""SHA-256 and SM3 side by side: the same as one after the other, however the bytes are cut and whoever goes on."""

from __future__ import annotations

import hashlib
import os
import random
import threading
from pathlib import Path

import pytest

from sanxiang.store.arriving import Arrivals
from sanxiang.store.blobs import Blobs
from sanxiang.store.digests import SMALL, Digests

pytestmark = pytest.mark.clauses("LY-17", "LY-27")
DATA = random.Random(7).randbytes(3 << 20)


def both(data: bytes) -> tuple[str, str]:
    return hashlib.sha256(data).hexdigest(), hashlib.new("sm3", data).hexdigest()


@pytest.mark.parametrize("size", [1000, SMALL - 1, SMALL, SMALL + 1, 1 << 20, len(DATA)])
def test_both_are_those_of_the_whole(size: int) -> None:
    digests = Digests(sm3=True)
    for at in range(0, len(DATA), size):
        digests.update(DATA[at : at + size])
    assert (digests.sha256, digests.sm3, digests.size) == (*both(DATA), len(DATA))


def test_a_copy_goes_on_by_itself() -> None:
    first = Digests(sm3=True)
    first.update(DATA[: 1 << 20])
    second = first.copy()
    first.update(DATA[1 << 20 :])
    second.update(b"other")
    assert (first.sha256, first.sm3) == both(DATA)
    assert (second.sha256, second.sm3) == both(DATA[: 1 << 20] + b"other")


def test_sm3_is_left_out_where_it_is_not_wanted() -> None:
    digests = Digests(sm3=False)
    digests.update(DATA)
    assert (digests.sha256, digests.sm3, digests.both) == (both(DATA)[0], "", False)


def test_many_at_once_do_not_mix() -> None:
    made: dict[int, tuple[str, str]] = {}

    def reckon(n: int) -> None:
        digests = Digests(sm3=True)
        for _ in range(20):
            digests.update(bytes([n]) * SMALL)
        made[n] = digests.sha256, digests.sm3

    threads = [threading.Thread(target=reckon, args=(n,)) for n in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert made == {n: both(bytes([n]) * SMALL * 20) for n in range(20)}


def test_a_child_reckons_too() -> None:
    """Its parent's threads are not there; without others it would wait for ever."""
    Digests(sm3=True).update(DATA)
    child = os.fork()
    if child == 0:
        digests = Digests(sm3=True)
        digests.update(DATA)
        os._exit(0 if digests.sm3 == both(DATA)[1] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_every_way_into_the_store_tells_both(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path, sm3=True)
    staged = blobs.stage((DATA[at : at + 100_000] for at in range(0, len(DATA), 100_000)), limit=1 << 30)
    made, added = blobs.made(lambda path: path.write_bytes(DATA[1:])), blobs.added(DATA[2:])
    arrivals = Arrivals(blobs, sm3=True)
    arrivals.open("a" * 32, len(DATA) - 3)
    arrivals.receive("a" * 32, 0, [DATA[3 : 1 << 20]])
    arrivals.receive("a" * 32, (1 << 20) - 3, [DATA[1 << 20 :]])
    came = arrivals.finish("a" * 32)
    assert [(one.sha256, one.sm3) for one in (staged, made, added, came)] == [both(DATA[n:]) for n in range(4)]


def test_a_file_that_fits_one_digest_and_not_the_other_is_found(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path, sm3=True)
    kept = blobs.added(DATA)
    assert blobs.fault(kept.sha256) == blobs.fault(kept.sha256, kept.sm3) == ""
    assert blobs.fault(kept.sha256, both(DATA[1:])[1]) == "altered"
