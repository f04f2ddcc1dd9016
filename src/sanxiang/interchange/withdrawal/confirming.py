"""One receipt for each withdrawal (撤下回执): every place is asked until it confirms, and when it did is kept.

The site is asked as the public asks it; what a partner holds only its own receipt tells, so that one that says nothing
stays open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from sanxiang.core.casefile import fold
from sanxiang.interchange.credit import keeping
from sanxiang.interchange.exchange.changes import GONE
from sanxiang.interchange.models import Change, Withdrawal, WithdrawalCheck
from sanxiang.store import reading
from sanxiang.three_systems.disclosure.models import Published

from . import receivers
from .site import Site, Unanswered
from .surfaces import NOTICE, SURFACES, Still, Wanted

AT_ONCE = 200
FIRST, LONGEST = timedelta(seconds=15), timedelta(minutes=10)
LONG = 8
"""So many characters from which on a passage of another field cannot stand on a notice by chance."""
CONTENT = ("执法对象", "统一社会信用代码", "违法事实", "处罚依据", "执法结论")
NOWHERE = "不知道公示网站的网址，问不到。请设置 SANXIANG_PUBLIC_URL，再由 sanxiang run 启动"


@dataclass(frozen=True, slots=True)
class Said:
    """What a place said: when it confirmed (None: not yet), in which words, or why it is open."""

    confirmed_at: datetime | None
    said: str = ""
    problem: str = ""


def begin(*, at: datetime) -> int:
    """A receipt for everything withdrawn since the last one; how many."""
    last = Withdrawal.objects.order_by("-position").values_list("position", flat=True).first()
    found = Change.objects.filter(kind__in=GONE, position__gt=-1 if last is None else last)
    changes = list(found.order_by("position")[:AT_ONCE])
    rows = Published.objects.in_bulk([one.stream for one in changes])
    made = [
        Withdrawal(
            event=one.event, stream=one.stream, agency=row.agency, jurisdiction=row.jurisdiction, position=one.position,
            number=row.number, category=row.category, cause=row.withdrawn_cause, at=one.at, next_at=at,
        )
        for one in changes
        if (row := rows.get(one.stream)) is not None
    ]  # fmt: skip
    Withdrawal.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def waiting(*, at: datetime) -> QuerySet[Withdrawal]:
    """What is to be asked about now, the longest due first."""
    return Withdrawal.objects.filter(next_at__lte=at).order_by("next_at", "position")


def look(connection: Any, *, at: datetime) -> int:
    """Ask for everything that is due; how many are gone everywhere now."""
    return sum(confirm(connection, row) for row in list(waiting(at=at)[:AT_ONCE]))


def confirm(connection: Any, row: Withdrawal) -> bool:
    """Ask every place that is still open; whether all have confirmed now."""
    change = Change.objects.filter(stream=row.stream).first()
    shown = Published.objects.filter(pk=row.stream).first()
    if change is None or shown is None or change.event != row.event or shown.withdrawn_on is None:
        row.next_at, row.ended = None, "此后又公示了，不再核对"
        row.save(update_fields=["next_at", "ended"])
        return False
    held = {one.place: one for one in WithdrawalCheck.objects.filter(withdrawal=row.event)}
    for place, name, said, asked in _said(connection, row, shown, held):
        check = held.get(place) or WithdrawalCheck(withdrawal=row.event, place=place)
        check.name, check.tries, check.asked_at, check.asked = name, check.tries + 1, timezone.now(), asked
        check.confirmed_at, check.said, check.problem = said.confirmed_at, said.said, said.problem
        check.save()
        held[place] = check
    return _settle(row, list(held.values()))


def _settle(row: Withdrawal, checks: list[WithdrawalCheck]) -> bool:
    confirmed = [one.confirmed_at for one in checks if one.confirmed_at is not None]
    done = len(confirmed) == len(checks)
    row.tries += 1
    row.done_at = max(confirmed) if done else None
    row.next_at = None if done else timezone.now() + min(FIRST * 2 ** min(row.tries // 4, 10), LONGEST)
    row.save(update_fields=["tries", "done_at", "next_at"])
    return done


def _said(
    connection: Any, row: Withdrawal, shown: Published, held: dict[str, WithdrawalCheck]
) -> Iterator[tuple[str, str, Said, list[Any]]]:
    """Every place that has not confirmed: its key and name, what it says now, what it was asked."""

    def open_still(place: str) -> bool:
        return place not in held or held[place].confirmed_at is None

    wanted = wanted_of(connection, row, shown)
    for place, (name, _) in SURFACES.items():
        if open_still(place):
            yield (place, name, *asked_of(place, wanted))
    if not row.tries:
        keeping.follow(connection, str(row.agency), row.stream, at=timezone.now())
    for place, name, told in receivers.of(row, shown):
        if open_still(place):
            yield place, name, Said(*told), []


def asked_of(place: str, wanted: Wanted) -> tuple[Said, list[Any]]:
    """What one place of the public site says, and the questions."""
    if not settings.SANXIANG_ASKED:
        return Said(None, problem=NOWHERE), []
    site = Site(settings.SANXIANG_ASKED)
    try:
        SURFACES[place][1](site, wanted)
    except (Still, Unanswered) as open_still:
        return Said(None, problem=str(open_still)), site.asked
    return Said(timezone.now(), said=f"问了 {len(site.asked)} 处，都没有了"), site.asked


def wanted_of(connection: Any, row: Withdrawal, shown: Published) -> Wanted:
    """The decision as the public knew it, from its record."""
    before = fold(reading.load(connection, str(row.stream))).public or {}
    ground = str(shown.public.get("撤下理由", ""))
    hidden = [
        text
        for name, value in before.items()
        if name not in NOTICE and (text := str(value)) and (name in CONTENT or len(text) >= LONG)
    ]
    left = " ".join(str(shown.public.get(name, "")) for name in NOTICE[:3])
    return Wanted(
        stream=str(row.stream),
        number=row.number,
        party=str(before.get("执法对象", "")),
        decided_on=shown.decided_on,
        published_on=shown.published_on,
        hidden=tuple(text for text in hidden if text not in ground and text not in left),
    )
