"""A document costs the same in a long file as in a short one: calls and queries are counted, never time."""

from __future__ import annotations

import importlib.util
import io
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from sanxiang.core.casefile.fold import apply
from sanxiang.three_systems.recording.packages import VERIFIER, package
from tests.support.theatre import Theatre

from .packed import number_all

SIZES = (8, 16, 24)
"""The parties are asked so many times: one record of inquiry each."""
ARITHMETIC = {"_add", "_times", "node_hash", "verify_inclusion", "halved", "decode64", "need", "<genexpr>"}
"""How often these run follows the bits of a signature and how large the ledger has become, that is the lines of a
proof, not the file."""


@dataclass
class Counted:
    """Calls of functions of ours, and queries."""

    calls: int = 0
    queries: int = 0
    folded: int = 0
    """Events that were taken into a state."""


@contextmanager
def counting(*places: str) -> Iterator[Counted]:
    """Count what runs in files of these places; a step of a generator counts as a call."""
    counted = Counted()

    def called(frame: Any, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(places) and code.co_name not in ARITHMETIC:
            counted.calls += 1
            counted.folded += frame.f_code is apply.__code__

    with CaptureQueriesContext(connections["default"]) as asked:
        before = sys.getprofile()
        sys.setprofile(called)
        try:
            yield counted
        finally:
            sys.setprofile(before)
    counted.queries = len(asked)


@pytest.fixture(scope="module")
def counts(opened_theatre: Any, django_db_blocker: Any, tmp_path_factory: Any) -> dict[str, list[Counted]]:
    """What archiving, packing and verifying cost in cases of three sizes."""
    from django.conf import settings

    home = tmp_path_factory.mktemp("ledger")
    found: dict[str, list[Counted]] = {"build": [], "pack": [], "verify": []}
    ours, verifier = str(Path(__file__).resolve().parents[3] / "src"), loaded()
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_LEDGER", home / "published")
        for nth, size in enumerate((SIZES[0], *SIZES)):  # the first warms up: what is made once is not counted
            told = longer(opened_theatre, size)
            with counting(ours) as built:
                opened_theatre.step(told)
            vkey = number_all(home, settings)
            with (
                counting(f"{ours}/sanxiang/three_systems") as packed,
                package(connections["default"], told.stream) as made,
            ):
                data = made.read()
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                archive.extractall(home / str(nth))
            assert sum("询问笔录" in name for name in archive.namelist()) >= size
            with counting(verifier.__file__) as verified:
                verifier.check_package(home / str(nth), vkey)
            for step, counted in zip(found.values(), (built, packed, verified), strict=True):
                step.append(counted)
        found = {step: counted[1:] for step, counted in found.items()}
        connections.close_all()
    return found


def longer(theatre: Theatre, size: int) -> Any:
    """An ordinary penalty about to be archived, in which the parties were asked again and again."""
    told = theatre.begin()
    asked = next(at for at, step in enumerate(told.steps) if step["act"] == "inquire")
    again = {**told.steps[asked], "days": 0, "minutes": 1, "any": True}
    told.steps = [*told.steps[: asked + 1], *[again] * (size - 1), *told.steps[asked + 1 :]]
    theatre.go_on(told, before="archive")
    return told


def loaded() -> Any:
    spec = importlib.util.spec_from_file_location("verify_counted", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def grown(counted: list[int]) -> float:
    """What the second eight documents cost, against the first eight."""
    small, middle, large = counted
    assert middle > small
    return (large - middle) / (middle - small)


@pytest.mark.parametrize("step", ["build", "pack", "verify"])
def test_a_document_costs_the_same_in_a_longer_file(counts: dict[str, list[Counted]], step: str) -> None:
    calls = [one.calls for one in counts[step]]
    assert grown(calls) < 1.05, calls


def test_no_document_reckons_its_case_from_the_beginning(counts: dict[str, list[Counted]]) -> None:
    assert grown([one.folded for one in counts["build"]]) == 1


def test_archiving_asks_the_database_the_same_whatever_the_file_holds(counts: dict[str, list[Counted]]) -> None:
    assert len({one.queries for one in counts["build"]}) == 1
