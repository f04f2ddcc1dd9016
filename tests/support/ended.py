"""A case that waits to be archived, on a running installation that `staffed` has staffed: `python -m tests.support.ended`
plays one that is not filed, and prints, as JSON, its stream and an access key of the archivist."""

from __future__ import annotations

import json
import time


def main() -> None:
    import django

    django.setup()
    from django.db import connections
    from django.utils import timezone

    from sanxiang.casework.commands import Command, handle
    from sanxiang.casework.models import Account, Colleague
    from sanxiang.casework.projections import library
    from sanxiang.interchange.keys import give
    from tests.support.busy import filing, opening

    zhang, li = (str(Account.objects.get(username=f"busy-{name}").officer) for name in ("zhang", "li"))
    head, keeper = (
        str(Colleague.objects.get(posts__contains=[post], departments__contains=[where]).stream)
        for post, where in (("head", "lead"), ("archivist", "enforcement"))
    )
    opened, asked = opening([zhang, li], f"归档{time.time_ns()}"), filing([zhang, li])
    steps = [
        (zhang, opened["act"], opened["facts"], (zhang, li)), (zhang, "request_filing", asked["facts"], (zhang, li)),
        (head, "refuse_filing", {"not_filed_reason": "经核查没有违法事实。"}, ()),
    ]  # fmt: skip
    stream = ""
    for officer, act, facts, officers in steps:
        start = {} if stream else {name: opened[name] for name in ("category", "procedure", "department")}
        command = Command(act=act, officer=officer, stream=stream, facts=facts, officers=officers, opening=start)
        answer = handle(connections["default"], library(), command, at=timezone.now())
        assert answer.done, answer
        stream = answer.stream
    account = Account.objects.create(username=f"busy-archivist-{stream}", officer=keeper)
    print(json.dumps({"stream": stream, "key": give(account, "演示", days=1, at=timezone.now())}))


if __name__ == "__main__":
    main()
