"""Archives a case in a process of its own, as a page does that was asked to, and stops in the middle, to be killed:
`python -m tests.apps.archive.half` with {"databases", "secrets", "played", "papers"} pickled on its input. Prints the
digests that it had made durable."""

from __future__ import annotations

import pickle
import sys
import time
from typing import Any


def main() -> None:
    given: dict[str, Any] = pickle.load(sys.stdin.buffer)
    import django
    from django.conf import settings

    settings.DATABASES, settings.SECRETS = given["databases"], given["secrets"]
    django.setup()
    from django.utils import timezone

    from sanxiang.casework import lasting
    from sanxiang.store.blobs import Blobs

    add, made = Blobs.add, []

    def slowly(self: Blobs, data: bytes) -> str:
        made.append(add(self, data))
        if len(made) == given["papers"]:
            print("".join(made), flush=True)
            time.sleep(600)
        return made[-1]

    Blobs.add = slowly  # type: ignore[method-assign]
    theatre, told = pickle.loads(given["played"])
    command, now = theatre.command(told, "archive"), timezone.now()
    act = lasting.act_of(theatre.book, command, now)
    lasting.do_kept(theatre.connection, theatre.book, command, at=now, act=act, aside=True)


if __name__ == "__main__":
    main()
