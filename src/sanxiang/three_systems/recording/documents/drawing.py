"""Drawing what others made (外来文件影印), in a process of its own: a PDF or a picture becomes pictures of its pages.

What a file from elsewhere does to the library that reads it is unknown. So a helper waits beside this process, and for
each file it makes a child with limits of time, memory and what may be written; a file that breaks its child breaks
nothing else, and is told by what happened. One helper serves many files, because its libraries take longer to load than
a page to draw; it ends with us, or by itself when nothing comes.
"""

from __future__ import annotations

import atexit
import errno
import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Lock
from typing import Any

from . import scans
from .model import DocumentError

SECONDS, MEMORY, WRITTEN = 60, 2 << 30, 192 << 20
"""What one file may take: seconds of the processor (and twice on the clock), bytes of memory, bytes of its pages."""
IDLE_S = 120
NO_ROOM, BAD, HUGE = 28, 3, 4
STOPPED = "读取它用的时间、内存超过了规定，或者它弄停了读取程序（可能已经损坏，或者是有意构造的）"


class NotDrawn(ValueError):
    """No page can be made of the file; the Chinese text says why, as the end of a sentence."""


class Full(OSError):
    """There is no room for what was drawn."""


def drawn(path: Path, media_type: str) -> bytes:
    """A PDF with the pages of a PDF, or the frames of a picture, each as one picture. Raises NotDrawn; Full."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as out:
        said = _helper.asked({"path": str(path), "type": media_type, "out": out.name, "seconds": SECONDS})
        if said.get("full"):
            raise Full(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if said.get("why"):
            raise NotDrawn(str(said["why"]))
        return Path(out.name).read_bytes()


class _Helper:
    """The process that waits; begun when it is first needed, and anew where it is gone."""

    def __init__(self) -> None:
        self._lock, self._process = Lock(), None  # type: tuple[Lock, subprocess.Popen[bytes] | None]

    def asked(self, job: dict[str, Any]) -> dict[str, Any]:
        line = json.dumps(job).encode() + b"\n"
        with self._lock:
            for _ in range(2):  # it may just have ended by itself
                process = self._waiting()
                assert process.stdin is not None
                assert process.stdout is not None
                try:
                    process.stdin.write(line)
                    process.stdin.flush()
                except OSError:
                    self.end()
                    continue
                if not select.select([process.stdout], [], [], 2 * SECONDS + 10)[0]:
                    self.end()
                    return {"why": STOPPED}
                if answer := process.stdout.readline():
                    return dict(json.loads(answer))
                self.end()
        return {"why": STOPPED}

    def _waiting(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-I", "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, cwd="/", start_new_session=True,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TMPDIR": tempfile.gettempdir()},
            )  # fmt: skip
        return self._process

    def end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


_helper = _Helper()
atexit.register(_helper.end)
os.register_at_fork(after_in_child=lambda: _helper.__init__())  # type: ignore[misc]


# ── the helper itself ────────────────────────────────────────────────────────────────────────────────────────────────


def main() -> int:
    """Answer one line for each line until nothing comes."""
    os.nice(10)
    __import__("pypdfium2")
    __import__("pillow_heif").register_heif_opener(thumbnails=False, decode_threads=1)
    while select.select([sys.stdin], [], [], IDLE_S)[0] and (line := sys.stdin.buffer.readline()):
        print(json.dumps(_told(json.loads(line))), flush=True)
    return 0


def _told(job: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os._exit(_work(job, writing))
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        why = said.read(4096).decode(errors="replace")
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == NO_ROOM:
        return {"full": True}
    if code == HUGE:
        return {"why": STOPPED}
    return {} if code == 0 else {"why": why if code == BAD and why else STOPPED}


def _work(job: dict[str, Any], told: int) -> int:
    """The child: limits first, then the file."""
    signal.alarm(2 * job["seconds"])
    for what, much in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, job["seconds"]), (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (much, much))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    path = Path(job["path"])
    try:
        of = scans.of_pdf if job["type"] == "application/pdf" else scans.of_picture
        Path(job["out"]).write_bytes(of(path, ""))
    except DocumentError as problem:
        said = str(problem).removeprefix("“”").removeprefix("的").partition("，不能立卷")[0]
        os.write(told, said.encode())
        return BAD
    except MemoryError:
        return HUGE
    except OSError as problem:
        return NO_ROOM if problem.errno in (errno.ENOSPC, errno.EDQUOT) else HUGE
    except BaseException:  # what libraries raise on crooked files is theirs to choose
        os.write(told, "不是完好的文件，打不开".encode())
        return BAD
    return 0


if __name__ == "__main__":
    sys.exit(main())
