"""What a file may be sent for (上传的去处): each says who may send, how large, and what becomes of it once it is whole.

A new purpose registers itself here, in its app's `ready`: `targets.register("name", Target())`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sanxiang.casework import uploads
from sanxiang.casework.access import Reader
from sanxiang.store.blobs import Blob

Told = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is whole and stands among the staged blobs: its own id, the name that the sender gave it, digest and
    size, `sm3` in hex where it was reckoned."""

    id: uuid.UUID
    name: str
    blob: Blob
    sm3: str = ""


class Target(Protocol):
    """A purpose. Both are asked with what the sender told (`told`), which is never trusted."""

    def largest(self, account: Any, reader: Reader, told: Told) -> int:
        """How many bytes the file may have. Raises LookupError where the reader may not know of it, `uploads.NotTaken`
        where he may not send it. Asked at every request."""

    def take(self, account: Any, reader: Reader, told: Told, arrived: Arrived, at: datetime) -> Mapping[str, Any]:
        """Take the file, once; what the sender is told of it, as JSON. Raises as `largest` does; then nothing is
        kept."""


class ForAct:
    """A file that waits for an act of a case: `act` and `stream`, or `procedure` for the act that opens one."""

    def largest(self, account: Any, reader: Reader, told: Told) -> int:
        act, _ = uploads.act_of(account, reader, told)
        if act.files is None:
            raise uploads.NotTaken(f"“{act.name}”不收文件")
        return uploads.largest_sent(act)

    def take(self, account: Any, reader: Reader, told: Told, arrived: Arrived, at: datetime) -> Mapping[str, Any]:
        act, stream = uploads.act_of(account, reader, told)
        row = uploads.stage_arrived(
            act, arrived.name, arrived.blob, arrived.id, officer=reader.officer, stream=stream, at=at
        )
        return {"id": str(row.id), "name": row.name, "said": row.said}


TARGETS: dict[str, Target] = {"act": ForAct()}


def register(name: str, target: Target) -> None:
    """Make a purpose known; twice the same name is an error."""
    if name in TARGETS:
        raise ValueError(f"two targets are named {name}")
    TARGETS[name] = target
