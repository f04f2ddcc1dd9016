"""Taking a feed in: fetched, read, compared with what stands, put on the record; or reported, with nothing changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from sanxiang.casework.noting import note, stream_of
from sanxiang.casework.projections import library
from sanxiang.core.events.feed import FeedReceived
from sanxiang.store.errors import RecordRefused, VersionConflict
from sanxiang.three_systems.disclosure.models import FeedReport, PublicAgency, SharedList

from .fetching import Bounds, NotFetched, fetch
from .reading import Feed, NotRead, read

STREAM = "feed"


class BadSetting(ValueError):
    """SANXIANG_FEEDS is not what the settings page says."""


@dataclass(frozen=True, slots=True)
class Source:
    """A feed as the operator set it: `agency` by its full name, `address` where it is fetched."""

    agency: str
    address: str

    @property
    def subject(self) -> str:
        return f"{self.agency} {self.address}"

    @property
    def stream(self) -> str:
        return stream_of(STREAM, self.subject)


def sources() -> Iterator[Source]:
    """The feeds of this installation. Raises BadSetting."""
    text = getattr(settings, "SANXIANG_FEEDS", "")
    try:
        told = json.loads(text) if text.strip() else []
        for one in told:
            yield Source(agency=str(one["agency"]), address=str(one["address"]))
    except (ValueError, TypeError, KeyError) as problem:
        raise BadSetting('SANXIANG_FEEDS 应是 JSON：[{"agency": 机关全称, "address": 地址}]') from problem


def take_all(connection: Any, *, at: datetime, bounds: Bounds = Bounds()) -> int:  # noqa: B008  frozen
    """Every feed once; how many brought something new."""
    return sum(take(connection, source, at=at, bounds=bounds) for source in sources())


def take(connection: Any, source: Source, *, at: datetime, bounds: Bounds = Bounds()) -> bool:  # noqa: B008  frozen
    """One feed: whether it brought something new. What is wrong with it is reported and changes nothing."""
    named = list(PublicAgency.objects.filter(name=source.agency)[:2])
    if not named:
        return _reported(source, None, f"没有登记叫“{source.agency}”的机关", at)
    if len(named) > 1:
        return _reported(source, None, f"叫“{source.agency}”的机关不止一个，无法确定是哪一个", at)
    body = named[0]
    try:
        feed = read(fetch(source.address, bounds), library().dictionary, now=at)
        fresh = _entered(connection, body, source, feed, at)
    except (NotFetched, NotRead) as problem:
        return _reported(source, body, str(problem), at)
    except (IntegrityError, VersionConflict, RecordRefused):
        return _reported(source, body, "同时有另一次接收，下次再取", at)
    values = {"agency": body.stream, "address": source.address, "tried_at": at, "good_at": at, "problem": ""}
    FeedReport.objects.update_or_create(stream=source.stream, defaults=values)
    return fresh


def _reported(source: Source, body: PublicAgency | None, problem: str, at: datetime) -> bool:
    values = {
        "agency": body.stream if body else None, "address": source.address, "tried_at": at, "problem": problem[:500],
    }  # fmt: skip
    FeedReport.objects.update_or_create(stream=source.stream, defaults=values)
    return False


def _entered(connection: Any, body: PublicAgency, source: Source, feed: Feed, at: datetime) -> bool:
    """Put a feed on the record where it says something new; one older than what stands is refused."""
    held = SharedList.objects.filter(stream=source.stream).first()
    if held is not None and held.digest == feed.digest:
        return False
    if held is not None and feed.generated < held.generated_at:
        raise NotRead("数据的时间比已经接收的还早，没有倒回去")
    event = FeedReceived(
        agency=str(body.stream), source=feed.source, generated=feed.generated.isoformat(), digest=feed.digest,
        facts=feed.facts,
    )  # fmt: skip
    sealed = library().dictionary.sealed
    with transaction.atomic(using=connection.alias):
        note(connection, STREAM, source.subject, event, agency=str(body.stream), at=at, sealed=sealed)
    return True
