"""The library as it was last read: reading and checking every rulebook takes most of a second, and each process of the
product needs it before it can answer anybody.

What is kept belongs to the very bytes of the rulebooks and of the program that read them; where a single one differs,
all is read and checked again. It is written and read by the owner of the installation alone, as the program is.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sanxiang.core.rulebook import Library

from .library import default_folder, load_library

PROGRAM = Path(__file__).resolve().parents[2]
KEY = 32


def kept_library(place: Path, folder: Path | None = None) -> Library:
    """The library of a folder (as `load_library`), from the file `place` where it holds it; else read, and kept there
    if that can be. Raises RulebookError."""
    folder = folder or default_folder()
    key = _key(folder)
    if (found := _found(place, key)) is not None:
        return found
    library = load_library(folder)
    if _key(folder) == key:  # nobody wrote meanwhile
        with suppress(OSError):
            _keep(place, key, library)
    return library


def _key(folder: Path) -> bytes:
    """What the library rests on: the rulebooks, the program that reads them, the language it is written in."""
    told = hashlib.sha256(sys.version.encode())
    for path in (*_sorted(folder, "*/*.yaml", "*/*/*.yaml"), *_sorted(PROGRAM, "core/**/*.py", "store/rulebooks/*.py")):
        data = path.read_bytes()
        told.update(f"{path} {len(data)}\n".encode())
        told.update(data)
    return told.digest()


def _sorted(folder: Path, *patterns: str) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(folder.glob(pattern))


def _found(place: Path, key: bytes) -> Library | None:
    try:
        with place.open("rb") as file:
            about = os.fstat(file.fileno())
            if about.st_uid not in (0, os.geteuid()) or about.st_mode & 0o022 or file.read(KEY) != key:
                return None
            digest, written = file.read(KEY), file.read()
    except OSError:
        return None
    if hashlib.sha256(written).digest() != digest:
        return None
    found: Library = pickle.loads(written)  # noqa: S301 - as much ours as the program, by owner and rights
    return found


def _keep(place: Path, key: bytes, library: Library) -> None:
    written = io.BytesIO()
    pickler = pickle.Pickler(written, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {**copyreg.dispatch_table, MappingProxyType: _parts}
    pickler.dump(library)
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key + hashlib.sha256(written.getvalue()).digest() + written.getvalue())
        Path(name).replace(place)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


def _parts(values: MappingProxyType[Any, Any]) -> tuple[Callable[..., Any], tuple[dict[Any, Any]]]:
    return read_only, (dict(values),)
