"""Earlier fines of the same party (一事不再罚): what the record knows of them, as far as an agency may see it.

Of one's own agency all, whichever department made them; of other agencies those of organisations that were published.
Nobody is found by name: the token of the credit code or of the identity number says who is the same party.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Q

from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.gates import Situation, repeating
from sanxiang.core.values import Money, legal_day
from sanxiang.store import reading
from sanxiang.store.runtime import current

from .access import Reader, may_see
from .models import CaseRow
from .registers import registers_for

CATEGORY = "处罚"
FINE = "罚款"
PERSON = "自然人"
STILL_FINED = frozenset({"", "变更"})
"""What became of a decision that fined, where the fine may still stand."""
MOST = 40


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier fine: the line of its case, and what is said of it."""

    row: CaseRow
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """What a page shows: each earlier fine, whether its act lies near, whether the reader may open its case; `days` how
    near, and what was judged (None: nothing yet)."""

    fines: tuple[tuple[Mapping[str, Any], bool, str], ...]
    days: str
    judged: bool | None


def beside(s: Situation) -> None:
    """Put before an act that compares, and before the judgement itself, what the record knows; what is typed never
    counts."""
    said = {name: value for name, value in s.proposal.facts.items() if name != repeating.EARLIER}
    act = s.rules.act(s.case.procedure, s.proposal.act)
    asked = str(s.proposal.extra.get("judgement", "")) in repeating.judged_by(s.rules)
    looks = asked or (act is not None and repeating.compares(s.rules, s.case.procedure, act) is not None)
    fines = s.memo["fines"] = found(s.case, said, s.day) if looks else []
    if fines:
        said[repeating.EARLIER] = [one.told for one in fines]
    if said != dict(s.proposal.facts):
        s.proposal = replace(s.proposal, facts=said)


def found(case: CaseFile, said: Mapping[str, Any], day: date) -> list[Earlier]:
    """The earlier fines of the party of a case, the newest first."""
    facts = {**case.facts, **said}
    key = str(facts.get("party_credit_code") or facts.get("party_id_number") or "")
    if not key or case.category != CATEGORY:
        return []
    seen = Q(agency=case.agency)
    if facts.get("party_kind") != PERSON:
        seen |= Q(public_state="published") & ~Q(party_kind=PERSON)
    rows = CaseRow.objects.filter(
        seen, category=CATEGORY, party_token=current().sealer.party_token(key), decided_on__lte=day
    ).exclude(stream=case.id or None)
    held = {str(row.stream): row for row in rows.order_by("-decided_on", "stream")[:MOST]}
    streams = reading.load_many(connections["default"], list(held)) if held else {}
    cases = ((held[stream], fold(events)) for stream, events in streams.items())
    fines = [Earlier(row, told) for row, other in cases if (told := _told(other, case.agency))]
    return sorted(fines, key=lambda one: (str(one.told["decided_on"]), str(one.row.stream)), reverse=True)


def _told(other: CaseFile, agency: str) -> dict[str, Any]:
    """What is said of a decision; empty where it fined nobody, or the fine does not stand."""
    facts = other.decided_facts
    fines = [line for line in facts.get("sanctions") or () if line.get("kind") == FINE]
    cause = str(other.revoked.facts.get("revoked_cause") or "撤销") if other.revoked else ""
    if other.decision is None or not fines or cause not in STILL_FINED:
        return {}
    on = repeating.acted_on(facts)
    held = registers_for(connections["default"], other.agency, ()).agency(other.agency)
    about = facts.get("case_name") if other.agency == agency else (other.public or {}).get("违法事实")
    laws = dict.fromkeys(f"{one.get('law', '')}{one.get('article', '')}" for one in facts.get("legal_basis") or ())
    fine = Money(sum(int(line.get("amount") or 0) for line in fines)).plain()
    told = {
        "number": other.decision_number, "agency": held.name if held else "",
        "decided_on": legal_day(other.decision.occurred_at).isoformat(), "acted_on": on.isoformat() if on else "",
        "about": str(about or ""), "laws": "；".join(laws)[:200], "fine": f"罚款{fine}元",
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def panel(s: Situation, reader: Reader) -> Panel | None:
    """What the page of an act says; None where the act compares nothing or there is nothing to compare."""
    act = s.rules.act(s.case.procedure, s.proposal.act)
    period = repeating.compares(s.rules, s.case.procedure, act) if act is not None else None
    fines = s.memo.get("fines", ())
    if not fines or period is None:
        return None
    close = repeating.near([one.told for one in fines], repeating.acted_on(s.facts_after()), period, s.rules.calendar)
    judged = next((s.case.judgements[name] for name in repeating.judged_by(s.rules) if name in s.case.judgements), None)
    shown = tuple(
        (one.told, one.told in close, str(one.row.stream) if may_see(reader, one.row) else "") for one in fines
    )
    return Panel(shown, str(period), judged)
