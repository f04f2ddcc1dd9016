"""From a published penalty to its record for the credit platforms (双公示记录): words, days and 万元 as on the wire.

Free text is that of the publication, which was masked and checked by a person; everything else is a fact of the case,
stated once. What a case does not hold stays empty here and is named by the check, never invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.registers import Agency
from sanxiang.core.values import Money, legal_day

PERSON = "自然人"
ID_WORDS = {"护照": "护照号", "其他": "其他-其他证件"}
CONFISCATED = ("没收违法所得", "没收非法财物")
ASKED_ONCE = ("violation_kind", "penalty_valid_until")
"""Facts that no other act of the case asks for; a person states them for the credit record alone."""


def penalty_record(case: CaseFile, public: Mapping[str, Any], agency: Agency | None) -> dict[str, str]:
    """The record of a decided and published penalty by the codes of the standard; empty fields are left out."""
    facts = case.facts
    person = facts.get("party_kind") == PERSON
    name, code = source_of(agency)
    lines = [line for line in facts.get("sanctions") or () if isinstance(line, Mapping)]
    found: dict[str, Any] = {
        "CF_XDR_MC": facts.get("party_name"),
        "CF_XDR_LB": facts.get("party_kind"),
        "CF_WSH": case.decision_number,
        "CF_WFXW": facts.get("violation_kind"),
        "CF_SY": public.get("违法事实"),
        "CF_YJ": public.get("处罚依据"),
        "CF_CFLB": ";".join(dict.fromkeys(kind_of(line) for line in lines)),
        "CF_NR": public.get("执法结论"),
        "CF_NR_FK": wan(lines, ("罚款",)),
        "CF_NR_WFFF": wan(lines, CONFISCATED),
        "CF_NR_ZKDX": licence(lines, facts),
        "CF_JDRQ": legal_day(case.decision.occurred_at).isoformat() if case.decision else "",
        "CF_YXQ": facts.get("penalty_valid_until"),
        "CF_GSJZQ": facts.get("public_until"),
        "CF_CFJG": name,
        "CF_CFJGDM": code,
        "CF_SJLY": name,
        "CF_SJLYDM": code,
    }
    found |= party_of(facts, "CF", person=person)
    return {key: str(value).strip() for key, value in found.items() if value not in (None, "", [])}


def source_of(agency: Agency | None) -> tuple[str, str]:
    """Name and credit code of the agency that decided, which also sends."""
    facts = agency.facts if agency else {}
    return str(facts.get("agency_name", "")), str(facts.get("agency_credit_code", ""))


def party_of(facts: Mapping[str, Any], of: str, *, person: bool) -> dict[str, Any]:
    """By what the party is known, in the fields of penalties (CF) or permits (XK): a body by its code, a person by a
    document; one whose identity number is stated has an identity card."""
    if not person:
        return {f"{of}_XDR_SHXYM": facts.get("party_credit_code"), f"{of}_FRDB": facts.get("legal_representative")}
    number = facts.get("party_id_number")
    kind = str(facts.get("party_id_type") or ("身份证" if number else ""))
    return {f"{of}_XDR_ZJLX": ID_WORDS.get(kind, kind), f"{of}_XDR_ZJHM": number or facts.get("party_other_id")}


def kind_of(line: Mapping[str, Any]) -> str:
    """The word of the code list; what is 其他 is named."""
    kind = str(line.get("kind", ""))
    return f"其他-{line.get('text') or '处罚'}" if kind == "其他" else kind


def wan(lines: list[Mapping[str, Any]], kinds: tuple[str, ...]) -> str:
    """The sum of these penalties in 万元 with six decimals, from whole fen; empty where there is none."""
    amounts = [int(line.get("amount") or 0) for line in lines if line.get("kind") in kinds]
    return str(Money(sum(amounts)).in_wan()) if sum(amounts) else ""


def licence(lines: list[Mapping[str, Any]], facts: Mapping[str, Any]) -> str:
    """Name and number of the licence that was withheld or revoked."""
    if not any(line.get("kind") in ("暂扣许可证件", "吊销许可证件") for line in lines):
        return ""
    return " ".join(str(facts[key]) for key in ("licence_name", "licence_number") if facts.get(key))
