"""Starts the processes of one installation, starts again what dies, stops all in order."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sanxiang.config.preparation import say
from sanxiang.store.blobs import FULL

LONGEST_PAUSE = 30.0
GRACE = 15.0
SETTLED = 60.0


@dataclass
class Service:
    """One process of ours and its children, in a session of their own: Ctrl-C reaches them only through us."""

    name: str
    command: list[str]
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = False
    failures: int = 0
    began: float = 0.0
    again_at: float = field(default=0.0)

    def start(self) -> None:
        self.wanted = True
        self.began = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command, env=os.environ | self.env, stdin=subprocess.DEVNULL, start_new_session=True
        )

    def look(self) -> None:
        """Start the process again if it died and its pause is over; the pause doubles while it keeps dying."""
        if not self.wanted:
            return
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        _kill(self.process.pid, signal.SIGKILL)
        self.failures = 0 if now - self.began > SETTLED else self.failures + 1
        pause = min(LONGEST_PAUSE, 2.0**self.failures / 2)
        say(f"{self.name} 意外停止（{_cause(code)}），{pause:.0f} 秒后重新启动")
        self.process, self.again_at = None, now + pause

    def stop(self) -> None:
        """Ask it to end, wait, then end it and whatever it left behind."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                say(f"{self.name} 没有在 {GRACE:.0f} 秒内停止，强行结束")
        _kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


class Supervisor:
    """The services in the order they start; they stop in the opposite order. Whoever asks for pages wants the first of
    them soonest: it may start alone, the others when it is there. `note` remembers their processes, so that
    the next start can end what a `kill -9` of this process left running."""

    def __init__(self, services: list[Service], note: Path) -> None:
        self._services, self._note = services, note

    def sweep(self) -> None:
        """End what an earlier run left. A process that only bears an old number is left alone."""
        if not self._note.exists():
            return
        for entry in json.loads(self._note.read_text()):
            pid, born = int(entry["pid"]), entry["born"]
            if _born(pid) in (None, born) and _kill(pid, signal.SIGTERM):
                say(f"结束上次遗留的 {entry['name']}（进程 {pid}）")
                until = time.monotonic() + GRACE
                while time.monotonic() < until and _kill(pid, 0):
                    time.sleep(0.05)
                _kill(pid, signal.SIGKILL)
        self._note.unlink()

    def start_first(self) -> None:
        self._services[0].start()
        self._remember()

    def start(self) -> None:
        """Start those that do not run yet."""
        for service in self._services:
            if not service.wanted:
                service.start()
        self._remember()

    def watch(self, every: Callable[[], None]) -> None:
        """Until interrupted: look after the services, and call `every` in each round."""
        while True:
            every()
            before = self._processes()
            for service in self._services:
                service.look()
            if self._processes() != before:
                self._remember()
            time.sleep(0.3)

    def restart(self) -> None:
        for service in self._services:
            service.stop()
            service.start()
        self._remember()

    def stop(self) -> None:
        for service in reversed(self._services):
            service.stop()
        self._note.unlink(missing_ok=True)

    def _processes(self) -> list[int | None]:
        return [service.process.pid if service.process else None for service in self._services]

    def _remember(self) -> None:
        entries = [
            {"name": service.name, "pid": service.process.pid, "born": _born(service.process.pid)}
            for service in self._services
            if service.process
        ]
        draft = self._note.with_suffix(".new")
        with room_or_not():
            draft.write_text(json.dumps(entries))
            draft.replace(self._note)


@contextlib.contextmanager
def room_or_not() -> Iterator[None]:
    """A full disk stops nobody who looks after the others: what was noted before stays."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in FULL:
            raise
        say(f"磁盘已满（{problem}）：运行中的进程没有记下，腾出空间后自动补记")


def _cause(code: int) -> str:
    return f"信号 {-code}" if code < 0 else f"退出码 {code}"


def _kill(group: int, number: int) -> bool:
    """Signal a process group; False when there is none (any more)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


def _born(pid: int) -> str | None:
    """When a process began, in the kernel's own count: tells it from a later one with the same number."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()[19]
