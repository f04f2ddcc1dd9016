"""The product as it is run: `sanxiang run` in a process of its own, with a folder and a port of its own."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

_GIVEN: set[int] = set()
READY, BEGUN, FILLED, UNFILLED = "按 Ctrl-C 停止", "填入演示", "演示数据就绪", "演示数据没有填完"


class Serving:
    """One installation in `var`. `env` adds to the environment; SANXIANG_ORIGIN in it means no demonstration. The
    demonstration is the small one."""

    def __init__(self, var: Path, env: dict[str, str] | None = None) -> None:
        self.var, self.port, self.public_port = var, free_port(), free_port()
        self.files_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        small = {"SANXIANG_VAR": str(var), "PYTHONUNBUFFERED": "1", "SANXIANG_DEMONSTRATION": "small"}
        asked = {name: value for name, value in os.environ.items() if name != "SANXIANG_SM3"}  # as it is installed
        self.env = asked | small | (env or {})
        self.log = var.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 1_200.0) -> None:
        """Returns once pages are answered, to the public as well, files are taken and, where there is a demonstration,
        all of it is there. What does not get there is ended: nothing of a test that failed goes on running beside the
        next."""
        try:
            self._start(patience)
        except BaseException:
            self.stop()
            raise

    def _start(self, patience: float) -> None:
        before = self.said().count(READY) if self.log.exists() else 0
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "sanxiang", "run", "--bind", f"127.0.0.1:{self.port}"]
            command += ["--public", f"127.0.0.1:{self.public_port}"]
            command += ["--files", f"127.0.0.1:{self.files_port}"]
            self.process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.wait_until_served(patience)
        until = time.monotonic() + patience
        while self.said().count(READY) == before or not (listens(self.public_port) and listens(self.files_port)):
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)
        if "SANXIANG_ORIGIN" not in self.env:
            self.wait_until_filled(patience)

    def wait_until_filled(self, patience: float = 1_200.0) -> None:
        until = time.monotonic() + patience
        while FILLED not in self.said() and BEGUN in self.said():
            assert self.process is not None, self.said()
            assert self.process.poll() is None, self.said()
            assert UNFILLED not in self.said(), self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.2)

    def wait_until_served(self, patience: float = 60.0) -> None:
        until = time.monotonic() + patience
        while not self.healthy():
            assert self.process is None or self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)

    def healthy(self) -> bool:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def stop(self) -> int:
        """Ctrl-C where it still runs, and the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(180)


def status_of(port: int, path: str) -> int:
    """How a process on this machine answers for an address."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asked.request("GET", path)
        return asked.getresponse().status
    finally:
        asked.close()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """One that nobody holds and that this process has not given before. They lie below those that the system gives to
    whoever calls out, each worker of the tests has some of its own: a server that is given another's port shares it."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    while True:
        port = random.randrange(12_000 + 1_000 * worker, 13_000 + 1_000 * worker)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _GIVEN:
                _GIVEN.add(port)
                return port
