"""Which papers there are, and what each must hold."""

from __future__ import annotations

import doctest
import re
from types import ModuleType
from typing import Any

import pytest
import yaml

from sanxiang.core.values import document_number
from sanxiang.store.rulebooks.library import default_folder
from sanxiang.three_systems.recording.documents import (
    FontSet,
    MissingFields,
    UnknownTemplate,
    catalogue,
    check,
    preparing,
    registry,
    render,
)
from sanxiang.three_systems.recording.documents.registry import HERE, SECTIONS
from tests.apps.recording.papers import FONTS, PAGE, joined, made, sample, with_table

FORMS = catalogue()
IDS = [form.id for form in FORMS]
ASKED = {
    choice for form in FORMS for part in form.fields for path in (*part.needs, *part.may) for choice in path.split("|")
}


@pytest.mark.parametrize("module", [preparing, registry])
def test_examples_in_the_code_hold(module: ModuleType) -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted
    assert outcome.failed == 0


def test_each_form_has_its_source_and_each_source_its_form() -> None:
    sources = {path.stem for path in (HERE / "templates").glob("[!_]*.typ")}
    assert sources == set(IDS)
    assert len(IDS) == len(set(IDS)) >= 38


def test_each_field_has_a_chinese_name_and_no_name_is_idle() -> None:
    always = {path for part in FORMS.always for path in part.needs}
    assert set(FORMS.labels) == ASKED | always


def test_each_form_cites_what_asks_for_its_fields_and_is_to_be_confirmed() -> None:
    for form in FORMS:
        assert form.status == "须按本地正式文本核定"
        assert form.fields
        assert all(part.law for part in form.fields)
    assert all(term.law for term in FORMS.terms)


def test_every_fact_is_in_the_dictionary() -> None:
    files = sorted((default_folder() / "dictionary").glob("facts*.yaml"))
    known = {fact["id"] for file in files for fact in yaml.safe_load(file.read_text())["facts"]}
    facts = {path.split(".")[0] for path in ASKED if path.split(".")[0] not in SECTIONS}
    assert facts <= known, facts - known


def papers_of_procedures() -> list[tuple[str, str, str]]:
    """(act, template, series) of every paper that a procedure of the rulebooks makes."""
    found: list[tuple[str, str, str]] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for act in node["acts"] if "acts" in node and "stages" in node else ():
                found.extend((act["id"], paper["template"], paper.get("series", "")) for paper in act.get("papers", ()))
            for part in node.values():
                walk(part)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    for file in default_folder().glob("*/*/*.yaml"):
        walk(yaml.safe_load(file.read_text()))
    return found


SEVERAL = {
    "matter_decision": {"确决", "奖决"}, "matter_refusal": {"不确决", "不奖决", "驳裁决"}, "jurisdiction_notice": {"交办"},
}  # fmt: skip
"""One form of several papers: those of confirmations, awards, rulings and cases handed down have series of their own."""


def test_every_paper_of_the_procedures_can_be_made_and_has_the_same_mark() -> None:
    papers = papers_of_procedures()
    assert len(papers) > 30
    for act, template, series in papers:
        assert template in IDS, (act, template)
        assert series in {FORMS[template].mark, *SEVERAL.get(template, ())}, (act, template, series)


@pytest.mark.clauses("DXH-11")
@pytest.mark.journeys("cases.documents")
@pytest.mark.parametrize("template", IDS)
def test_nothing_given_names_all_that_is_missing(template: str) -> None:
    with pytest.raises(MissingFields) as fault:
        render(template, {"facts": {}}, fonts=FONTS)
    due = {*FORMS[template].needs, *(path for part in FORMS.always for path in part.needs)}
    assert set(fault.value.fields) == due
    assert all(FORMS.label(path) in str(fault.value) for path in due)


@pytest.mark.parametrize("template", IDS)
def test_each_needed_field_is_missed_when_it_is_empty(template: str) -> None:
    data = sample(template)
    assert check(template, data) == {}
    for path in FORMS[template].needs:
        without = data
        for choice in path.split("|"):
            without = emptied(without, choice)
        assert path in check(template, without), path


def emptied(node: Any, path: str) -> Any:
    """The data with spaces only, or an empty table, in place of what stands at a path."""
    steps = path.split(".") if path.split(".")[0] in SECTIONS else ["facts", *path.split(".")]
    return blank(node, steps)


def blank(node: Any, steps: list[str]) -> Any:
    if isinstance(node, list):
        return [blank(part, steps) for part in node] if steps else []
    if not steps:
        return "  "
    return {**node, steps[0]: blank(node.get(steps[0]), steps[1:])} if isinstance(node, dict) else node


def test_a_flag_that_says_no_is_there() -> None:
    assert check("onsite_record", sample("onsite_record", facts={"certificate_shown": False})) == {}


def test_a_fine_needs_the_place_to_pay() -> None:
    without = {"facts": {"payment_bank": ""}}
    missing = check("penalty_decision", sample("penalty_decision", **without))
    assert missing == {"payment_bank": ("代收罚款的机构", "行政处罚法第五十九条第一款第四项")}
    warning = {"sanctions": [{"kind": "警告", "amount": None, "text": ""}], "payment_bank": ""}
    assert check("penalty_decision", sample("penalty_decision", facts=warning)) == {}


def test_a_refused_signature_needs_its_reason() -> None:
    refused = {"signature": "拒绝签名", "refusal_reason": ""}
    assert set(check("inquiry_record", sample("inquiry_record", facts=refused))) == {"refusal_reason"}


@pytest.mark.parametrize("template", ["onsite_record", "item_list", "sample_record"])
def test_who_signs_for_an_absent_party_is_named(template: str) -> None:
    absent = {"signature": "", "witness": "邻演示"}
    said = joined(render(template, sample(template, facts=absent), fonts=FONTS).pdf)
    assert re.search(r"不在场，由见证人邻演示签名", said)
    assert "不在场" not in joined(render(template, sample(template), fonts=FONTS).pdf)


def test_an_officer_without_certificate_number_is_named() -> None:
    officers = [{"name": "张演示"}, {"name": "赵演示"}]
    assert set(check("onsite_record", sample("onsite_record", officers=officers))) == {"officers.certificate"}


def test_the_reference_lists_the_templates_as_they_are() -> None:
    assert with_table(PAGE.read_text()) == PAGE.read_text()


def test_unknown_template() -> None:
    with pytest.raises(UnknownTemplate, match="没有名为“../secret”的文书模板"):
        render("../secret", sample("penalty_decision"), fonts=FONTS)


def test_numbers() -> None:
    assert FORMS["penalty_decision"].number("洛市监演", 2024, 3) == document_number("洛市监演罚决", 2024, 3)
    with pytest.raises(ValueError, match="不编文号"):
        FORMS["filing_approval"].number("洛市监演", 2024, 3)


def test_shipped_fonts_stand_in_for_three_styles() -> None:
    assert FontSet().lacking == ("仿宋", "小标宋", "楷体")


def test_the_court_is_not_told_that_nobody_went_to_law_where_somebody_did() -> None:
    """《行政强制法》第五十三条：the months run from the end of review or suit where there was one."""
    silent = joined(made("court_application").pdf)
    assert "在法定期限内没有申请行政复议、提起行政诉讼" in silent
    data = sample("court_application", facts={"base_suit_until": "2024-07-15"})
    contested = joined(render("court_application", data, fonts=FONTS).pdf)
    assert "该决定经过行政复议或者行政诉讼，起诉期限届满（判决生效）之日为2024年7月15日" in contested
    assert "没有申请行政复议" not in contested
