"""The process that opens media files (`store.apart`): one job, one JSON on standard output (long work tells in lines
before it how far it is), limits before anything is read. Asked by `asking`."""

from __future__ import annotations

import json
import os
import resource
from typing import Any

NO_ROOM = 28
"""Exit code where not even the answer could be written (errno.ENOSPC)."""


def limit(asked: dict[str, Any]) -> None:
    """From here on so much and no more."""
    for what, much in (
        (resource.RLIMIT_AS, asked["memory"]), (resource.RLIMIT_CPU, asked["seconds"]),
        (resource.RLIMIT_FSIZE, asked["written"]), (resource.RLIMIT_NOFILE, 64), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (much, much))


def load() -> None:
    """Load what opens the files."""
    from sanxiang.store.film import covering, making, reading, sheets  # noqa: F401


def work(job: bytes) -> int:
    asked = json.loads(job)
    limit(asked)
    from sanxiang.store.film import covering, making, reading, sheets

    jobs = {
        "examine": reading.examine, "thumbnail": making.thumbnail, "playable": making.playable, "still": making.still,
        "masked": covering.masked, "count": sheets.count, "page": sheets.page, "covered": sheets.covered,
    }  # fmt: skip
    try:
        answer = jobs[asked["job"]](asked)
    except MemoryError:
        answer = {"fault": "memory"}
    except reading.Faulty as faulty:
        answer = {"fault": faulty.fault}
    except OSError as problem:
        answer = {"fault": reading.fault_of(problem)}
    except (ValueError, SyntaxError, ArithmeticError, LookupError, AttributeError, TypeError):
        answer = {"fault": "broken"}  # what libraries raise on crooked files is theirs to choose
    try:
        print(json.dumps(answer), flush=True)
    except OSError:
        os._exit(NO_ROOM)  # leaving in order would flush once more, and fail once more
    return 0
