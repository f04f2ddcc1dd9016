"""Whether what is sent to the legal review is complete (送审材料齐全): which papers must be there is data."""

from __future__ import annotations

from .predicates import evaluate, word
from .situation import Situation
from .truth import YES, Truth, no

PACKAGE = "review_package"


def required(s: Situation) -> tuple[str, ...]:
    """The papers that any layer wants in a package of this case, in the order of the clauses."""
    wanted = (
        name
        for bound in s.rules.contents
        if bound.rule.of == PACKAGE and evaluate(bound.rule.when, s).state
        for name in bound.rule.fields
    )
    return tuple(dict.fromkeys(wanted))


def held(name: str, s: Situation) -> bool:
    """Whether it is there: stated in the case under this very name, or a paper or a listed material bears the name."""
    stated = (key for key, value in s.facts_after().items() if value not in (None, "", [], False))
    if any(s.label(key) == name for key in stated):
        return True
    listed = s.proposal.facts.get("review_materials") or ()
    titles = (*(paper.get("title") for paper in s.case.papers), *(line.get("name") for line in listed))
    return any(name in str(title or "") for title in titles)


@word("package")
def package(value: bool, s: Situation) -> Truth:
    lacking = [name for name in required(s) if not held(name, s)]
    return YES if bool(lacking) != value else no(*lacking)
