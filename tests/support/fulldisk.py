"""Disks that are really full: a small file system in memory where we may mount one, and everywhere a limit on the size
of files (RLIMIT_FSIZE), at which the kernel refuses to write just as in the middle of a piece."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SIZE = 8 << 20


class Mounted:
    """A file system in memory; full but for `spare` bytes while a ballast lies in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / "ballast"

    @contextmanager
    def full(self, spare: int) -> Iterator[None]:
        with self._ballast.open("wb", buffering=0) as ballast:
            while not self._filled(ballast.fileno(), spare):
                pass  # somebody wrote meanwhile: a little less is free now
        try:
            yield
        finally:
            self._ballast.unlink()

    def _filled(self, ballast: int, spare: int) -> bool:
        free = os.statvfs(self.folder)
        try:
            os.posix_fallocate(ballast, 0, max(1, free.f_bavail * free.f_frsize - spare))
        except OSError as problem:
            if problem.errno != errno.ENOSPC:
                raise
            return free.f_bavail == 0
        return True


class Limited:
    """A folder in which no file may grow beyond `spare` bytes for a while."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def full(self, spare: int) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (spare, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _mount(folder: Path, size: int = SIZE, mode: str = "700") -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode={mode}", "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _mountable() -> bool:
    with tempfile.TemporaryDirectory() as place:
        mounted = _mount(Path(place))
        if mounted:
            subprocess.run(["umount", place], check=True)
    return mounted


KINDS = ("tmpfs", "limit") if os.geteuid() == 0 and _mountable() else ("limit",)


@contextmanager
def holding(made: Mounted | Limited, settings: Any) -> Iterator[None]:
    """The evidence lies on this disk; afterwards in its usual place, for the record goes on naming it."""
    usual = settings.SANXIANG_BLOBS
    settings.SANXIANG_BLOBS = str(made.folder / "blobs")
    yield
    if Path(settings.SANXIANG_BLOBS).exists():
        shutil.copytree(settings.SANXIANG_BLOBS, usual, dirs_exist_ok=True)
    settings.SANXIANG_BLOBS = usual


@contextmanager
def small(kind: str, folder: Path, size: int = SIZE, mode: str = "700") -> Iterator[Mounted | Limited]:
    """A disk that can be made full, in a new folder."""
    folder.mkdir()
    if kind == "limit":
        yield Limited(folder)
        return
    assert _mount(folder, size, mode)
    try:
        yield Mounted(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
