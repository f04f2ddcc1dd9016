"""The public pages against a bare Django view with one indexed query: requests a second, the same server, the same
table; pages asked for again and again, which are kept, and decisions of which each is another. And how much a first
visit loads."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import _ground, lists

ROWS = 20_000
GOAL = 0.5
CLIENTS = 4
WEIGHT_KB = 150
OURS, BARE = "sanxiang.config.rsgi:application", "benchmarks.peers.bare:application"
PAGES = [
    ("一条决定", "/d/{stream}/"),
    ("每次另一条决定", "/d/*/"),
    ("首页", "/"),
    ("查询结果", "/search/?q=%E7%9B%91%E7%9D%A3"),
    ("按机关的列表", "/search/?agency={agency}"),
]


def measure(seconds: float = 3.0, rounds: int = 5) -> list[dict[str, Any]]:
    """Page and bare view in turn; each server a granian of one worker. The ratio is that of requests a second."""
    with _ground.server() as environment:
        place = lists._database(environment, "portal_bench")
        found = _ground.said(place, "benchmarks.portal", "prepare")
        public = {**place, "SANXIANG_DATABASES": "portal", "SANXIANG_PORTAL_URL": found["url"]}
        with serving(public, OURS) as ours, serving(public, BARE) as bare:
            rows = []
            for name, address in PAGES:
                pages = [address.format(**found)] if "*" not in address else [f"/d/{one}/" for one in found["streams"]]
                plain = [page if page.startswith("/d/") else f"/d/{found['stream']}/" for page in pages]
                rows.append(_page(name, (ours, pages), (bare, plain), seconds, rounds))
            weight = first_visit(ours, f"/d/{found['stream']}/")
    note = f"第一次打开一条决定共传输 {weight / 1000:.0f} kB（目标不超过 {WEIGHT_KB} kB）"
    told = {
        "name": "对外网页的分量",
        "against": "",
        "ratio": None,
        "goal": None,
        "met": weight <= WEIGHT_KB * 1000,
        "note": note,
    }
    return [*rows, told]


Asked = tuple[int, list[str]]


def _page(name: str, ours: Asked, bare: Asked, seconds: float, rounds: int) -> dict[str, Any]:
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        rates["ours"].append(rate(*ours, seconds))
        rates["bare"].append(rate(*bare, seconds))
    mine, theirs = statistics.median(rates["ours"]), statistics.median(rates["bare"])
    ratio = round(mine / theirs, 2)
    note = f"每秒 {mine:,.0f} 对 {theirs:,.0f} 个请求，{rounds} 轮中位数"
    return {
        "name": f"对外网页：{name}",
        "against": "只查一行的 Django 视图",
        "ratio": ratio,
        "goal": GOAL,
        "met": ratio >= GOAL,
        "note": note,
    }


@contextmanager
def serving(environment: dict[str, str], application: str) -> Iterator[int]:
    """A granian of one worker; gives its port."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    kind = ["rsgi"] if application == OURS else ["wsgi", "--blocking-threads", "4"]
    command = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), "--interface", *kind]
    command += ["--workers", "1", "--log-level", "warning", application]
    child = subprocess.Popen(
        command, cwd=_ground.ROOT, env={**environment, "DJANGO_SETTINGS_MODULE": "sanxiang.config.settings"}
    )
    try:
        until = time.monotonic() + 60
        while not _up(port):
            if child.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{application} does not answer")
            time.sleep(0.1)
        yield port
    finally:
        child.terminate()
        child.wait(20)


def _up(port: int) -> bool:
    try:
        return get(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/healthz")[0] == 200
    except OSError:
        return False


def get(
    connection: http.client.HTTPConnection, address: str, **headers: str
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def rate(port: int, addresses: list[str], seconds: float) -> float:
    """Answers a second with so many clients that keep their connections, each asking for the addresses in turn."""
    counts = [0] * CLIENTS
    stop = time.perf_counter() + seconds

    def ask(at: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        turn = itertools.cycle(addresses[at * len(addresses) // CLIENTS :] + addresses)
        while time.perf_counter() < stop:
            address = next(turn)
            if get(connection, address)[0] != 200:
                raise AssertionError(address)
            counts[at] += 1

    begun = time.perf_counter()
    clients = [threading.Thread(target=ask, args=(at,)) for at in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(counts) / (time.perf_counter() - begun)


def first_visit(port: int, address: str) -> int:
    """Octets of a page and of all it names, compressed as a browser asks for it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    ask = {"Accept-Encoding": "gzip, br"}
    _, page, headers = get(connection, address, **ask)
    total = len(page) + len(str(headers))
    for part in sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', get(connection, address)[1].decode()))):
        status, content, told = get(connection, part, **ask)
        if status != 200:
            raise AssertionError(part)
        total += len(content) + len(str(told))
    return total


def prepare() -> dict[str, Any]:
    from benchmarks import search

    with _ground.house(fresh=True):
        from django.conf import settings

        from sanxiang.config import database, preparation
        from sanxiang.three_systems.disclosure.models import Published

        search.load(ROWS)
        preparation.static_files()
        row = Published.objects.order_by("stream")[ROWS // 2]
        streams = [str(one) for one in Published.objects.order_by("stream").values_list("stream", flat=True)[:5_000]]
        url = database.known()["portal"]
        assert settings.DATABASES
    from urllib.parse import quote

    return {"stream": str(row.stream), "agency": quote(row.agency_name), "url": url, "streams": streams}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanxiang.config.settings")
    print(json.dumps(prepare()))
