"""From a published decision about a licence to its record for the credit platforms (双公示许可记录).

Granted, changed and renewed: the licence as it now stands. Withdrawn, revoked, cancelled and refused: a record that is
no longer (or never was) in force, 当前状态 2; the record of the licence that was ended is set to the same. What the
decision itself does not state, such as the days of a refusal, a person states once; nothing is invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.registers import Agency
from sanxiang.core.values import legal_day

from .records import PERSON, party_of, source_of

VALID, INVALID = "1", "2"
ENDING = frozenset({"撤回", "撤销", "注销"})
ASKED_ONCE = {"XK_XKLB": "permit_kind_name", "XK_YXQZ": "permit_sent_from", "XK_YXQZI": "permit_sent_until"}
"""Fields that no act of the case but the completion asks for, in the decisions that leave them open."""


def permit_record(case: CaseFile, public: Mapping[str, Any], agency: Agency | None) -> dict[str, str]:
    """The record of a decided and published licence by the codes of the standard; empty fields are left out."""
    facts, source = case.facts, source_of(agency)
    found: dict[str, Any] = {
        "XK_XDR_MC": facts.get("party_name"),
        "XK_XDR_LB": facts.get("party_kind"),
        "XK_XKWS": title_of(case),
        "XK_WSH": case.decision_number,
        "XK_XKLB": kind_of(facts),
        "XK_XKZS": facts.get("licence_name"),
        "XK_XKBH": facts.get("licence_number"),
        "XK_NR": public.get("执法结论"),
        "XK_JDRQ": legal_day(case.decision.occurred_at).isoformat() if case.decision else "",
        "XK_YXQZ": facts.get("licence_from") or facts.get("permit_sent_from"),
        "XK_YXQZI": facts.get("licence_until") or facts.get("permit_sent_until"),
        "XK_XKJG": source[0],
        "XK_XKJGDM": source[1],
        "XK_ZT": VALID if grants(case) else INVALID,
        "XK_LYDW": source[0],
        "XK_LYDWDM": source[1],
    }
    found |= party_of(facts, "XK", person=facts.get("party_kind") == PERSON)
    return {key: str(value).strip() for key, value in found.items() if value not in (None, "", [])}


def grants(case: CaseFile) -> bool:
    """Whether the decision leaves a licence in force."""
    made = case.decision is not None and case.decision.kind == "decision.made"
    return made and case.facts.get("licence_action") not in ENDING


def ended_by(case: CaseFile) -> str:
    """The number of the decision whose licence this decision ended; empty where it ended none."""
    return str(case.facts.get("licence_decision") or "") if not grants(case) and decided(case) else ""


def decided(case: CaseFile) -> bool:
    return case.decision is not None and case.decision.kind == "decision.made"


def title_of(case: CaseFile) -> str:
    """The title of the paper that bears the number of the decision."""
    titles = [str(one["title"]) for one in case.papers if one["number"] == case.decision_number]
    return titles[0] if titles and case.decision_number else ""


def kind_of(facts: Mapping[str, Any]) -> str:
    """The word of the code list; what is 其他 is named, or left for the check to ask for."""
    kind, name = str(facts.get("licence_kind") or ""), facts.get("permit_kind_name")
    return kind if kind != "其他" else f"其他-{name}" if name else ""
