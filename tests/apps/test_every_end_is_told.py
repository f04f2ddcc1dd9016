"""Every end and every own act of the national procedures is played by a story of the demonstration, and every act of a
chapter, or open to every procedure, by a story or a scenario. What no story shows stands in `not_told.txt` with its
reason; the list may only become shorter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from sanxiang.config import demo
from sanxiang.core.casefile import ENDS
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.rulebook.ruleset import COMMON
from sanxiang.store.rulebooks.library import default_folder
from tests.support.rules import LIBRARY, scenario
from tests.support.theatre import stories

LIST = Path(__file__).with_name("not_told.txt")
DAY = date(2026, 8, 3)
Done = tuple[str, str]
"""Procedure and act."""


def rules() -> RuleSet:
    return LIBRARY.on("luoyang", DAY)


@cache
def told() -> frozenset[Done]:
    """What the cases of the demonstration do, each in the place whose regulation it follows."""
    found = set()
    for case in demo.told_cases(stories(), demo.every_case(), demo.now()):
        procedure = str(case.opening["procedure"])
        found |= {(procedure, str(step["act"])) for step in case.steps if not step.get("refused")}
    return frozenset(found)


@cache
def shown() -> frozenset[Done]:
    """What the scenarios do: they go as they say, and a step that says nothing is allowed."""
    found = set()
    for file in sorted(default_folder().glob("*/*/scenarios/*.yaml")):
        one = scenario(file)
        done = {step.act for step in one.steps if step.expect.verdict in ("", "allowed")}
        found |= {(str(one.case.get("procedure", "")), act) for act in done}
    return frozenset(found)


@cache
def as_written() -> dict[str, frozenset[str]]:
    """The acts of each procedure as the law has it, without the chapters that it includes."""
    clauses = (clause for versions in LIBRARY.versions.values() for clause in versions[-1].clauses)
    return {one.id: frozenset(act.id for act in one.acts) for clause in clauses for one in clause.procedures}


def own_acts() -> Iterator[tuple[str, str, bool]]:
    """Procedure, act, and whether it ends a case: of the acts that stand in a procedure itself, and of every end."""
    for name in rules().procedures:
        own = as_written()[name]
        for act in rules().acts_of(name):
            if name != COMMON and (act.id in own or act.emits in ENDS):
                yield name, act.id, act.emits in ENDS


def excused() -> dict[str, str]:
    """The act as `procedure act`, and the reason."""
    lines = [line.partition("：") for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {name: reason for name, _, reason in lines}


def test_every_end_of_every_procedure_is_told_in_the_demonstration() -> None:
    missing = [(procedure, act) for procedure, act, end in own_acts() if end and (procedure, act) not in told()]
    assert missing == [], "tell a story that ends so"


def test_every_own_act_of_every_procedure_is_told_or_excused() -> None:
    untold = {f"{procedure} {act}" for procedure, act, end in own_acts() if not end and (procedure, act) not in told()}
    assert sorted(untold - set(excused())) == [], "tell it in a story, or write the reason"
    assert sorted(set(excused()) - untold) == [], "these are told: take them out of the list"
    assert all(excused().values()), "each with its reason"


def test_every_act_is_done_by_a_story_or_a_scenario() -> None:
    done = {act for _, act in told() | shown()}
    acts = {act.id for name in rules().procedures for act in rules().acts_of(name)}
    assert sorted(acts - done - NOWHERE) == []
    assert sorted(NOWHERE & done) == []
    own = {(procedure, act) for procedure, act, _ in own_acts()}
    assert sorted(own - told() - shown()) == []


NOWHERE = frozenset({"refuse_access", "complete_credit_record"})
"""Acts that tests of their pages do, not a story: 不同意调阅（tests/apps/archive），补充双公示信息（tests/apps/interchange）."""
