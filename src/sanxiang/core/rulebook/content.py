"""What a page, a publication or a paper must hold, as data (应载内容), and the gate that a paper makes of it.

A content that is bound to a paper stands before every act that makes this paper: what the paper would leave empty is
named before it is issued, with its clause and the act that states it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from .dictionary import STRICT
from .procedure import Act, Paper
from .vocabulary import Condition

FORM = "form"
"""The source of what the form prints by itself: its fixed words, the name of the agency, number and day."""
REGISTERED = "agency_"
"""How the ids of facts begin that stand in the register of the agency, not in the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Fields that a publication or a document must hold (应载内容). `of` is "publication", "page",
    "review_package" (the papers that must go to the legal review), "device-usage" (the elements of the rules of use
    of devices), "device-rules" (the kinds of device that have such rules), "facts-to-prove" or a template id.

    For a template `source` says where each field comes from: a fact of the case, a fact of the register of the agency,
    `a|b` one of the two, or `form` what the form itself prints; a field that is itself a fact needs none. `say` is the
    refusal in plain words, `fix` the act that mends it where it is not the one that asks for what is missing."""

    __pydantic_config__ = STRICT

    of: str
    fields: tuple[str, ...]
    when: Condition | None = None
    source: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    say: str = ""
    fix: str = ""
    helper: str = ""

    def wanted(self) -> tuple[str, ...]:
        """What must stand in case or register for the paper to hold its fields."""
        sources = (self.source.get(name, name) for name in self.fields)
        return tuple(dict.fromkeys(one for one in sources if one != FORM))


Demand = tuple[tuple[str, ...], str, str]


def demands(content: Content, paper: Paper, act: Act, acts: Sequence[Act]) -> Iterator[Demand]:
    """What a paper of an act must hold, what to say where it does not, and where that is mended: what the case states,
    then what the register of the agency holds."""
    own = tuple(one for one in content.wanted() if not one.startswith(REGISTERED))
    held = tuple(one for one in content.wanted() if one.startswith(REGISTERED))
    if own:
        say = content.say or f"《{paper.title}》应当载明的事项不齐，不能签发"
        yield own, say, content.fix or _stating(own, act, acts)
    if held:
        yield held, f"《{paper.title}》要印明的事项，本机关的登记里还没有；由登记人员在机关登记里填写", ""


def _stating(facts: Sequence[str], act: Act, acts: Sequence[Act]) -> str:
    """The act that states these facts: this one, else the last one before it that asks for one of them."""
    wanted = {name for one in facts for name in one.split("|")}
    before = [one for one in acts if wanted & set(one.fact_ids())]
    if act in before or not before:
        return act.id
    places = {one.id: at for at, one in enumerate(acts)}
    return max(before, key=lambda one: (places[one.id] < places.get(act.id, 0), places[one.id])).id
