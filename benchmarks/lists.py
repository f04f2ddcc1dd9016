"""The desk's pages with few cases and with many: home, register, one case, duties. Nothing may grow with the archive.

Both sets are real events: cases played through the write path to three stages, copied with bytes of their own, loaded
by COPY, projected by rebuild. All belong to one agency and nearly all to one unit and its two officers, the worst case
for the lists of everybody: of those to whom all of it belongs, and of those who look for their few among the many.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from benchmarks import _ground

STAGES = (4, 9, 16)
"""How many steps of the ordinary procedure the cases of each third have behind them."""

FEW, MANY = 200, 20_000
FULL = {"count": 200_000}
"""What `sanxiang bench --full` measures instead."""
GOAL = 1.3
OTHERS = 60
"""So many cases of both sets belong to the other unit."""

READERS = {
    "承办人员": "zhang", "承办机构负责人": "unit", "另一科室人员": "wang", "审核人员": "reviewer", "局领导": "head",
    "监督人员": "supervisor",
}  # fmt: skip
PAGES = [
    ("承办人员", "首页", "work/"),
    ("承办人员", "台账", "work/cases/"),
    ("承办人员", "台账，翻过六成以后", "work/cases/?after={deep}"),
    ("承办人员", "台账，办理中", "work/cases/?state=open"),
    ("承办人员", "台账，已逾期", "work/cases/?overdue=1"),
    ("承办人员", "台账，按案号查一件", "work/cases/?q={number}"),
    ("承办人员", "台账，查一个人人都有的词", "work/cases/?q=洛阳演示"),
    ("承办人员", "一件案件", "work/cases/{case}/"),
    ("承办人员", "期限", "work/duties/"),
    ("承办人员", "期限，翻过六成以后", "work/duties/?after={later}"),
    ("承办机构负责人", "首页", "work/"),
    ("另一科室人员", "台账", "work/cases/"),
    ("另一科室人员", "期限", "work/duties/"),
    ("审核人员", "台账", "work/cases/"),
    ("局领导", "首页", "work/"),
    ("局领导", "台账，没有一件的类别", "work/cases/?category=强制"),
    ("监督人员", "台账", "work/cases/"),
    ("监督人员", "期限", "work/duties/"),
]


def measure(count: int = MANY, times: int = 60) -> list[dict[str, Any]]:
    """The time of whole requests and of their queries alone; few and many take turns, request by request, each set in
    its own database under its own process, medians of `times`. The ratio is that of whole requests."""
    sizes = {"few": FEW, "many": count}
    loaded: dict[str, Any] = {}
    found: dict[str, list[list[list[float]]]] = {name: [[] for _ in PAGES] for name in sizes}
    with _ground.server() as environment, ExitStack() as stack:
        desks = {}
        for name, size in sizes.items():
            place = _database(environment, name)
            loaded[name] = _ground.said(place, "benchmarks.lists", "prepare", size)
            desks[name] = stack.enter_context(_desk(place))
        for at in range(len(PAGES)):
            for turn in range(times + 5):
                for name in sorted(sizes, reverse=bool(turn % 2)):
                    took = desks[name](at)
                    if turn >= 5:
                        found[name][at].append(took)
    rows = [_row(page, count, found["few"][at], found["many"][at]) for at, page in enumerate(PAGES)]
    return [*rows, _rates(count, loaded["many"])]


def _row(page: tuple[str, str, str], many: int, *found: list[list[float]]) -> dict[str, Any]:
    (few_all, few_queries, _), (all_, queries, count) = (
        [statistics.median(took) for took in zip(*side, strict=True)] for side in found
    )
    ratio = round(all_ / few_all, 2)
    note = (
        f"{FEW} 件 {few_all * 1000:.1f} 毫秒，{many:,} 件 {all_ * 1000:.1f} 毫秒；只算 {count:.0f} 次查询 "
        f"{few_queries * 1000:.1f} 对 {queries * 1000:.1f} 毫秒（{queries / few_queries:.2f} 倍）"
    )
    return {
        "name": f"{page[0]}的{page[1]}", "against": f"只有 {FEW} 件案件时的同一页", "ratio": ratio, "goal": GOAL,
        "met": ratio <= GOAL, "note": note, "queries_ratio": round(queries / few_queries, 2),
    }  # fmt: skip


def _rates(count: int, loaded: dict[str, float]) -> dict[str, Any]:
    return {
        "name": "装入并由记录重建列表", "against": "", "ratio": None, "goal": None, "met": True,
        "note": f"{count:,} 件、{loaded['events']:,} 项记录：装入 {loaded['load']:.0f} 秒，"
                f"重建 {loaded['rebuild']:.0f} 秒，"
                f"每秒 {count / loaded['rebuild']:.0f} 件、{loaded['events'] / loaded['rebuild']:,.0f} 项",
    }  # fmt: skip


def _database(environment: dict[str, str], name: str) -> dict[str, str]:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    from sanxiang.store.postgres.dsn import address

    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
    place = {key: str(value) for key, value in conninfo_to_dict(environment["DATABASE_URL"]).items()}
    return {**environment, "DATABASE_URL": address({**place, "dbname": name})}


def prepare(count: int) -> dict[str, float]:
    with _ground.house(fresh=True):
        from django.db import connections

        from sanxiang.casework.models import Account
        from sanxiang.store.rebuilding import rebuild

        people = _ground.world()
        first, second = (_ground.stages(people, STAGES, cast) for cast in ("luoyang", "luoyang2"))
        begun = time.perf_counter()
        _ground.copy(first, count - OTHERS - len(first))
        _ground.copy(second, OTHERS - len(second))
        load, begun = time.perf_counter() - begun, time.perf_counter()
        rebuild(connections["owner"], ("cases",), workers=2)
        again = time.perf_counter() - begun
        for name in READERS.values():
            Account.objects.create_user(username=name, officer=people[name])
        owner = connections["owner"]
        with owner.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("SELECT count(*) FROM record.event")
            (events,) = cursor.fetchone()
    return {"load": load, "rebuild": again, "events": events}


@contextmanager
def _desk(place: dict[str, str], module: str = "benchmarks.lists") -> Iterator[Any]:
    """A process that opens a page whenever it is asked to; it stays between the requests, as a server does."""
    command = [sys.executable, "-m", module, "serve", "0"]
    child = subprocess.Popen(
        command, cwd=_ground.ROOT, env=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    stdin, stdout = child.stdin, child.stdout
    assert stdin is not None
    assert stdout is not None

    def opened(page: int) -> list[float]:
        print(page, file=stdin, flush=True)
        return [float(number) for number in json.loads(stdout.readline())]

    try:
        yield opened
    finally:
        stdin.close()
        child.wait(30)


def serve(_: int) -> str:
    """For each number of a page that is read: seconds in all, seconds in queries, number of queries."""
    with _ground.house():
        from django.conf import settings
        from django.test import Client

        from sanxiang.casework.models import Account

        warnings.filterwarnings("ignore", "No directory at")
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        settings.ALLOWED_HOSTS.append("testserver")
        clients, marks = {}, _marks()
        for reader, name in READERS.items():
            clients[reader] = Client()
            clients[reader].force_login(Account.objects.get(username=name))
        for line in sys.stdin:
            reader, _, address = PAGES[int(line)]
            print(json.dumps(_timed(clients[reader], f"/{address.format(**marks)}")), flush=True)
    return "done"


def _marks() -> dict[str, str]:
    """What stands in the addresses: a case, its number, and how far somebody has turned the pages."""
    from sanxiang.casework.models import LISTED, NEWEST, CaseRow, DutyRow

    rows, duties = CaseRow.objects.order_by(*NEWEST), DutyRow.objects.filter(LISTED).order_by("due_on", "id")
    deep, later = rows[rows.count() * 6 // 10], duties[duties.count() * 6 // 10]
    numbered = rows.filter(department="enforcement").exclude(case_number="")[7]
    return {
        "case": str(numbered.stream), "number": numbered.case_number, "later": f"{later.due_on.isoformat()}_{later.id}",
        "deep": f"{deep.last_at.isoformat().replace('+', '%2B')}_{deep.stream}",
    }  # fmt: skip


def _timed(client: Any, address: str) -> list[float]:
    from django.db import connections

    spent: list[float] = []

    def watch(execute: Any, *words: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*words)
        finally:
            spent.append(time.perf_counter() - begun)

    with connections["default"].execute_wrapper(watch):
        begun = time.perf_counter()
        answer = client.get(address)
        whole = time.perf_counter() - begun
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status_code}")
    return [whole, sum(spent), len(spent)]


if __name__ == "__main__":
    what, number = sys.argv[1], int(sys.argv[2])
    print(json.dumps({"prepare": prepare, "serve": serve}[what](number)))
