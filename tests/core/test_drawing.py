"""The draw of a sample: the same seed draws the same, by a fixed rule that others can repeat."""

from __future__ import annotations

import hashlib
import random

import pytest

from sanxiang.core.values.drawing import draw, sample_size

URN = [f"case-{number:02d}" for number in range(20)]


def test_the_sample_of_a_seed_is_frozen() -> None:
    assert draw("00c0ffee00c0ffee", URN, 4) == FROZEN


FROZEN = ("case-06", "case-07", "case-11", "case-13")


def test_the_order_of_the_urn_and_repetitions_do_not_matter() -> None:
    mixed = [*URN, *URN]
    random.Random(3).shuffle(mixed)
    assert draw("00c0ffee00c0ffee", mixed, 4) == draw("00c0ffee00c0ffee", URN, 4)


def test_anybody_repeats_the_draw_with_sha_256_alone() -> None:
    ranked = sorted(URN, key=lambda name: hashlib.sha256(f"abcdef01\n{name}".encode()).hexdigest())
    assert draw("abcdef01", URN, 5) == tuple(sorted(ranked[:5]))
    assert draw("abcdef01", URN, 5) != draw("abcdef02", URN, 5)


def test_each_has_about_the_same_chance() -> None:
    times = dict.fromkeys(URN, 0)
    for number in range(2000):
        for name in draw(f"{number:08x}", URN, 5):
            times[name] += 1
    assert min(times.values()) > 400
    assert max(times.values()) < 600


@pytest.mark.parametrize("seed", ["", "1234567", "ABCDEF01", "g" * 8, "0" * 65, "12345678\n"])
def test_a_bad_seed_is_refused(seed: str) -> None:
    with pytest.raises(ValueError, match="种子"):
        draw(seed, URN, 1)


def test_the_share_is_rounded_up_and_capped() -> None:
    assert [sample_size(total, 10, 20) for total in (0, 1, 10, 11, 200, 500)] == [0, 1, 1, 2, 20, 20]
    assert sample_size(500, 10, 0) == 50
    assert draw("00000000", URN, 0) == ()
