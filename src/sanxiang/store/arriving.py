"""Files that arrive in pieces (断点续传): each piece is on the disk before it is acknowledged, hashed on its way, and
the whole goes among the staged files under its digest at once. For uploads over tus, and for whoever brings large ones.

Beside `staged/` stands `arriving/`: of each file its bytes (`ID`) and how far they are safe (`ID.at`, JSON). A `kill
-9` loses at most MARK bytes of the piece on its way: what stands behind the mark is cut off and asked for again. Memory
is bounded: one piece of CHUNK bytes, and the state of the hashes of the last few hundred files; where that state is
gone, after a start, the bytes on the disk are hashed again.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import secrets
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from .blobs import CHUNK, Blob, Blobs, NoRoom, durable, room, write
from .digests import Digests

FOLDER = "arriving"
MARK = 64 << 20
"""So many bytes of a piece may be lost where a process is killed; a piece that bears a checksum is safe only as a
whole."""
REMEMBERED = 256
NAME = re.compile("[0-9a-f-]{32,36}")


class WrongOffset(ValueError):
    """The piece does not begin where the file ends. `offset`: where it does."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"offset {offset}")
        self.offset = offset


class WrongChecksum(ValueError):
    """The piece is not what its checksum says; nothing of it was kept."""


class Superseded(Exception):
    """Another request goes on with this file; this one must write nothing more."""


class Gone(LookupError):
    """There is no such arriving file (any more)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file has come: `offset` safe bytes of `size`; `owner` the request that writes now; the hex digests
    once it is whole (`sm3` empty where that is not asked for)."""

    size: int
    offset: int = 0
    owner: str = ""
    sha256: str = ""
    sm3: str = ""


_hashes: OrderedDict[str, Digests] = OrderedDict()
_lock = Lock()


