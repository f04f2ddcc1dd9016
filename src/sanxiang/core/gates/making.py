"""The event that an act becomes (成为记录): what was stated, and what follows from rules and record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sanxiang.core.events import KINDS, Event

from .archiving import of_archive
from .bringing import of_origin
from .cataloguing import found_in
from .correcting import of_paper
from .matters import current_bound
from .scoping import scope_of
from .situation import Situation
from .terms import effective

LINKED = ("measure", "about")
"""The fields of an event that say what it is about, where that is no paper that was served."""


def event_of(s: Situation, papers: Sequence[Mapping[str, Any]] = ()) -> Event:
    """The event that the act becomes. `papers` are the documents with the numbers given to them.

    The act must be known; whether it may be done is the question of `consider`."""
    if s.act is None:
        raise ValueError(f"no act {s.proposal.act!r} in procedure {s.case.procedure!r}")
    cls = KINDS[s.act.emits]
    names = {item.name for item in fields(cls)}
    given: dict[str, Any] = {
        "act": s.act.id,
        "facts": dict(s.proposal.facts),
        "officers": tuple(s.proposal.officers),
        "documents": tuple(papers),
        "files": tuple(s.proposal.files),
        "recordings": tuple(one.id for one in s.recordings),
        **s.proposal.opening,
        **{key: value for key, value in s.proposal.extra.items() if key in names},
        **s.act.sets,
    }
    given.update(_derived(s, names))
    if s.proposal.link:
        given[next((name for name in LINKED if name in names), "served")] = s.proposal.link
    return cls(**{key: value for key, value in given.items() if key in names})


def _derived(s: Situation, names: set[str]) -> dict[str, Any]:
    """What follows from rules and record and is never typed: digests, scope, the review relied on, the outcome."""
    found: dict[str, Any] = {}
    if "bound" in names:
        found["bound"] = current_bound(s)
    if "review_due" in names:
        truth, grounds = scope_of(judged(s) if "judgement" in names else s)
        found["review_due"] = truth.state is not False
        if "grounds" in names:
            found["grounds"] = tuple(dict.fromkeys(bound.clause.id for bound in grounds))
    if "listed" in names:
        found["listed"] = found_in(s)
    if "review" in names:
        found["review"] = s.case.opinion.event if s.case.opinion is not None else ""
    if "effective_on" in names:
        found["effective_on"] = effective(s)
    if "cause" in names:
        found["cause"] = s.value("withdrawal_cause") or ""
    if "outcome" in names:
        chosen = s.value("review_outcome")
        known = {outcome.name: outcome for bound in s.rules.reviews for outcome in bound.rule.outcomes}
        found["outcome"] = chosen or ""
        found["passes"] = chosen in known and known[chosen].passes
    return found | of_archive(s, names) | of_paper(s, names) | of_origin(s, names)


def judged(s: Situation) -> Situation:
    """The situation once the judgement that the act makes has been made."""
    case = s.case.copied()
    case.judgements[str(s.proposal.extra.get("judgement", ""))] = bool(s.proposal.extra.get("answer"))
    return Situation(s.rules, case, s.registers, s.proposal)
