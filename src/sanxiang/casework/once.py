"""Asked twice, done once (请求去重): a request that comes again under the same key gets the answer of the first.

The note of a request is written in the transaction of its events: both stand, or neither. Whoever comes while the first
is still at work waits for it. What was refused is not noted: nothing was done, and it may be asked again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sanxiang.store.runtime import current

from .models import AskedOnce

KEPT = timedelta(days=30)
PLAIN = re.compile(r"[\x21-\x7e]{1,200}")


class Reused(ValueError):
    """The key stands for another request of the same person; the Chinese text says so."""

    def __init__(self) -> None:
        super().__init__("这个编号（Idempotency-Key）已经用于另一个请求，没有办理；另一个请求要用另一个编号")


class BadKey(ValueError):
    """A key that cannot be one; the Chinese text says why."""


@dataclass(frozen=True, slots=True)
class Once:
    """A key that a client chose for one request, and what the request says as one keyed hash: nothing of what was typed
    can be guessed from it."""

    key: str
    said: bytes


def once(key: str, *said: Any) -> Once | None:
    """A request under a key, a bare one or a string in quotes as HTTP writes it; None for an empty key. `said` is the
    whole request as JSON values, by which it is told from another. Raises BadKey."""
    key = key.strip()
    if not key:
        return None
    bare = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
    if not PLAIN.fullmatch(bare):
        raise BadKey("编号（Idempotency-Key）应为 1 至 200 个英文字母、数字或者符号，不含空格")
    whole = json.dumps(said, sort_keys=True, default=str)
    return Once(bare, current().sealer.party_token(hashlib.sha256(whole.encode()).hexdigest()))


def claim(connection: Any, officer: str, asked: Once, at: datetime) -> Mapping[str, Any] | None:
    """The answer that was given under this key; None where the request is the first: then the key is its own until the
    end of the open transaction. Raises Reused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO case_asked_once (officer, key, said, answer, at) VALUES (%s, %s, %s, 'null', %s)"
            " ON CONFLICT (officer, key) DO NOTHING",
            [officer, asked.key, asked.said, at],
        )
        if cursor.rowcount:
            return None
    return given(connection, officer, asked)


def given(connection: Any, officer: str, asked: Once) -> Mapping[str, Any] | None:
    """The answer that was given under this key; None where there is none. Raises Reused."""
    row = AskedOnce.objects.using(connection.alias).filter(officer=officer, key=asked.key).first()
    if row is None:
        return None
    if bytes(row.said) != asked.said:
        raise Reused
    answer: Mapping[str, Any] = row.answer
    return answer


def keep(connection: Any, officer: str, asked: Once, answer: Mapping[str, Any]) -> None:
    """Note the answer, in the transaction that claimed the key."""
    AskedOnce.objects.using(connection.alias).filter(officer=officer, key=asked.key).update(answer=answer)


def give_back(connection: Any, officer: str, asked: Once) -> None:
    """Nothing was done: the key is free again."""
    AskedOnce.objects.using(connection.alias).filter(officer=officer, key=asked.key).delete()


def purge(at: datetime) -> int:
    """Forget keys after thirty days; returns how many."""
    return AskedOnce.objects.filter(at__lte=at - KEPT).delete()[0]
