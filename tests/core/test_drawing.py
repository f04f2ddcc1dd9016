"""The draw of a sample: the same seed draws the same, by a fixed rule that others can repeat."""

from __future__ import annotations

import hashlib
import random

import pytest

from sanxiang.core.registers.draws import drawn_of
from sanxiang.core.values.drawing import draw, pool_digest, sample_size, seed_of

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


def test_the_digest_of_a_pool_tells_every_change() -> None:
    told = pool_digest(["a", "b"], ["1", "2"], 1, 2)
    assert told == pool_digest(["b", "a"], ["2", "1"], 1, 2)
    others = [
        pool_digest(["a"], ["b", "1", "2"], 1, 2), pool_digest(["a", "b"], ["1"], 1, 2),
        pool_digest(["a", "b"], ["1", "2"], 2, 2), pool_digest(["a", "b"], ["1", "2"], 1, 1),
    ]  # fmt: skip
    assert told not in others
    assert len({*others}) == len(others)


def test_what_is_drawn_follows_from_the_lists_and_the_root_alone() -> None:
    numbers = [f"证{number}" for number in range(5)]
    seed = seed_of(pool_digest(URN, numbers, 3, 2), "cm9vdA==")
    drawn = drawn_of(seed, URN, numbers, 3, 2)
    by_hand = sorted(URN, key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest())
    assert [one.code for one in drawn] == by_hand[:3]
    for one in drawn:
        own = hashlib.sha256(f"{seed}\n{one.code}".encode()).hexdigest()
        sent = sorted(numbers, key=lambda name: hashlib.sha256(f"{own}\n{name}".encode()).hexdigest())
        assert list(one.officers) == sent[:2]
    assert len({one.officers for one in drawn}) > 1, "not everybody is visited by the same two"
    assert drawn != drawn_of(seed_of(pool_digest(URN, numbers, 3, 2), "b3RoZXI="), URN, numbers, 3, 2)
