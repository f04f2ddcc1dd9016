"""Evidence is verified or excluded through its form, and own officers are chosen from the register where an act names
one: what may not found a fact is said on the table, and who was not in office is refused by name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sanxiang.casework.auditing import RegisterHistory, replay_case
from sanxiang.casework.commands import Command, handle
from sanxiang.casework.people import written_names
from sanxiang.config import demo
from tests.support.theatre import Theatre

from .test_matrix import client_of, rows, text_of, weigh
from .test_page import form


def take(theatre: Theatre, told: demo.Told, name: str, **more: str) -> None:
    address = f"/work/cases/{told.stream}/do/take_evidence/"
    typed = form(theatre, told, evidence_name=name) | more
    assert client_of(theatre).post(address, typed).status_code == 302


def check(theatre: Theatre, told: demo.Told, *lines: dict[str, str]) -> Any:
    typed = {"expected": str(len(theatre.events(told)))}
    typed |= {name.replace("evidence_matrix", "evidence_checks"): text for name, text in rows(*lines).items()}
    return client_of(theatre).post(f"/work/cases/{told.stream}/do/check_evidence/", typed)


@pytest.mark.clauses("PL-46")
def test_the_form_brings_what_nobody_verified_and_the_table_says_what_was_excluded(
    theatre: Theatre, told: demo.Told
) -> None:
    take(theatre, told, "进货票据")
    take(theatre, told, "账册照片", evidence_verified="")
    page = text_of(client_of(theatre).get(f"/work/cases/{told.stream}/do/check_evidence/"))
    assert "<option selected>证据2《账册照片》" in page
    assert "<option selected>证据1《进货票据》" not in page, "verified when it was taken"
    assert weigh(theatre, told, {"fact": "违法行为", "evidence": "证据2《账册照片》"}).status_code == 302
    nothing = check(theatre, told, {"evidence": "证据2《账册照片》", "outcome": "查证属实"})
    assert (nothing.status_code, "怎样查证" in text_of(nothing)) == (422, True)
    said = {"evidence": "证据2《账册照片》", "outcome": "排除：以非法手段取得", "how": "未经允许翻拍"}
    assert check(theatre, told, said).status_code == 302
    assert "已经排除（以非法手段取得）" in text_of(client_of(theatre).get(f"/work/cases/{told.stream}/matrix/"))
    refused = theatre.tries(told, "conclude_investigation", after=timedelta(days=1))
    assert [(one.clause, one.fix) for one in refused.verdict.reasons] == [("PL-46", "change_draft")]
    assert check(theatre, told, said | {"outcome": "查证属实", "how": "补充了来源"}).status_code == 302
    assert theatre.tries(told, "conclude_investigation", after=timedelta(days=1)).done, "the last word holds"


@pytest.mark.clauses("CL-18")
def test_who_approved_is_chosen_from_the_register_and_judged_again_by_it(theatre: Theatre, told: demo.Told) -> None:
    names = written_names(theatre.people["luoyang"][""])
    page = text_of(client_of(theatre).get(f"/work/cases/{told.stream}/do/preserve/"))
    assert 'name="measure_approved_by"' in page
    assert all(f"<option>{name}</option>" in page for name in names[:3])
    told_all = ("document_shown", "reason_told", "basis_told", "rights_told", "remedies_told", "explained")
    ready = dict.fromkeys(("certificate_shown", "recording_told", *told_all), True)
    day = theatre.moment(told).date().isoformat()
    facts = {
        **ready, "measure_items": [{"name": "账册", "quantity": "2"}], "measure_place": "演示路8号",
        "signature": "已签名",
        "recording_mode": "全程录音录像", "recording_place": "执法记录仪平台", "recording_on": day, "recording_maker": "李演示",
        "recording_method": "随身录制", "started_on_site": f"{day}T08:00", "ended_on_site": f"{day}T08:30",
    }  # fmt: skip

    def kept(who: str, *, report: bool = False) -> Any:
        two = tuple(theatre.who(told, role) for role in ("a", "b"))
        command = Command(act="preserve", officer=two[0], stream=told.stream, officers=two,
                          facts={**facts, "measure_approved_by": who, "late_entry_reason": "演示"}, report=report)  # fmt: skip
        return handle(theatre.connection, theatre.book, command, at=theatre.moment(told))

    first = "LY-53"  # its paper has to be reviewed before
    assert [one.clause for one in kept("周演示").verdict.reasons] == ["PL-56", first]
    assert [one.clause for one in kept("郑演示").verdict.reasons] == [first]
    assert kept("郑演示", report=True).done
    found = replay_case(told.stream, theatre.events(told), theatre.book, RegisterHistory(theatre.connection))
    assert not any(found), "the name is looked up again"
