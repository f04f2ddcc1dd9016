"""Every rulebook of an installation, and the rules of a jurisdiction on a day (规则库)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cached_property

from sanxiang.core.calendar import Calendar

from .dictionary import Dictionary
from .model import Instrument, Jurisdiction
from .procedure import PARTY
from .ruleset import RuleSet


@dataclass(frozen=True)
class Library:
    """Every version of every instrument, and the rule set of a jurisdiction on a day (规则库)."""

    jurisdictions: Mapping[str, Jurisdiction]
    versions: Mapping[str, Sequence[Instrument]]
    dictionary: Dictionary
    calendars: Mapping[str, Calendar]
    posts: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _sets(self) -> dict[tuple[str, tuple[str, ...]], RuleSet]:
        return {}

    @cached_property
    def _days(self) -> dict[tuple[str, date], RuleSet]:
        return {}

    @cached_property
    def _shared(self) -> str:
        return told((self.dictionary, self.posts))

    def version(self, instrument: str, day: date) -> Instrument | None:
        """The version of an instrument that is in force on a day: the latest one takes the place of those before."""
        begun = [version for version in self.versions.get(instrument, ()) if version.effective <= day]
        latest = max(begun, key=lambda version: version.effective, default=None)
        return latest if latest is not None and latest.in_force(day) else None

    def on(self, jurisdiction: str, day: date) -> RuleSet:
        """The rules in force in a jurisdiction on a day. Raises KeyError for an unknown jurisdiction."""
        known = self._days.get((jurisdiction, day))
        if known is not None:
            return known
        place = self.jurisdictions[jurisdiction]
        found_of = (self.version(name, day) for name in place.instruments)
        chosen = tuple(version for version in found_of if version is not None)
        key = (jurisdiction, tuple(version.digest for version in chosen))
        found = self._sets.get(key)
        if found is None:
            law = digest_of(key[1])
            calendar = self.calendars[place.calendar]
            whole = digest_of((law, self._shared, told(place), told(calendar)))
            found = RuleSet(place, chosen, self.dictionary, calendar, whole, {**self.posts, PARTY: "当事人"}, law)
            self._sets[key] = found
        self._days[(jurisdiction, day)] = found
        return found


def digest_of(parts: Sequence[str]) -> str:
    """One SHA-256 for an ordered list of digests (hex)."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def told(value: object) -> str:
    """One SHA-256 (hex) of frozen data: names and values of the fields that are shown, mappings by key."""
    return hashlib.sha256(_spelled(value).encode()).hexdigest()


def _spelled(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key!r}:{_spelled(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join(map(_spelled, value)) + ")"
    if is_dataclass(value):
        shown = (one.name for one in fields(value) if one.repr)
        return "<" + ",".join(f"{name}={_spelled(getattr(value, name))}" for name in shown) + ">"
    return repr(value)
