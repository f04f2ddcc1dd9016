"""Who handles a case now (现承办人): named together in an act, changed by what was handed over since.

A standing-in (代理) ends by itself after the day that it was given for; whoever handed the case over then handles it
again."""

from __future__ import annotations

from datetime import date

from .fold import HANDLING
from .state import CaseFile, Done

UNTIL = "standing_in_until"
"""The fact that states the last day of a standing-in."""
CHANGED = "handlers.changed"


def team_of(case: CaseFile, day: date) -> tuple[str, ...]:
    """The handlers of a case on a day: those whom the last act of handling named together; where none ever named two,
    whoever handled it last. Empty for a case that nobody handled yet."""
    team: tuple[str, ...] = ()
    standing: dict[str, tuple[str, str]] = {}
    for done in case.done:
        if done.kind == CHANGED and done.link:
            team = replaced(team, done.link, done.officers)
            standing |= {name: (done.link, str(done.facts.get(UNTIL) or "")) for name in done.officers}
        elif done.kind in HANDLING:
            team = named(team, done)
    for name, (absent, until) in reversed(standing.items()):
        if until and until < day.isoformat() and name in team and absent not in team:
            team = replaced(team, absent=name, to=(absent,))
    return team


def named(team: tuple[str, ...], done: Done) -> tuple[str, ...]:
    """The team after an act: two or more whom it names, or who acted alone where the case has no team."""
    people = tuple(name for name in (done.officers or (done.actor,)) if name)
    return people if len(people) > 1 or (people and len(team) < 2) else team


def replaced(team: tuple[str, ...], absent: str, to: tuple[str, ...]) -> tuple[str, ...]:
    """The team with somebody else in the place of one of its members, each once."""
    found = (one for name in team for one in (to if name == absent else (name,)))
    return tuple(dict.fromkeys(found))
