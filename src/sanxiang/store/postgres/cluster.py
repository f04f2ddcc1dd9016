"""A database server of our own: made, started, adopted, stopped. Never as root, always on 127.0.0.1 with passwords."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from sanxiang.store.postgres import account, binaries
from sanxiang.store.postgres.dsn import address
from sanxiang.store.postgres.errors import PostgresError
from sanxiang.store.postgres.secrets import secret, sync

SUPERUSER = "postgres"
DATABASE = "sanxiang"
STATE = Path("/var/lib/sanxiang")
PATIENCE = 20.0
LOG_LIMIT = 8 << 20
PASSING = ("already exists", "still in use", "could not bind", "could not create any TCP/IP sockets")
"""What a server says that cannot start yet but may in a moment: the remains of a killed one, a port just taken."""


class Cluster:
    """The server whose data lie in `home`, its passwords in `secrets`.

    Where root starts it and the server's account cannot enter `home`, the data stand in `state`/<hash of home and a
    secret> and the programs in `state`/programs. `fast` gives up durability, for tests that do not ask for it.
    Every failure is a PostgresError that says what to do."""

    def __init__(
        self,
        home: Path,
        *,
        secrets: Path,
        programs: binaries.Binaries | None = None,
        state: Path = STATE,
        owner: str = "sanxiang_owner",
        fast: bool = False,
    ) -> None:
        self._secrets, self._state, self._owner, self._fast = secrets, state, owner, fast
        self.home = home
        self.account = account.choose(home / "data")
        home.parent.mkdir(parents=True, exist_ok=True)
        if not self.account.can_enter(home.parent):
            self.home = state / self._mark(home) / "postgres"
            self.account = account.choose(self.home / "data")
        self.data = self.home / "data"
        version = self.data / "PG_VERSION"
        self.programs = programs or binaries.find(int(version.read_text()) if version.exists() else None)
        self._child: subprocess.Popen[bytes] | None = None
        self.port = 0

    def _mark(self, home: Path) -> str:
        token = f"{home.resolve()}\n{secret(self._secrets, 'cluster')}"
        return hashlib.sha256(token.encode()).hexdigest()[:16]

    # ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for one role, `postgres` and the owner included; its password is made if there is none."""
        password = secret(self._secrets, f"postgres-{role}")
        place = {"user": role, "password": password, "host": "127.0.0.1", "port": str(self.port), "dbname": database}
        return address(place)

    @property
    def owner_url(self) -> str:
        return self.url(self._owner)

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> str:
        """Make the data if there are none, start the server or adopt the one that runs, and return the owner's
        address once it answers."""
        if not self.attach():
            self._reach_programs()
            if not (self.data / "PG_VERSION").exists():
                self._initdb()
            self._launch()
        self._ensure_owner()
        return self.owner_url

    def attach(self) -> bool:
        """Whether this cluster's server is running already, by us or by another process; then its port is known."""
        noted = self._noted()
        if noted is None or not _alive(noted[0]):
            return False
        self.port = noted[1]
        try:
            return self._answers()
        except PostgresError:  # another server took the port of one that was killed
            return False

    def _noted(self) -> tuple[int, int] | None:
        """The process and the port that the data folder names, from a server that is ready or was when it died."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return (int(lines[0]), int(lines[3])) if lines[7].strip() == "ready" else None
        except (OSError, IndexError, ValueError):
            return None

    def stop(self) -> None:
        """Stop the server the fast way: open transactions are rolled back, everything committed is on the disk."""
        pid = self._pid()
        if pid is not None:
            _signal(pid, signal.SIGINT)
            if not self._gone(pid, 60.0):
                _signal(pid, signal.SIGQUIT)
                self._gone(pid, 10.0)
        self._child = None

    def _pid(self) -> int | None:
        """The postmaster: our child, or the one that the data folder names while it answers."""
        if self._child is not None:
            return self._child.pid if self._child.poll() is None else None
        noted = self._noted()
        return noted[0] if noted and self.attach() else None

    def _gone(self, pid: int, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._child is not None and self._child.poll() is not None:
                return True
            if self._child is None and (not _alive(pid) or not (self.data / "postmaster.pid").exists()):
                return True
            time.sleep(0.01)
        return False

    @property
    def alive(self) -> bool:
        """Whether the server still runs; cheap enough to ask every second."""
        return self._child.poll() is None if self._child is not None else self.attach()

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603
            command, cwd="/", env=_plain_env(), capture_output=True, text=True, check=False, **self.account.popen
        )

    def _reach_programs(self) -> None:
        if self.account.dropped and not self.account.can_run(self.programs.bin / "postgres"):
            folder = self._state / "programs"
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            self.programs = self.programs.copied_to(folder)

    def _initdb(self) -> None:
        """Into a draft beside the place, moved there when it is whole: a start cut short leaves nothing half-made."""
        self.home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.account.own(self.home)
        draft = Path(tempfile.mkdtemp(prefix="initdb-", dir=self.home))
        self.account.own(draft)
        pwfile = draft / "password"
        pwfile.write_text(secret(self._secrets, f"postgres-{SUPERUSER}"), encoding="ascii")
        self.account.own(draft / "data")
        if self.account.dropped:
            os.chown(pwfile, self.account.uid, self.account.gid)
        made = self._run(
            self.programs.program("initdb"), "-D", str(draft / "data"), "-U", SUPERUSER, "-E", "UTF8",
            "--locale=C.UTF-8", "--data-checksums", "-A", "scram-sha-256", f"--pwfile={pwfile}",
            "--text-search-config=simple", *(["--no-sync"] if self._fast else []),
        )  # fmt: skip
        if made.returncode == 0:
            (draft / "data").rename(self.data)
            sync(self.home)
        shutil.rmtree(draft)
        if made.returncode != 0:
            raise PostgresError(f"建立数据库失败（{self.data}）：{made.stderr.strip()[-600:]}")

    def _launch(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            self.port = self._free_port()
            log = self._open_log()
            with log:
                begin = log.tell()
                self._child = subprocess.Popen(  # noqa: S603
                    [self.programs.program("postgres"), "-D", str(self.data), *self._options()],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=_plain_env(),
                    start_new_session=True, **self.account.popen,
                )  # fmt: skip
            try:
                if self._ready(self._child):
                    return
            except BaseException:
                self.stop()
                raise
            self._child, said = None, self._said_since(begin)
            if time.monotonic() > until or not any(phrase in said for phrase in PASSING):
                raise PostgresError(f"数据库未能启动，日志在 {self.log}：{said.strip()[-600:] or '没有输出'}")
            time.sleep(0.2)

    def _ready(self, child: subprocess.Popen[bytes]) -> bool:
        """Wait until the child accepts connections: however long it recovers, as long as it lives."""
        while child.poll() is None:
            if self._noted() == (child.pid, self.port) and self._answers():
                return True
            time.sleep(0.01)
        return False

    def _answers(self) -> bool:
        """Whether the server at our port is the one with our data. Refusing our password is an answer, not silence."""
        try:
            with psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=5) as connection:
                row: Any = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise PostgresError(f"{self._secrets} 中的密码与 {self.data} 不符，请从备份恢复密码目录") from error
            return False
        return Path(row[0]).resolve() == self.data.resolve()

    def _options(self) -> list[str]:
        """Suited to a machine that also runs everything else. What is not named here stays as PostgreSQL has it,
        `fsync` and `synchronous_commit` above all."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
        chosen = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "60",
            "shared_buffers": f"{max(32, min(512, memory // 16))}MB",
            "effective_cache_size": f"{max(128, memory // 2)}MB",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self._fast:
            chosen |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for key, value in chosen.items() for word in ("-c", f"{key}={value}")]

    def _free_port(self) -> int:
        """The port of last time if nobody has taken it, else one that the system says is free."""
        noted, wanted = self.home / "port", self._last_port()
        for number in (wanted, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", number))
                except OSError:
                    continue
                port: int = probe.getsockname()[1]
            if port != wanted:
                with contextlib.suppress(OSError):  # a full disk: the next start may have another port, no more
                    draft = noted.with_name("port.new")
                    draft.write_text(str(port))
                    draft.replace(noted)
            return port
        raise PostgresError("本机没有空闲端口可供数据库使用，请关闭其他程序后重试")

    def _last_port(self) -> int:
        """The port of the last time; 0 where nobody knows it."""
        try:
            return int((self.home / "port").read_text())
        except (OSError, ValueError):
            return 0

    # ── the log ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    def _open_log(self) -> Any:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        log = self.log.open("ab")
        log.seek(0, os.SEEK_END)
        return log

    def _said_since(self, begin: int) -> str:
        with self.log.open("rb") as log:
            log.seek(begin)
            return log.read().decode("utf-8", "replace")

    # ── what every cluster of ours holds ─────────────────────────────────────────────────────────────────────────

    def _ensure_owner(self) -> None:
        """The owner's role and database. The owner may make roles and databases and is no superuser."""
        name, password = sql.Identifier(self._owner), secret(self._secrets, f"postgres-{self._owner}")
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [self._owner]).fetchone():
                verifier = admin.pgconn.encrypt_password(password.encode(), self._owner.encode(), b"scram-sha-256")
                make = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}")
                admin.execute(make.format(name, sql.Literal(verifier.decode())))
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), name))


def _plain_env() -> dict[str, str]:
    """Nothing of the caller's: a PGDATA or a locale of theirs must not reach the server."""
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
