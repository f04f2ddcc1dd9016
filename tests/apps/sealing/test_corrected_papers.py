"""A clerical error in a signed paper is put right by a notice of its own: the signed bytes stay, the notice is numbered,
sealed and served, and stands beside the original wherever that is shown."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from sanxiang.casework.codes import case_code
from sanxiang.casework.commands import Answer, Command, handle
from sanxiang.core.casefile import fold
from sanxiang.core.values import legal_day
from sanxiang.store.rebuilding import compare
from sanxiang.three_systems.recording.file_models import RegisterRow
from sanxiang.three_systems.recording.marks import Mark, code_of
from sanxiang.three_systems.recording.register import cursor
from sanxiang.three_systems.recording.sealing import seal
from tests.apps.legal_review_people.people import client
from tests.apps.legal_review_people.volumes import files_of, text_of, volumes_of
from tests.apps.sealing.sealed import Installation, body

LINE, WRONG, RIGHT = "住所（住址）", "演示街8号", "演示街18号"
ROW = {"line": LINE, "passage": WRONG, "wording": RIGHT}
pytestmark = pytest.mark.clauses("GP-12", "PL-57")


def correct(installation: Installation, told: Any, *rows: dict[str, str], **more: Any) -> Answer:
    theatre = installation.theatre
    command = Command(
        act="correct_paper", officer=theatre.who(told, "head"), stream=told.stream, link=more.pop("link", "decide"),
        facts={"clerical_rows": list(rows), "clerical_reason": "录入时少打一个字", **more},
    )  # fmt: skip
    return handle(theatre.connection, theatre.book, command, at=told.at + timedelta(hours=2))


@pytest.fixture
def published(installation: Installation) -> Any:
    """A case whose decision is signed, served and public."""
    told = installation.theatre.played("ordinary", "carry_out")
    installation.work(told)
    return told


def test_the_signed_bytes_stay_and_the_notice_is_numbered_sealed_and_served(
    installation: Installation, published: Any
) -> None:
    theatre, told = installation.theatre, published
    decision = installation.made(told, "decision.made")
    before = body(installation.paper(told, decision))
    answer = correct(installation, told, ROW)
    assert answer.done, [reason.text for reason in answer.verdict.reasons]
    installation.work(told)
    (notice,) = answer.events
    assert body(installation.paper(told, decision)) == before
    assert hashlib.sha256(before).hexdigest() == installation.noted(told, decision).event.files[0]["sha256"]
    number = notice.event.documents[0]["number"]
    assert "补正字〔2026〕" in number
    sealed = body(installation.paper(told, notice))
    found = installation.seals.examine(sealed)
    assert found is not None
    assert found.valid
    text = text_of(sealed)
    assert f"原文“{WRONG}”，补正为“{RIGHT}”" in text
    assert decision.event.documents[0]["number"] in text
    page = client(theatre, "head").get(reverse("casework:case", args=[told.stream])).content.decode()
    assert f"已由{number}补正" in page
    assert f"“{WRONG}”补正为“{RIGHT}”" in page
    day, row = legal_day(decision.occurred_at), RegisterRow.objects.get(event=decision.id)
    row.id += "~"  # the page that begins with this act, whatever else was done that day
    after = quote(cursor(row))
    register = f"/recording/register/?act=decide&since={day}&until={day}&after={after}"
    for place in (f"/recording/{told.stream}/", f"/recording/{told.stream}/party/", register):
        assert f"已由{number}补正" in client(theatre, "head").get(place).content.decode(), place
    assert fold(theatre.events(told)).facts["party_address"].endswith(RIGHT), "later papers read right"
    refused = theatre.tries(told, "close_case")
    assert any(reason.clause == "GP-5" and "“文书补正”的送达" in reason.missing for reason in refused.verdict.reasons)
    served = theatre.tries(told, "serve_decision", link="correct_paper")
    assert served.done, [reason.text for reason in served.verdict.reasons]
    party = Client(REMOTE_ADDR="198.51.100.57")  # whose wrong codes of other tests are not held against
    assert party.post("/counter/", {"code": case_code(told.stream), "factor": "BX0U"}).status_code == 302
    mine = party.get("/counter/mine/").content.decode()
    assert f"已由{number}补正" in mine
    assert "有字写错了" in mine


def test_the_page_behind_the_code_on_the_paper_says_when_and_by_what_it_was_corrected(
    installation: Installation, published: Any
) -> None:
    told, decision = published, installation.made(published, "decision.made")
    paper = decision.event.documents[0]
    mark = Mark(
        UUID(installation.theatre.people["luoyang"][""]), legal_day(decision.occurred_at), paper["template"],
        paper["number"], "0" * 12,
    )  # fmt: skip
    place = f"/counter/paper/{code_of(mark)}/"
    before = Client().get(place).content.decode()
    assert paper["number"] in before
    assert "补正" not in before
    answer = correct(installation, told, ROW)
    assert answer.done, [reason.text for reason in answer.verdict.reasons]
    (notice,) = answer.events
    number, day = notice.event.documents[0]["number"], legal_day(notice.occurred_at)
    page = Client().get(place).content.decode()
    said = f"“{LINE}”），已于 {day.year}年{day.month}月{day.day}日由补正通知书 {number} 补正"
    assert said in page
    for inside in (WRONG, RIGHT, told.stream):
        assert inside not in page.replace(f"/d/{told.stream}/", ""), "which line, and nothing of what stands in it"
    other = replace(mark, template="penalty_notice")
    assert "补正通知书" not in Client().get(f"/counter/paper/{code_of(other)}/").content.decode()
    assert compare(connections["owner"], ("corrected_papers",)).differences == ()


REFUSED = (
    ({"line": "违法事实", "passage": "购进二十件", "wording": "购进二百件"}, "PL-57"),
    ({"line": "证据清单", "passage": "进货单据", "wording": "进货发票"}, "PL-57"),
    ({"line": "裁量理由", "passage": "主动配合", "wording": "拒不配合"}, "PL-57"),
    ({"line": "责令改正的内容", "passage": "立即停止", "wording": "十日内停止"}, "PL-57"),
    ({"line": LINE, "passage": "没有的字", "wording": "别的字"}, "GP-12"),
    ({"line": LINE, "passage": WRONG, "wording": WRONG}, "GP-12"),
    ({"line": "当事人", "passage": "商贸", "wording": "贸易"}, "GP-12"),
)


def test_what_was_decided_is_not_corrected_and_neither_is_what_stayed_inside(
    installation: Installation, published: Any
) -> None:
    before = installation.theatre.events(published)
    for row, clause in REFUSED:
        refused = correct(installation, published, row)
        assert not refused.done
        assert clause in {reason.clause for reason in refused.verdict.reasons}, row
    for link in ("inspect", "conclude_review", "submit_review", ""):
        refused = correct(installation, published, ROW, link=link)
        assert not refused.done
        assert "选明补正的是哪一份已经签发的文书" in refused.verdict.reasons[0].missing, link
    assert installation.theatre.events(published) == before


def test_the_form_names_the_papers_and_the_lines_and_the_public_text_follows(
    installation: Installation, published: Any
) -> None:
    theatre, told = installation.theatre, published
    form = client(theatre, "head").get(reverse("casework:act", args=[told.stream, "correct_paper"])).content.decode()
    decision = installation.made(told, "decision.made")
    assert decision.event.documents[0]["number"] in form
    assert f"<option>{LINE}</option>" in form
    assert "<option>违法事实</option>" not in form
    assert "现在还不能“文书补正”" not in form, "what the form itself asks stands in no one's way"
    early = theatre.played("ordinary", "inspect")
    none = client(theatre, "head").get(reverse("casework:act", args=[early.stream, "correct_paper"]))
    assert "现在还不能“文书补正”" in none.content.decode()
    answer = correct(installation, told, {"line": "当事人", "passage": "商贸", "wording": "贸易"},
                     clerical_same_party="营业执照，统一社会信用代码相同")  # fmt: skip
    assert answer.done, [reason.text for reason in answer.verdict.reasons]
    page = (
        client(theatre, "publisher")
        .get(reverse("casework:act", args=[told.stream, "correct_publication"]))
        .content.decode()
    )
    assert f"已由{answer.events[0].event.documents[0]['number']}补正" in page
    command = Command(
        act="correct_publication", officer=theatre.who(told, "publisher"), stream=told.stream,
        facts={"correction_note": "决定书中当事人名称有误，已补正。"},
    )  # fmt: skip
    put_right = handle(theatre.connection, theatre.book, command, at=told.at + timedelta(hours=3))
    assert put_right.done, [reason.text for reason in put_right.verdict.reasons]
    changes = {one["field"]: (one["before"], one["after"]) for one in put_right.events[0].event.changes}
    assert changes["执法对象"] == ("洛阳演示商贸有限公司", "洛阳演示贸易有限公司")
    assert "贸易" in str(put_right.case.public["执法对象"])


def test_the_volume_shows_the_notice_behind_the_original(installation: Installation, published: Any) -> None:
    theatre, told = installation.theatre, published
    answer = correct(installation, told, ROW)
    number = answer.events[0].event.documents[0]["number"]
    assert theatre.tries(told, "serve_decision", after=timedelta(hours=3), link="correct_paper").done
    seal(theatre.connection, told.stream, at=told.at + timedelta(hours=4))
    theatre.go_on(told)
    archived = installation.made(told, "case.archived")
    catalogue = volumes_of(archived)["volume.pdf"].split("卷内文件目录")[1]
    assert f"已由{number}补正" in catalogue
    assert catalogue.index("行政处罚决定书") < catalogue.index("补正通知书") < catalogue.index("送达回证")
    assert any("补正通知书" in name for name in files_of(archived))
