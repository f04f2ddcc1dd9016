"""What a party read and signed on the screen (屏幕上的核对和签名): the text goes with the task package to be composed
on the phone, and what comes back is bound to it.

The event holds the text that was read, its digest, the time, and the digest of the picture of the signature. A record
that says something else than what was read is not done: it asks for another signature (内容变了要重新签名).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from PIL import Image

from sanxiang.casework.forms import Field
from sanxiang.casework.people import colleagues
from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates.fulltext import agency_named
from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import Act, RuleSet, check_facts
from sanxiang.three_systems.recording.documents import readings
from sanxiang.three_systems.recording.papers import said_before

SIGNS = "signature"
STATED = ("signed_text", "signed_digest", "signed_picture", "signed_at", "witness_picture")
"""What is stated of a signature, by this module alone."""
TEXT_MAX = 100_000
LAW = "《行政处罚法》第五十五条"
SHOWN = 3
WIDE = 4000


def reads(act: Act, fill: Sequence[Field]) -> list[dict[str, Any]]:
    """The papers of an act that its party reads before it signs, as a phone composes them; where no paper of it has a
    reading, all that is typed, field by field."""
    if not any(one.fact.id == SIGNS for one in fill):
        return []
    papers = [told for paper in act.papers if (told := readings.told(paper.template, paper.title))]
    return papers or [{"title": act.name, "parts": [asdict(part) for part in _typed(fill)]}]


def _typed(fill: Sequence[Field]) -> list[readings.Part]:
    own = {SIGNS, "refusal_reason", "witness"}
    plain = [one for one in fill if one.fact.id not in own and not one.fact.id.startswith("recording_")]
    found = [
        readings.Part(kind="rows", of=(one.fact.id, *(column.id for column in one.fact.columns)))
        if one.kind == "table" else readings.Part(kind="line", text=one.fact.label, of=(one.fact.id,))
        for one in plain
    ]  # fmt: skip
    return [
        *found,
        readings.Part(kind="line", text="当事人核对后提出的异议和补正", of=("record_objection",), only=True),
    ]


def held(rules: RuleSet, case: CaseFile, act: Act, papers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What stands in the case already and is printed on these papers, unless it is typed anew."""
    asked = {name for paper in papers for part in paper["parts"] for name in part["of"][:1]}
    asked |= {"started_on_site", "ended_on_site"} if "hours" in asked else set()
    known = said_before(case, act, rules)
    return {name: known[name] for name in sorted(asked) if name in known}


def names_of(case: CaseFile, agency: Agency | None) -> dict[str, str]:
    """What a record names beside what is typed into it."""
    party = str(case.facts.get("party_name", ""))
    return {
        "agency.name": agency_named(agency).get("name", ""), "party.name": party,
        "case.name": str(case.facts.get("case_name") or f"{party or '当事人待查'}案"),
    }  # fmt: skip


def read(said: Any) -> dict[str, str]:
    """What came of a signature: the text, when it was read to its end, the name of the file with the picture. Raises
    as one reads what came from outside (KeyError, TypeError, ValueError)."""
    if not said:
        return {}
    at = datetime.fromisoformat(said["at"])
    text = str(said["text"])
    if at.tzinfo is None or not text or len(text) > TEXT_MAX:
        raise ValueError
    return {"text": text, "at": at.isoformat(), "picture": str(said.get("picture", ""))[:100],
            "witness": str(said.get("witness", ""))[:100]}  # fmt: skip


def stated(signed: Mapping[str, str], files: Sequence[Mapping[str, Any]], done_at: datetime) -> dict[str, str]:
    """The facts of a signature. It was given before the act was done."""
    if not signed:
        return {}
    pictures = {str(file["name"]): str(file["sha256"]) for file in files}
    at = min(datetime.fromisoformat(signed["at"]), done_at)
    return {
        "signed_text": signed["text"], "signed_digest": hashlib.sha256(signed["text"].encode()).hexdigest(),
        "signed_picture": pictures.get(signed["picture"], ""),
        "witness_picture": pictures.get(signed.get("witness", ""), ""), "signed_at": at.isoformat(),
    }  # fmt: skip


def drawn(data: bytes) -> bool:
    """Whether a picture can be opened whole: it has to stand on a paper."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            small = image.width <= WIDE and image.height <= WIDE
            if small:
                image.load()
            return small
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def differing(
    rules: RuleSet, act: Act, case: CaseFile, agency: Agency | None, officers: Sequence[str],
    facts: Mapping[str, Any], text: str,
) -> tuple[str, ...]:  # fmt: skip
    """The lines of the record as it would be made that the party did not read, and those it read that are not in it;
    none where it signed what is made."""
    papers = [told for paper in act.papers if (told := readings.told(paper.template, paper.title))]
    if not papers:
        return ()
    clean, _ = check_facts(rules.dictionary, facts)
    people = certified(case.agency, officers)
    made = readings.composed(papers, names_of(case, agency), people, {**held(rules, case, act, papers), **clean})
    return apart(made, text, "笔录")


def certified(agency: str, officers: Sequence[str]) -> list[tuple[str, str]]:
    """Name and number of the certificate of each officer."""
    known = {one["id"]: (one["name"], one["certificate"]) for one in colleagues(agency, ())}
    return [known.get(one, ("", "")) for one in officers]


def apart(made: str, text: str, what: str) -> tuple[str, ...]:
    """Where what would be made differs from what was read, in words; empty where nothing does."""
    if made == text:
        return ()
    now, then = made.split("\n"), text.split("\n")
    found = [f"{what}上是“{line[:60]}”" for line in now if line not in then][:SHOWN]
    found += [f"签名时看到的是“{line[:60]}”" for line in then if line not in now][:SHOWN]
    return tuple(found) or ("各行的次序不同",)
