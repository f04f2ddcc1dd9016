"""The queue of reviews and the desk with few reviews and with many, and the difference of two drafts of fifty pages.

Both databases hold the same played cases; the lines of the queue, the cases behind them and the decisions to compare
with are copied as rows to so many, all of one agency and under one provision, the worst case for each list.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
import warnings
from contextlib import ExitStack
from typing import Any

from benchmarks import _ground, lists

FEW, MANY = 100, 100_000
GOAL = 1.3
PAGES = 50
LINES = 26
"""Lines of thirty characters on a page of a draft."""

OPENED = [
    ("待审案件", "/review/"),
    ("待审案件，分给我的", "/review/?view=mine"),
    ("待审案件，还没有分配", "/review/?view=unassigned"),
    ("待审案件，已逾期", "/review/?view=overdue"),
    ("待审案件，抽中复查", "/review/?view=sampled"),
    ("待审案件，翻过六成以后", "/review/?after={deep}"),
    ("审核台", "/review/{case}/"),
]


def measure(times: int = 60) -> list[dict[str, Any]]:
    """The time of whole requests and of their queries; few and many take turns, request by request."""
    found: dict[str, list[list[list[float]]]] = {name: [[] for _ in OPENED] for name in ("few", "many")}
    with _ground.server() as environment, ExitStack() as stack:
        desks = {}
        for name, size in (("few", FEW), ("many", MANY)):
            place = lists._database(environment, name)
            _ground.said(place, "benchmarks.reviews", "prepare", size)
            desks[name] = stack.enter_context(lists._desk(place, "benchmarks.reviews"))
        for at in range(len(OPENED)):
            for turn in range(times + 5):
                for name in sorted(desks, reverse=bool(turn % 2)):
                    took = desks[name](at)
                    if turn >= 5:
                        found[name][at].append(took)
    rows = [_row(name, found["few"][at], found["many"][at]) for at, (name, _) in enumerate(OPENED)]
    return [*rows, difference()]


def _row(name: str, *found: list[list[float]]) -> dict[str, Any]:
    (few, few_queries, _), (many, queries, count) = (
        [statistics.median(took) for took in zip(*side, strict=True)] for side in found
    )
    ratio = round(many / few, 2)
    note = (
        f"{FEW} 件 {few * 1000:.1f} 毫秒，{MANY:,} 件 {many * 1000:.1f} 毫秒；只算 {count:.0f} 次查询 "
        f"{few_queries * 1000:.1f} 对 {queries * 1000:.1f} 毫秒"
    )
    against = f"只有 {FEW} 件送审时的同一页"
    return {"name": name, "against": against, "ratio": ratio, "goal": GOAL, "met": ratio <= GOAL, "note": note}


def difference() -> dict[str, Any]:
    """Two drafts of fifty pages: two sentences in three changed by a word, the third written anew."""
    from sanxiang.core.values.differing import difference as compare

    chance = random.Random(7)
    letters = "当事人销售不符合标准的食品货值金额处罚款万元经查属实违法所得没收"
    old = ["".join(chance.choice(letters) for _ in range(29)) + "。" for _ in range(PAGES * LINES)]
    new = [
        line.replace("处", "理").replace("万", "千") if at % 3 else line[::-1][1:] + "。" for at, line in enumerate(old)
    ]
    took = []
    for _ in range(9):
        begun = time.perf_counter()
        compare("".join(old), "".join(new))
        took.append(time.perf_counter() - begun)
    middle = statistics.median(took)
    note = f"两份各 {PAGES} 页、{sum(map(len, old)):,} 字，几乎每句都改：{middle:.2f} 秒（目标 1 秒以内）"
    return {"name": "两份五十页拟稿的差异", "against": "", "ratio": None, "goal": None, "met": middle < 1, "note": note}


def prepare(count: int) -> dict[str, int]:
    with _ground.house(fresh=True):
        from django.db import connections

        from sanxiang.casework.models import Account, CaseRow
        from sanxiang.three_systems.legal_review.models import PrecedentRow, ReviewRow

        people = _ground.world()
        _ground.stages(people, (7, 8), "luoyang")
        decided = _ground.stages(people, (20,), "luoyang")
        shown = ReviewRow.objects.filter(waiting=True).first()
        if shown is None or not PrecedentRow.objects.filter(stream=decided[0]).exists():
            raise AssertionError("the story no longer goes where the measurement needs it")
        with connections["owner"].cursor() as cursor:
            _many(cursor, "case_row", CaseRow, str(shown.stream), count, {})
            _many(cursor, "review_row", ReviewRow, str(shown.stream), count, {
                "due_on": "DATE '2024-06-01' + mod(n, 400)", "received_at": "received_at - n * interval '1 minute'",
                "assigned": f"CASE mod(n, 3) WHEN 0 THEN '{people['reviewer']}' WHEN 1 THEN '' ELSE assigned END",
                "to_check": "mod(n, 3) = 0",
            })  # fmt: skip
            _many(cursor, "review_precedent", PrecedentRow, decided[0], count, {
                "id": "'copy/' || n", "decided_on": "decided_on - mod(n, 3000)",
            })  # fmt: skip
            cursor.execute("VACUUM ANALYZE")
        Account.objects.create_user(username="reviewer", officer=people["reviewer"])
    return {"rows": count}


def _many(cursor: Any, table: str, model: Any, stream: str, count: int, other: dict[str, str]) -> None:
    """Copies of the rows of one stream, each under a stream of its own."""
    names = [field.column for field in model._meta.concrete_fields]
    given = {"stream": "gen_random_uuid()", **other}
    chosen = ", ".join(given.get(name, name) for name in names)
    statement = (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM"
        f" (SELECT * FROM {table} WHERE stream = %s LIMIT 1) one, generate_series(1, %s) n"
    )
    cursor.execute(statement, [stream, count])


def serve(_: int) -> str:
    """For each number of a page that is read: seconds in all, seconds in queries, number of queries."""
    with _ground.house():
        from django.conf import settings
        from django.test import Client

        from sanxiang.casework.models import Account
        from sanxiang.three_systems.legal_review.models import URGENT, ReviewRow
        from sanxiang.three_systems.legal_review.queue import cursor

        warnings.filterwarnings("ignore", "No directory at")
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        settings.ALLOWED_HOSTS.append("testserver")
        client = Client()
        client.force_login(Account.objects.get(username="reviewer"))
        rows = ReviewRow.objects.filter(waiting=True).order_by(*URGENT)
        played = rows.order_by("-received_at")[0]
        marks = {"case": str(played.stream), "deep": cursor(rows[rows.count() * 6 // 10]).replace("+", "%2B")}
        for line in sys.stdin:
            address = OPENED[int(line)][1].format(**marks)
            print(json.dumps(lists._timed(client, address)), flush=True)
    return "done"


if __name__ == "__main__":
    what, number = sys.argv[1], int(sys.argv[2])
    print(json.dumps({"prepare": prepare, "serve": serve}[what](number)))
