"""Secrets in files: 32 random bytes each, written once, readable by their owner alone."""

from __future__ import annotations

import os
from pathlib import Path

MASTER = "master.key"
PARTY = "party.key"
SIGNING = "ledger.key"


class SecretProblem(Exception):
    """A secret is missing, open to others, or not 32 bytes in hex."""


def make(path: Path) -> None:
    """Write a new secret. Raises FileExistsError where one stands: a secret is never replaced silently."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(os.urandom(32).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> bytes:
    """The 32 bytes of a secret. Raises SecretProblem."""
    try:
        if path.stat().st_mode & 0o077:
            raise SecretProblem(f"密钥文件 {path.name} 可被他人读取，请改为仅所有者可读（0600）")
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise SecretProblem(f"缺少密钥文件 {path}；如从备份恢复，请一并恢复密钥") from None
    except ValueError:
        raise SecretProblem(f"密钥文件 {path.name} 内容不完整") from None
    if len(secret) != 32:
        raise SecretProblem(f"密钥文件 {path.name} 内容不完整")
    return secret


def prepare(directory: Path) -> None:
    """Make the secrets of a new installation that are not there yet. For the very first start only: a master key
    made anew beside an old database cannot open what that holds."""
    for name in (MASTER, PARTY, SIGNING):
        if not (directory / name).exists():
            make(directory / name)
