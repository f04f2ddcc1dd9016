"""The disk of PostgreSQL itself is full, first for its tables, then for its log (WAL), at which it stops: acts are
refused in words, none that was acknowledged is lost, and everything goes on by itself once there is room."""

from __future__ import annotations

import hashlib
import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support import fulldisk
from tests.support.busy import opening
from tests.support.films import film
from tests.support.serving import Serving

ROOT = Path(__file__).parents[2]
REAL = {"SANXIANG_ORIGIN": "full.test.invalid", "DJANGO_SETTINGS_MODULE": "sanxiang.config.settings"}
SIZE = 384 << 20
"""Room for a new cluster and its log, little enough to be filled at once."""
AGAIN = "数据库还不能启动"


@dataclass
class House:
    """An installation whose database lies on a small disk, and an officer of it at the interface."""

    serving: Serving
    disk: fulldisk.Mounted
    key: str = ""
    officers: list[str] = field(default_factory=list)
    acknowledged: list[tuple[str, str]] = field(default_factory=list)

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=self.serving.env, cwd=ROOT, capture_output=True, text=True, check=False,
            timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr + self.serving.said()[-4000:]
        return done.stdout

    def asked(self, method: str, path: str, body: bytes = b"") -> tuple[int, str]:
        """Status and text; 0 where there was no answer."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        line = http.client.HTTPConnection("127.0.0.1", self.serving.port, timeout=60)
        try:
            line.request(method, f"/api/v1/{path}", body, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            line.close()

    def acts(self, name: str, files: list[str] | None = None) -> tuple[int, str]:
        """A case is opened; what was acknowledged is remembered."""
        body = opening(self.officers, name) | {"files": files or []}
        status, told = self.asked("POST", "cases", json.dumps(body).encode())
        if status in (200, 201):
            said = json.loads(told)
            self.acknowledged.append((said["stream"], said["events"][0]))
        return status, told

    def brings(self, data: bytes, name: str) -> None:
        query = f"files?name={name}&act=register_source&procedure=penalty.ordinary"
        status, told = self.asked("POST", query, data)
        assert status == 201, told
        assert self.acts(name, [json.loads(told)["id"]])[0] == 201

    def connected(self, who: str = "owner") -> psycopg.Connection[Any]:
        addresses = json.loads((self.serving.var / "secrets" / "addresses.json").read_text())
        return psycopg.connect(addresses[who], autocommit=True, connect_timeout=10)

    def all(self, query: str) -> list[Any]:
        with self.connected() as connection:
            return connection.execute(query).fetchall()

    def until(self, true: Callable[[], Any], patience: float = 300.0) -> Any:
        end = time.monotonic() + patience
        while not (found := true()):
            assert time.monotonic() < end, self.serving.said()[-4000:]
            time.sleep(0.2)
        return found


@pytest.fixture
def house() -> Iterator[House]:
    if "tmpfs" not in fulldisk.KINDS:
        said = "NOT RUN: the disk of PostgreSQL cannot be made full here (needs root and the right to mount a tmpfs)"
        print(f"\n*** {said} ***", file=sys.stderr)
        pytest.skip(said)
    with tempfile.TemporaryDirectory(prefix="sanxiang-full-") as name:
        Path(name).chmod(0o711)
        var = Path(name) / "var"
        var.mkdir(mode=0o711)
        with fulldisk.small("tmpfs", var / "postgres", size=SIZE, mode="755") as disk:
            assert isinstance(disk, fulldisk.Mounted)
            serving = Serving(var, REAL)
            serving.start()
            made = House(serving, disk)
            staff = json.loads(made.run("-m", "tests.support.staffed"))
            made.key, made.officers = staff["keys"][0], staff["officers"]
            yield made
            if serving.process is not None and serving.process.poll() is None:
                serving.stop()


def refused_until_there_is_room(house: House, name: str, most: int = 400) -> None:
    """Act until the disk is felt: whatever is not acknowledged is answered in words, never by half."""
    for nth in range(most):
        status, told = house.acts(f"{name}-{nth}")
        if status in (200, 201):
            continue
        assert status in (503, 507), (status, told, house.serving.said()[-3000:])
        assert "数据库" in json.loads(told)["text"]
        return
    raise AssertionError("the disk was never felt")


def log_is_full(house: House) -> None:
    """The next piece of the log finds no room: PostgreSQL stops."""
    name, password = "postgres", (house.serving.var / "secrets" / "postgres-postgres").read_text().strip()
    place = psycopg.conninfo.conninfo_to_dict(
        json.loads((house.serving.var / "secrets" / "addresses.json").read_text())["owner"]
    )
    with pytest.raises(psycopg.OperationalError):  # noqa: PT012 - whichever piece it is at which it stops
        for _ in range(200):
            with psycopg.connect(
                host=place["host"], port=place["port"], dbname=place["dbname"], user=name, password=password,
                autocommit=True,
            ) as one:  # fmt: skip
                one.execute("SELECT pg_logical_emit_message(false, 'full', repeat('x', 1000000))")
                one.execute("SELECT pg_switch_wal()")


@pytest.mark.clauses("LY-27")
@pytest.mark.journeys("ledger.verification", "evidence.files")
def test_a_database_without_room_refuses_in_words_and_goes_on_by_itself(house: House, tmp_path: Path) -> None:
    house.brings(film(tmp_path / "a.mp4", seconds=2), "a.mp4")
    with house.disk.full(0):
        refused_until_there_is_room(house, "tables")
    house.until(lambda: house.acts("between")[0] == 201)

    late = film(tmp_path / "b.mp4", seconds=3)
    house.brings(late, "b.mp4")
    with house.disk.full(0):
        log_is_full(house)
        house.until(lambda: AGAIN in house.serving.said())
        status, told = house.acts("stopped")
        assert (status, "数据库暂时连不上" in json.loads(told)["text"]) == (503, True)
        assert house.serving.process is not None
        assert house.serving.process.poll() is None, "whoever looks after the others stays"
    house.serving.wait_until_served(patience=300)
    house.until(lambda: house.acts("after")[0] == 201)

    named = {(stream, event) for stream, event in house.all("SELECT stream::text, id::text FROM record.event")}
    assert set(house.acknowledged) <= named
    assert len(house.acknowledged) == len(set(house.acknowledged))
    sha256 = hashlib.sha256(late).hexdigest()
    house.until(lambda: house.all(f"SELECT 1 FROM recording_found WHERE sha256 = '{sha256}' AND state = 'found'"))
    house.until(lambda: house.all("SELECT count(*) FROM record.pending") == [(0,)])
    assert json.loads(house.run("-m", "sanxiang", "ledger", "verify", "--full", "--json")) == []
    assert json.loads(house.run("-m", "sanxiang", "projections", "compare", "--json")) == []
    assert json.loads(house.run("-m", "sanxiang", "audit", "replay", "--json")) == []
    assert house.serving.stop() == 0
