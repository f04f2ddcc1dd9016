"""Uploads that wait for confirmation: encrypted, only for whoever brought them, gone after a day."""

from __future__ import annotations

import os
import uuid
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag

from sanxiang.one_platform.registry.models import Progress, Staging
from sanxiang.store.errors import CannotUnseal
from sanxiang.store.runtime import current
from sanxiang.store.sealing import NONCE

KEPT = timedelta(hours=24)


def keep(kind: str, name: str, content: bytes, *, agency: str, officer: str, at: datetime) -> Staging:
    """Put a file aside until it is confirmed."""
    purge(at)
    identity = uuid.uuid4()  # noqa: TID251  identifiers are made here, at the edge
    key, nonce = current().sealer.new_key(str(identity)), os.urandom(NONCE)
    return Staging.objects.create(
        id=identity,
        kind=kind,
        agency=agency,
        officer=officer,
        name=name[-100:],
        key=key.wrapped,
        content=nonce + key.cipher.encrypt(nonce, content, identity.bytes),
        created_at=at,
        expires_at=at + KEPT,
    )


def content_of(staging: Staging) -> bytes:
    """The file as it was uploaded. Raises CannotUnseal for one that was changed or whose key is another's."""
    blob, wrapped = bytes(staging.content or b""), bytes(staging.key or b"")
    key = current().sealer.unwrap(str(staging.id), wrapped)
    try:
        return key.cipher.decrypt(blob[:NONCE], blob[NONCE:], staging.id.bytes)
    except InvalidTag:
        raise CannotUnseal("暂存的文件已被改动") from None


def finish(staging: Staging, counts: dict[str, int]) -> None:
    """Forget the file; keep how many rows it had."""
    staging.state, staging.key, staging.content, staging.plan = "done", None, None, ""
    staging.result = {"counts": counts}
    staging.save()


def discard(staging: Staging) -> None:
    Progress.objects.filter(staging=staging.id).delete()
    staging.delete()


def purge(at: datetime) -> int:
    """Delete what is over a day old; returns how many."""
    gone = list(Staging.objects.filter(expires_at__lte=at).values_list("id", flat=True)[:1000])
    Progress.objects.filter(staging__in=gone).delete()
    return Staging.objects.filter(id__in=gone).delete()[0]
