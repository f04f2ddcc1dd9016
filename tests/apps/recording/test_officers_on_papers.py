"""Who handled a case and who decided it are different people, and no paper calls the one the other."""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.core.casefile import fold
from sanxiang.core.gates.fulltext import full_text
from sanxiang.core.values import legal_day
from sanxiang.three_systems.recording.documents import FontSet, render
from sanxiang.three_systems.recording.gathering import registers_of
from sanxiang.three_systems.recording.papers import paper_data, papers_of
from tests.apps.recording.papers import joined
from tests.support.theatre import Theatre


@pytest.fixture
def papers(theatre: Theatre) -> Any:
    told = theatre.played(start="2026-01-05")
    events = theatre.events(told)
    rules = theatre.book.on("luoyang", legal_day(events[-1].occurred_at))
    registers = registers_of(theatre.connection, events)
    return told, events, rules, registers


def test_a_head_who_decides_is_no_officer_of_the_case(theatre: Theatre, papers: Any) -> None:
    """Every paper that an act of a head, a reviewer or an archivist made names the handlers; who decided stands where
    he signs."""
    told, events, rules, registers = papers
    handlers = {registers.officer(theatre.who(told, role)).name for role in ("a", "b")}
    head = registers.officer(theatre.people["luoyang"]["head"]).name
    assert head not in handlers
    seen = set()
    for paper in papers_of(events):
        data = paper_data(paper, events, rules, registers, demo=True)
        named = {one["name"] for one in data["officers"]}
        assert named <= handlers, paper.title
        assert all(one["certificate"] for one in data["officers"]), paper.title
        seen.add(paper.template)
        if paper.template == "decision_approval":
            assert {one["role"]: one["name"] for one in data["signatures"]}["head"] == head
    assert {"penalty_decision", "decision_approval", "closing_report"} & seen


def test_the_decision_and_its_public_text_say_who_handled_it(theatre: Theatre, papers: Any) -> None:
    told, events, rules, registers = papers
    paper = next(one for one in papers_of(events) if one.template == "penalty_decision")
    data = paper_data(paper, events, rules, registers, demo=True)
    names = "、".join(registers.officer(theatre.who(told, role)).name for role in ("a", "b"))
    text = joined(render("penalty_decision", data, fonts=FontSet()).pdf)
    assert f"由执法人员{names}办理" in text
    assert registers.officer(theatre.people["luoyang"]["head"]).name not in text
    public, _ = full_text(rules, fold(events), registers)
    if public:
        assert [one["name"] for one in public["officers"]] == names.split("、")
