"""A binding that is taken out is missed: a scenario that shows its clause no longer goes as it says.

Of the eighteen kinds of bindings thirteen make a difference to a case. The other five (reports, indicators, tasks,
access, capabilities) only declare what a journey has to show: `sanxiang clauses` tells from the tests that ran, and
`test_clauses.py` that each such clause names its journey.

What no scenario shows stands in `not_yet_shown.txt` with its reason, one binding a line; the list may only become
shorter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sanxiang.casework.play import play
from sanxiang.casework.scenario import Scenario
from sanxiang.core.rulebook import Clause, Library
from sanxiang.store.rulebooks.library import default_folder
from sanxiang.store.rulebooks.links import OTHERS
from tests.support.rules import LIBRARY, scenario

FOLDER = default_folder()
KINDS = (
    "gates", "deadlines", "records", "scopes", "publicity", "contents", "procedures", "chapters", "review",
    "judgements", "thresholds", "surcharges", "retentions",
)  # fmt: skip
DECLARED = {"indicators", "reports", "access", "duties", "capabilities"}
LIST = Path(__file__).with_name("not_yet_shown.txt")
NAMED = ("say", "duty", "of", "id")


@dataclass(frozen=True)
class Binding:
    """Where a binding stands: the version of its instrument, its clause, its kind and its place among these."""

    instrument: str
    version: int
    clause: Clause
    kind: str
    place: int

    @property
    def name(self) -> str:
        rule = rules_of(self.clause, self.kind)[self.place]
        said = next((found for word in NAMED if (found := getattr(rule, word, ""))), "")
        return f"{self.clause.id} {self.kind} {self.place} {said}".rstrip()

    def taken_out(self) -> Library:
        left: Any = tuple(rule for n, rule in enumerate(rules_of(self.clause, self.kind)) if n != self.place)
        changed: Any = replace(self.clause, **{self.kind: left if self.kind != "review" else None})
        versions = list(LIBRARY.versions[self.instrument])
        whole = versions[self.version]
        clauses = tuple(changed if clause.id == changed.id else clause for clause in whole.clauses)
        versions[self.version] = replace(whole, clauses=clauses, digest=f"without {self.name}")
        return replace(LIBRARY, versions={**LIBRARY.versions, self.instrument: tuple(versions)})


def rules_of(clause: Clause, kind: str) -> tuple[Any, ...]:
    """The bindings of a kind; of the review there is one or none."""
    found = getattr(clause, kind)
    return found if isinstance(found, tuple) else (found,) if found is not None else ()


def bindings() -> Iterator[Binding]:
    """Of the contents those that a paper of an act has to hold: what the others are enforced by is told in
    `test_papers_whole.py`."""
    for instrument, versions in LIBRARY.versions.items():
        for version, whole in enumerate(versions):
            for clause in whole.clauses:
                for kind in KINDS:
                    for place, rule in enumerate(rules_of(clause, kind)):
                        if kind != "contents" or (rule.of not in OTHERS and rule.wanted()):
                            yield Binding(instrument, version, clause, kind, place)


@cache
def shown() -> dict[str, tuple[Scenario, ...]]:
    """The scenarios by the clauses that they show."""
    found: dict[str, list[Scenario]] = {}
    for file in sorted(FOLDER.glob("*/*/scenarios/*.yaml")):
        told = scenario(file)
        for name in told.shows:
            found.setdefault(name, []).append(told)
    return {name: tuple(scenarios) for name, scenarios in found.items()}


def missed(binding: Binding) -> bool:
    """Whether one of its scenarios goes otherwise without it."""
    library = binding.taken_out()
    return any(not play(library, scenario).ok for scenario in shown().get(binding.clause.id, ()))


@pytest.mark.parametrize("instrument", sorted(LIBRARY.versions))
def test_taking_a_binding_out_is_missed(instrument: str) -> None:
    mine = [one for one in bindings() if one.instrument == instrument]
    listed = set(unshown())
    unseen = {one.name for one in mine if not missed(one)}
    assert sorted(unseen - listed) == [], "no scenario shows these"
    assert sorted({one.name for one in mine} & listed - unseen) == [], "these are shown: take them out of the list"


def unshown() -> list[str]:
    return [line for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")]


def test_the_list_names_what_is_there() -> None:
    names = [one.name for one in bindings()]
    assert [line for line in unshown() if line not in names] == []
    assert len(set(names)) == len(names), "two bindings of one name could not be told apart"


def test_every_kind_of_binding_is_taken_out_or_only_declares() -> None:
    other = {"id", "at", "kind", "text", "system", "note"}
    assert {one.name for one in fields(Clause)} == {*KINDS, *DECLARED, *other}


if __name__ == "__main__":  # tells what the list should hold: python -m tests.law.test_mutations
    print("".join(f"{one.name}\n" for one in bindings() if not missed(one)))
