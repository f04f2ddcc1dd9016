"""What an act brings along that nobody types: the public record it prepares or publishes (公示内容的带入), and what a
receipt proves to have been shown and told (亮证回执)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sanxiang.core.casefile import CaseFile, Shown
from sanxiang.core.rulebook import Act
from sanxiang.core.values import legal_day

from .asking import also_asked
from .choosing import CHOICES, FIXES, MASKING, fixes_of, rows_of, united
from .covering import with_recordings
from .delegating import with_mark
from .disclosure import changes, public_record, public_text
from .fulltext import full_text, texts_of
from .handing import with_names
from .situation import Situation

PUBLISHING = (
    "publication.prepared", "publication.corrected", "publication.published", "publication.withdrawn",
    "publication.upheld",
)  # fmt: skip

ACTIVITIES = {
    "inspection": "检查", "inquiry": "询问", "evidence": "取证", "measure": "强制措施", "enforcement": "强制执行",
    "demolition": "强制执行", "service": "送达", "hearing": "听证", "other": "其他",
}  # fmt: skip
"""The choices of the fact `shown_for`, by activity."""


def receipt_for(s: Situation, activity: str) -> Shown | None:
    """The receipt that covers an activity: of the same day, for it, with the certificates of all who take part. One
    for an inquiry serves one inquiry only: each person has to be shown them."""
    wanted = frozenset(s.proposal.officers) | {s.proposal.actor.officer}
    for shown in reversed(s.case.shown):
        fits = legal_day(shown.at) == s.day and shown.at <= s.at and activity in shown.activities
        if fits and wanted <= shown.officers and not (activity == "询问" and _inquired_since(s, shown.seq)):
            return shown
    return None


def _inquired_since(s: Situation, seq: int) -> bool:
    acts = ((done, s.rules.act(s.case.procedure, done.act)) for done in s.case.done if done.seq > seq)
    return any(act is not None and act.activity == "inquiry" for _, act in acts)


def _with_receipt(s: Situation, act: Act, activity: str) -> Situation:
    """What the act asks and a receipt proves need not be stated again."""
    shown = receipt_for(s, activity) if s.case.shown else None
    if shown is None:
        return s
    asked = {*act.fact_ids(), *also_asked(s.rules, s.case, act)}
    proved = {fact: value for fact, value in shown.told.items() if fact in asked and not s.proposal.facts.get(fact)}
    if proved:
        proved["shown_receipt"] = shown.receipt or "现场登记"
        s.proposal = replace(s.proposal, facts={**s.proposal.facts, **proved})
    return s


def complete(s: Situation) -> Situation:
    """The situation with all that its act brings along, and the mark of whoever acts in the place of another."""
    return with_mark(_complete(s))


def _complete(s: Situation) -> Situation:
    """The situation with the public text that its act prepares, repeats, publishes or leaves, or with what a receipt
    and its recordings prove for an activity, or with the names of those who hand a case over; other acts unchanged."""
    act = s.rules.act(s.case.procedure, s.proposal.act)
    if act is not None and act.activity in ACTIVITIES:
        return with_recordings(_with_receipt(s, act, ACTIVITIES[act.activity]), act)
    if act is not None and act.emits == "handlers.changed":
        return with_names(s)
    if act is None or act.emits not in PUBLISHING:
        return s
    if act.emits == "publication.published":
        until = str(s.proposal.facts.get("public_until", ""))
        typed = str(s.proposal.facts.get("publication_place") or "")
        place = public_text(s.rules, s.case, s.registers, typed) if typed else s.rules.jurisdiction.platform
        ready = {"public": dict(s.case.prepared or {}), "full": dict(s.case.prepared_full)}
        extra: dict[str, Any] = {**ready, "until": until, "place": place}
    elif act.emits == "publication.withdrawn":
        extra = {
            "ground": public_text(s.rules, s.case, s.registers, str(s.proposal.facts.get("withdrawal_ground", "")))
        }
    elif act.emits == "publication.upheld":
        extra = {"answer": public_text(s.rules, s.case, s.registers, str(s.proposal.facts.get("upheld_reason", "")))}
    else:
        s = with_choices(s)
        case = as_masked(s)
        public, masks = public_record(s.rules, case, s.registers)
        full, more = full_text(s.rules, case, s.registers)
        told = tuple({"sort": mask.sort, "reason": mask.reason} for mask in (*masks, *more))
        extra = {"public": public, "full": full, "masks": told}
        if act.emits == "publication.corrected":
            before, after = texts_of(s.rules.dictionary, s.case.public_full), texts_of(s.rules.dictionary, full)
            extra["changes"] = (
                *changes(s.rules, case, s.registers, s.case.public or {}, public),
                *changes(s.rules, case, s.registers, before, after),
            )
            extra["note"] = public_text(s.rules, case, s.registers, str(s.proposal.facts.get("correction_note", "")))
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
    if fixes := fixes_of(s.proposal.facts):
        s.proposal = replace(s.proposal, facts={**s.proposal.facts, FIXES: [*fixes_of(s.case.facts), *fixes]})
        s.memo["stated_fixes"] = fixes
    return s


def as_masked(s: Situation) -> CaseFile:
    """The case with what the act decides about masks, and with nothing else that it states."""
    case = s.case.copied()
    case.facts |= {key: s.proposal.facts[key] for key in MASKING if key in s.proposal.facts}
    return case
