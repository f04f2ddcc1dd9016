"""The secrets of the record: the master key of sealed facts, the secret of party tokens, the key that signs the ledger.

Each is 32 random bytes in a file that only its owner reads. They are made once, with the tables; a database whose
master key is lost cannot be read, so that a missing one is an error and never made anew.
"""

from __future__ import annotations

import base64
from pathlib import Path

from .postgres.secrets import secret

MASTER = "record-master"
PARTY = "record-party"
SIGNING = "ledger-signing"
ALL = (MASTER, PARTY, SIGNING)


class SecretProblem(Exception):
    """A secret is missing, open to others, or not 32 bytes."""


def prepare(folder: Path) -> None:
    """Make the secrets that are not there yet. For the start of a new record only."""
    for name in ALL:
        secret(folder, name)


def read(folder: Path, name: str) -> bytes:
    """The 32 bytes of a secret. Raises SecretProblem."""
    path = folder / name
    if not path.exists():
        raise SecretProblem(f"缺少密钥 {path}；如从备份恢复，请一并恢复密钥目录")
    if path.stat().st_mode & 0o077:
        raise SecretProblem(f"密钥 {path} 可被他人读取，请改为仅所有者可读（chmod 600）")
    try:
        held = base64.urlsafe_b64decode(path.read_text(encoding="ascii").strip() + "=")
    except ValueError:
        held = b""
    if len(held) != 32:
        raise SecretProblem(f"密钥 {path} 内容不完整，请从备份恢复")
    return held
