"""Putting something into the intake (投递): the portal's side. It can add and not look.

A page checks what was typed and calls `send`; the number that it gets is shown at once. What is sent here is no fact
yet: the worker takes it in (`taking`), and only then is it on the record or refused with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import IntegrityError, transaction

from sanxiang.casework.codes import spelled, token

from .models import Attempt, Intake, IntakeFile

BODY_MAX = 64 << 10
FILES_MAX = 6
FILE_MAX = 4 << 20
HOURLY_MAX = 3_000
"""How much all the public together may send in an hour, so that nobody fills the disk."""
SENDS_MAX, SENDS_WITHIN = 30, timedelta(hours=1)


class NotSent(ValueError):
    """Nothing was put in; the Chinese text says why and what to do."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that goes along, clean: name, media type as told from its content, bytes."""

    name: str
    media_type: str
    content: bytes


def allowed(what: str, name: str, *measures: tuple[int, timedelta], at: datetime) -> bool:
    """Whether one more try is within every measure (how many within how long); it is counted then. Counted before it is
    asked again, so that many at once cannot all slip through; what is refused adds nothing, so that refusing stays
    cheap."""
    bucket, tries = token("attempt", what, name), Attempt.objects.using("portal")
    recent = [(most, tries.filter(bucket=bucket, at__gt=at - within).values_list("pk")) for most, within in measures]
    if any(len(rows[:most]) >= most for most, rows in recent):
        return False
    tries.create(bucket=bucket, at=at)
    return all(len(rows[: most + 1]) <= most for most, rows in recent)


def tried(what: str, name: str, within: timedelta, *, at: datetime) -> int:
    """How many tries were counted within so long."""
    bucket = token("attempt", what, name)
    return Attempt.objects.using("portal").filter(bucket=bucket, at__gt=at - within).count()


def send(
    kind: str, payload: Mapping[str, Any], *, once: str, address: str, at: datetime, files: Sequence[SentFile] = ()
) -> str:
    """Put something into the intake; returns its receipt number. `once` names this very thing (what a form carries, or
    the code that is used up by it): the same again changes nothing and gets the same number. `address` is where it
    comes from. Raises NotSent."""
    body = orjson.dumps(dict(payload))
    if len(body) > BODY_MAX:
        raise NotSent(f"内容太长（{len(body) // 1024} KB），请分几次提交，每次不超过 {BODY_MAX // 1024} KB")
    if len(files) > FILES_MAX or any(len(file.content) > FILE_MAX for file in files):
        raise NotSent(f"一次最多 {FILES_MAX} 张照片，每张不超过 {FILE_MAX >> 20} MB，请分几次提交")
    if not allowed("send", address, (SENDS_MAX, SENDS_WITHIN), at=at):
        raise NotSent("您提交得太频繁，请一小时后再试；急的事情请打电话或者到窗口办理")
    if not allowed("send", "everybody", (HOURLY_MAX, timedelta(hours=1)), at=at):
        raise NotSent("现在提交的人太多，请过一会儿再试；急的事情请打电话或者到窗口办理")
    receipt = spelled(token("receipt", kind, once))
    try:
        with transaction.atomic(using="portal"):
            Intake.objects.using("portal").create(receipt=receipt, kind=kind, sent_at=at, body=body)
            IntakeFile.objects.using("portal").bulk_create(
                IntakeFile(
                    id=f"{receipt}/{n}", receipt=receipt, n=n, name=file.name, media_type=file.media_type,
                    content=file.content,
                )
                for n, file in enumerate(files)
            )  # fmt: skip
    except IntegrityError:
        return receipt
    return receipt
