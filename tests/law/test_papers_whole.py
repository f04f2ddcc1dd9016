"""What a clause says that a paper must hold is held: a paper whose bound content is empty is refused before it is
issued, with the clause, what is missing and where it is mended; what the form prints by itself stands in the paper of
every place. And everything else that a content may be of has something that enforces it, named here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from sanxiang.casework.play import Performance, Stage, situation, take
from sanxiang.casework.scenario import Step
from sanxiang.config.paths import ROOT
from sanxiang.core.casefile import fold
from sanxiang.core.gates import Situation, consider
from sanxiang.core.gates.predicates import evaluate
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import FORM, Content
from sanxiang.store.rulebooks.library import default_folder
from sanxiang.store.rulebooks.links import OTHERS
from sanxiang.three_systems.recording.documents import FontSet, render
from sanxiang.three_systems.recording.papers import Paper, paper_data, papers_of
from tests.apps.recording.papers import joined, made
from tests.support.rules import LIBRARY, scenario

TESTS = Path(__file__).parents[1]
SRC = ROOT / "src" / "sanxiang"


def of_papers() -> dict[tuple[str, int], Content]:
    """Every content that is bound to a paper, by its clause and its place among that clause's contents."""
    return {
        (clause.id, place): content
        for versions in LIBRARY.versions.values()
        for whole in versions
        for clause in whole.clauses
        for place, content in enumerate(clause.contents)
        if content.of not in OTHERS
    }


WANTED = {(clause, content.of, one) for (clause, _), content in of_papers().items() for one in content.wanted()}
PRINTED = sorted({(content.of, name) for content in of_papers().values() for name in content.fields
                  if content.source.get(name) == FORM})  # fmt: skip


@cache
def played() -> tuple[dict[tuple[str, str, str], tuple[Any, ...]], dict[str, tuple[Stage, list[Any], Paper]]]:
    """From all scenarios: for every source that a paper rests on the first situation in which that paper is made, as it
    is before the act; and for every such paper the record that it stands in."""
    situations: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    papers: dict[str, tuple[Stage, list[Any], Paper]] = {}
    templates = {content.of for content in of_papers().values()}
    for file in sorted(default_folder().glob("*/*/scenarios/*.yaml")):
        told = scenario(file)
        stage, performance = Stage(LIBRARY, told), Performance(told)
        for step in told.steps:
            before, registers = performance.case.copied(), stage.registers
            verdict = take(stage, performance, step).verdict
            if verdict.allowed and not step.act.count(".") and performance.events:
                event = performance.events[-1].event
                for paper in event.documents:
                    if paper["template"] in templates:
                        note(situations, stage, before, registers, step, paper["template"])
                for made_paper in papers_of(performance.events[-1:]):
                    if made_paper.template in templates:
                        papers.setdefault(made_paper.template, (stage, list(performance.events), made_paper))
        if len(situations) == len(WANTED) and len(papers) == len(templates):
            break
    return situations, papers


def note(found: dict[Any, Any], stage: Stage, case: Any, registers: Registers, step: Step, template: str) -> None:
    s = situation(stage, case, step)
    s.act = s.rules.act(s.case.procedure or stage.scenario.case.get("procedure", ""), step.act)
    for bound in s.rules.gates_for(s.case.procedure, s.act) if s.act else ():
        if bound.rule.code == f"{bound.clause.id}/{template}" and evaluate(bound.rule.when, s).state:
            for one in bound.rule.needs[0].value:
                found.setdefault((bound.clause.id, template, one), (stage.rules, case, registers, step, stage))


