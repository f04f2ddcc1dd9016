"""What is published of a decision (公示内容): made from the case itself, field by field, with the masks put on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import Money, category_name, chinese_date, legal_day
from sanxiang.core.values.personal_numbers import HIDDEN, Found

from .choosing import chosen_chips, fixed, kept
from .entrusting import name_of
from .masking import ALWAYS, KNOWN, Chip, Masked, chips, findings, longest_first, mask_name, mask_text, put_on

PERSON = "自然人"
ADULT = 18
NO_NAME, WHOLE_NAME = "全部隐去", "全名"
"""How an agency shows natural persons, where not by the surname."""
WITNESSES = frozenset({"证人", "投诉举报人"})
ASKED = frozenset({"asked_person", "asked_id_number", "asked_phone", "asked_address"})
FREE = ("违法事实", "处罚依据", "执法依据", "执法结论")
"""The fields that people write; detectors look through them. What comes from registers and rules is public as it is."""


def public_record(rules: RuleSet, case: CaseFile, registers: Registers) -> tuple[dict[str, Any], tuple[Masked, ...]]:
    """The public fields of a decided case by their Chinese names, and the masks that were put on.

    Empty fields are left out: the gate names those that a regulation asks for. Nothing is shown that is not made
    here, so what was never declared public cannot come out."""
    masks: list[Masked] = []
    record: dict[str, Any] = {}
    for name, text, found in passages(rules, case, registers):
        record[name], put = put_on(text, found)
        masks.extend(put)
    return record, tuple(masks)


def passages(rules: RuleSet, case: CaseFile, registers: Registers) -> Iterator[tuple[str, str, list[Found]]]:
    """Field by field the text as it stands in the case, and what in it is hidden or stays open although it was found:
    known values, what a person marked, what the detectors find. Empty fields are left out."""
    known = known_of(rules, case, registers)
    open_here = kept(case.facts)
    for name, source in SOURCES.items():
        text = fixed(name, str(source(rules, case, registers) or ""), case.facts)
        if name == "执法对象":
            found = of_party(text, case, registers, known)
        elif name in FREE:
            found = [open_here(text, one) for one in findings(text, known)]
        else:
            found = []
        if text:
            yield name, text, found


def changes(
    rules: RuleSet, case: CaseFile, registers: Registers, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[dict[str, str]]:
    """What a correction changes, field by field as the public may read it: what stood there is masked as it would be
    now, and left out where nothing but the masks differs."""
    found = []
    for name in {**before, **after}:
        old, new = str(before.get(name, "")), str(after.get(name, ""))
        if old != new:
            free = name in (*FREE, "执法对象") or name not in SOURCES
            shown = public_text(rules, case, registers, old) if free else old
            found.append({"field": name, "before": "" if shown == new else shown, "after": new})
    return found


def public_text(rules: RuleSet, case: CaseFile, registers: Registers, text: str) -> str:
    """Free text that the public will read, with the same masks."""
    return mask_text(text, known_of(rules, case, registers))[0]


def known_of(rules: RuleSet, case: CaseFile, registers: Registers) -> list[Chip]:
    """What the case ever declared that must not stand in public text, and what a person marked, with what stands in its
    place. The names of natural persons by the setting of the agency. Of a minor and of witnesses nobody may open
    anything, nor is a surname shown."""
    form = _form(case, registers)
    openly: tuple[str, ...] = ("party_name", "legal_representative")
    if case.facts.get("party_kind") == PERSON:
        openly = openly[:1] if form == WHOLE_NAME and not _minor(case) else ()
    open_names = tuple(str(case.facts.get(key, "")) for key in openly)
    said = [*case.facts.items(), *((key, text) for key, texts in case.earlier.items() for text in texts)]
    whole = form == NO_NAME
    found = {one.value: one for one in chips(rules.dictionary, said, open_names=open_names, whole=whole)}
    found |= {one.value: one for one in chosen_chips(case.facts) if not found.get(one.value, one).firm}
    for sort, protected in _protected(case):
        ours = chips(rules.dictionary, [(key, value) for key, value in said if protected(key)])
        found |= {one.value: Chip(one.value, HIDDEN, sort, ALWAYS, True) for one in ours}
    return longest_first(found.values())


def _form(case: CaseFile, registers: Registers) -> str:
    """How the agency shows the names of natural persons; empty where nothing is set."""
    agency = registers.agency(case.agency)
    return str(agency.facts.get("agency_person_names", "")) if agency else ""


def _minor(case: CaseFile) -> bool:
    """Whether the party was under age on the day of the decision, by the day of birth or by the identity number."""
    if case.decision is None or case.facts.get("party_kind") != PERSON:
        return False
    number = str(case.facts.get("party_id_number") or "")
    days = (str(case.facts.get("party_born_on") or ""), number[6:14] if len(number) == 18 else "")
    return any(age(date.fromisoformat(day), case.decision.occurred_at) < ADULT for day in days if day)


def _protected(case: CaseFile) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """Whose declared values are firm: those of a party under age, those of an asked witness or informant."""
    if _minor(case):
        yield "未成年人", lambda key: key.startswith(("party_", "delivery_"))
    if {case.facts.get("asked_role"), *case.earlier.get("asked_role", ())} & WITNESSES:
        yield "证人、举报人", ASKED.__contains__


def age(born: date, at: Any) -> int:
    """Whole years on a day."""
    day = legal_day(at)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def of_party(text: str, case: CaseFile, registers: Registers, known: list[Chip]) -> list[Found]:
    """The name of the party: an organisation's as it is but for what a person marked; a person's by the setting of the
    agency (姓加某, where nothing is set), nothing of the name of somebody under age."""
    if case.facts.get("party_kind") != PERSON or not text:
        marked = [one for one in known if one.reason != KNOWN]
        return [one for one in findings(text, marked) if one.reason in {chip.reason for chip in marked}]
    form = _form(case, registers)
    marked = [one for one in known if one.value == text.strip() and (one.firm or form == WHOLE_NAME)]
    firm = _minor(case) or any(one.firm for one in marked)
    if form == WHOLE_NAME and not marked and not firm:
        return []
    shown = HIDDEN if firm or marked or form == NO_NAME else mask_name(text)
    reason = ALWAYS if firm else "自然人的姓名（政府信息公开条例第十五条；本机关的设置）"
    return [Found(0, len(text), "未成年人" if _minor(case) else "姓名", reason, shown, firm=True)]


Source = Callable[[RuleSet, CaseFile, Registers], Any]


def _agency(rules: RuleSet, case: CaseFile, registers: Registers) -> str:
    agency = registers.agency(case.agency)
    return name_of(agency) if agency else ""


def _party(rules: RuleSet, case: CaseFile, registers: Registers) -> str:
    return str(case.facts.get("party_name", ""))


def _credit_code(rules: RuleSet, case: CaseFile, registers: Registers) -> str:
    return "" if case.facts.get("party_kind") == PERSON else str(case.facts.get("party_credit_code", ""))


MAIN_STEPS = {
    "case.filed", "application.accepted", "investigation.concluded", "review.concluded", "notice.given", "hearing.held",
    "discussion.held", "decision.made", "decision.refused",
}  # fmt: skip


def _process(rules: RuleSet, case: CaseFile, registers: Registers) -> str:
    """Main steps with their dates, from the record itself (主要流程)."""
    steps = []
    for done in case.done:
        act = rules.act(case.procedure, done.act)
        if done.kind in MAIN_STEPS and act is not None:
            steps.append(f"{chinese_date(legal_day(done.occurred_at))} {act.name}")
    return "；".join(steps)


def _conclusion(rules: RuleSet, case: CaseFile, registers: Registers) -> str:
    rows = case.facts.get("sanctions") or []
    parts = []
    for line in rows:
        amount = f"{Money(int(line['amount'])).plain()}元" if line.get("amount") else ""
        parts.append(f"{line.get('kind', '')}{amount}" + (f"（{line['text']}）" if line.get("text") else ""))
    if parts:
        return "；".join(parts)
    if case.facts.get("benefit_kind"):
        return f"准予给付：{case.facts['benefit_kind']}"
    decision = case.decision
    act = rules.act(case.procedure, decision.act) if decision else None
    name = act.name if act else ""
    content = _content(rules, case, name) if decision and decision.kind == "decision.made" else []
    return name + ("：" + "；".join(content) if content else "")


def _content(rules: RuleSet, case: CaseFile, name: str) -> list[str]:
    """What was decided, item by item: whatever a review of the draft is bound to as its outcome (处理), but for what
    the name of the decision says already."""
    found = []
    for key in rules.dictionary.of_part("sanction"):
        fact, stated = rules.dictionary[key], case.facts.get(key)
        if stated in (None, "", []) or isinstance(stated, list | tuple):
            continue
        if fact.type == "money":
            said = f"{Money(int(str(stated))).plain()}元"
        else:
            said = chinese_date(date.fromisoformat(str(stated))) if fact.type == "day" else str(stated).rstrip("。；")
        if said not in name:
            found.append(f"{fact.label}：{said}")
    return found


def _punished(case: CaseFile) -> bool:
    return bool(case.facts.get("sanctions") or case.facts.get("violation_facts"))


def _basis(rules: RuleSet, case: CaseFile, registers: Registers) -> str:
    rows = case.facts.get("legal_basis") or []
    return "；".join(f"《{line.get('law', '').strip('《》')}》{line.get('article', '')}" for line in rows)


def _facts(rules: RuleSet, case: CaseFile, registers: Registers) -> str:
    return str(case.facts.get("violation_facts") or "")


def _decided_on(rules: RuleSet, case: CaseFile, registers: Registers) -> str:
    return legal_day(case.decision.occurred_at).isoformat() if case.decision else ""


SOURCES: Mapping[str, Source] = {
    "执法主体": _agency,
    "执法对象": _party,
    "统一社会信用代码": _credit_code,
    "执法类别": lambda rules, case, registers: category_name(case.category),
    "决定文号": lambda rules, case, registers: case.decision_number,
    "决定日期": _decided_on,
    "违法事实": _facts,
    "处罚依据": lambda *given: _basis(*given) if _punished(given[1]) else "",
    "执法依据": lambda *given: "" if _punished(given[1]) else _basis(*given),
    "执法结论": _conclusion,
    "主要流程": _process,
}