class Arrivals:
    """The arriving files of one installation. `sm3`: whether SM3 (GM/T 0004-2012) is reckoned beside SHA-256."""

    def __init__(self, blobs: Blobs, *, sm3: bool = False) -> None:
        self.blobs, self.folder, self.sm3 = blobs, blobs.folder / FOLDER, sm3

    def open(self, name: str, size: int) -> None:
        """Begin a file of `size` bytes under an identifier (a uuid). Raises NoRoom where the disk cannot hold it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = os.statvfs(self.folder)
        if size > free.f_bavail * free.f_frsize:
            raise NoRoom(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with room():
            self._place(name).touch(mode=0o600)
        self._write(name, Standing(size))

    def standing(self, name: str) -> Standing:
        """How far the file is safe. Raises Gone."""
        try:
            return Standing(**orjson.loads(self._place(name, ".at").read_bytes()))
        except (OSError, ValueError):
            raise Gone(name) from None

    def receive(self, name: str, offset: int, pieces: Iterable[bytes], *, checksum: bytes = b"") -> Standing:
        """Add a piece that begins at `offset`; `checksum` its raw SHA-256 where one was told. Returns how far the file
        is safe now. An error of `pieces` comes through after what came before it is made safe (without a checksum).

        A second request for the same file takes over: the first raises Superseded at its next byte. Raises Gone,
        WrongOffset, WrongChecksum, NoRoom; ValueError where more comes than the file has."""
        owner = secrets.token_hex(16)
        with self._alone(name):
            now = self.standing(name)
            if now.sha256 or offset != now.offset:
                raise WrongOffset(now.offset)
            self._write(name, replace(now, owner=owner))
        whole, hashes = hashlib.sha256(), self._hashed(name, offset)
        with self._place(name).open("r+b") as file:
            with self._turn(name, owner):
                file.truncate(offset)
            try:
                self._take(name, file, owner, pieces, hashes, whole if checksum else None, now.size)
            finally:
                if not checksum:
                    self._mark(name, file, owner, hashes)
            if checksum:
                if whole.digest() != checksum:
                    with self._turn(name, owner):
                        file.truncate(offset)
                    raise WrongChecksum
                self._mark(name, file, owner, hashes)
        return self.standing(name)

    def _take(
        self, name: str, file: Any, owner: str, pieces: Iterable[bytes], hashes: Digests, whole: Any, size: int
    ) -> None:
        marked = hashes.size
        for piece in pieces:
            if hashes.size + len(piece) > size:
                raise ValueError("more bytes than the file has")
            with self._turn(name, owner), room():
                write(file.fileno(), piece, hashes.size)
            hashes.update(piece)
            if whole is not None:
                whole.update(piece)
            elif hashes.size - marked >= MARK:
                self._mark(name, file, owner, hashes)
                marked = hashes.size

    def finish(self, name: str) -> Standing:
        """The digests of a file that is whole, which is among the staged files from now on; the same again where that
        was done before. Raises Gone, WrongOffset where bytes are missing."""
        with self._alone(name):
            now, place = self.standing(name), self._place(name)
            if not now.sha256:
                if now.offset != now.size:
                    raise WrongOffset(now.offset)
                hashes = self._hashed(name, now.size)
                now = replace(now, sha256=hashes.sha256, sm3=hashes.sm3, owner="")
                self._write(name, now)
            if place.exists():
                self.blobs.admit(place, Blob(now.sha256, now.size))
        with _lock:
            _hashes.pop(name, None)
        return now

    def remove(self, name: str) -> None:
        """Forget a file, whole or not; what is staged stays."""
        with self._alone(name):
            for ending in (".at", ""):
                self._place(name, ending).unlink(missing_ok=True)
        with _lock:
            _hashes.pop(name, None)
        self._place(name, ".lock").unlink(missing_ok=True)

    def sweep(self, before: datetime) -> int:
        """Remove what nothing came for since `before`; returns how many files."""
        found = 0
        for path in self.folder.iterdir() if self.folder.exists() else ():
            if path.exists() and path.stat().st_mtime < before.timestamp():
                found += path.suffix == ""
                self.remove(path.name.partition(".")[0])
        return found

    def _hashed(self, name: str, offset: int) -> Digests:
        """The hashes of the first `offset` bytes: remembered, or reckoned again from the disk."""
        with _lock:
            known = _hashes.get(name)
            if known is not None and known.size == offset and known.both == self.sm3:
                return known.copy()
        fresh = Digests(sm3=self.sm3)
        with self._place(name).open("rb") as file:
            while fresh.size < offset and (piece := file.read(min(CHUNK, offset - fresh.size))):
                fresh.update(piece)
        if fresh.size != offset:
            raise Gone(name)
        return fresh

    def _mark(self, name: str, file: Any, owner: str, hashes: Digests) -> None:
        """What came is safe from now on."""
        with room():
            os.fdatasync(file.fileno())
        with self._turn(name, owner):
            self._write(name, replace(self.standing(name), offset=hashes.size))
        with _lock:
            _hashes[name] = hashes.copy()
            _hashes.move_to_end(name)
            while len(_hashes) > REMEMBERED:
                _hashes.popitem(last=False)

    @contextmanager
    def _turn(self, name: str, owner: str) -> Iterator[None]:
        """Nobody else writes to this file just now, and nobody took it over. Raises Superseded."""
        with self._alone(name):
            if self.standing(name).owner != owner:
                raise Superseded(name)
            yield

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        with room():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = self._place(name, ".lock").open("a")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _place(self, name: str, ending: str = "") -> Path:
        if not NAME.fullmatch(name):
            raise Gone(name[:40])
        return self.folder / f"{name}{ending}"

    def _write(self, name: str, standing: Standing) -> None:
        """In one step and durable. Raises NoRoom; then the standing is as it was."""
        draft = self._place(name, f".{secrets.token_hex(4)}")
        try:
            with room(), draft.open("xb") as file:
                file.write(orjson.dumps(asdict(standing)))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._place(name, ".at"))
        finally:
            draft.unlink(missing_ok=True)
        durable(self.folder)