def without(s: Situation, names: tuple[str, ...]) -> Situation:
    """The situation with nothing in these facts: neither stated, nor in the case, nor registered."""
    case = s.case.copied()
    case.facts = {key: value for key, value in case.facts.items() if key not in names}
    facts = {key: value for key, value in s.proposal.facts.items() if key not in names}
    agencies = {}
    for name, agency in s.registers.agencies.items():
        bare = replace(agency)
        bare.facts = {key: value for key, value in agency.facts.items() if key not in names}
        agencies[name] = bare
    registers = Registers(s.registers.officers, agencies, devices=s.registers.devices, draws=s.registers.draws)
    return Situation(s.rules, case, registers, replace(s.proposal, facts=facts), recordings=s.recordings,
                     brought=s.brought, users=s.users)  # fmt: skip


@pytest.mark.parametrize(("clause", "template", "one"), sorted(WANTED))
def test_a_paper_with_nothing_in_a_bound_field_is_refused(clause: str, template: str, one: str) -> None:
    _, case, registers, step, stage = played()[0][clause, template, one]
    stage.registers = registers
    s = situation(stage, case, step)
    names = tuple(one.split("|"))
    assert consider(s).allowed
    verdict = consider(without(s, names))
    told = [reason for reason in verdict.reasons if reason.clause == clause and reason.code == f"{clause}/{template}"]
    labels = "或者".join(LIBRARY.dictionary[name].label for name in names)
    assert [labels in reason.missing for reason in told].count(True) == 1
    reason = next(reason for reason in told if labels in reason.missing)
    assert reason.law
    assert reason.text
    # Where it is mended: the act that states it, or who keeps the register.
    act = s.rules.act(s.case.procedure, reason.fix)
    assert act is not None if reason.fix else reason.helper == LIBRARY.posts["registrar"]


def test_blanks_are_nothing() -> None:
    _, case, registers, step, stage = played()[0]["PL-59", "penalty_decision", "party_address"]
    stage.registers = registers
    s = situation(stage, case, step)
    empty = without(s, ("party_address",))
    empty.case.facts["party_address"] = " \u3000 "
    assert any(reason.code == "PL-59/penalty_decision" for reason in consider(empty).reasons)


SAID = {
    "履行方式和期限": r"应当自收到本决定书之日起.*(履行本决定|缴至)",
    "救济期限": r"如不服本决定，可以自收到本决定书之日起六十日内向.+申请行政复议；也可以自收到本决定书之日起六个月内依法向.+提起行政诉讼",
    "先申请行政复议的告知": r"应当先自收到本决定书之日起六十日内向.+申请行政复议；对行政复议决定不服的，可以自收到行政复议决定书之日起十五日内",
    "决定日期": r"20\d\d年\d{1,2}月\d{1,2}日",
    "日期": r"20\d\d年\d{1,2}月\d{1,2}日",
    "陈述和申辩的权利": r"收到本催告书后有权进行陈述和申辩",
    "失信行为分类": r"失信行为分类：(轻微|一般|严重)。",
    "最短公示期限": r"最短公示期限：(自处罚决定之日起\d|不设)",
    "最长公示期限": r"最长公示期限：.*自处罚决定之日起.*届满",
}
"""What a form must print of a field that it prints by itself; the name of the agency is asked for as it stands."""
FRAME = {
    "案件名称": "案件名称洛阳示例食品有限公司", "立卷单位": "立卷单位洛阳市市场监督管理局", "案卷号": "案卷号2024-0012",
    "序号": "序号", "文号": "文号", "责任者": "责任者", "题名": "题名", "日期": "日期", "页号": "页号",
}  # fmt: skip
"""The same for cover and catalogue, which are printed when the volume is bound: of the sample case."""


UNMARKED = {"digest": "", "qr": "", "party_qr": "", "party_code": ""}


def agencies() -> Iterator[tuple[str, dict[str, Any]]]:
    told = yaml.safe_load((ROOT / "demonstration" / "world.yaml").read_text("utf-8"))
    for one in told["agencies"]:
        yield one["jurisdiction"], one["facts"]


