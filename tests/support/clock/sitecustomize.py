"""A clock that a test moves: on the PYTHONPATH of a product under test, Django's `timezone.now` is ahead of the machine
by the seconds that stand in the file `SANXIANG_TEST_CLOCK`. Only a demonstration takes what such a clock dates."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

AHEAD, real = Path(os.environ["SANXIANG_TEST_CLOCK"]), timezone.now


def now() -> datetime:
    return real() + timedelta(seconds=float(AHEAD.read_text("ascii")))


timezone.now = now
