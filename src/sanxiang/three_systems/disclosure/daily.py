"""The count of every day in the ledger (每日清点入账): once a day the numbers of every agency and year are listed as
the public may fetch them, and the digest of the list goes onto the record; nobody can later say that there was another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from sanxiang.casework.noting import note
from sanxiang.core.events import Recorded
from sanxiang.core.events.publication import NumbersCounted
from sanxiang.core.ledger import canonical_bytes
from sanxiang.store import reading
from sanxiang.store.errors import VersionConflict
from sanxiang.store.ledger.receipts import NotYet, receipt

from .counting import tally, told
from .models import NumberedDay, PublicAgency, PublishedNumber

STREAM = "count"
LATER = {
    "published_on": (),
    "withheld_on": ("withheld_ground", "withheld_by"),
    "withdrawn_on": ("withdrawn_cause",),
    "revoked_on": (),
}
"""What may happen to a published number, and what is told with it."""


def count(connection: Any, day: date, *, at: datetime) -> int:
    """Put the count of a day on the record for every agency that has none yet; how many were counted. Another process
    that does the same at once loses its agency's count, not the day."""
    done = 0
    for agency in PublicAgency.objects.order_by("stream"):
        if NumberedDay.objects.filter(agency=agency.stream, day__gte=day).exists():
            continue
        try:
            with transaction.atomic(using=connection.alias):
                done += _count(connection, agency, day, at)
        except (IntegrityError, VersionConflict):
            continue
    return done


def _count(connection: Any, agency: PublicAgency, day: date, at: datetime) -> bool:
    lists = dict(lists_of(agency, day))
    if not lists:
        return False
    years = tuple(
        {"year": year, "count": len(one["decisions"]), "states": one["counts"], "digest": digest_of(one)}
        for year, one in lists.items()
    )
    event = NumbersCounted(agency=str(agency.stream), day=day.isoformat(), years=years)
    recorded = note(connection, STREAM, str(agency.stream), event, agency=str(agency.stream), at=at)
    proof = proof_of(connection, recorded)
    NumberedDay.objects.filter(agency=agency.stream).exclude(snapshot=None).update(snapshot=None)
    NumberedDay.objects.bulk_create(
        NumberedDay(
            agency=agency.stream,
            year=year,
            day=day,
            digest=digest_of(one),
            count=len(one["decisions"]),
            event=recorded.id,
            snapshot=canonical_bytes(one),
            proof=proof,
        )
        for year, one in lists.items()
    )
    return True


def lists_of(agency: PublicAgency, day: date) -> Iterator[tuple[int, dict[str, Any]]]:
    """Year by year what the public may fetch: agency, year, day, counts, every decision as it stands on the day."""
    rows = PublishedNumber.objects.filter(agency=agency.stream, decided_on__lte=day)
    for year in rows.order_by("year").values_list("year", flat=True).distinct():
        found = list(rows.filter(year=year).order_by("series", "n", "decided_on", "stream"))
        for row in found:
            _as_of(row, day)
        decisions = [{name: _plain(value) for name, value in told(row, day).items()} for row in found]
        yield (
            year,
            {
                "agency": str(agency.stream),
                "name": agency.name,
                "year": year,
                "on": day.isoformat(),
                "counts": dict(tally(found, day)),
                "decisions": decisions,
            },
        )


def _as_of(row: PublishedNumber, day: date) -> None:
    """What happened after the day, before it was counted, had not happened yet."""
    for name, more in LATER.items():
        happened = getattr(row, name)
        if happened is not None and happened > day:
            setattr(row, name, None)
            for one in more:
                setattr(row, one, "")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def digest_of(one: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_bytes(one)).hexdigest()


def proof_of(connection: Any, recorded: Recorded) -> str:
    """The event with its salt, as `verify.py receipt --event` reads it: nothing in it is secret."""
    row = next(one for one in reading.raw(connection, recorded.stream) if one.id == recorded.id)
    whole = {"body": json.loads(row.body), "entry": json.loads(row.entry), "salt": row.salt.hex()}
    return canonical_bytes(whole).decode()


def receive(connection: Any) -> int:
    """Fetch the receipts that were not to be had yet; how many came."""
    done = 0
    for event in NumberedDay.objects.filter(receipt="").values_list("event", flat=True).distinct():
        try:
            text = receipt(connection, str(event))
        except NotYet:
            continue
        done += NumberedDay.objects.filter(event=event).update(receipt=text)
    return done
