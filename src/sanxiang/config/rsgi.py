"""What the web server runs: the door in front of the application, and how many are let in at once."""

from __future__ import annotations

import os

from sanxiang.config.door import Door
from sanxiang.config.wsgi import application as pages


def _number(name: str, default: int) -> int:
    return max(1, int(os.environ.get(name) or default))


FILES = bool(os.environ.get("SANXIANG_FILES"))
THREADS = _number("SANXIANG_WEB_THREADS", 4)
application = Door(
    pages,
    threads=THREADS * 2 if FILES else THREADS,
    through=_number("SANXIANG_FILES_THREADS", 32) if FILES else THREADS,
    pause=_number("SANXIANG_BODY_PAUSE_S", 30),
)
