"""Evidence files in an S3-compatible store (对象存储), behind the four things that we need of one.

A file is first kept on our own disk, durable, and acknowledged there; from there it goes to the store (`Afar.send`),
and only when the store has all of it under its digest may the copy on the disk go (`Afar.spare`). So a store that is
away loses nothing and stops nobody: what waits is sent when it is back. What is not on the disk is fetched, hashed on
its way, and believed only under its own digest."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from .blobs import CHUNK, SENT, Away, Blobs, NotThere

PART = 16 << 20
FETCHED_MAX = 1 << 50


class Objects(Protocol):
    """What is needed of a store. Every method raises Away; `chunks` NotThere."""

    def put(self, key: str, path: Path) -> None: ...
    def size(self, key: str) -> int | None: ...
    def chunks(self, key: str) -> Iterator[bytes]: ...
    def delete(self, key: str) -> None: ...


class S3:
    """A bucket. `told`: bucket, endpoint, key, secret, region, and folder within the bucket."""

    def __init__(self, told: Mapping[str, str]) -> None:
        from obstore.store import S3Store

        options: dict[str, Any] = {
            "client_options": {"allow_http": told["endpoint"].startswith("http://"), "timeout": "60s"}
        }
        options["retry_config"] = {"max_retries": 3}
        self.store = S3Store(
            told["bucket"], endpoint=told["endpoint"], access_key_id=told["key"], secret_access_key=told["secret"],
            region=told.get("region") or "us-east-1", prefix=told.get("folder") or None,
            virtual_hosted_style_request=False, **options,
        )  # fmt: skip

    def put(self, key: str, path: Path) -> None:
        import obstore

        try:
            obstore.put(self.store, key, path, chunk_size=PART, max_concurrency=2)
        except Exception as problem:  # the library has an error for each way in which a store fails
            raise Away(str(problem)[:300]) from problem

    def size(self, key: str) -> int | None:
        import obstore

        try:
            return int(obstore.head(self.store, key)["size"])
        except FileNotFoundError:
            return None
        except Exception as problem:
            raise Away(str(problem)[:300]) from problem

    def chunks(self, key: str) -> Iterator[bytes]:
        import obstore

        try:
            for piece in obstore.get(self.store, key).stream(min_chunk_size=CHUNK):
                yield bytes(piece)
        except FileNotFoundError:
            raise NotThere(key) from None
        except Exception as problem:
            raise Away(str(problem)[:300]) from problem

    def delete(self, key: str) -> None:
        import obstore

        try:
            obstore.delete(self.store, key)
        except FileNotFoundError:
            return
        except Exception as problem:
            raise Away(str(problem)[:300]) from problem


class Afar:
    """The kept files of an installation and their copies in a store. `sent/` beside them holds an empty mark for each
    that the store has whole."""

    def __init__(self, blobs: Blobs, objects: Objects) -> None:
        self.blobs, self.objects = blobs, objects

    def send(self, sha256: str) -> bool:
        """Bring one kept file to the store, unless it is there; whether it went now. What is not what its name says
        never goes. Raises Away, NotThere."""
        if self._mark(sha256).exists():
            return False
        path, key = self.blobs.path(sha256), key_of(sha256)
        if self.blobs.fault(sha256):
            raise NotThere(sha256)
        size = path.stat().st_size
        if self.objects.size(key) != size:
            self.objects.put(key, path)
        if self.objects.size(key) != size:
            raise Away(f"{key} did not arrive whole")
        self._mark(sha256).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._mark(sha256).touch(mode=0o600)
        return True

    def send_all(self) -> int:
        """Bring every kept file; how many went. Raises Away at the first that did not, NotThere never."""
        sent = 0
        for sha256 in self.blobs.every():
            try:
                sent += self.send(sha256)
            except NotThere:
                continue  # the check of the ledger names it (sanxiang ledger verify --full)
        return sent

    def spare(self, before: datetime) -> int:
        """Remove from the disk what was last used before a time and stands whole in the store: its content is read back
        and hashed first. Returns how many. Raises Away."""
        gone = 0
        for sha256 in list(self.blobs.every()):
            path = self.blobs.path(sha256)
            if not self._mark(sha256).exists() or not path.exists() or path.stat().st_mtime >= before.timestamp():
                continue
            if self._digest(sha256) != sha256:
                self._mark(sha256).unlink()
                raise Away(f"{sha256} in the store is not what it was")
            path.unlink()
            gone += 1
        return gone

    def bring(self, sha256: str) -> Path:
        """Where the kept file stands, fetched where it is not on the disk. Nothing is there where the store holds none
        or something else under its name. Raises Away."""
        path = self.blobs.path(sha256)
        if path.exists() or not self._mark(sha256).exists():
            return path
        made = self.blobs.stage(self.objects.chunks(key_of(sha256)), limit=FETCHED_MAX)
        if made.sha256 == sha256:
            self.blobs.keep(sha256)
        return path

    def forget(self, sha256: str) -> None:
        """Destroy the copy in the store. Raises Away."""
        self.objects.delete(key_of(sha256))
        self._mark(sha256).unlink(missing_ok=True)

    def sweep(self, before: datetime, named: Collection[str]) -> int:
        """Destroy the copies in the store of what no event names and the disk holds no more; how many. `named` must
        have been read after `before`. Raises Away."""
        gone = 0
        for sha256 in list(self.blobs.every()):
            mark = self._mark(sha256)
            if sha256 in named or self.blobs.path(sha256).exists() or not mark.exists():
                continue
            if mark.stat().st_mtime < before.timestamp():
                self.forget(sha256)
                gone += 1
        return gone

    def _digest(self, sha256: str) -> str:
        reckoned = hashlib.sha256()
        for piece in self.objects.chunks(key_of(sha256)):
            reckoned.update(piece)
        return reckoned.hexdigest()

    def _mark(self, sha256: str) -> Path:
        return self.blobs.folder / SENT / sha256[:2] / sha256


def key_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def afar() -> Afar | None:
    """The store of this installation (settings SANXIANG_S3_…); None where there is none."""
    from django.conf import settings

    if not settings.SANXIANG_S3.get("bucket"):
        return None
    return Afar(Blobs(Path(settings.SANXIANG_BLOBS)), S3(settings.SANXIANG_S3))


def bring(sha256: str) -> Path:
    """Where a kept file stands, fetched from the store of this installation. Raises Away."""
    found = afar()
    if found is None:
        raise NotThere(sha256)
    return found.bring(sha256)
