"""What partners ask (信息共享接口): changes after a cursor, and that they took them.

A cursor is a place in the order of changes; the same question gets the same answer until something changes (ETag). What
a partner asks twice it gets twice, under the same ids and versions.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import F
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from sanxiang.interchange.models import Change, Partner

from .acknowledging import acknowledge
from .changes import told, visible
from .partners import ByPartner

PAGE = 200
PLACE_MAX = 2**62

router = Router(auth=ByPartner(), tags=["信息共享"])


class ChangeOut(Schema):
    """A decision as it stands in public. `fields` by their Chinese names, only while it is public; after that when it
    was withdrawn and why. `id` with `version` stays: drop what you have as high or higher."""

    id: UUID
    version: int
    event: UUID
    state: str
    changed_at: datetime
    number: str
    agency: str
    category: str
    decided_on: date | None
    published_on: date
    place: str
    until: date | None = None
    corrected_on: date | None = None
    fields: dict[str, Any] | None = None
    withdrawn_on: date | None = None
    withdrawn_cause: str | None = None


class ChangesOut(Schema):
    """Changes in their order; `next` the cursor to go on with, `more` whether there are more already."""

    changes: list[ChangeOut]
    next: int
    more: bool


class TakenIn(Schema):
    """Everything up to this cursor was taken."""

    model_config = ConfigDict(extra="forbid")

    cursor: int = Field(ge=-1, lt=PLACE_MAX)


class TakenOut(Schema):
    """The cursor that stands as taken."""

    cursor: int


@router.get("changes", response={200: ChangesOut, 304: None}, exclude_unset=True)
def changes(request: HttpRequest, response: HttpResponse, after: int = -1, limit: int = PAGE) -> Status[Any]:
    """What changed after a cursor (公示变更); begin with -1."""
    partner: Partner = request.auth  # type: ignore[attr-defined]
    size, place = min(max(limit, 1), PAGE), min(max(after, -1), PLACE_MAX)
    rows = list(visible(partner).filter(position__gt=place)[: size + 1])
    tag = tag_of(partner, place, size, rows)
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    if tag in [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]:
        return Status(304, None)
    found = rows[:size]
    following = found[-1].position if found else place
    return Status(200, {"changes": told(found), "next": following, "more": len(rows) > size})


def tag_of(partner: Partner, place: int, size: int, rows: list[Change]) -> str:
    said = f"{partner.pk}/{place}/{size}/{[(row.position, str(row.event)) for row in rows]}"
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


class ShownIn(Schema):
    """A decision is public on the platform: `id` and `event` as they were told, `address` where it stands there."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    event: UUID
    address: str = Field("", max_length=300)


class ShownOut(Schema):
    """The receipt of the confirmation."""

    receipt: str


@router.post("shown", response=ShownOut)
def shown(request: HttpRequest, body: ShownIn) -> dict[str, str]:
    """Say that a decision is public on the platform (确认公开). Only the publicity platform may."""
    partner: Partner = request.auth  # type: ignore[attr-defined]
    at = timezone.now()
    return {"receipt": acknowledge(connections["default"], partner, body.id, body.event, body.address, at=at)}


@router.post("taken", response=TakenOut)
def taken(request: HttpRequest, body: TakenIn) -> dict[str, int]:
    """Say up to where the changes were taken (回执); a smaller cursor than before changes nothing."""
    partner: Partner = request.auth  # type: ignore[attr-defined]
    last = Change.objects.order_by("-position").values_list("position", flat=True).first()
    cursor = min(body.cursor, last if last is not None else -1)
    Partner.objects.filter(pk=partner.pk).update(taken=Greatest(F("taken"), cursor), taken_at=timezone.now())
    return {"cursor": Partner.objects.values_list("taken", flat=True).get(pk=partner.pk)}
