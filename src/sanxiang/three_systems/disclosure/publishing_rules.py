"""The rules of disclosure of a place as the public reads them (公示办法): read from the very rules that run, so that
the page cannot say anything else than what the gates and clocks do. 武定方案 二(一)1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sanxiang.casework.projections import library
from sanxiang.core.gates.paging import demanded
from sanxiang.core.registers import SECTIONS
from sanxiang.core.rulebook import Bound, Gate, RuleSet
from sanxiang.core.rulebook.ruleset import LAYER_ORDER

MOVES = ("page.", "publication.")
CLOCKS = ("publish", "withdraw", "correct", "renew_page")
CONTENTS = {"publication": "执法决定", "page": "事前公示", "item": "每个执法事项", "window-board": "窗口岗位信息公示牌"}


@dataclass(frozen=True, slots=True)
class Line:
    """One rule in plain words, its law, and how long where it is a term."""

    say: str
    law: str
    period: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The rules of a place: `scope` what is public, `contents` which fields, `platform` where, `procedure` and
    `refusals` who does what and what is refused, `terms` until when, `people` the posts that answer for it."""

    place: str
    name: str
    scope: tuple[Line, ...]
    contents: tuple[Line, ...]
    platform: str
    procedure: tuple[Line, ...]
    terms: tuple[Line, ...]
    people: tuple[str, ...]


def places() -> list[tuple[str, str]]:
    """Every place with its name."""
    return sorted(((one.id, one.name) for one in library().jurisdictions.values()), key=lambda pair: pair[1])


def told(place: str, day: date) -> Told | None:
    """The rules of a place on a day; None for a place that there is not."""
    book = library()
    if place not in book.jurisdictions:
        return None
    rules = book.on(place, day)
    gates = sorted(_gates(rules), key=lambda bound: -LAYER_ORDER[bound.layer])
    posts: Mapping[str, str] = rules.posts
    return Told(
        place=place,
        name=rules.jurisdiction.name,
        scope=tuple(
            Line(SECTIONS[name].name, "；".join(dict.fromkeys(demand.law for demand in asked)))
            for name, asked in demanded(rules).items()
        ),
        contents=tuple(_contents(rules)),
        platform=rules.jurisdiction.platform,
        procedure=tuple(dict.fromkeys(Line(bound.rule.say, str(bound.citation)) for bound in gates)),
        terms=tuple(_terms(rules)),
        people=tuple(dict.fromkeys(posts[bound.rule.helper] for bound in gates if bound.rule.helper in posts)),
    )


def _gates(rules: RuleSet) -> Iterator[Bound[Gate]]:
    return (bound for bound in rules.gates if any(kind.startswith(MOVES) for kind in bound.rule.emits))


def _contents(rules: RuleSet) -> Iterator[Line]:
    for bound in rules.contents:
        if bound.rule.of in CONTENTS and bound.rule.of != "page":
            yield Line(f"{CONTENTS[bound.rule.of]}要写明：{'、'.join(bound.rule.fields)}", str(bound.citation))


def _terms(rules: RuleSet) -> Iterator[Line]:
    """Every term of disclosure once, the most local first."""
    found = [bound for group in rules.deadlines.values() for bound in group if bound.rule.duty in CLOCKS]
    once = {(bound.clause.id, bound.rule.duty, bound.rule.say): bound for bound in found}
    for bound in sorted(once.values(), key=lambda one: (CLOCKS.index(one.rule.duty), -LAYER_ORDER[one.layer])):
        if bound.rule.period is not None:
            yield Line(bound.rule.say, str(bound.citation), str(bound.rule.period))
