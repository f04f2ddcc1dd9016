"""Evidence of another file used in a case (移入已有证据): what may come, and what the event says of its origin.

An inspection that turns into a case, a clue that was looked into, a case taken over: what was gathered lawfully then is
evidence now. The original stays where it is; the case names it. Administrative Penalty Law, art. 46 and 54.
"""

from __future__ import annotations

from typing import Any

from sanxiang.core.casefile import CaseFile

from .predicates import word
from .situation import Brought, Situation
from .truth import YES, Truth, holds, no

KIND = "evidence.brought"
OWN = (
    "evidence_kind", "evidence_name", "evidence_source", "evidence_maker", "evidence_made_on", "evidence_proves",
    "evidence_verified",
)  # fmt: skip
"""What was said of an item when it was taken and goes along with it."""
BROUGHT_STATES = ("known", "ours", "kept", "new", "cleared")


def held(case: CaseFile) -> frozenset[str]:
    """The originals that a case has brought in already."""
    return frozenset(str(item["about"]) for item in case.evidence if "about" in item)


def of_record(event: Any) -> Brought | None:
    """The item that an event on the record brought in, as it was let in then; None for every other event."""
    if event.KIND != KIND:
        return None
    return Brought(about=event.about, origin=event.origin, facts=event.facts, files=event.files,
                   recordings=event.recordings, originals=event.originals)  # fmt: skip


def of_origin(s: Situation, names: set[str]) -> dict[str, Any]:
    """The fields of the event that bring an item in: nobody types them."""
    one = s.brought
    if "originals" not in names or one is None:
        return {}
    said = {name: one.facts[name] for name in OWN if name in one.facts}
    return {
        "about": one.about, "origin": dict(one.origin), "originals": one.originals, "files": one.files,
        "recordings": one.recordings, "facts": {**said, **s.proposal.facts},
    }  # fmt: skip


@word("brought")
def brought(value: str, s: Situation) -> Truth:
    """`known` the item stands in a file that the officer may open; `ours` that of this agency, or handed over to it;
    `kept` it was not destroyed; `new` it is not here yet; `cleared` whoever handles the case may see all of it."""
    one = s.brought
    if one is None:
        return no("选明移入哪一件案卷的哪一项证据") if value == "known" else YES
    if value == "ours":
        return holds(one.ours, "本机关的案卷，或者写明移送给本机关的案卷")
    if value == "kept":
        return holds(not one.gone, "没有销毁的原件")
    if value == "new":
        return holds(one.about not in held(s.case), "还没有移入的证据")
    if value == "cleared":
        return no(*one.withheld) if one.withheld else YES
    return YES
