"""Every gate has, among the scenarios that show its clause, one that it lets pass and one that it refuses by name; every
other bound clause has a scenario, a journey, or the test named here, that shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from sanxiang.casework.play import Performance, Stage, take
from sanxiang.casework.scenario import Scenario, Step
from sanxiang.core.gates import Verdict, door
from sanxiang.core.rulebook import Bound, Gate
from sanxiang.store.rulebooks.links import OTHERS
from tests.law.test_mutations import shown
from tests.support.rules import LIBRARY

TESTS = Path(__file__).parents[1]
BY_TEST = {
    "AS-3": "apps/archive/test_register.py",
    "AS-6": "apps/archive/test_register.py",
    "PL-34": "apps/portal/test_before.py",
    "TS-4.5": "apps/registry/test_staffing.py",
}
"""National clauses that no act of a case meets: what a page, a paper or a table must hold, and a ratio. The test that
shows each; the local ones are shown by journeys, which `sanxiang clauses` counts."""


Name = int | str
"""What a gate is known by: itself, or, where it is made of what a paper must hold, its clause and paper."""


def answers(told: Scenario, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Step, Verdict, list[tuple[Name, bool]]]]:
    """What every gate answered at every step: the gate's identity and whether it was met. Questions are no answer."""
    plain = door._gate
    heard: list[tuple[Name, bool]] = []

    def listening(s, bound: Bound[Gate], reasons, questions, clauses) -> None:
        before = len(reasons), len(questions), len(clauses)
        plain(s, bound, reasons, questions, clauses)
        refused, asked = len(reasons) > before[0], len(questions) > before[1]
        if len(clauses) > before[2] and (refused or not asked):
            heard.append((bound.rule.code if "/" in bound.rule.code else id(bound.rule), not refused))

    stage, performance = Stage(LIBRARY, told), Performance(told)
    with monkeypatch.context() as patched:
        patched.setattr(door, "_gate", listening)
        for step in told.steps:
            heard.clear()
            yield step, take(stage, performance, step).verdict, list(heard)


def ways(clause: str, monkeypatch: pytest.MonkeyPatch) -> dict[Name, set[str]]:
    """How each gate went in the scenarios that show a clause: it `passes` where it is met and the act allowed, or where
    the act that it refused goes through later in the same case; it is `refused` where the scenario names its clause."""
    found: dict[Name, set[str]] = defaultdict(set)
    for told in shown().get(clause, ()):
        stopped: dict[str, set[Name]] = defaultdict(set)
        for step, verdict, heard in answers(told, monkeypatch):
            for gate, met in heard:
                if not met:
                    stopped[step.act].add(gate)
                    if clause in step.expect.clauses:
                        found[gate].add("refused")
                elif verdict.allowed:
                    found[gate].add("passes")
            if verdict.allowed:
                for gate in stopped.pop(step.act, ()):
                    found[gate].add("passes")
    return found


@pytest.mark.parametrize("instrument", sorted(LIBRARY.versions))
def test_every_gate_passes_once_and_refuses_once(instrument: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = []
    for whole in LIBRARY.versions[instrument]:
        for clause in whole.clauses:
            papers = {content.of for content in clause.contents if content.of not in OTHERS and content.wanted()}
            found = ways(clause.id, monkeypatch) if clause.gates or papers else {}
            lacking += [f"{clause.id} {paper} {way}" for paper in sorted(papers)
                        for way in ("passes", "refused") if way not in found.get(f"{clause.id}/{paper}", ())]  # fmt: skip
            for place, gate in enumerate(clause.gates):
                lacking += [f"{clause.id} {place} {way}: {gate.say}"
                            for way in ("passes", "refused") if way not in found.get(id(gate), ())]  # fmt: skip
    assert lacking == [], "no scenario that shows the clause lets these pass, or names them in a refusal"


def test_there_are_gates_to_ask() -> None:
    gates = [gate for found in LIBRARY.versions.values() for one in found for c in one.clauses for gate in c.gates]
    assert len(gates) > 300


def test_every_other_bound_clause_is_shown() -> None:
    """By a scenario; by the test named above; or, where nothing in a case can meet it (a page, a report, a task), by
    the journey that it names: `sanxiang clauses` tells which of these ran, and what still waits for one."""
    declared = ("contents", "indicators", "reports", "access", "duties", "capabilities")
    bare = []
    for versions in LIBRARY.versions.values():
        for clause in (clause for one in versions for clause in one.clauses if clause.bindings()):
            of_cases = len(clause.bindings()) > sum(len(getattr(clause, kind)) for kind in declared)
            named = clause.capabilities and not of_cases
            if not (clause.id in shown() or named or clause.id in BY_TEST):
                bare.append(clause.id)
    assert bare == []
    assert [name for name, test in BY_TEST.items() if name in shown() or not (TESTS / test).exists()] == []
