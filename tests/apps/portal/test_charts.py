"""The public flow charts are the procedures that run: nothing is left out, nothing is drawn that is not there."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.projections import library
from sanxiang.core.gates.charting import chart, may_open
from sanxiang.core.rulebook import Procedure, RuleSet
from sanxiang.portal.charts import draw, wrapped
from sanxiang.three_systems.disclosure.procedures import places

PLACES = ("luoyang", "dongxihu", "wuding", "urumqi", "changning")
SVG = "{http://www.w3.org/2000/svg}"


def opened() -> list[tuple[str, RuleSet, Procedure]]:
    sets = places(timezone.localdate())
    assert {rules.jurisdiction.id for rules, _ in sets} == set(PLACES)
    return [(rules.jurisdiction.id, rules, rule) for rules, found in sets for rule in found]


def get(address: str, status: int = 200) -> Any:
    answer = Client().get(address)
    assert answer.status_code == status, address
    return answer


def test_only_what_can_be_opened_there_is_drawn() -> None:
    found = {(place, rule.id) for place, _, rule in opened()}
    assert found >= {(place, "penalty.ordinary") for place in PLACES if place != "dongxihu"}
    assert ("dongxihu", "benefit") in found
    assert ("dongxihu", "penalty.ordinary") not in found, "out of the scope of its regulation"
    assert get("/procedures/").content.decode().count('href="/procedures/') == len(found) + 1


def test_every_act_of_a_procedure_stands_in_its_chart_once() -> None:
    for _, rules, rule in opened():
        boxes = chart(rules, rule, timezone.now())
        stages = {stage.id: stage.name for stage in rule.stages}
        told = sorted((box.name, name) for box in boxes for name in [*(step.name for step in box.steps), *box.beside])
        assert told == sorted((stages[act.stage], act.name) for act in rule.acts)


def test_it_tells_who_may_do_it_and_the_days() -> None:
    rules = library().on("luoyang", date(2026, 11, 2))
    boxes = {box.name: box for box in chart(rules, rules.procedures["penalty.ordinary"].rule, timezone.now())}
    decision = {step.name: step for step in boxes["决定"].steps}["作出处罚决定"]
    assert decision.posts == ("机关负责人",)
    assert "第五十七条" in decision.clause
    assert "5个工作日" in {term.period for term in boxes["法制审核"].terms}
    assert "7个工作日" in {term.period for term in boxes["决定"].terms}


@pytest.mark.clauses("LY-18")
def test_only_terms_that_can_run_in_the_procedure_stand_beside_it() -> None:
    """A licence knows no fine to pay and no transfer to be approved; what its own law sets is there. An inspection that
    ordered to put something right has the one window to ask the court (行政强制法 53)."""
    rules = library().on("luoyang", date(2026, 11, 2))
    said = {
        name: {
            (term.say, term.law)
            for box in chart(rules, rules.procedures[name].rule, timezone.now())
            for term in box.terms
        }
        for name in ("licence", "penalty.ordinary", "inspection")
    }
    for name, known in (("licence", []), ("inspection", ["《行政强制法》第五十三条"])):
        assert not [say for say, _ in said[name] if "罚款" in say or "批准移送" in say], name
        assert [law for say, law in said[name] if "强制执行" in say] == known, name
    assert {"《行政许可法》第三十二条", "《行政许可法》第四十二条", "《行政许可法》第四十七条"} <= {
        law for _, law in said["licence"]
    }
    assert [say for say, _ in said["penalty.ordinary"] if "缴纳罚款" in say]
    assert [say for say, _ in said["penalty.ordinary"] if "移送" in say]


def test_what_only_practice_knows_is_not_shown_as_law() -> None:
    for _, rules, rule in opened():
        assert not [step for box in chart(rules, rule, timezone.now()) for step in box.steps if "须核定" in step.clause]


def test_a_change_of_the_procedure_changes_the_chart() -> None:
    rules = library().on("luoyang", date(2026, 11, 2))
    rule = rules.procedures["penalty.ordinary"].rule
    moved = replace(rule, acts=tuple(replace(act, by=("officer",)) if act.id == "decide" else act for act in rule.acts))
    less = replace(rule, acts=tuple(act for act in rule.acts if act.id != "decide"))
    at = timezone.now()
    assert len({chart(rules, one, at) for one in (rule, moved, less)}) == 3


def test_a_category_that_a_regulation_leaves_out_cannot_be_opened() -> None:
    rules = library().on("dongxihu", date(2026, 11, 2))
    assert not may_open(rules, rules.procedures["penalty.summary"].rule)
    assert may_open(rules, rules.procedures["benefit"].rule)


def test_the_picture_is_well_formed_and_keeps_inside_its_frame() -> None:
    for place, rules, rule in opened():
        answer = get(f"/procedures/{place}/{rule.id}/chart.svg")
        assert answer["Content-Type"].startswith("image/svg+xml")
        root = ElementTree.fromstring(answer.content)
        width, height = (float(root.attrib[name]) for name in ("width", "height"))
        words = root.findall(f"{SVG}text")
        for word in words:
            size = float(word.attrib["font-size"])
            text = word.text or ""
            wide = sum(0.55 if sign.isascii() else 1.0 for sign in text) * size
            left = float(word.attrib["x"])
            assert left + wide <= (632 if left < 632 else width), text
            assert 0 < float(word.attrib["y"]) < height
        said = "".join((word.text or "").strip() for word in words)
        for act in rule.acts:
            assert act.name in said
        assert not root.findall(f".//{SVG}script")
        drawn, _ = draw(chart(rules, rule, timezone.now()))
        assert all(one.y + one.height < other.y for one, other in itertools.pairwise(drawn))


def test_the_text_tells_all_that_the_picture_tells() -> None:
    page = get("/procedures/luoyang/penalty.ordinary/").content.decode()
    rules = library().on("luoyang", timezone.localdate())
    for box in chart(rules, rules.procedures["penalty.ordinary"].rule, timezone.now()):
        for text in (box.name, *box.beside, *(term.say for term in box.terms), *(step.name for step in box.steps)):
            assert text in page


@pytest.mark.parametrize(
    "address",
    [
        "/procedures/atlantis/penalty.ordinary/", "/procedures/luoyang/nothing/", "/procedures/luoyang/common/",
        "/procedures/dongxihu/penalty.ordinary/", "/procedures/luoyang/%3Cscript%3E/chart.svg",
        "/procedures/luoyang/..%2F..%2Fetc/chart.svg",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(address: str) -> None:
    get(address, 404)


def test_lines_hold_every_sign() -> None:
    text = "先行登记保存通知书、先行登记保存物品清单（abc 123）" * 5
    lines = list(wrapped(text, 17))
    assert "".join(lines) == text
    assert max(map(len, lines)) <= 32
