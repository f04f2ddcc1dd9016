"""Which files the record names (记录所指的文件): evidence that came with an act, and what an archived volume holds. A
case whose content was lawfully destroyed keeps none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import orjson
import psycopg

from .blobs import Blobs, NotThere
from .runtime import plain

MARKS = (b'"files":[', b'"package_sha256":')
_NAMING = (
    "SELECT e.body FROM record.event e WHERE (position('\"files\":['::bytea IN e.body) > 0"
    " OR position('\"package_sha256\":'::bytea IN e.body) > 0)"
    " AND NOT EXISTS (SELECT FROM record.destroyed_key d WHERE d.subject = e.stream)"
)


def named_in(body: bytes, blobs: Blobs) -> list[tuple[str, str]]:
    """Name and digest of every file that an event names: its evidence; the list of an archived volume and what stands
    on that list. Where the list cannot be read it is told alone, so that whoever checks it finds it."""
    try:
        return _named(body, blobs)
    except NotThere as gone:
        return [*_evidence(body), ("files.json", str(gone))]


def sm3_in(body: bytes, blobs: Blobs) -> dict[str, str]:
    """The SM3 that an event, or the list of the volume that it names, tells of its files, by their SHA-256."""
    if b'sm3":' not in body:
        return {}
    payload = orjson.loads(body)["payload"]
    told = list(payload.get("files", ()))
    if listing := payload.get("package_sha256", ""):
        told += [{"sha256": listing, "sm3": payload.get("package_sm3", "")}]
        with contextlib.suppress(NotThere):  # whoever checks it finds it by its name
            told += orjson.loads(blobs.read(listing)).values()
    return {str(one["sha256"]): str(one["sm3"]) for one in told if one.get("sm3")}


def _evidence(body: bytes) -> list[tuple[str, str]]:
    files = orjson.loads(body)["payload"].get("files", ())
    return [(str(file["name"]), str(file["sha256"])) for file in files]


def _named(body: bytes, blobs: Blobs) -> list[tuple[str, str]]:
    if not any(mark in body for mark in MARKS):
        return []
    found, listing = _evidence(body), orjson.loads(body)["payload"].get("package_sha256", "")
    if listing:
        listed = orjson.loads(blobs.read(listing))
        found += [("files.json", listing), *((str(name), str(one["sha256"])) for name, one in listed.items())]
    return found


def every_named(connection: Any, blobs: Blobs) -> Iterator[tuple[str, str]]:
    """Name and digest of every file that the record names, one pass over it. Raises NotThere where the list of an
    archived volume cannot be read: what stands on it would be taken for unnamed."""
    held = plain(connection)
    with held.transaction(), psycopg.ServerCursor(held, "named_files") as cursor:
        for (body,) in cursor.execute(_NAMING):
            yield from _named(bytes(body), blobs)
