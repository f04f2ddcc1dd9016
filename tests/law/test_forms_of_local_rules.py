"""A local clause brings its own fields into the form; no procedure is written anew for it (由条款带进表单的事项)."""

from __future__ import annotations

from datetime import date

import pytest

from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates.asking import also_asked
from tests.support.rules import LIBRARY

DAY = date(2024, 9, 27)


def fields(jurisdiction, act, procedure="penalty.ordinary", category="处罚", **facts):
    rules = LIBRARY.on(jurisdiction, DAY)
    found = rules.act(procedure, act)
    return also_asked(rules, CaseFile(category=category, procedure=procedure, facts=facts), found)


CHANGED = ("applied_rule", "applied_rule_reason", "higher_norm")
"""Which of two versions of a rule applies, and which of several norms sets the higher fine: asked wherever a penalty
is proposed (Penalty Law, arts. 29 and 37)."""


@pytest.mark.parametrize(
    ("jurisdiction", "act", "expected"),
    [
        ("changning", "inspect", {"defence_told", "hearing_right_told"}),
        ("wuding", "inspect", {"certificate_worn", "remedy_procedure_told", "remedy_channel_told", "in_case_venue"}),
        ("changning", "conclude_investigation", {"enforcement_sector", *CHANGED}),
        ("changning", "submit_review", {"review_due_on"}),
        ("urumqi", "withhold_publication", {"excuse_law_level"}),
        ("luoyang", "conclude_investigation", {"enforcement_sector", *CHANGED}),
    ],
)
def test_a_clause_brings_its_fields(jurisdiction, act, expected):
    assert set(fields(jurisdiction, act)) == expected


def test_fields_of_another_category_stay_away():
    assert "licence_hearing" not in fields("changning", "conclude_investigation")
    assert "enforcement_sector" not in fields("dongxihu", "conclude_investigation", "benefit", "给付")
    assert "violation_ended_on" not in fields("dongxihu", "decide", "benefit", "给付")


def test_what_the_case_holds_already_is_not_asked_again():
    assert "secrecy_kind" in fields("dongxihu", "publish", "benefit", "给付")
    assert "secrecy_kind" not in fields("dongxihu", "publish", "benefit", "给付", secrecy_kind=["商业秘密"])


def test_what_belongs_to_one_act_is_asked_each_time():
    assert "remedy_channel_told" in fields("wuding", "inspect", remedy_channel_told=True)
