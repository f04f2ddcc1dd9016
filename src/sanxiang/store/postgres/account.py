"""Under whose name the database runs. PostgreSQL refuses to run as root, so root hands it to an ordinary account."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanxiang.store.postgres.errors import PostgresError

PREFERRED = ("sanxiang", "postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An account of the operating system. `dropped` says that we must give up root's rights to become it."""

    name: str
    uid: int
    gid: int
    dropped: bool

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments for `subprocess` that start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def can_enter(self, folder: Path) -> bool:
        """Whether the account may pass through the folder, asked of the kernel and not guessed from mode bits."""
        try:
            asked = subprocess.run(["/usr/bin/test", "-x", folder], cwd="/", **self.popen, check=False)  # noqa: S603
        except PermissionError:
            return False
        return asked.returncode == 0

    def can_run(self, program: Path) -> bool:
        try:
            tried = subprocess.run(  # noqa: S603
                [program, "--version"], cwd="/", capture_output=True, **self.popen, check=False
            )
        except PermissionError:
            return False
        return tried.returncode == 0

    def own(self, folder: Path) -> None:
        """Make the folder, for this account alone."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.dropped:
            os.chown(folder, self.uid, self.gid)


def choose(data: Path) -> Account:
    """The account for a data folder: ourselves, or where we are root its present owner, else one that exists."""
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        if data.exists() and data.stat().st_uid != me.pw_uid:
            owner = _name(data.stat().st_uid)
            raise PostgresError(f"数据目录 {data} 属于账户 {owner}，请以该账户或 root 启动，或用 SANXIANG_VAR 另指目录")
        return Account(me.pw_name, me.pw_uid, me.pw_gid, dropped=False)
    if data.exists() and data.stat().st_uid != 0:
        names: tuple[str, ...] = (_name(data.stat().st_uid),)
    else:
        named = os.environ.get("SANXIANG_PG_USER")
        names = (named,) if named else PREFERRED
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, dropped=True)
    raise PostgresError(f"没有可用来运行数据库的普通账户（找过 {'、'.join(names)}）。请建立账户 sanxiang 后重试")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
