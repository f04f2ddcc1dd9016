"""Makes a masked copy in a process of its own, to be killed: `python -m tests.apps.archive.masking` with {"databases",
"secrets", "blobs", "work"} pickled on its input."""

from __future__ import annotations

import pickle
import sys
from typing import Any


def main() -> None:
    given: dict[str, Any] = pickle.load(sys.stdin.buffer)
    import django
    from django.conf import settings

    settings.DATABASES, settings.SECRETS = given["databases"], given["secrets"]
    settings.SANXIANG_BLOBS = given["blobs"]
    django.setup()
    from django.db import connections

    from sanxiang.three_systems.recording import mask_work

    mask_work.make(connections["default"], given["work"])


if __name__ == "__main__":
    main()
