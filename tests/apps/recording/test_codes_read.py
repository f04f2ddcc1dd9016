"""Every code that the product prints or shows is read by an independent reader, and says exactly the address that it
should: papers as they are printed, public texts, boards, certificates, the code held out on the spot."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from sanxiang.casework.codes import case_code
from sanxiang.core.values import legal_day
from sanxiang.counter import showing
from sanxiang.three_systems.disclosure.models import PublicCertificate
from sanxiang.three_systems.recording import marks
from sanxiang.three_systems.recording.documents import FontSet, public_pdf, render
from sanxiang.three_systems.recording.documents.boards import SIZES, Board, Post, board
from sanxiang.three_systems.recording.gathering import registers_of
from sanxiang.three_systems.recording.papers import paper_data, papers_of
from tests.support.codes import on_paper, on_picture, on_screen
from tests.support.theatre import Theatre

SITE = "https://gs.example.gov.cn"


@pytest.fixture(autouse=True)
def _site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SANXIANG_PUBLIC_URL", SITE)


def test_every_printed_paper_of_a_case_leads_to_its_check_and_to_the_party(theatre: Theatre) -> None:
    told = theatre.played(start="2026-01-05")
    events = theatre.events(told)
    rules = theatre.book.on("luoyang", legal_day(events[-1].occurred_at))
    registers, fonts, party = registers_of(theatre.connection, events), FontSet(), 0
    for paper in {one.template: one for one in papers_of(events)}.values():
        data = paper_data(paper, events, rules, registers, demo=True)
        read = on_paper(render(paper.template, data, fonts=fonts).pdf)
        assert set(read) <= {data["qr"], data["party_qr"]}, paper.title
        assert data["qr"] in read, paper.title
        mark = marks.mark_of(data["qr"].removeprefix(f"{SITE}/counter/paper/").rstrip("/"))
        assert mark is not None
        assert mark.number == paper.number
        if f"{SITE}/counter/?code={case_code(told.stream)}" in read:
            party += 1
    assert party >= 2, "the notice and the decision, at least"


def test_the_code_of_the_public_text_opens_its_page() -> None:
    from tests.apps.recording.papers import sample

    full = {**sample("penalty_decision"), "template": "penalty_decision"}
    address = f"{SITE}/d/0b1c2d3e-0000-4000-8000-000000000000/"
    read = on_paper(public_pdf(full, address=address, fonts=FontSet()))
    assert read, "on every page"
    assert set(read) == {address}


def test_the_code_of_a_certificate_opens_its_check(theatre: Theatre, tmp_path: Path) -> None:
    held = PublicCertificate.objects.filter(agency=theatre.people["luoyang"][""]).order_by("number")
    card = next(one for one in held if one.valid(timezone.localdate()))
    (read,) = on_screen(Client().get(f"/officers/code.svg?q={card.number}").content, tmp_path)
    assert read.startswith(f"{SITE}/officers/?q=")
    assert "有效" in Client().get(read.removeprefix(SITE)).content.decode()


def test_the_code_held_out_is_the_address_beneath_it(theatre: Theatre, tmp_path: Path) -> None:
    address = f"{SITE}/counter/s/{'A1b2-_' * 3}wxyz/"
    assert on_screen(showing.drawn(address), tmp_path) == [address]
    told = theatre.played("ordinary", "inspect", start="2026-10-12")
    officer = Client()
    officer.force_login(theatre.account("zhang"))
    typed = {
        "officers": [theatre.who(told, "a"), theatre.who(told, "b")], "shown_for": ["检查"],
        "shown_matter": "看一看店里食品的标签。", "shown_basis": "《食品安全法》第六十七条（演示）",
    }  # fmt: skip
    page = officer.post(f"/counter/show/{told.stream}/", typed, follow=True).content.decode()
    drawing = re.search(r"<svg.*?</svg>", page, re.S)
    assert drawing is not None
    svg = (
        drawing[0].replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        if "xmlns" not in drawing[0]
        else drawing[0]
    )
    (read,) = on_screen(svg, tmp_path)
    place = re.search(r"/counter/s/[\w-]{22}/", page)
    assert place is not None
    assert read.endswith(place[0])


def test_what_is_spoilt_is_not_read(tmp_path: Path) -> None:
    """The reader reads codes, not what it was told to find."""
    from PIL import Image

    assert on_picture(Image.new("L", (300, 300), 255)) == []
    (read,) = on_screen(showing.drawn(f"{SITE}/another/"), tmp_path)
    assert read == f"{SITE}/another/"


@pytest.mark.parametrize("size", SIZES)
def test_the_code_of_a_board_opens_its_window(size: Literal["a4", "a3"]) -> None:
    address = f"{SITE}/agencies/0b1c2d3e-0000-4000-8000-000000000000/windows/1/"
    told = Board(
        "演示机关", "一号窗口", [Post([("姓名", "张演示"), ("职责", "受理申请")])], address, 1, date(2026, 3, 2)
    )
    assert on_paper(board(told, size, fonts=FontSet())) == [address]
