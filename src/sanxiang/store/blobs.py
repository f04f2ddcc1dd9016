"""Evidence files and archived volumes, each under its SHA-256 (证据文件): written whole or not at all, never changed.

Below the folder, `staged/` holds uploads that no act has taken yet, and folders of two hex digits what events name. A
file is written beside, made durable and renamed; a `kill -9` leaves a draft that the next sweep removes. Nothing here
is ever executed, and what a file is was told from its content when it came (`media`), not when it goes out.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from .digests import Digests

CHUNK, TOGETHER = 1 << 20, 8
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
STAGED, SENT, PART = "staged", "sent", "[0-9a-f][0-9a-f]"
HEX = re.compile("[0-9a-f]{64}")
Fault = Literal["", "missing", "altered"]


class TooLarge(Exception):
    """More bytes came than are allowed; nothing was kept of them."""


class NoRoom(OSError):
    """The disk is full, or a limit on it is reached. What was kept before stays; nothing is left of what was on its
    way."""

    def __str__(self) -> str:
        return "存放文件的磁盘已满；已经保存的都在，请联系系统管理员腾出空间后再办"


class NotThere(LookupError):
    """No file of this digest is here (any more)."""


class Away(OSError):
    """The object store (`objects`) does not answer, or not as it should: to be tried again. A file that stands there
    alone is not missing. `TEXT` is for people, the message for whoever runs the installation."""

    TEXT = "存放文件的对象存储暂时连不上，文件没有丢；请过一会儿再办"


@dataclass(frozen=True, slots=True)
class Blob:
    """A file by its hex SHA-256 and its size in bytes; `sm3` its hex SM3, where that is reckoned."""

    sha256: str
    size: int
    sm3: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """As an event tells it, beside name and type."""
        return {"sha256": self.sha256, "size": self.size} | ({"sm3": self.sm3} if self.sm3 else {})


class Blobs:
    """The files of one installation in one folder, on one file system."""

    def __init__(self, folder: Path, *, afar: Callable[[str], Path] | None = None, sm3: bool = False) -> None:
        """`afar` brings a kept file that is not on this disk (`objects`); `sm3`: SM3 (GM/T 0004-2012) is reckoned
        beside SHA-256."""
        self.folder, self._afar, self.sm3 = folder, afar, sm3

    def stage(self, chunks: Iterable[bytes], *, limit: int) -> Blob:
        """Put a file aside under its digest; the same content is there once. Raises TooLarge beyond `limit` bytes,
        NoRoom where the disk is full, OSError where it refuses otherwise; then nothing is left."""
        draft, digests, size = self._draft(), Digests(sm3=self.sm3), 0
        try:
            with room(), draft.open("xb", buffering=0) as file:
                for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge
                    digests.update(chunk)
                    write(file.fileno(), chunk, size - len(chunk))
                os.fsync(file.fileno())
            made = Blob(digests.sha256, size, digests.sm3)
            self.admit(draft, made)
        finally:
            draft.unlink(missing_ok=True)
        return made

    def made(self, maker: Callable[[Path], object]) -> Blob:
        """Put aside a file that `maker` writes: whole or not at all. Raises NoRoom and what the maker raises."""
        draft = self._draft()
        try:
            maker(draft)
            with room(), draft.open("rb+") as file:
                os.fsync(file.fileno())
                digests = Digests(sm3=self.sm3)
                while piece := file.read(CHUNK):
                    digests.update(piece)
            found = Blob(digests.sha256, digests.size, digests.sm3)
            self.admit(draft, found)
        finally:
            draft.unlink(missing_ok=True)
        return found

    def admit(self, draft: Path, made: Blob) -> None:
        """Put a whole and durable file of this file system among the staged ones, under the digest that it has."""
        self._place(STAGED)
        draft.chmod(0o400)
        with room(), self._hold(fcntl.LOCK_SH):
            os.utime(draft)
            draft.replace(self._staged(made.sha256))
        durable(self.folder / STAGED)

    def keep(self, sha256: str) -> None:
        """Let an event name this file from now on: called before the event is written, so that no event can name what
        is not there. Raises NotThere, NoRoom."""
        place = self.path(sha256)
        self._place(sha256[:2])
        with room(), self._hold(fcntl.LOCK_SH):
            try:
                self._staged(sha256).replace(place)
            except FileNotFoundError:
                if not place.exists() and self._sent(sha256).exists():
                    return
                if not place.exists():
                    raise NotThere(sha256) from None
            os.utime(place)
        durable(place.parent)

    def add(self, data: bytes) -> str:
        """Keep at once what we made ourselves; its digest. What is kept already is not written again. Raises NoRoom."""
        sha256 = hashlib.sha256(data).hexdigest()
        place, draft = self._place(sha256[:2]) / sha256, self._draft()
        try:
            with room(), self._hold(fcntl.LOCK_SH):
                if not _holds(place, data):
                    with draft.open("xb", buffering=0) as file:
                        write(file.fileno(), data, 0)
                        os.fsync(file.fileno())
                    draft.chmod(0o400)
                    draft.replace(place)
                os.utime(place)
        finally:
            draft.unlink(missing_ok=True)
        durable(place.parent)
        return sha256

    def added(self, data: bytes) -> Blob:
        """The same, with its size and, where that is reckoned, its SM3."""
        return Blob(self.add(data), len(data), hashlib.new("sm3", data).hexdigest() if self.sm3 else "")

    def all_added(self, data: Sequence[bytes]) -> list[Blob]:
        """The same of several, side by side: a disk makes many durable in the time of a few."""
        with ThreadPoolExecutor(TOGETHER) as pool:
            return list(pool.map(self.added, data))

    def path(self, sha256: str) -> Path:
        """Where the kept file of a digest stands. Raises NotThere for what is no digest."""
        if not HEX.fullmatch(sha256):
            raise NotThere(sha256[:70])
        return self.folder / sha256[:2] / sha256

    def here(self, sha256: str) -> Path:
        """The same, with the file brought to this disk where it stands in a store alone. Raises NotThere, Away."""
        path = self.path(sha256)
        return self._afar(sha256) if self._afar is not None and not path.exists() else path

    @contextmanager
    def passing(self, sha256: str) -> Iterator[Path]:
        """The same for whoever goes through all files once: what had to be brought to this disk leaves it again."""
        fetched = not self.path(sha256).exists()
        place = self.here(sha256)
        try:
            yield place
        finally:
            if fetched:
                place.unlink(missing_ok=True)

    def known(self, sha256: str) -> bool:
        """Whether the file is kept or staged."""
        if not HEX.fullmatch(sha256):
            return False
        return any(place.exists() for place in (self.path(sha256), self._staged(sha256), self._sent(sha256)))

    def waiting(self, sha256: str) -> Path:
        """Where the file stands before an act has taken it, or after. Raises NotThere, Away."""
        for place in (self._staged(sha256), self.path(sha256)):
            if place.exists():
                return place
        if self._afar is not None:
            return self._afar(sha256)
        raise NotThere(sha256)

    def read(self, sha256: str) -> bytes:
        """A kept file in one piece, for small ones. Raises NotThere, also where it is not what its name says; Away."""
        try:
            data = self.here(sha256).read_bytes()
        except Away:
            raise
        except OSError:
            raise NotThere(sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise NotThere(sha256)
        return data

    def fault(self, sha256: str, sm3: str = "") -> Fault:
        """What is wrong with a kept file, its content hashed again: against its SM3 as well, where that is told. Raises
        Away."""
        digests = Digests(sm3=bool(sm3))
        try:
            with self.here(sha256).open("rb") as file:
                while piece := file.read(CHUNK):
                    digests.update(piece)
            return "" if (digests.sha256, digests.sm3) == (sha256, sm3) else "altered"
        except Away:
            raise
        except (OSError, NotThere):
            return "missing"

    def every(self) -> Iterator[str]:
        """The digests of all kept files, those too that stand in a store alone."""
        parts = {path.name for path in (*self.folder.glob(PART), *(self.folder / SENT).glob(PART))}
        for part in sorted(parts):
            places = [place for place in (self.folder / part, self.folder / SENT / part) if place.exists()]
            yield from sorted({path.name for place in places for path in place.iterdir() if HEX.fullmatch(path.name)})

    def remove(self, sha256: str) -> bool:
        """Take a kept file away for good (its content was lawfully destroyed); False where there is none. Only for what
        no other case names."""
        with self._hold(fcntl.LOCK_EX):
            place = self.path(sha256)
            if not place.exists():
                return False
            place.unlink()
            durable(place.parent)
        return True

    def sweep_staged(self, before: datetime) -> int:
        """Remove uploads and drafts that nobody took since `before`; returns how many."""
        staged = self.folder / STAGED
        return sum(self._remove(path, before) for path in staged.iterdir()) if staged.exists() else 0

    def sweep_kept(self, before: datetime, named: Collection[str]) -> int:
        """Remove kept files that no event names: what an act left that was refused at the last moment. `named` must
        have been read after `before`."""
        return sum(self._remove(self.path(one), before) for one in self.every() if one not in named)

    def _remove(self, path: Path, before: datetime) -> int:
        with self._hold(fcntl.LOCK_EX):
            try:
                if path.stat().st_mtime >= before.timestamp():
                    return 0
                path.unlink()
            except FileNotFoundError:
                return 0
        return 1

    def _sent(self, sha256: str) -> Path:
        return self.folder / SENT / sha256[:2] / sha256

    def _staged(self, sha256: str) -> Path:
        return self.folder / STAGED / sha256

    def _draft(self) -> Path:
        return self._place(STAGED) / f".{os.getpid()}.{secrets.token_hex(8)}"

    def _place(self, part: str) -> Path:
        place = self.folder / part
        if not place.exists():
            with room():
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            durable(place.parent)
        return place

    @contextmanager
    def _hold(self, manner: int) -> Iterator[None]:
        """Keeps a sweep from removing what is being put in place just now."""
        self._place(STAGED)
        with room():
            lock = (self.folder / ".lock").open("a")
        with lock:
            fcntl.flock(lock, manner)
            yield


@contextmanager
def room() -> Iterator[None]:
    """A disk that is full is told as NoRoom."""
    try:
        yield
    except OSError as problem:
        if problem.errno in FULL and not isinstance(problem, NoRoom):
            raise NoRoom(problem.errno, os.strerror(problem.errno)) from problem
        raise


def write(handle: int, data: bytes, offset: int) -> None:
    """Write all of it: a disk that fills up takes a part of a piece and says so only at the next."""
    left = memoryview(data)
    while left:
        done = os.pwrite(handle, left, offset)
        left, offset = left[done:], offset + done


def _holds(place: Path, data: bytes) -> bool:
    try:
        return place.read_bytes() == data
    except FileNotFoundError:
        return False


def shelf() -> Blobs:
    """The files of this installation (setting SANXIANG_BLOBS)."""
    from django.conf import settings

    far = _fetch if settings.SANXIANG_S3.get("bucket") else None
    return Blobs(Path(settings.SANXIANG_BLOBS), afar=far, sm3=settings.SANXIANG_SM3)


def fetch_with(fetch: Callable[[str], Path]) -> None:
    """Say once how files are brought that stand in the object store alone (`objects`)."""
    global _fetch
    _fetch = fetch


_fetch: Callable[[str], Path] | None = None


def durable(folder: Path) -> None:
    """Names that were given in a folder stay after a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
