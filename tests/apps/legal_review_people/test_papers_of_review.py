"""The papers of the review as a reader opens them: the numbered opinion, the approval form that carries the review, the
online record in its place, and all of them in the bound volume."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events import registry
from sanxiang.core.gates import ONLINE
from sanxiang.core.values import CHINA, chinese_date, legal_day
from tests.apps.legal_review_people.people import asks, client, paper_text, points, sends, start, waits
from tests.apps.legal_review_people.volumes import files_of, text_of, volumes_of
from tests.law.playing import POINTS
from tests.support.theatre import Theatre, open_theatre

REQUIRED = {"conclude_investigation": {"review_required_by": "本单位目录第三项（演示）"}}
ADVERSE = "裁量理由不充分，请补充后重新送审。"


def settle(theatre: Theatre, at: datetime) -> None:
    """The head of Luoyang settled on the online record."""
    people = theatre.people["luoyang"]
    event = registry.AgencySettled(setting=ONLINE, value=True, effective=legal_day(at).isoformat())
    command = RegisterCommand(
        kind="agency", stream=people[""], agency=people[""], officer=people["head"],
        entries=(Entry(event=event, occurred_at=at),),
    )  # fmt: skip
    assert register(theatre.connection, theatre.book, command, at=at).done


def opinion_of(theatre: Any, told: Any) -> Any:
    return [one for one in theatre.events(told) if one.kind == "review.concluded"][-1]


# ── the opinion ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("LY-36", "LY-37")
@pytest.mark.journeys("review.opinion-paper")
@pytest.mark.parametrize(
    ("outcome", "leads_to"),
    [
        ("同意", "按程序告知、决定"), ("纠正", "承办机构按意见修改后重新送审"),
        ("撤销", "撤销拟作的决定，终止或者另行处理"), ("移送司法机关", "按涉嫌犯罪案件移送规定移送"),
    ],
)  # fmt: skip
def test_each_outcome_has_its_numbered_opinion_signed_by_the_reviewer(
    theatre: Any, outcome: str, leads_to: str
) -> None:
    findings = points("luoyang", problem="" if outcome == "同意" else "裁量", note="理由过于简单")
    told = theatre.played(
        "ordinary", before="give_notice", start="2026-03-02",
        facts={"conclude_review": {"review_outcome": outcome, "review_opinion": ADVERSE, "review_points": findings}},
    )  # fmt: skip
    done = opinion_of(theatre, told)
    (paper,) = done.event.documents
    assert re.fullmatch(r"洛市监演[甲乙丙丁戊己庚辛壬癸]+法审字?〔2026〕\d+号", paper["number"])
    text = paper_text(theatre, told, "review_opinion")
    assert "法制审核意见书" in text
    assert paper["number"] in text
    assert f"审核结论{outcome}（{leads_to}）" in text
    assert ADVERSE in text
    for at, name in enumerate(POINTS["luoyang"], 1):
        finding = "存在问题" if outcome != "同意" and name == "裁量" else "合法"
        assert f"{at}{name}{finding}" in text, name
    assert ("理由过于简单" in text) == (outcome != "同意")
    assert f"签名：周演示{chinese_date(legal_day(done.occurred_at))}" in text
    assert "洛政办〔2019〕37号三(三)2" in text, "why it had to be reviewed"
    assert paper["number"] in client(theatre, "zhang").get(f"/work/cases/{told.stream}/").content.decode()
    refused = theatre.tries(told, "give_notice")
    assert refused.done == (outcome == "同意")


@pytest.mark.clauses("LY-37")
@pytest.mark.journeys("review.opinion-paper")
def test_a_second_reading_has_an_opinion_and_a_number_of_its_own(theatre: Any) -> None:
    told = theatre.played("corrected", before="give_notice", start="2026-03-02")
    first, second = (paper_text(theatre, told, "review_opinion", nth=nth) for nth in (0, 1))
    numbers = [one.event.documents[0]["number"] for one in theatre.events(told) if one.kind == "review.concluded"]
    assert len(set(numbers)) == 2
    assert numbers[0] in first
    assert numbers[1] in second
    assert "审核结论纠正" in first
    assert "审核结论同意" in second


@pytest.mark.clauses("CN-19")
@pytest.mark.journeys("review.opinion-paper")
def test_at_changning_the_written_opinion_and_the_material_go_back_together(theatre: Any) -> None:
    facts = {
        "review_outcome": "存在问题",
        "review_opinion": ADVERSE,
        "review_points": points("changning", problem="裁量"),
    }
    told = theatre.played(
        "ordinary",
        agency="changning",
        before="give_notice",
        start=start(),
        facts={**REQUIRED, "conclude_review": facts},
    )
    sent = next(one for one in theatre.events(told) if one.kind == "review.submitted")
    text = paper_text(theatre, told, "review_opinion", role="unit")
    assert opinion_of(theatre, told).event.documents[0]["number"] in text
    assert "审核结论存在问题（连同书面意见退回材料，修改后重新送审）" in text
    back = text.split("随本意见退回的送审材料")[1]
    for at, material in enumerate(sent.event.facts["review_materials"], 1):
        assert f"{at}.{material['name']}（{material['pages']}页）" in back
    received = chinese_date(legal_day(sent.occurred_at))
    assert f"收到日期{received}" in text
    assert f"审核期限{chinese_date(legal_day(sent.occurred_at) + timedelta(days=10))}" in text
    assert ("submit_review", "officer") in waits(told), "it stands with the handling unit again"
    assert "CN-19" in {reason.clause for reason in theatre.tries(told, "decide").verdict.reasons}


# ── the approval form ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("UR-17", "UR-18")
@pytest.mark.journeys("review.approval-form")
def test_at_urumqi_the_approval_form_of_a_penalty_carries_the_review(theatre: Any) -> None:
    said = "主体适格，事实清楚，依据正确，同意。"
    told = theatre.played(
        "ordinary", agency="urumqi", before="decide", start="2026-03-02",
        facts={"conclude_review": {"review_opinion": said, "review_in_form": True}},
    )  # fmt: skip
    draft = next(one for one in theatre.events(told) if one.kind == "investigation.concluded")
    assert draft.event.review_due
    assert "UR-17" in draft.event.grounds
    theatre.step(told)
    text = paper_text(theatre, told, "decision_approval")
    assert "行政处罚决定审批表" in text
    assert f"法制审核同意：{said}" in text
    answering = text.split("谁负责")[1]
    assert "审核人员水演示：对审核意见负责" in answering
    assert "签名：窦演示" in text
    decided = theatre.events(told)[-1]
    assert [paper["title"] for paper in decided.event.documents] == ["行政处罚决定书", "行政处罚决定审批表"]


@pytest.mark.clauses("UR-17", "UR-19")
@pytest.mark.journeys("review.approval-form")
def test_at_urumqi_no_approval_form_is_made_without_the_review(theatre: Any) -> None:
    told = theatre.played(
        "ordinary", agency="urumqi", before="give_notice", start=start(), without=["submit_review", "conclude_review"]
    )
    status, page = sends(theatre, told, "head", "decide", decision_reasons="事实清楚")
    assert status == 422
    assert "未经审核，主要负责人也不得作出决定" in page
    status, clauses = asks(theatre, told, "head", "decide", decision_reasons="事实清楚")
    assert status == 409
    assert {"UR-19", "PL-58"} <= clauses
    titles = [paper["title"] for one in theatre.events(told) for paper in one.event.documents]
    assert "行政处罚决定审批表" not in titles


# ── the volume ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("CN-20", "CN-21")
@pytest.mark.journeys("archive.volume")
def test_at_changning_the_opinion_lies_in_the_bound_volume(theatre: Any) -> None:
    told = theatre.played("ordinary", agency="changning", start="2026-03-02", facts=REQUIRED)
    events = theatre.events(told)
    assert events[-1].kind == "case.archived"
    number = opinion_of(theatre, told).event.documents[0]["number"]
    volumes = volumes_of(events[-1])
    inner = volumes["volume-supplementary.pdf"]
    catalogue = inner.split("卷内文件目录")[1]
    assert "法制审核意见书" in catalogue
    assert inner.count(number) >= 2, "in the catalogue and on the paper itself"
    assert "主体适格，程序合法，事实清楚" in inner
    assert "法制审核送审表" in inner, "with its material"
    for role, name in (("机关负责人（第一责任人）", "鲁演示"), ("承办机构负责人", "彭演示"), ("审核人员", "郎演示")):
        assert f"{role}{name}：" in inner, role
    assert "备考表" in inner
    assert "审核意见" not in volumes["volume.pdf"], "what stays inside is not in the volume that the party may read"


@pytest.mark.clauses("CN-20")
def test_at_changning_a_decision_that_went_round_the_review_is_not_archived(theatre: Any) -> None:
    told = theatre.played(
        "ordinary", agency="changning", before="decide", start="2026-03-02", facts=REQUIRED,
        without=["submit_review", "conclude_review"],
    )  # fmt: skip
    reported = theatre.tries(told, "decide", report=True)
    assert reported.done
    assert {"CN-21", "TS-4.1"} <= {breach["clause"] for breach in theatre.events(told)[-1].breaches}
    told.at += timedelta(days=1)
    told.done += 1
    for name in ("serve_decision", "prepare_publication", "publish", "carry_out", "close_case"):
        theatre.tries(told, name, report=True)
        told.at += timedelta(days=1)
    before = theatre.events(told)[-1].id
    assert "case.closed" in {one.kind for one in theatre.events(told)}
    refused = theatre.tries(told, "archive")
    assert not refused.done
    # The review is missing, and so is the paper of the decision: reported unlawful, it got none of ours.
    assert {reason.clause for reason in refused.verdict.reasons} == {"CN-20", "TS-3.1"}
    assert theatre.events(told)[-1].id == before


@pytest.mark.clauses("LY-33", "LY-38", "LY-27")
@pytest.mark.journeys("review.online-record", "archive.volume")
def test_where_it_was_settled_the_online_record_lies_in_the_volume_in_place_of_the_opinion(theatre: Any) -> None:
    settled = open_theatre(again=True)
    settle(settled, datetime(2026, 3, 1, 9, tzinfo=CHINA))
    told = settled.played("advised", start="2026-03-02")
    events = settled.events(told)
    assert events[-1].kind == "case.archived"
    record = next(one for one in events if one.kind == "review.concluded")
    assert [(one["title"], one["number"]) for one in record.event.documents] == [("法制审核网上记录", "")]
    text = paper_text(settled, told, "review_record")
    assert "审核在网上流转完成" in text
    for name in POINTS["luoyang"]:
        assert f"{name}合法" in text, name
    assert "审核结论同意" in text
    assert "签名：周演示" in text
    assert "顾演示：初次违法、主动改正" in text, "with what the adviser said"
    files = files_of(events[-1])
    inner = text_of(files["volume-supplementary.pdf"])
    catalogue = inner.split("卷内文件目录")[1]
    assert "法制审核网上记录" in catalogue
    assert "法律顾问、公职律师意见" in catalogue
    assert "决定书应当写明裁量基准的档次" in inner, "the paper of the adviser itself"
    assert "审核在网上流转完成" in inner, "the record itself"
    assert not [name for name in files if "意见书" in name]
    assert "法审" not in inner, "no number was taken"


@pytest.mark.clauses("LY-27", "LY-33", "LY-37")
@pytest.mark.journeys("archive.volume")
def test_without_the_setting_the_numbered_opinion_and_the_advice_lie_in_it(theatre: Any) -> None:
    told = theatre.played("advised", start="2026-03-02")
    events = theatre.events(told)
    inner = volumes_of(events[-1])["volume-supplementary.pdf"]
    assert inner.count(opinion_of(theatre, told).event.documents[0]["number"]) >= 2
    assert "法律顾问、公职律师意见" in inner
    assert "网上记录" not in inner
