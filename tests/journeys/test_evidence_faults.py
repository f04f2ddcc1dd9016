"""The evidence of a running installation when web and worker are killed in the middle of their work and when the object
store is away: nothing acknowledged is lost, nothing half-done is shown as done, and the work goes on by itself."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest

from tests.store.test_objects import Weed
from tests.support.busy import opening
from tests.support.films import film
from tests.support.serving import Serving

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.clauses("LY-27"), pytest.mark.journeys("evidence.files")]


@dataclass
class House:
    """An installation with an object store, and an officer of it at the interface and in a browser."""

    serving: Serving
    weed: Weed
    key: str
    officers: list[str]

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=self.serving.env, cwd=ROOT, capture_output=True, text=True, check=False,
            timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr + self.serving.said()
        return done.stdout

    def api(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        headers["Sanxiang-Purpose"] = quote("办理本案")
        return asked(self.serving.port, method, f"/api/v1/{path}", body, headers)

    def takes(self, data: bytes, name: str) -> tuple[str, str]:
        """A case is opened with a file; its stream and the event that names the file: acknowledged."""
        brought = f"files?name={name}&act=register_source&procedure=penalty.ordinary"
        status, told = self.api("POST", brought, data)
        assert status == 201, told
        body = opening(self.officers, name) | {"files": [json.loads(told)["id"]]}
        status, told = self.api("POST", "cases", json.dumps(body).encode())
        assert status in (200, 201), told
        done = json.loads(told)
        return done["stream"], done["events"][0]

    def owner(self) -> psycopg.Connection[Any]:
        addresses = json.loads((self.serving.var / "secrets" / "addresses.json").read_text())
        return psycopg.connect(addresses["owner"])

    def one(self, query: str, *values: Any) -> Any:
        with self.owner() as connection:
            return (connection.execute(query, values).fetchone() or (None,))[0]

    def looked_into(self, sha256: str) -> Any:
        return self.one("SELECT state FROM recording_found WHERE sha256 = %s", sha256)

    def job(self, sha256: str) -> Any:
        query = (
            "SELECT status::text || ' ' || attempts FROM procrastinate_jobs"
            " WHERE task_name = 'recording.examine' AND args->>'sha256' = %s ORDER BY id DESC LIMIT 1"
        )
        return self.one(query, sha256)

    def kept(self, sha256: str) -> Path:
        return self.serving.var / "blobs" / sha256[:2] / sha256

    def services(self) -> dict[str, int]:
        running = json.loads((self.serving.var / "processes.json").read_text())
        return {one["name"]: one["pid"] for one in running}

    def sent(self, sha256: str) -> bool:
        return (self.serving.var / "blobs" / "sent" / sha256[:2] / sha256).exists()


def asked(port: int, method: str, path: str, body: bytes = b"", headers: Any = None) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        line.request(method, path, body, headers or {})
        answer = line.getresponse()
        if answer.status == 307:  # bytes come from the file process, for a ticket
            to = urlsplit(answer.headers["Location"])
            return asked(to.port or port, method, f"{to.path}?{to.query}", body)
        return answer.status, answer.read()
    finally:
        line.close()


def until(house: House, true: Callable[[], Any], patience: float = 300.0) -> Any:
    end = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < end, house.serving.said()[-4000:]
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="sanxiang-faults-") as name:
        Path(name).chmod(0o711)
        (Path(name) / "weed").mkdir()
        weed = Weed(Path(name) / "weed")
        weed.start()
        store = {f"SANXIANG_S3_{key.upper()}": value for key, value in weed.told.items() if value}
        real = {"SANXIANG_ORIGIN": "faults.test.invalid", "DJANGO_SETTINGS_MODULE": "sanxiang.config.settings"}
        serving = Serving(Path(name) / "var", real | store)
        serving.start()
        made = House(serving, weed, "", [])
        staff = json.loads(made.run("-m", "tests.support.staffed"))
        made.key, made.officers = staff["keys"][0], staff["officers"]
        yield made
        if serving.process is not None and serving.process.poll() is None:
            serving.stop()
        weed.kill()


def test_what_a_killed_worker_was_looking_into_is_looked_into_by_the_next(house: House, tmp_path: Path) -> None:
    data = film(tmp_path / "a.mp4", seconds=3)
    sha256 = hashlib.sha256(data).hexdigest()
    with house.owner() as holding:
        holding.execute("LOCK TABLE recording_found IN ACCESS EXCLUSIVE MODE")
        house.takes(data, "a.mp4")
        until(house, lambda: str(house.job(sha256)).startswith("doing"))
        os.kill(house.services()["后台任务"], signal.SIGKILL)
        assert str(house.job(sha256)).startswith("doing"), "nobody knows yet that its worker is dead"
        holding.rollback()
    assert house.looked_into(sha256) is None, "half a look is none"
    assert until(house, lambda: house.looked_into(sha256)) == "found"
    until(house, lambda: house.job(sha256) is None)


@pytest.mark.journeys("archive.package")
def test_a_volume_whose_builders_are_killed_is_archived_by_itself_once(house: House) -> None:
    case = json.loads(house.run("-m", "tests.support.ended"))
    place, stream = f"/api/v1/cases/{case['stream']}/acts/archive", case["stream"]
    body = json.dumps({"facts": {"archive_place": "一号柜", "archive_retention": "三十年"}}).encode()
    headers = {"Authorization": f"Bearer {case['key']}", "Content-Type": "application/json", "Idempotency-Key": "one"}
    archived = "SELECT count(*) FROM record.event WHERE stream = %s AND kind = 'case.archived'"
    stuck = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'record.event'::regclass"
    with ThreadPoolExecutor() as archivist, house.owner() as holding:
        holding.execute("LOCK TABLE record.event IN SHARE MODE")
        lost = archivist.submit(asked, house.serving.port, "POST", place, body, headers)
        until(house, lambda: house.one("SELECT 1 FROM case_lasting_act WHERE stream = %s AND tries = 1", stream))
        until(house, lambda: house.one(stuck))  # the volume is built, its event waits
        services = house.services()
        for name in ("网页服务", "后台任务"):
            kill_with_children(services[name])
        with pytest.raises((OSError, http.client.HTTPException)):
            lost.result(60)
        holding.rollback()
    house.serving.wait_until_served(300)
    assert house.one(archived, stream) == 0, "half a volume is none"
    until(house, lambda: house.one(archived, stream))
    until(house, lambda: house.one("SELECT count(*) FROM case_lasting_act WHERE stream = %s", stream) == 0)
    status, told = asked(house.serving.port, "POST", place, body, headers)
    assert (status, len(json.loads(told)["events"])) == (200, 1), "the lost answer is given now"
    assert house.one(archived, stream) == 1


def kill_with_children(pid: int) -> None:
    """kill -9 of a process and everything that it started."""
    parents = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(file.parent.name)] = int(file.read_text().rpartition(")")[2].split()[1])
    killed = {pid}
    while more := {child for child, parent in parents.items() if parent in killed} - killed:
        killed |= more
    for one in killed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def test_a_store_that_is_away_loses_nothing_and_all_goes_on_when_it_is_back(house: House, tmp_path: Path) -> None:
    early, late = (film(tmp_path / f"{name}.mp4", seconds=seconds) for name, seconds in (("b", 4), ("c", 5)))
    old, new = (hashlib.sha256(data).hexdigest() for data in (early, late))
    stream, event = house.takes(early, "b.mp4")
    until(house, lambda: house.sent(old) and house.looked_into(old) == "found")
    cookie = {"Cookie": f"sessionid={house.run('-m', 'tests.support.watching', 'zhang', stream).strip()}"}
    place = f"/files/of/{stream}/{event}/0/original"

    def played() -> tuple[int, bytes]:
        return asked(house.serving.files_port, "GET", place, headers=cookie | {"Range": "bytes=0-99"})

    assert played() == (206, early[:100])
    house.weed.kill()
    house.kept(old).unlink()  # as `spare` does with what the store has whole
    status, text = played()
    assert (status, "对象存储暂时连不上" in text.decode()) == (503, True)
    house.one("DELETE FROM recording_found WHERE sha256 = %s RETURNING 1", old)
    ask = "import django; django.setup(); from sanxiang.three_systems.recording import examining as e;"
    house.run("-c", f"{ask} e.look_into([{{'sha256': '{old}', 'type': 'video/mp4'}}])")
    until(house, lambda: str(house.job(old)).startswith("todo") and not str(house.job(old)).endswith(" 0"))
    assert house.looked_into(old) is None
    other, named = house.takes(late, "c.mp4")
    assert house.kept(new).read_bytes() == late, "acknowledged: on our own disk"
    assert house.api("GET", f"cases/{other}/files/{named}/0") == (200, late)
    assert not house.sent(new)
    house.weed.start()
    assert until(house, lambda: played()[0] == 206)
    assert played() == (206, early[:100])
    until(house, lambda: house.looked_into(old) == "found" and house.sent(new))
    assert json.loads(house.run("-m", "sanxiang", "ledger", "verify", "--full", "--json")) == []
