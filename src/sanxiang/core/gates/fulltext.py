"""The decision itself as the public reads it (决定书全文): the paper made again from the facts of the decision, with
the masks put on. Basic fields are always public, the full text where a rule or the agency says so.

Which facts it may hold is data of the rules (`full-text-facts`); nothing else is taken, so what was never named cannot
come out. 国办发〔2018〕118号 二(三)；政府信息公开条例 arts. 14, 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sanxiang.core.casefile import HANDLING, CaseFile, Done
from sanxiang.core.registers import Agency, Registers
from sanxiang.core.rulebook import Dictionary, RuleSet
from sanxiang.core.values import legal_day
from sanxiang.core.values.personal_numbers import Found

from .choosing import fixes_of, kept
from .disclosure import PERSON, known_of, of_party
from .entrusting import name_of
from .masking import Masked, findings, put_on
from .supposing import known

FULL, ASKED, FACTS = "决定书全文", "full-text", "full-text-facts"
PARTY = {
    "kind": "party_kind",
    "name": "party_name",
    "credit_code": "party_credit_code",
    "id_number": "party_id_number",
    "legal_representative": "legal_representative",
    "address": "party_address",
    "phone": "party_phone",
}
AGENCY = {
    "name": "agency_name",
    "mark": "agency_mark",
    "address": "agency_address",
    "phone": "agency_phone",
    "court": "agency_court",
    "review_body": "agency_review_body",
    "bank": "agency_bank",
}
"""Party and agency as papers name them, by the facts that hold them."""
FIXED = {
    "违法事实": ("violation_facts",),
    "处罚依据": ("legal_basis",),
    "执法结论": ("sanctions",),
    "执法对象": ("name",),
}
"""Where what was put right in a basic field stands in the decision."""
DRAFTS = frozenset({"investigation.concluded", "draft.changed"})
HANDS = HANDLING - {"review.submitted", "review.document_submitted"}
OWN = HANDS | {"review.advised"}
"""Acts whose paper names whoever did them, also alone."""
WRITTEN = ("text", "long_text", "name", "address")


class Passage(NamedTuple):
    """One text of the decision: where it stands (`party`, fact, row, column), what it is called, the text, and what in
    it is hidden or kept open."""

    place: tuple[str | int, ...]
    label: str
    text: str
    found: list[Found]


def paper_facts(facts: Mapping[str, Any], agency: Agency | None) -> dict[str, Any]:
    """Facts with what follows from them and from the agency, as a paper prints them."""
    whole = dict(facts)
    if not whole.get("sanctions") and whole.get("proposed_outcome"):
        whole["sanctions"] = [{"kind": whole["proposed_outcome"]}]
    if agency and not whole.get("payment_bank") and agency.facts.get("agency_bank"):
        whole["payment_bank"] = agency.facts["agency_bank"]
    return whole


def agency_named(agency: Agency | None) -> dict[str, Any]:
    """The agency as papers name it: an entrusted body writes in the name of the one that entrusted it."""
    found = named(agency.facts, AGENCY) if agency else {}
    return found | {"name": name_of(agency)} if agency and agency.name else found


def named(facts: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: facts[fact] for name, fact in names.items() if facts.get(fact) not in (None, "")}


def in_full(rules: RuleSet, case: CaseFile, registers: Registers) -> bool:
    """Whether decisions of this category are published in full: a rule says so, or the agency for itself."""
    asked = (bound.rule for bound in rules.contents if bound.rule.of == ASKED)
    if any(rule.when is None or known(rule.when, case.category, case.procedure).state is True for rule in asked):
        return True
    agency = registers.agency(case.agency)
    return case.category in (agency.facts.get("agency_full_text") or ()) if agency else False


def full_text(rules: RuleSet, case: CaseFile, registers: Registers) -> tuple[dict[str, Any], tuple[Masked, ...]]:
    """The data of the public paper and the masks put on; empty where there is none: not asked for, no paper of the
    decision, or a form of which no law says what it holds."""
    paper = _paper(rules, case, registers)
    masks: list[Masked] = []
    for passage in full_passages(rules, case, registers):
        text, put = put_on(passage.text, passage.found)
        masks.extend(put)
        _set(paper, passage.place, text)
    return paper, tuple(masks)


def full_passages(rules: RuleSet, case: CaseFile, registers: Registers) -> Iterator[Passage]:
    """Every text of the decision that people wrote or that names the party, in the order of the form, with its
    corrections."""
    paper = _paper(rules, case, registers)
    if not paper:
        return
    chips, look = known_of(rules, case, registers), kept(case.facts)
    for place, label, raw in _texts(rules.dictionary, paper):
        text = raw
        for row in fixes_of(case.facts):
            if row.get("wrong") and (row.get("field") == FULL or place[1] in FIXED.get(str(row.get("field")), ())):
                text = text.replace(str(row["wrong"]), str(row.get("right", "")))
        found = of_party(text, case, registers, chips) if place == ("party", "name") else findings(text, chips)
        yield Passage(place, label, text, [look(text, one) for one in found])


def texts_of(dictionary: Dictionary, full: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a public paper by what they are called."""
    found: dict[str, str] = {}
    for _, label, text in _texts(dictionary, full):
        found[label] = f"{found[label]}\n{text}" if label in found else text
    return found


