"""What was read on the screen against what is made of it now (阅看的和制作的核对): a record, a receipt, a decision
on the spot. Who signed something else than what would be filed signed nothing of ours (decisions 44 and 52)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanxiang.casework import serving
from sanxiang.casework.projections import library, reckoned
from sanxiang.casework.registers import registers_for
from sanxiang.core.rulebook import check_facts
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.recording.models import ArrivedAct

from . import delivering, signing, spot_text

RECORD = "笔录的内容和当事人签名时看到的不一样：请当事人重新阅看、签名；确是当时情况的，如实补录"
DECISION = "决定书的内容和现场给当事人看的不一样：请查明原因；现场所交的确是那样写的，如实补录"
DECISION_LAW = "《行政处罚法》第五十二条"


def unread(connection: Any, arrived: ArrivedAct, step: Mapping[str, Any]) -> dict[str, Any]:
    """Why an act cannot be done for what was read on the screen; empty where it was the same, or nothing was read."""
    sent = arrived.sent
    signed, text = sent.get("signed") or {}, (sent.get("signed") or {}).get("text") or sent.get("shown", "")
    deciding = bool(step) and step.get("act") == arrived.act and bool(sent.get("blank"))
    if not text or not arrived.case or (step and not deciding):
        return {}
    events = reading.load(connection, str(arrived.case))
    case = reckoned(events).case
    rules = library().on(case.jurisdiction, legal_day(arrived.done_at))
    act, agency = rules.act(case.procedure, arrived.act), registers_for(connection, case.agency, ()).agency(case.agency)
    if act is None:
        return {}
    if deciding:
        stated, _ = check_facts(rules.dictionary, step["facts"])
        people = signing.certified(case.agency, sent["officers"])
        made = spot_text.composed(
            {**case.facts, **stated}, number=sent["blank"], day=legal_day(arrived.done_at), officers=people,
            agency=agency,
        )  # fmt: skip
        return _reason(DECISION, signing.apart(made, spot_text.without_code(text), "决定书"), DECISION_LAW)
    if act.emits == serving.SERVES:
        at = signing.stated(signed, (), arrived.done_at)["signed_at"]
        names = signing.names_of(case, agency)
        other = delivering.differing(connection, rules, act, case, events, sent, names, at)
        return _reason(delivering.OTHERWISE, other, delivering.LAW)
    other = signing.differing(rules, act, case, agency, sent["officers"], sent["facts"], text)
    return _reason(RECORD, other, signing.LAW)


def _reason(text: str, other: tuple[str, ...], law: str) -> dict[str, Any]:
    return {"text": text, "missing": list(other), "law": law, "helper": ""} if other else {}
