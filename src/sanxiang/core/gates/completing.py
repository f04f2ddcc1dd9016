"""What an act brings along that nobody types: the public record it prepares or publishes (公示内容的带入)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sanxiang.core.casefile import CaseFile

from .choosing import CHOICES, MASKING, rows_of, united
from .disclosure import public_record, public_text
from .situation import Situation

PUBLISHING = ("publication.prepared", "publication.corrected", "publication.published", "publication.withdrawn")


def complete(s: Situation) -> Situation:
    """The situation with the public text that its act prepares, repeats, publishes or leaves; other acts unchanged."""
    act = s.rules.act(s.case.procedure, s.proposal.act)
    if act is None or act.emits not in PUBLISHING:
        return s
    if act.emits == "publication.published":
        until = str(s.proposal.facts.get("public_until", ""))
        place = str(s.proposal.facts.get("publication_place") or s.rules.setting("disclosure_place"))
        extra: dict[str, Any] = {"public": dict(s.case.prepared or {}), "until": until, "place": place}
    elif act.emits == "publication.withdrawn":
        extra = {"ground": public_text(s.rules, s.case, str(s.proposal.facts.get("withdrawal_ground", "")))}
    else:
        s = with_choices(s)
        public, masks = public_record(s.rules, as_masked(s), s.registers)
        extra = {"public": public, "masks": tuple({"sort": mask.sort, "reason": mask.reason} for mask in masks)}
    s.proposal = replace(s.proposal, extra={**s.proposal.extra, **extra})
    return s


def with_choices(s: Situation) -> Situation:
    """What was decided about single passages before holds on, unless it is decided anew."""
    stated = rows_of(s.proposal.facts)
    before = rows_of(s.case.facts)
    if before or stated:
        facts = {**s.proposal.facts, CHOICES: united(before, stated)}
        s.proposal = replace(s.proposal, facts=facts)
        s.memo["stated_choices"] = stated
    return s


def as_masked(s: Situation) -> CaseFile:
    """The case with what the act decides about masks, and with nothing else that it states."""
    case = s.case.copied()
    case.facts |= {key: s.proposal.facts[key] for key in MASKING if key in s.proposal.facts}
    return case
