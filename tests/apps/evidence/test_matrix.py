"""The table of facts and evidence through its pages: filled in as a form, opened at page and second, told where it has
gaps, shown to the reviewer, printed into the report, exported; nothing of a marked file leaks through it."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from sanxiang.casework import levels
from sanxiang.casework.commands import Command, handle
from sanxiang.config import demo
from sanxiang.core.events.looking import FileClassified
from sanxiang.three_systems.recording import looking
from tests.support.theatre import Theatre

from .brought import SCAN, SOUND
from .test_page import form

FACTS = ("违法行为的主体", "违法行为", "违法行为的时间和地点", "危害后果", "主观过错", "裁量的情节")


def client_of(theatre: Theatre, role: str = "zhang") -> Client:
    client = Client()
    client.force_login(theatre.account(role))
    return client


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def rows(*lines: dict[str, str]) -> dict[str, str]:
    return {f"evidence_matrix.{at}.{name}": text for at, line in enumerate(lines) for name, text in line.items()}


@pytest.fixture
def taken(theatre: Theatre, told: demo.Told) -> demo.Told:
    """The case with a receipt (PDF) and a recording of sound among its evidence."""
    files = [SimpleUploadedFile("单据.pdf", SCAN), SimpleUploadedFile("询问.wav", SOUND)]
    address = f"/work/cases/{told.stream}/do/take_evidence/"
    done = client_of(theatre).post(address, form(theatre, told, files=files, evidence_name="进货票据"))
    assert done.status_code == 302, done.content.decode()[-2000:]
    return told


def weigh(theatre: Theatre, told: demo.Told, *lines: dict[str, str], role: str = "zhang") -> Any:
    typed = {"expected": str(len(theatre.events(told))), **rows(*lines)}
    return client_of(theatre, role).post(f"/work/cases/{told.stream}/do/weigh_evidence/", typed)


FILLED = (
    {"fact": "违法行为", "evidence": "证据1附件1《单据.pdf》", "place": "第2页", "proves": "进货的日期"},
    {"fact": "违法行为", "evidence": "证据1附件2《询问.wav》", "place": "01:05", "verified": "true"},
    {"fact": "主观过错", "evidence": "笔录2《询问笔录》", "place": "第1页", "against": "true", "note": "前后说法不一"},
    {"fact": "演示另加的事实"},
)


def test_the_form_brings_what_is_to_be_proved_and_the_evidence_of_the_case(theatre: Theatre, taken: demo.Told) -> None:
    page = text_of(client_of(theatre).get(f"/work/cases/{taken.stream}/do/weigh_evidence/"))
    for name in FACTS:
        assert f'value="{name}"' in page
    for name in ("证据1《进货票据》", "证据1附件1《单据.pdf》", "证据1附件2《询问.wav》", "笔录1《", "笔录2《"):
        assert re.search(rf"<option>{re.escape(name)}", page), name


def test_a_table_is_saved_by_an_event_and_each_row_opens_its_page_or_second(theatre: Theatre, taken: demo.Told) -> None:
    assert weigh(theatre, taken, *FILLED).status_code == 302
    event = theatre.events(taken)[-1]
    assert event.kind == "evidence.weighed"
    assert len(event.event.facts["evidence_matrix"]) == 4
    item = next(one for one in theatre.events(taken) if one.kind == "evidence.taken")
    asked = next(one for one in theatre.events(taken) if one.event.act == "inquire")
    client = client_of(theatre)
    page = text_of(client.get(f"/work/cases/{taken.stream}/matrix/"))
    pdf, sound = (f"/recording/{taken.stream}/look/{item.id}/{at}/" for at in (0, 1))
    assert f'href="{pdf}?page=2"' in page
    assert f'href="{sound}?t=65"' in page
    assert f'href="/recording/{taken.stream}/paper/{asked.id}/0.pdf#page=1"' in page
    why = client.get(f"{sound}?t=65")  # who looks for the first time says why, and comes to the same second
    assert why.status_code == 302
    said = {"purpose": "办理本案", "next": f"{sound}?t=65"}
    assert 'data-at="65"' in text_of(client.post(f"/recording/{taken.stream}/why/", said, follow=True))
    assert "data-at" not in text_of(client.get(f"{sound}?t=x%22y"))
    assert "#page=2" in text_of(client.get(f"{pdf}?page=2"))
    for text in ("没有证据的事实 6", "演示另加的事实", "没有用上的证据 1", "证据有矛盾 1", "已查证", "前后说法不一"):
        assert text in page, text
    case = text_of(client.get(f"/work/cases/{taken.stream}/"))
    assert f'href="/work/cases/{taken.stream}/matrix/"' in case
    assert "没有证据的事实 6" in case


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"fact": "违法行为", "evidence": "证据7《别处的》"}, "本案没有“证据7《别处的》”"),
        ({"fact": "违法行为", "evidence": "证据1附件9《x》"}, "本案没有“证据1附件9《x》”"),
        ({"fact": "违法行为", "evidence": "证据1《进货票据》", "place": "很后面"}, "出处写“第3页”或者“12:05”"),
        ({"fact": "违法行为", "place": "第1页"}, "没有写是哪一项证据"),
        ({"fact": "违法行为", "evidence": "证据1《进货票据》", "against": "true"}, "怎样看待这一矛盾"),
        ({"evidence": "证据1《进货票据》"}, "待证事实"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_saved(
    theatre: Theatre, taken: demo.Told, line: dict[str, str], said: str
) -> None:
    before = len(theatre.events(taken))
    refused = weigh(theatre, taken, line)
    assert refused.status_code == 422
    assert said in text_of(refused)
    assert len(theatre.events(taken)) == before


def test_who_does_not_handle_cases_cannot_fill_it_in(theatre: Theatre, taken: demo.Told) -> None:
    before = len(theatre.events(taken))
    assert weigh(theatre, taken, FILLED[0], role="reviewer").status_code in (403, 404, 422)
    assert len(theatre.events(taken)) == before
    page = text_of(client_of(theatre, "reviewer").get(f"/work/cases/{taken.stream}/matrix/"))
    assert "do/weigh_evidence" not in page


def test_it_goes_out_as_a_spreadsheet(theatre: Theatre, taken: demo.Told) -> None:
    weigh(theatre, taken, *FILLED, {"fact": "=1+1", "evidence": "证据1《进货票据》"})
    client = client_of(theatre)
    book = load_workbook(io.BytesIO(client.get(f"/work/cases/{taken.stream}/matrix/?as=xlsx").content))
    lines = [tuple(cell or "" for cell in line) for line in book.active.iter_rows(values_only=True)]
    assert lines[0] == ("待证事实", "证据", "出处", "证明目的", "是否查证", "矛盾", "说明")
    assert lines[2][:4] == ("违法行为", "证据1附件1《单据.pdf》", "第2页", "进货的日期")
    assert ("危害后果", "还没有证据") in {line[:2] for line in lines}
    assert "'=1+1" in {line[0] for line in lines}
    assert any(line[0].startswith("（没有用来证明") and line[1].startswith("笔录1") for line in lines)
    told = client.get(f"/work/cases/{taken.stream}/matrix/?as=csv").content.decode("utf-8-sig")
    assert "主观过错" in told


def test_the_report_prints_it_and_the_reviewer_sees_it(theatre: Theatre) -> None:
    start = (timezone.now() - timedelta(days=40)).date().isoformat()
    told = theatre.played("ordinary", before="conclude_investigation", start=start)
    lines = [
        {"fact": "违法行为", "evidence": "笔录1《现场检查笔录》", "place": "第1页", "proves": "演示目的"},
        {"fact": "主观过错"},
    ]
    command = Command(
        act="weigh_evidence", officer=theatre.who(told, "a"), stream=told.stream, facts={"evidence_matrix": lines}
    )
    assert handle(theatre.connection, theatre.book, command, at=told.at + timedelta(minutes=30)).done
    theatre.go_on(told, "conclude_review")
    report = next(one for one in theatre.events(told) if one.event.act == "conclude_investigation")
    answer = client_of(theatre).get(f"/recording/{told.stream}/paper/{report.id}/0.pdf")
    data = b"".join(answered) if (answered := getattr(answer, "streaming_content", None)) else answer.content
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).replace("\n", "")
    assert "待证事实与证据的对应" in printed
    assert "笔录1《现场检查笔录》" in printed
    assert "还没有证据" in printed
    desk = text_of(client_of(theatre, "reviewer").get(f"/review/{told.stream}/"))
    assert re.search(r'data-bring="\d+" data-at="1"[^>]*>笔录1《现场检查笔录》 第1页', desk)
    assert "没有证据的事实" in desk
    assert "送审以后改过" not in desk


def test_rows_about_a_file_that_is_marked_are_not_shown_to_who_may_not_know_it(
    theatre: Theatre, taken: demo.Told
) -> None:
    weigh(theatre, taken, *FILLED)
    item = next(one for one in theatre.events(taken) if one.kind == "evidence.taken")
    reader = looking.reader_of(theatre.account("head"))
    file = item.event.files[0]
    said = FileClassified(
        owner=taken.stream, event=item.id, index=0, sha256=file["sha256"], name=file["name"], level="商业秘密",
        facts={"level_reason": "演示：涉及进货渠道"},
    )  # fmt: skip
    levels.classify(
        reader, None, said, agency=theatre.people["luoyang"][""], actor=looking.actor_of(reader), at=timezone.now()
    )
    for address in (
        f"/work/cases/{taken.stream}/matrix/",
        f"/work/cases/{taken.stream}/",
        f"/work/cases/{taken.stream}/matrix/?as=csv",
    ):
        page = text_of(client_of(theatre, "registrar").get(address))
        assert "单据.pdf" not in page, address
        assert "进货的日期" not in page, address
    assert "单据.pdf" in text_of(client_of(theatre).get(f"/work/cases/{taken.stream}/matrix/"))
