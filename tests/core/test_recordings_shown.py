"""What a gate may ask of a recording beside its length: that it stands here, that a photograph shows the act."""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.core.casefile import Recording
from sanxiang.core.gates import evaluate
from sanxiang.core.rulebook import Condition
from tests.core.test_recordings import begun, judged, made, sealed


def holds(what: str, *states: Recording) -> Any:
    s, _ = judged(*states)
    return evaluate(Condition("recording", what), s).state


def photo(since: float = 118, *, closed: bool = True, **more: object) -> Recording:
    start = begun(since, medium="photo")
    return made(start, sealed(since, since, **more)) if closed else made(start)


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ((), False),
        ((photo(),), True),
        ((photo(grade="C"),), True),
        ((photo(grade="D"),), False),
        ((photo(closed=False),), False),
        ((photo(125),), True),
        ((photo(131),), False),
        ((made(begun(), sealed(0, 30)),), False),
        ((photo(grade="D"), photo(119)), True),
    ],
    ids=["none", "of the phone", "brought in", "of no known origin", "not here yet", "of what was left", "of later",
         "a film", "one of two"],
)  # fmt: skip
def test_a_photograph_shows_an_act_with_its_time_and_origin(states: tuple[Recording, ...], shown: bool) -> None:
    assert holds("pictured", *states) is shown


def test_a_film_stands_here_and_a_photograph_is_none() -> None:
    assert holds("held", made(begun(), sealed(0, 30))) is True
    assert holds("held", photo()) is False
    assert holds("held") is False
