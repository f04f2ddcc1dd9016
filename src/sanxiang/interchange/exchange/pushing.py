"""Pushing changes to partners (推送与回执): at least once, under a name that stays, until a receipt comes.

A delivery is made out once for each change and partner; a later change of the same decision takes the place of one that
still waits. A partner that does not answer is left alone for longer and longer, a day at most; after two weeks and more
of that nobody goes on by himself and a person is asked. Nothing is lost: what waits goes out when it is begun again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Count

from sanxiang.interchange.credit.keeping import opened
from sanxiang.interchange.models import Change, Delivery, Partner
from sanxiang.three_systems.disclosure.models import Published

from .changes import told, visible
from .sender import Failed, Refused, send

MADE_OUT, ROUND = 2_000, 200
LONGEST = timedelta(days=1)
GIVE_UP = 25
"""After so many failures in a row (about sixteen days) a person has to look."""


def active(at: datetime) -> Any:
    """The partners that are pushed to."""
    return Partner.objects.filter(revoked_at=None, expires_at__gt=at).exclude(address="")


def make_out(connection: Any, partner: Partner, *, at: datetime) -> int:
    """Deliveries for every change since the last time; how many. Nothing that waits twice."""
    with transaction.atomic(using=connection.alias):
        row = Partner.objects.select_for_update().get(pk=partner.pk)
        changes = list(visible(row).filter(position__gt=row.queued)[:MADE_OUT])
        waiting = Delivery.objects.filter(partner=row.pk, state="waiting", stream__in=[one.stream for one in changes])
        waiting.update(state="superseded", ended_at=at)
        Delivery.objects.bulk_create(
            [
                Delivery(partner=row.pk, stream=one.stream, event=one.event, version=one.version, kind=one.kind,
                         position=one.position, made_at=at)
                for one in changes
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        if changes:
            row.queued = changes[-1].position
            row.save(update_fields=["queued"])
    return len(changes)


def push(connection: Any, partner: Partner, *, at: datetime) -> int:
    """Send what waits, the earliest first, until one fails; how many arrived. Another process that does so at the same
    time does nothing."""
    done = 0
    with _alone(connection, partner) as first:
        partner.refresh_from_db()
        if not first or given_up(partner) or (partner.next_at is not None and partner.next_at > at):
            return 0
        token = opened(partner.id, bytes(partner.key), bytes(partner.token or b"")).decode() if partner.key else ""
        for delivery in Delivery.objects.filter(partner=partner.pk, state="waiting").order_by("position")[:ROUND]:
            try:
                done += _deliver(partner, delivery, token, at)
            except Failed as fault:
                delivery.tries, delivery.problem = delivery.tries + 1, str(fault)
                delivery.save(update_fields=["tries", "problem"])
                _back_off(partner, str(fault), at)
                return done
        Partner.objects.filter(pk=partner.pk).update(failures=0, next_at=None, problem="")
    return done


def _deliver(partner: Partner, delivery: Delivery, token: str, at: datetime) -> bool:
    """Send one; whether it arrived. Its body is how the decision stands now. Raises Failed."""
    change = Change.objects.filter(stream=delivery.stream).first()
    body = told([change]) if change is not None and change.event == delivery.event else []
    if not body:
        delivery.state, delivery.ended_at = "superseded", at
        delivery.save(update_fields=["state", "ended_at"])
        return False
    try:
        receipt = send(partner.address, token, orjson.dumps(body[0]), str(delivery.event), partner.networks)
    except Refused as refused:
        delivery.state, delivery.problem, delivery.ended_at = "refused", str(refused), at
    else:
        delivery.state, delivery.receipt, delivery.problem, delivery.ended_at = "delivered", receipt, "", at
    delivery.tries += 1
    delivery.save(update_fields=["state", "receipt", "problem", "tries", "ended_at"])
    return delivery.state == "delivered"


def _back_off(partner: Partner, problem: str, at: datetime) -> None:
    failures = partner.failures + 1
    pause = min(timedelta(minutes=2 ** min(failures - 1, 12)), LONGEST)
    Partner.objects.filter(pk=partner.pk).update(failures=failures, next_at=at + pause, problem=problem)


@contextmanager
def _alone(connection: Any, partner: Partner) -> Iterator[bool]:
    key = f"interchange.push/{partner.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [key])
        (first,) = cursor.fetchone()
        try:
            yield first
        finally:
            if first:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [key])


def given_up(partner: Partner) -> bool:
    """Whether nothing is sent any more until a person begins again."""
    return partner.failures >= GIVE_UP


def resume(partner: Partner) -> bool:
    """Begin again with a partner that was given up; whether it was so."""
    found = Partner.objects.filter(pk=partner.pk, failures__gte=GIVE_UP)
    return bool(found.update(failures=0, next_at=None))


def again(delivery: Delivery) -> bool:
    """Send once more what the partner refused; whether it was so."""
    moved = Delivery.objects.filter(pk=delivery.pk, state="refused").update(state="waiting", problem="", ended_at=None)
    Partner.objects.filter(pk=delivery.partner).update(next_at=None)
    return bool(moved)


def behind(partners: Sequence[Partner]) -> dict[UUID, int]:
    """How many changes each partner does not have yet, counted to MADE_OUT, with two questions for all of them."""
    waiting = Delivery.objects.filter(partner__in=[one.pk for one in partners], state="waiting")
    found = dict(waiting.values_list("partner").annotate(Count("id")).order_by())
    edges = {one.pk: one.queued if one.address else one.taken for one in partners}
    later = Change.objects.filter(position__gt=min(edges.values(), default=-1)).order_by("position")[:MADE_OUT]
    places = {one.stream: one.position for one in later}
    rows = Published.objects.filter(stream__in=places).values_list("stream", "jurisdiction", "category")
    for stream, jurisdiction, category in rows:
        for one in partners:
            fits = one.jurisdiction in ("", jurisdiction) and (not one.categories or category in one.categories)
            found[one.pk] = found.get(one.pk, 0) + (fits and places[stream] > edges[one.pk])
    return found
