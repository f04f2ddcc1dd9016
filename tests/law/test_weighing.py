"""Facts set against evidence: what has to be proved is data, names of evidence stay true, what is missing is told."""

from __future__ import annotations

import pytest

from sanxiang.core.casefile import fold
from sanxiang.core.events import case as acts
from sanxiang.core.events.weighing import EvidenceWeighed
from sanxiang.core.gates import bound_of, changed_parts, weighing
from tests.core.world import opened, recorded
from tests.support.rules import LIBRARY

PENALTY = ("违法行为的主体", "违法行为", "违法行为的时间和地点", "危害后果", "主观过错", "裁量的情节")
RECEIPT = {"evidence_kind": "书证", "evidence_name": "票据", "evidence_verified": True, "evidence_proves": "进货日期"}
PAPER = ({"template": "onsite_record", "title": "现场检查笔录", "number": ""},)
FILES = ({"name": "票据.pdf", "sha256": "a" * 64, "size": 1, "type": "application/pdf"},)


def rules(day="2026-03-02", place="luoyang"):
    from datetime import date

    return LIBRARY.on(place, date.fromisoformat(day))


def case_of(*rows, procedure="penalty.ordinary", category="处罚"):
    events = [
        recorded(1, opened()),
        recorded(2, acts.EvidenceTaken(act="take_evidence", facts=RECEIPT, files=FILES)),
        recorded(3, acts.ActivityDone(act="inspect", documents=PAPER, recordings=("film",))),
        recorded(4, acts.EvidenceTaken(act="take_evidence", facts={**RECEIPT, "evidence_name": "照片"})),
    ]
    if rows:
        events.append(recorded(5, EvidenceWeighed(act="weigh_evidence", facts={weighing.MATRIX: list(rows)})))
    case = fold(events)
    case.procedure, case.category = procedure, category
    return case


def test_what_has_to_be_proved_is_data_of_the_rules():
    assert weighing.grounds_of(rules(), case_of()) == PENALTY
    assert "申请符合法定条件、标准" in weighing.grounds_of(rules(), case_of(procedure="licence", category="许可"))
    assert "申请人符合给付条件" in weighing.grounds_of(
        rules(place="dongxihu"), case_of(procedure="benefit", category="给付")
    )
    assert weighing.grounds_of(rules(), case_of(procedure="ruling", category="裁决")) == ()


def test_every_place_that_punishes_can_fill_the_table():
    for place in LIBRARY.jurisdictions:
        found = rules(place=place)
        for name in ("penalty.ordinary", "benefit"):
            if name in found.procedures:
                assert found.act(name, "weigh_evidence"), (place, name)


def test_items_are_named_by_where_they_stand_in_the_record():
    items = weighing.items_of(rules(), case_of())
    assert list(items) == ["证据1", "笔录1", "证据2", "录音录像1"]
    assert list(items["证据1"].choices()) == ["证据1《票据》", "证据1附件1《票据.pdf》"]
    assert items["笔录1"].title == "现场检查笔录"
    assert items["录音录像1"].event == "film"


def test_names_are_the_same_from_the_record_and_from_the_state():
    events = [
        recorded(1, opened()),
        recorded(2, acts.ActivityDone(act="inspect", documents=PAPER, recordings=("film", "film2"))),
        recorded(3, acts.EvidenceTaken(act="take_evidence", facts=RECEIPT, recordings=("film",))),
        recorded(4, acts.ActivityDone(act="hear")),
        recorded(5, acts.ActivityDone(act="inquire", documents=PAPER)),
    ]
    names = weighing.names_of(events)
    assert {item.event: name for name, item in weighing.items_of(rules(), fold(events)).items()} == names
    assert sorted(names.values()) == sorted(["笔录1", "笔录2", "证据1", "录音录像1", "录音录像2"])


def test_facts_without_evidence_evidence_without_use_and_contradictions_are_told():
    table = weighing.table_of(
        rules(),
        case_of(
            {"fact": "违法行为", "evidence": "证据1附件1《票据.pdf》", "place": "第2页"},
            {"fact": "危害后果", "evidence": "录音录像1《检查的录音录像》", "place": "1:02:05"},
            {
                "fact": "主观过错",
                "evidence": "笔录1《现场检查笔录》",
                "place": "03:04",
                "against": True,
                "note": "说法前后不一",
            },
            {"fact": "办案人员另加的事实"},
        ),
    )
    assert [name for name, _ in table.facts] == [*PENALTY, "办案人员另加的事实"]
    rows = dict(table.facts)
    assert (rows["违法行为"][0].file, rows["违法行为"][0].page) == (0, 2)
    assert rows["危害后果"][0].second == 3725
    assert rows["违法行为"][0].verified, "verified when it was taken"
    assert table.unproved == ("违法行为的主体", "违法行为的时间和地点", "主观过错", "裁量的情节", "办案人员另加的事实")
    assert [item.name for item in table.idle] == ["证据2"]
    assert table.disputed == ("主观过错",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("证据1《票据》", ("证据1", None)), ("证据12附件3《a》", ("证据12", 2)), ("录音录像2", ("录音录像2", None)),
        ("证据0《a》", ("", None)), ("证据99999", ("", None)), ("票据", ("", None)), ("证据1附件0", ("", None)),
    ],
)  # fmt: skip
def test_a_name_is_read_or_it_is_none(text, found):
    assert weighing.named(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("第3页", (3, 0)), ("12:05", (0, 725)), ("1:00:00", (0, 3600)), ("第3至4页", (0, 0)), ("三页", (0, 0))],
)
def test_a_place_is_a_page_or_a_time(text, found):
    assert weighing.at_place(text) == found


def test_a_review_is_bound_to_which_item_proves_which_fact_and_not_to_the_words_beside_it():
    book = rules().dictionary
    row = {"fact": "违法行为", "evidence": "证据1《票据》", "place": "第1页", "proves": "日期", "note": ""}
    other = {"fact": "主观过错", "evidence": "笔录1", "place": "第2页"}

    def bound(*lines):
        return bound_of(book, {"evidence_list": [{"name": "票据"}], weighing.MATRIX: list(lines)})

    reviewed = bound(row, other)
    same = (
        (other, row),
        ({**row, "place": "第9页", "proves": "数量", "note": "已核对", "verified": True}, other),
        ({**row, "evidence": "证据1《票据原件》"}, other, {"fact": "危害后果"}),
    )
    for lines in same:
        assert changed_parts(reviewed, bound(*lines)) == ()
    changed = (
        (row,),
        (row, {**other, "evidence": "笔录2"}),
        ({**row, "evidence": "证据1附件1《票据.pdf》"}, other),
        ({**row, "against": True, "note": "矛盾"}, other),
        ({**row, "fact": "危害后果"}, other),
        (row, other, {"fact": "违法行为", "evidence": "证据2"}),
    )
    for lines in changed:
        assert changed_parts(reviewed, bound(*lines)) == ("证据",), lines
    assert bound() == bound_of(book, {"evidence_list": [{"name": "票据"}]}), "no table changes no digest of before"
