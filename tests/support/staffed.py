"""Staff an installation that runs: `python -m tests.support.staffed` enters the agency of Luoyang and prints, as JSON,
the officers and an access key for each of two."""

from __future__ import annotations

import json
from typing import Any


def main() -> None:
    import django

    django.setup()
    from django.db import connections
    from django.utils import timezone

    from sanxiang.casework.models import Account
    from sanxiang.casework.projections import library
    from sanxiang.config import demo
    from sanxiang.interchange.keys import give

    enter = demo.enter

    def enter_now(connection: Any, book: Any, command: Any, at: Any) -> str:
        """What lies in the past is recorded today: the clock of a real installation does not move."""
        return enter(connection, book, command, timezone.now())

    demo.enter = enter_now
    world = demo.read("world.yaml")
    world["agencies"] = world["agencies"][:1]
    people = demo.enter_world(connections["default"], library(), world)["luoyang"]
    keys = []
    for name in ("zhang", "li"):
        account = Account.objects.create(username=f"busy-{name}", officer=people[name])
        keys.append(give(account, "演示", days=1, at=timezone.now()))
    print(json.dumps({"officers": [people["zhang"], people["li"]], "keys": keys}))


if __name__ == "__main__":
    main()
