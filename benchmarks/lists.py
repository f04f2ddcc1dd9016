"""The desk's pages with few cases and with many: home, register, one case, duties. Nothing may grow with the archive.

Both sets are real events: cases played through the write path to three stages, copied with bytes of their own, loaded
by COPY, projected by rebuild. All belong to one agency, the worst case for its lists. By default 20,000 cases, two
minutes of loading on two cores; `measure(200_000)` takes ten times as long.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

from benchmarks import _ground

STAGES = (4, 9, 16)
"""How many steps of the ordinary procedure the cases of each third have behind them."""

FEW = 200


def measure(count: int = 20_000, rounds: int = 3) -> list[dict[str, Any]]:
    """The worst page decides; a page's time is that of its database queries, median of all rounds."""
    sizes = {"few": FEW, "many": count}
    with _ground.server() as environment:
        places = {name: _database(environment, name) for name in sizes}
        loaded = {name: _ground.said(places[name], "benchmarks.lists", "prepare", size) for name, size in sizes.items()}
        found: dict[str, list[dict[str, list[float]]]] = {name: [] for name in sizes}
        for _ in range(rounds):
            for name in sizes:
                found[name].append(_ground.said(places[name], "benchmarks.lists", "pages", 30))
    rows = []
    for page in found["few"][0]:
        few, many = (_median(found[name], page, 0) for name in ("few", "many"))
        whole = [_median(found[name], page, 1) for name in ("few", "many")]
        ratio = round(many / few, 2)
        queries = round(_median(found["many"], page, 2))
        note = (
            f"{FEW} 件 {few * 1000:.2f} 毫秒，{count:,} 件 {many * 1000:.2f} 毫秒（{queries} 次查询）；"
            f"整页 {whole[0] * 1000:.1f} 对 {whole[1] * 1000:.1f} 毫秒"
        )
        rows.append(
            {
                "name": f"页面查询：{page}", "against": f"只有 {FEW} 件案件时", "ratio": ratio, "goal": 1.3,
                "met": ratio <= 1.3, "note": note,
            }
        )  # fmt: skip
    big = loaded["many"]
    rows.append(
        {
            "name": "由记录重建列表", "against": "", "ratio": None, "goal": None, "met": True,
            "note": f"{count:,} 件、{big['events']:,} 项记录：装入 {big['load']:.0f} 秒，"
                    f"重建 {big['rebuild']:.0f} 秒，每秒 {count / big['rebuild']:.0f} 件",
        }
    )  # fmt: skip
    return rows


def _median(rounds: list[dict[str, list[float]]], page: str, which: int) -> float:
    return statistics.median(one[page][which] for one in rounds)


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

        models, people = _ground.stages(STAGES)
        begun = time.perf_counter()
        _ground.copy(models, count - len(models))
        load, begun = time.perf_counter() - begun, time.perf_counter()
        rebuild(connections["owner"], ("cases",), workers=2)
        again = time.perf_counter() - begun
        for role in ("a", "unit"):
            Account.objects.create_user(username=role, officer=people[role])
        owner = connections["owner"]
        with owner.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("SELECT count(*) FROM record.event")
            (events,) = cursor.fetchone()
    return {"load": load, "rebuild": again, "events": events}


def pages(times: int) -> dict[str, list[float]]:
    """Each page as an officer sees it: seconds in queries, seconds in all, number of queries; medians."""
    with _ground.house():
        from django.conf import settings
        from django.test import Client

        from sanxiang.casework.models import Account, CaseRow

        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        settings.ALLOWED_HOSTS.append("testserver")
        client = Client()
        client.force_login(Account.objects.get(username="a"))
        rows = CaseRow.objects.order_by("-last_at", "stream")
        stream, deep = rows[7].stream, rows[120]
        shown = {
            "首页": "/work/",
            "台账": "/work/cases/",
            "台账（翻到深处）": f"/work/cases/?after={deep.last_at.isoformat().replace('+', '%2B')}_{deep.stream}",
            "台账（办理中）": "/work/cases/?state=open",
            "一件案件": f"/work/cases/{stream}/",
            "期限": "/work/duties/",
        }
        return {name: _timed(client, address, times) for name, address in shown.items()}


def _timed(client: Any, address: str, times: int) -> list[float]:
    from django.db import connections

    spent: list[float] = []

    def watch(execute: Any, *words: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*words)
        finally:
            spent.append(time.perf_counter() - begun)

    queries, whole, many = [], [], []
    with connections["default"].execute_wrapper(watch):
        for at in range(times + 3):
            spent.clear()
            begun = time.perf_counter()
            answer = client.get(address)
            if answer.status_code != 200:
                raise AssertionError(f"{address}: {answer.status_code}")
            if at >= 3:
                whole.append(time.perf_counter() - begun)
                queries.append(sum(spent))
                many.append(len(spent))
    return [statistics.median(queries), statistics.median(whole), statistics.median(many)]


if __name__ == "__main__":
    what, number = sys.argv[1], int(sys.argv[2])
    print(json.dumps({"prepare": prepare, "pages": pages}[what](number)))
