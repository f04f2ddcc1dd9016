"""What is published of a decision (公示内容): made from the case itself, field by field, with the masks put on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import Money, legal_day

from .masking import Masked, chips, mask_text, mask_value

PERSON = "自然人"


def public_record(rules: RuleSet, case: CaseFile, registers: Registers) -> tuple[dict[str, Any], tuple[Masked, ...]]:
    """The public fields of a decided case by their Chinese names, and the masks that were put on.

    Empty fields are left out: the gate names those that a regulation asks for. Nothing is shown that is not made
    here, so what was never declared public cannot come out."""
    known = known_of(rules, case)
    masks: list[Masked] = []

    def text(value: Any) -> str:
        shown, put = mask_text(str(value or ""), known)
        masks.extend(put)
        return shown

    record: dict[str, Any] = {}
    for name, source in SOURCES.items():
        value = source(rules, case, registers, text)
        if value:
            record[name] = value
    return record, tuple(masks)


def public_text(rules: RuleSet, case: CaseFile, text: str) -> str:
    """Free text that the public will read, with the same masks."""
    return mask_text(text, known_of(rules, case))[0]


def known_of(rules: RuleSet, case: CaseFile) -> list[tuple[str, str]]:
    """What the case ever declared that must not stand in public text, with what stands in its place."""
    person = case.facts.get("party_kind") == PERSON
    openly = () if person else ("party_name", "legal_representative")
    open_names = tuple(str(case.facts.get(key, "")) for key in openly)
    said = [*case.facts.items(), *((key, text) for key, texts in case.earlier.items() for text in texts)]
    return chips(rules.dictionary, said, open_names=open_names)


Text = Callable[[Any], str]
Source = Callable[[RuleSet, CaseFile, Registers, Text], Any]


def _agency(rules: RuleSet, case: CaseFile, registers: Registers, text: Text) -> str:
    agency = registers.agency(case.agency)
    return agency.name if agency else ""


def _party(rules: RuleSet, case: CaseFile, registers: Registers, text: Text) -> str:
    name = str(case.facts.get("party_name", ""))
    if case.facts.get("party_kind") != PERSON:
        return name
    return mask_value(rules.dictionary["party_name"], name)


def _credit_code(rules: RuleSet, case: CaseFile, registers: Registers, text: Text) -> str:
    return "" if case.facts.get("party_kind") == PERSON else str(case.facts.get("party_credit_code", ""))


MAIN_STEPS = {
    "case.filed", "application.accepted", "investigation.concluded", "review.concluded", "notice.given", "hearing.held",
    "discussion.held", "decision.made", "decision.refused",
}  # fmt: skip


def _process(rules: RuleSet, case: CaseFile, registers: Registers, text: Text) -> str:
    """Main steps with their dates, from the record itself (主要流程)."""
    steps = []
    for done in case.done:
        act = rules.act(case.procedure, done.act)
        if done.kind in MAIN_STEPS and act is not None:
            steps.append(f"{legal_day(done.occurred_at).isoformat()} {act.name}")
    return "；".join(steps)


def _conclusion(rules: RuleSet, case: CaseFile, registers: Registers, text: Text) -> str:
    rows = case.facts.get("sanctions") or []
    parts = []
    for line in rows:
        amount = f"{Money(int(line['amount'])).plain()}元" if line.get("amount") else ""
        parts.append(f"{line.get('kind', '')}{amount}" + (f"（{text(line['text'])}）" if line.get("text") else ""))
    if parts:
        return "；".join(parts)
    if case.facts.get("benefit_kind"):
        return f"准予给付：{case.facts['benefit_kind']}"
    decision = case.decision
    act = rules.act(case.procedure, decision.act) if decision else None
    return act.name if act else ""


def _basis(rules: RuleSet, case: CaseFile, registers: Registers, text: Text) -> str:
    rows = case.facts.get("legal_basis") or []
    return "；".join(f"《{line.get('law', '').strip('《》')}》{line.get('article', '')}" for line in rows)


def _facts(rules: RuleSet, case: CaseFile, registers: Registers, text: Text) -> str:
    return text(case.facts.get("violation_facts"))


def _decided_on(rules: RuleSet, case: CaseFile, registers: Registers, text: Text) -> str:
    return legal_day(case.decision.occurred_at).isoformat() if case.decision else ""


SOURCES: Mapping[str, Source] = {
    "执法主体": _agency,
    "执法对象": _party,
    "统一社会信用代码": _credit_code,
    "执法类别": lambda rules, case, registers, text: case.category and f"行政{case.category}",
    "决定文号": lambda rules, case, registers, text: case.decision_number,
    "决定日期": _decided_on,
    "违法事实": _facts,
    "处罚依据": _basis,
    "执法结论": _conclusion,
    "主要流程": _process,
}
