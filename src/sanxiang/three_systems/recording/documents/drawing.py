"""Drawing what others made (外来文件影印), in a process of its own: a PDF or a picture becomes pictures of its pages.

What a file from elsewhere does to the library that reads it is unknown. So each is drawn in a child with limits of
time, memory and what may be written (`store.apart`); a file that breaks its child breaks nothing else, and is told by
what happened.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import sys
import tempfile
from pathlib import Path

from sanxiang.store.apart import Apart, Lost

from . import scans
from .model import DocumentError

SECONDS, MEMORY, WRITTEN = 60, 2 << 30, 192 << 20
"""What one file may take: seconds of the processor (and twice on the clock), bytes of memory, bytes of its pages."""
NO_ROOM, BAD, HUGE = 28, 3, 4
STOPPED = "读取它用的时间、内存超过了规定，或者它弄停了读取程序（可能已经损坏，或者是有意构造的）"
_helper = Apart(__name__)


class NotDrawn(ValueError):
    """No page can be made of the file; the Chinese text says why, as the end of a sentence."""


class Full(OSError):
    """There is no room for what was drawn."""


def drawn(path: Path, media_type: str) -> bytes:
    """A PDF with the pages of a PDF, or the frames of a picture, each as one picture. Raises NotDrawn; Full."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as out, tempfile.TemporaryFile() as said:
        job = {"path": str(path), "type": media_type, "out": out.name, "seconds": SECONDS}
        try:
            with _helper.child(json.dumps(job).encode(), said.fileno()) as child:
                code = child.wait(2 * SECONDS + 10)
        except (TimeoutError, Lost):
            code = HUGE
        if code == NO_ROOM:
            raise Full(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if code:
            said.seek(0)
            why = said.read(4096).decode(errors="replace") if code == BAD else ""
            raise NotDrawn(why or STOPPED)
        return Path(out.name).read_bytes()


# ── the child ────────────────────────────────────────────────────────────────────────────────────────────────────────


def load() -> None:
    """Load what opens the files."""
    __import__("pypdfium2")
    __import__("pillow_heif").register_heif_opener(thumbnails=False, decode_threads=1)


def work(told: bytes) -> int:
    """Limits first, then the file."""
    job = json.loads(told)
    signal.alarm(2 * job["seconds"])
    for what, much in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, job["seconds"]), (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (much, much))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        of = scans.of_pdf if job["type"] == "application/pdf" else scans.of_picture
        Path(job["out"]).write_bytes(of(Path(job["path"]), ""))
    except DocumentError as problem:
        sys.stdout.write(str(problem).removeprefix("“”").removeprefix("的").partition("，不能立卷")[0])
        return BAD
    except MemoryError:
        return HUGE
    except OSError as problem:
        return NO_ROOM if problem.errno in (errno.ENOSPC, errno.EDQUOT) else HUGE
    except BaseException:  # what libraries raise on crooked files is theirs to choose
        sys.stdout.write("不是完好的文件，打不开")
        return BAD
    return 0