@pytest.mark.clauses("PL-59", "RC-23", "CL-24", "CL-29", "CR-6")
@pytest.mark.parametrize("place", sorted(LIBRARY.jurisdictions))
@pytest.mark.parametrize("template", sorted({template for template, _ in PRINTED} - {"volume_cover", "catalogue"}))
def test_the_form_prints_in_every_place_what_it_prints_by_itself(template: str, place: str) -> None:
    stage, events, paper = played()[1][template]
    facts = dict(agencies())[place]
    agency = next(iter(stage.registers.agencies.values()))
    here = replace(agency)
    here.facts = {**agency.facts, **facts}
    case = fold(events)
    case.agency = str(UUID(int=7))
    registers = Registers(stage.registers.officers, {case.agency: here})
    rules = LIBRARY.on(place, max(date(2026, 4, 1), events[-1].occurred_at.date()))
    data = paper_data(paper, events, rules, registers, demo=False, case=case) | UNMARKED
    text = joined(render(template, data, fonts=FontSet()).pdf)
    text = re.sub(r"—\d+—", "", text)  # the number of a page stands between two lines
    for name in (name for of, name in PRINTED if of == template):
        if name == "机关名称":
            assert facts["agency_name"] in text
        else:
            assert re.search(SAID[name], text), (name, text)
    if any(name == "救济期限" or name == "先申请行政复议的告知" for of, name in PRINTED if of == template):
        assert facts["agency_review_body"] in text
        assert facts["agency_court"] in text


@pytest.mark.clauses("AL-37")
def test_cover_and_catalogue_print_what_the_archive_asks_for() -> None:
    for template, name in PRINTED:
        if template in ("volume_cover", "catalogue"):
            assert FRAME[name] in joined(made(template).pdf), (template, name)


BY = {
    "publication": (SRC / "core/gates/publishing.py", "law/test_publication_cycle.py"),
    "page": (SRC / "core/gates/paging.py", "apps/portal/test_before.py"),
    "full-text": (SRC / "core/gates/fulltext.py", "law/test_papers_and_forms.py"),
    "full-text-facts": (SRC / "core/gates/fulltext.py", "law/test_papers_and_forms.py"),
    "review_package": (SRC / "core/gates/packaging.py", "law/test_both_ways.py"),
    "facts-to-prove": (SRC / "core/gates/weighing.py", "law/test_weighing.py"),
    "device-usage": (SRC / "core/gates/equipping.py", "apps/devices/test_rules.py"),
    "device-rules": (SRC / "core/gates/equipping.py", "apps/devices/test_rules.py"),
    "recording-statement": (SRC / "core/gates/archiving.py", "law/test_both_ways.py"),
    # By the gate of the same clause.
    "item": (None, "law/test_both_ways.py"),
    "inspection-record": (None, "law/test_both_ways.py"),
    # Boards, flow charts, rules of recording and of the archive, the parts of a volume: no act of a case makes them.
    "window-board": (SRC / "core/registers/pages.py", "apps/portal/test_windows.py"),
    "monitor-place": (SRC / "core/registers/pages.py", "apps/devices/test_monitors.py"),
    "flow-chart": (SRC / "core/gates/charting.py", "apps/portal/test_charts.py"),
    "recording-rules": (SRC / "three_systems/recording/rules_table.py", "apps/archive/test_register.py"),
    "archive-rules": (SRC / "core/gates/retaining.py", "apps/archive/test_register.py"),
    "volume": (SRC / "three_systems/recording/documents/binding.py", "apps/archive/test_archive_package.py"),
}
"""What enforces a content that is of no paper, and the test that shows it."""


def test_every_other_content_is_enforced_by_something_that_is_tested() -> None:
    assert set(BY) == OTHERS
    for code, test in BY.values():
        assert code is None or code.exists(), code
        assert (TESTS / test).exists(), test
    for versions in LIBRARY.versions.values():
        for clause in (clause for whole in versions for clause in whole.clauses):
            for content in (one for one in clause.contents if one.of in OTHERS and BY[one.of][0] is None):
                assert clause.gates, (clause.id, content.of)
