"""The 160 duties of the five regulations: each is there, is bound, and is told truly as working or pending."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sanxiang.config import cli
from sanxiang.config.commands import clauses as command
from sanxiang.core.rulebook import Capability
from tests.support.rules import LIBRARY

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "clauses.json").read_text("utf-8"))


def local(jurisdiction: str) -> tuple:
    """The clauses of the local regulation of a jurisdiction, in their order."""
    place = LIBRARY.jurisdictions[jurisdiction]
    (found,) = [
        LIBRARY.versions[name][-1] for name in place.instruments if LIBRARY.versions[name][-1].layer != "national"
    ]
    return found.clauses


@pytest.mark.parametrize("jurisdiction", ["dongxihu", "luoyang", "wuding", "urumqi", "changning"])
def test_every_clause_is_there_in_its_order(jurisdiction):
    wanted = [
        (row["id"], row["at"], row["kind"], row["system"]) for row in GOLDEN if row["jurisdiction"] == jurisdiction
    ]
    assert [(clause.id, clause.at, clause.kind, clause.system) for clause in local(jurisdiction)] == wanted


def test_there_are_160():
    assert len(GOLDEN) == len({row["id"] for row in GOLDEN}) == 160


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["id"])
def test_a_clause_does_what_its_kind_says_or_names_its_journey(row):
    clause = next(clause for clause in local(row["jurisdiction"]) if clause.id == row["id"])
    working = {
        "gate": clause.gates or clause.records or clause.scopes,
        "deadline": clause.deadlines,
        "content": clause.contents or clause.gates or clause.review or clause.capabilities,
        "capability": clause.capabilities or clause.gates or clause.records or clause.review,
        "access": clause.access,
        "indicator": clause.indicators,
        "report": clause.reports,
        "duty": clause.duties,
    }
    assert working[clause.kind]
    assert clause.text
    assert clause.text.endswith("。")


def test_what_no_rule_can_do_names_the_journey_that_will_show_it():
    """Reports, indicators, tasks, access and pages are only declared by a rule: a journey has to show them."""
    for row in GOLDEN:
        clause = next(clause for clause in local(row["jurisdiction"]) if clause.id == row["id"])
        declared = clause.reports or clause.indicators or clause.duties or clause.access
        page = any(content.of in ("page", "window-board", "flow-chart", "volume") for content in clause.contents)
        acting = clause.gates or clause.deadlines or clause.records or clause.scopes or clause.review
        if declared or (page and not acting):
            assert clause.capabilities, clause.id


def row(tests, name):
    return next(found for found in command.states(LIBRARY, tests) if found["id"] == name)


def ran(outcome="passed", clauses=(), journeys=()):
    return {"outcome": outcome, "clauses": list(clauses), "journeys": list(journeys)}


def test_a_clause_without_a_test_is_pending():
    assert row({}, "LY-39")["state"] == "pending"


def test_a_clause_works_by_the_tests_that_ran():
    found = row({"a": ran(clauses=["LY-39"]), "b": ran(clauses=["LY-39", "LY-12"])}, "LY-39")
    assert (found["state"], found["tests"]) == ("works", ["a", "b"])


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_one_test_that_did_not_pass_makes_it_pending(outcome):
    found = row({"a": ran(clauses=["LY-39"]), "b": ran(outcome, ["LY-39"])}, "LY-39")
    assert (found["state"], found["failing"]) == ("pending", ["b"])


def test_a_clause_waits_for_its_journey():
    waiting = LIBRARY.jurisdictions["luoyang"].instruments[-1]
    journeys = next(clause for clause in LIBRARY.versions[waiting][-1].clauses if clause.id == "LY-17").capabilities
    assert all(isinstance(journey, Capability) for journey in journeys)
    names = [journey.journey for journey in journeys]
    assert row({"a": ran(clauses=["LY-17"])}, "LY-17")["waiting"] == names
    assert row({"a": ran(clauses=["LY-17"], journeys=names)}, "LY-17")["state"] == "works"
    assert row({"a": ran(clauses=["LY-17"]), "b": ran("failed", journeys=names)}, "LY-17")["state"] == "pending"


def test_the_command_tells_them_as_data(tmp_path, capsys):
    record = tmp_path / "clauses.json"
    record.write_text(json.dumps({"tests": {"t": ran(clauses=["LY-39"])}}), "utf-8")
    assert cli.main(["clauses", "--json", "--record", str(record)]) == 0
    told = {one["id"]: one for one in json.loads(capsys.readouterr().out)}
    assert len(told) == 160
    assert {"id", "kind", "state", "tests"} <= told["LY-39"].keys()
    assert (told["LY-39"]["state"], told["LY-12"]["state"]) == ("works", "pending")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tests": 3}', "不是JSON"])
def test_a_broken_record_is_told_not_guessed(tmp_path, capsys, text):
    record = tmp_path / "clauses.json"
    record.write_text(text, "utf-8")
    assert cli.main(["clauses", "--record", str(record)]) == 2
    assert "不是测试结果的记录" in capsys.readouterr().err