def _paper(rules: RuleSet, case: CaseFile, registers: Registers) -> dict[str, Any]:
    """The data of the decision's own paper, unmasked, with no fact but those that its law names."""
    decision = case.decision
    own = [one for one in case.papers if decision is not None and one["event"] == decision.event]
    paper = next((one for one in own if one["number"] and one["number"] == case.decision_number), None)
    fields = [name for bound in rules.contents if bound.rule.of == FACTS for name in bound.rule.fields]
    if decision is None or paper is None or not fields or not in_full(rules, case, registers):
        return {}
    agency, day = registers.agency(case.agency), legal_day(decision.occurred_at)
    facts = paper_facts(case.decided_facts, agency)
    filed = case.kinds.get("case.filed")
    return {
        "template": paper["template"],
        "agency": agency_named(agency),
        "case": {
            "decision_number": case.decision_number,
            "filed_on": legal_day(filed.occurred_at).isoformat() if filed else "",
        },
        "party": _party_of(facts),
        "officers": _officers(case, registers),
        "document": {"title": paper["title"], "number": paper["number"], "date": day.isoformat()},
        "facts": {name: _plain(facts[name]) for name in dict.fromkeys(fields) if facts.get(name) not in (None, "")},
    }


def _party_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The party as papers name it; of a person no code of an organisation."""
    found = named(facts, PARTY)
    return {key: value for key, value in found.items() if key != "credit_code" or facts.get("party_kind") != PERSON}


def _officers(case: CaseFile, registers: Registers) -> list[dict[str, str]]:
    """Whom the decision names as officers, with the certificates of that day."""
    found = []
    for name in deciders(case):
        officer = registers.officer(name)
        if officer is not None and case.decision is not None:
            card = officer.certificate(legal_day(case.decision.occurred_at))
            found.append({"name": officer.name, "certificate": card.number if card else ""})
    return found


def deciders(case: CaseFile) -> tuple[str, ...]:
    """The officers that the decision names."""
    return officers_of(case, case.decision) if case.decision is not None else ()


def officers_of(case: CaseFile, done: Done) -> tuple[str, ...]:
    """Whom the paper of an act names as officers (执法人员、承办人): those who did it, where it is theirs to do. A head
    who decides, a reviewer or a chair handles no case: then those who brought the draft, or handled it last."""
    if done.officers or done.kind in OWN:
        return done.officers or (done.actor,)
    before = [one for one in case.done if one.seq < done.seq]
    drafts = [one for one in before if one.kind in DRAFTS]
    handled = drafts or [one for one in before if one.kind in HANDS]
    last = handled[-1] if handled else done
    return last.officers or (last.actor,)


def _texts(dictionary: Dictionary, paper: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for name, text in paper.get("party", {}).items():
        if name != "kind":
            yield ("party", name), f"{FULL}·{dictionary[PARTY[name]].label}", str(text)
    for name, value in paper.get("facts", {}).items():
        fact = dictionary.get(name)
        label = f"{FULL}·{fact.label if fact else name}"
        if isinstance(value, str) and (fact is None or fact.type in WRITTEN):
            yield ("facts", name), label, value
        columns = {column.id: column for column in fact.columns} if fact else {}
        for at, row in enumerate(value if isinstance(value, list) else ()):
            for key, text in row.items() if isinstance(row, Mapping) else ():
                if isinstance(text, str) and (key not in columns or columns[key].type in WRITTEN):
                    yield ("facts", name, at, key), label, text


def _set(paper: dict[str, Any], place: tuple[str | int, ...], text: str) -> None:
    held: Any = paper
    for step in place[:-1]:
        held = held[step]
    held[place[-1]] = text


def _plain(value: Any) -> Any:
    """A value of its own, with plain lists and mappings, as the record gives it back."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
