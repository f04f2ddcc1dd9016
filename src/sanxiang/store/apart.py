"""Work on files from elsewhere, each in a process of its own (隔离进程): what a hostile file does to the library that
reads it, it does to nobody else.

A helper waits beside us with those libraries loaded and forks a child for each job; loading them takes longer than most
jobs. A job module has `load()`, called once in the helper, and `work(job) -> int`, called in the child: it sets the
limits first, writes its answer to the standard output and returns the exit code. The helper's environment holds no
secret. It ends with us, and its children with it; also when nothing came for a while.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from types import TracebackType
from typing import Any, Self

IDLE_S, PATIENCE_S = 120, 60
NUMBER = 8
"""Bytes of a number in what the helper says: the child's process, later how it ended."""
REAPED = 255


class Lost(Exception):
    """The helper ended before it said how the job did."""


class Apart:
    """The door to the helper of one job module; begun when it is first needed, and anew where it is gone."""

    def __init__(self, module: str) -> None:
        self.command = [sys.executable, "-I", "-m", __name__, module]
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        os.register_at_fork(after_in_child=self._forget)

    @contextmanager
    def child(self, job: bytes, answer: int) -> Iterator[Child]:
        """A child at work on a job, whose standard output is the file `answer`; none is left at the end."""
        with self._begun(answer) as child:
            child.give(job)
            yield child

    def _begun(self, answer: int) -> Child:
        with self._lock:
            for _ in range(2):  # it may just have ended by itself
                mine, its = socket.socketpair()
                mine.settimeout(PATIENCE_S)
                try:
                    with its:
                        socket.send_fds(self._waiting(), [b"!"], [answer, its.fileno()])
                    return Child(mine)
                except (OSError, Lost):
                    mine.close()
                    self._end()
        raise Lost

    def _waiting(self) -> socket.socket:
        if self._door is None or self._process is None or self._process.poll() is not None:
            self._end()
            self._door, its = socket.socketpair()
            with its:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    self.command, stdin=its.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
                    start_new_session=True,
                    env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TMPDIR": tempfile.gettempdir()},
                )  # fmt: skip
        return self._door

    def _end(self) -> None:
        door, self._door = self._door, None
        process, self._process = self._process, None
        if door is not None:
            door.close()
        if process is not None:
            process.kill()
            process.wait()

    def _forget(self) -> None:
        """Ours after a fork of us is our parent's."""
        if self._door is not None:
            self._door.close()
        self._lock, self._process, self._door = Lock(), None, None


class Child:
    """A child and how it ends. Raises Lost."""

    def __init__(self, link: socket.socket) -> None:
        self._link, self._left = link, False
        self.pid = self._number()

    def give(self, job: bytes) -> None:
        with suppress(OSError):  # it ended before it read: how is told
            self._link.sendall(job)
            self._link.shutdown(socket.SHUT_WR)

    def wait(self, seconds: float) -> int:
        """Its exit code, below zero the signal that ended it. Raises TimeoutError, Lost."""
        if not select.select([self._link], [], [], seconds)[0]:
            raise TimeoutError
        code = self._number()
        self._left = True
        return code

    def _number(self) -> int:
        try:
            told = self._link.recv(NUMBER, socket.MSG_WAITALL)
        except OSError:
            told = b""
        if len(told) < NUMBER:
            raise Lost
        return int.from_bytes(told, "big", signed=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if not self._left:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            with suppress(Lost, TimeoutError):
                self.wait(5)
        self._link.close()


# ── the helper itself ────────────────────────────────────────────────────────────────────────────────────────────────


def main(module: str) -> int:
    """Fork a child for each that comes through the door, and tell how each ended, until the door is closed."""
    door = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    jobs = importlib.import_module(module)
    jobs.load()
    rung, bell = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(bell, warn_on_full_buffer=False)
    children: dict[int, socket.socket] = {}
    both: list[Any] = [door, rung]
    while True:
        ready = select.select(both, [], [], None if children else IDLE_S)[0]
        if rung in ready:
            os.read(rung, 4096)
            _reap(children)
        elif door in ready:
            try:
                asked, files, _, _ = socket.recv_fds(door, 1, 2)
            except OSError:
                asked, files = b"", []
            if not asked:
                break
            answer, link = files[0], socket.socket(fileno=files[1])
            pid = os.fork()
            if pid == 0:
                for one in (door, *children.values()):
                    one.close()
                os._exit(_child(jobs, answer, link))
            os.close(answer)
            with suppress(OSError):  # as it does itself: whoever may end it comes first or second
                os.setpgid(pid, pid)
            children[pid] = link
            _say(link, pid)
        elif not ready:
            break
    for pid in children:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    return 0


def _reap(children: dict[int, socket.socket]) -> None:
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            link = children.pop(found[0], None)
            if link is not None:
                _say(link, os.waitstatus_to_exitcode(found[1]))
                link.close()


def _say(link: socket.socket, number: int) -> None:
    with suppress(OSError):  # nobody waits any more
        link.send(number.to_bytes(NUMBER, "big", signed=True))


def _child(jobs: Any, answer: int, link: socket.socket) -> int:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setpgid(0, 0)
    os.dup2(answer, 1)
    os.close(answer)
    with link:
        told = b"".join(iter(lambda: link.recv(1 << 16), b""))
    try:
        code = int(jobs.work(told))
        sys.stdout.flush()
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:  # told by the code; the answer is what was written
        return REAPED
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
