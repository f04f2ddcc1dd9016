"""Where every section of an agency's page stands (公示页现状): what the rules ask for, what is public, what is on its
way, what has become untrue since, and until when it must be renewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from sanxiang.casework.models import RulesTaken
from sanxiang.casework.projections import library
from sanxiang.core.gates.paging import Demand, demanded
from sanxiang.core.registers import SECTIONS, Agency, ChangedLaw, Kind, Section, Version, fold_item, fold_officer
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import CHINA, legal_day
from sanxiang.store import reading

from .deriving import DERIVED, Sources
from .models import PageSource, PublishedCatalogue
from .page_projections import renewal, stale_by

SAYS = {
    "officer": "登记的执法人员有变动",
    "item": "登记的执法事项有变动",
    "agency": "登记的机关信息有变动",
    "rules": "办案程序或者规则有变动",
    "monitor": "登记的电子技术监控设备有变动",
}
STARTS = {"officer": "officer.changed", "item": "item.changed", "agency": "agency.changed", "rules": "rulebook.enacted",
          "monitor": "agency.changed"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One section: `demands` the clauses that ask for it (none: it may be there), `section` its versions, `law` a
    changed law that it cites, `moved` why its source is no longer what is public, `since` and `due` the clock."""

    kind: Kind
    demands: tuple[Demand, ...]
    section: Section
    law: ChangedLaw | None = None
    moved: str = ""
    since: datetime | None = None
    due: Any = None
    elsewhere: bool = False

    @property
    def public(self) -> Version | None:
        return self.section.public

    @property
    def missing(self) -> bool:
        """The rules ask for it and the public cannot read it."""
        return bool(self.demands) and self.public is None and not self.elsewhere

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(demand.clause for demand in self.demands))

    @property
    def stale(self) -> bool:
        return self.law is not None or bool(self.moved)

    @property
    def overdue(self) -> bool:
        """It had to be renewed before today."""
        return self.due is not None and bool(self.due.due_on < legal_day(timezone.now()))


class Desk:
    """The page of one agency as its people see it, at an instant."""

    def __init__(self, connection: Any, agency: Agency, at: datetime) -> None:
        self.connection, self.agency, self.at = connection, agency, at

    @cached_property
    def rules(self) -> RuleSet:
        return library().on(self.agency.jurisdiction, legal_day(self.at))

    @cached_property
    def demands(self) -> dict[str, tuple[Demand, ...]]:
        return demanded(self.rules)

    @cached_property
    def _sources(self) -> list[PageSource]:
        return list(PageSource.objects.filter(agency=self.agency.id).order_by("stream"))

    @cached_property
    def sources(self) -> Sources:
        """The registers that sections are made from, loaded whole."""
        streams = [str(row.stream) for row in self._sources]
        loaded = reading.load_many(self.connection, streams) if streams else {}
        listed: Any = {key: events[0].event for key, events in loaded.items()}
        items = [
            (str(listed[key].item), fold_item(events))
            for key, events in loaded.items()
            if events[0].kind == "item.listed"
        ]
        officers = [fold_officer(events) for events in loaded.values() if events[0].kind == "officer.registered"]
        return Sources(self.agency, officers, items, self.rules, self.at)

    def derived(self, kind: Kind) -> Any:
        """What the registers say now; None for a section that people write."""
        return DERIVED[kind.id](self.sources) if kind.id in DERIVED else None

    @cached_property
    def standings(self) -> list[Standing]:
        """Every section that is asked for or that stands, in the order of the page."""
        return [one for kind in SECTIONS.values() if (one := self.standing(kind)) is not None]

    def standing(self, kind: Kind) -> Standing | None:
        """One section; None where nobody asks for it and nothing stands there."""
        section, demands = self.agency.sections.get(kind.id, Section()), self.demands.get(kind.id, ())
        if kind.held and not self.agency.monitors:
            if not section.versions:
                return None
            demands = ()
        if kind.id == "catalogue":
            elsewhere = PublishedCatalogue.objects.filter(stream=self.agency.id, replaced_on=None).exists()
            return Standing(kind, demands, section, elsewhere=elsewhere) if demands or elsewhere else None
        version = section.public
        if version is None:
            return Standing(kind, demands, section)
        law = stale_by(self.agency, version)
        moved, since = self._moved(kind, version)
        clocks = [
            renewal(self.agency.jurisdiction, started, moment)
            for started, moment in (
                ("law.changed", law.entered_at if law else None),
                (STARTS[kind.sources[0]] if kind.sources else "", since if moved else None),
            )
            if moment is not None
        ]
        due = min((clock for clock in clocks if clock), key=lambda clock: clock.due_on, default=None)
        return Standing(kind, demands, section, law, moved, since, due)

    def _moved(self, kind: Kind, version: Version) -> tuple[str, datetime | None]:
        """Why what is public is no longer what the registers say, and since when."""
        since = self._changed_since(kind, version)
        if since is None or self.derived(kind) == version.content:
            return "", None
        return SAYS[kind.sources[0]], since

    def _changed_since(self, kind: Kind, version: Version) -> datetime | None:
        """The first change of a source after the version was collected; only where there is one are they compared."""
        found: list[datetime] = []
        for source in kind.sources:
            if source in ("officer", "item"):
                found += [at for row in self._sources if row.kind == source for at in row.changed]
            elif source == "rules":
                found += RulesTaken.objects.filter(jurisdiction=self.agency.jurisdiction).values_list("at", flat=True)
            elif source in ("agency", "monitor"):
                found.append(self._agency_changed)
        if kind.id == "officers" and isinstance(version.content, Sequence):
            found += [ends for row in version.content if (ends := _ended(row)) <= self.at]
        return min((at for at in found if at > version.collected_at), default=None)

    @cached_property
    def _agency_changed(self) -> datetime:
        events = reading.load(self.connection, self.agency.id)
        shown = [one.recorded_at for one in events if one.kind.startswith(("agency.", "department.", "monitor."))]
        return max(shown, default=self.at)


def _ended(row: Any) -> datetime:
    """The first instant at which a certificate of a published list is no longer valid."""
    last = date.fromisoformat(str(row.get("until") or "9999-12-30"))
    return datetime.combine(last + timedelta(days=1), time(), CHINA)
