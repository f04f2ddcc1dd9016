"""Files that the public may fetch, made anew (公示附件的清理): what is not seen on them does not go out with them.

A file is taken apart in a process of its own that may use only so much memory and time, and put together again from
what is known and visible. What cannot be told to be visible is refused with the reason, never passed on.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

LARGEST = 10 << 20
SECONDS = 60
REFUSED = 3
"""The exit code with which the process says that the reason stands on its standard error."""

KINDS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "image/jpeg": ".jpg",
    "image/png": ".png",
}
"""What is taken, and under which ending it goes out."""


class NotClean(ValueError):
    """The file cannot go to the public; the Chinese text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A file as it may be public: its media type and its bytes, made by us."""

    media_type: str
    data: bytes


def cleaned(data: bytes) -> Clean:
    """The file made anew. Raises NotClean."""
    if not data:
        raise NotClean("文件是空的")
    if len(data) > LARGEST:
        raise NotClean(f"文件超过 {LARGEST >> 20} MB，请拆开或者压缩图片后再传")
    command = [sys.executable, "-I", "-m", "sanxiang.store.cleaning"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 ours
    except subprocess.TimeoutExpired:
        raise NotClean("文件太复杂，在限定的时间里没有处理完；请另存为简单的 PDF 再传") from None
    if done.returncode == REFUSED:
        raise NotClean(done.stderr.decode("utf-8", "replace").strip()[:500])
    media_type, _, content = done.stdout.partition(b"\n")
    if done.returncode or media_type.decode("ascii", "replace") not in KINDS or not content:
        raise NotClean("文件处理不了：它已损坏，或者展开后大得不合情理；请重新另存一份再传")
    return Clean(media_type.decode("ascii"), content)
