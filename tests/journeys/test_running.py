"""`sanxiang run` from outside: it starts, mends itself, survives `kill -9`, stops cleanly, and says what is wrong."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Server
from tests.support.serving import Serving, free_port

REAL = {"SANXIANG_ORIGIN": "running.test.invalid"}


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sanxiang-run-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def serving(folder: Path) -> Iterator[Serving]:
    made = Serving(folder / "var", REAL)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


def _sanxiang(var: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sanxiang", *words]
    all_env = os.environ | REAL | {"SANXIANG_VAR": str(var)} | env
    return subprocess.run(command, env=all_env, capture_output=True, text=True, check=False, timeout=300)


def _postmaster(serving: Serving) -> int:
    """0 where none runs: between a death and a new start there is no file, or an empty one."""
    noted = serving.var / "postgres" / "data" / "postmaster.pid"
    return int((noted.read_text() if noted.exists() else "").partition("\n")[0] or 0)


def _processes(serving: Serving) -> list[int]:
    return [entry["pid"] for entry in json.loads((serving.var / "processes.json").read_text())]


def _until(true: object, seconds: float = 30.0) -> None:
    assert callable(true)
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "did not happen"
        time.sleep(0.05)


def _dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_what_dies_is_started_again_and_a_stop_leaves_nothing(serving: Serving) -> None:
    serving.start()
    database, processes = _postmaster(serving), _processes(serving)
    os.kill(database, signal.SIGKILL)
    _until(lambda: _postmaster(serving) not in (0, database))
    serving.wait_until_served()
    for pid in processes:
        with suppress(ProcessLookupError):  # it ended with the database, and is started again already
            os.kill(pid, signal.SIGKILL)
    _until(lambda: set(_processes(serving)).isdisjoint(processes) and len(_processes(serving)) == len(processes))
    serving.wait_until_served()
    database, processes = _postmaster(serving), _processes(serving)
    assert serving.stop() == 0
    assert all(map(_dead, [database, *processes]))
    assert not (serving.var / "postgres" / "data" / "postmaster.pid").exists()


def test_after_kill_9_of_the_whole_the_next_start_sweeps_and_serves(serving: Serving) -> None:
    serving.start()
    assert serving.process is not None
    left = _processes(serving)
    serving.process.kill()
    serving.process.wait()
    assert not any(map(_dead, left))
    serving.start()
    _until(lambda: all(map(_dead, left)))
    serving.wait_until_served()
    for pid in [*_processes(serving), _postmaster(serving)]:
        os.kill(pid, signal.SIGKILL)
    serving.process.kill()
    serving.process.wait()
    serving.start()
    assert serving.stop() == 0


def test_a_second_run_and_a_taken_port_are_refused_in_one_line(serving: Serving, folder: Path) -> None:
    serving.start()
    second = _sanxiang(serving.var, "run", "--bind", "127.0.0.1:1")
    assert (second.returncode, second.stdout) == (3, "")
    assert "已有一个 sanxiang run 在运行" in second.stderr
    taken = _sanxiang(folder / "other", "run", "--bind", f"127.0.0.1:{serving.port}")
    assert taken.returncode == 3
    assert f"--bind 127.0.0.1:{serving.port + 1}" in taken.stderr
    assert not (folder / "other" / "postgres").exists()
    place = f"127.0.0.1:{free_port()}"
    shared = _sanxiang(folder / "other", "run", "--bind", place, "--public", "off", "--files", place)
    assert (shared.returncode, f"--files 127.0.0.1:{int(place.rpartition(':')[2]) + 1}" in shared.stderr) == (3, True)
    wrong = _sanxiang(folder / "other", "run", "--bind", "8000")
    assert wrong.returncode == 2


def test_a_command_beside_the_server_does_not_take_its_database_away(serving: Serving) -> None:
    serving.start()
    database = _postmaster(serving)
    assert _sanxiang(serving.var, "setup").returncode == 0
    assert _postmaster(serving) == database
    assert serving.healthy()


def test_a_command_alone_stops_the_database_it_started(folder: Path) -> None:
    done = _sanxiang(folder / "var", "setup")
    assert done.returncode == 0, done.stderr
    assert (folder / "var" / "postgres" / "data" / "PG_VERSION").exists()
    assert not (folder / "var" / "postgres" / "data" / "postmaster.pid").exists()


def test_on_an_own_server_nothing_is_started(pg_server: Server, folder: Path) -> None:
    owner = pg_server.create_database("own")["owner"]
    serving = Serving(folder / "var", REAL | {"DATABASE_URL": owner, "SANXIANG_ROLE_PREFIX": f"{pg_server.prefix}_own"})
    serving.start()
    try:
        assert not (folder / "var" / "postgres").exists()
        with psycopg.connect(owner) as connection:
            tables = connection.execute("SELECT count(*) FROM information_schema.tables").fetchone()
            users = connection.execute(
                "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database()"
            )
            assert tables is not None
            assert tables[0] > 100
            assert f"{pg_server.prefix}_own_web" in {name for (name,) in users.fetchall()}
    finally:
        assert serving.stop() == 0


def test_a_server_that_does_not_answer_is_named(folder: Path) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    port = silent.getsockname()[1]
    silent.close()
    done = _sanxiang(folder / "var", "setup", DATABASE_URL=f"postgresql://someone:hidden@127.0.0.1:{port}/x")
    assert done.returncode == 3
    assert f"连不上数据库 127.0.0.1:{port}/x" in done.stderr
    assert "hidden" not in done.stderr
    assert "Traceback" not in done.stderr
