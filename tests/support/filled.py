"""The demonstration is filled once in a run: an installation that was stopped when it was whole, and copies of it.

`sanxiang run` on an empty folder plays more than a hundred cases. Whoever needs the product with its demonstration gets
a copy of the folder: database, evidence, ledger, secrets. The journey of the filling goes first and makes it."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.serving import FILLED, Serving

RUN = "SANXIANG_TESTS_RUN"
"""Names the folder that all workers of a run share."""
WHOLE = "whole"


@contextmanager
def filling() -> Iterator[Path]:
    """A folder to fill an installation in; one at a time of all workers is inside."""
    place = Path(os.environ[RUN]) / "filling"
    place.mkdir(mode=0o711, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def keep(serving: Serving) -> None:
    """What was filled inside `filling`, and has stopped, is what copies are made of; the first one stays."""
    assert FILLED in serving.said()
    assert serving.process is not None
    assert serving.process.poll() == 0
    whole = serving.var.with_name(WHOLE)
    if not whole.exists():
        serving.var.rename(whole)


def copied(var: Path) -> None:
    """A filled installation of one's own at `var`, not running."""
    with filling() as place:
        if not (place / WHOLE).exists():
            serving = Serving(place / "var")
            serving.start()
            assert serving.stop() == 0
            keep(serving)
    subprocess.run(["cp", "-a", str(place / WHOLE), str(var)], check=True)
