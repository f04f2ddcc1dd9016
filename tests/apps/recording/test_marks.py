"""The codes on papers: where they lead, what their page tells and what it does not, and that none is printed where nobody
said at which address the public finds the site."""

from __future__ import annotations

import base64
import html
import io
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from sanxiang.casework.codes import case_code
from sanxiang.core.values import legal_day
from sanxiang.three_systems.recording import marks
from sanxiang.three_systems.recording.documents import rendering
from sanxiang.three_systems.recording.gathering import registers_of
from sanxiang.three_systems.recording.papers import Paper, paper_data, papers_of
from tests.support.theatre import Theatre

SITE = "https://gs.example.gov.cn"
MARK = marks.Mark(UUID(int=7), date(2026, 3, 2), "penalty_decision", "演示罚决字〔2026〕7号", "0123456789ab")


def test_a_code_says_what_the_paper_is_and_nothing_else_is_a_code() -> None:
    code = marks.code_of(MARK)
    assert marks.mark_of(code) == MARK
    assert len(f"{SITE}/counter/paper/{code}/") < 230, "small enough for a code of 15 mm"
    bare = marks.Mark(UUID(int=7), date(2026, 3, 2), "penalty_decision", "", "0123456789ab")
    assert marks.mark_of(marks.code_of(bare)) == bare
    raw = bytearray(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    for at in range(len(raw)):
        changed = bytes([*raw[:at], raw[at] ^ 1, *raw[at + 1 :]])
        assert marks.mark_of(base64.urlsafe_b64encode(changed).decode().rstrip("=")) is None, at
    for odd in (
        "",
        "x",
        code[:-4],
        code + "AAAA",
        "A" * 5000,
        "é" * 20,
        "../../etc/passwd",
        code.swapcase(),
        " " + code,
    ):
        assert marks.mark_of(odd) is None, odd


def test_another_installation_did_not_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    code = marks.code_of(MARK)
    monkeypatch.setattr(settings, "COUNTER_KEY", "another key")
    assert marks.mark_of(code) is None


@pytest.fixture
def decided(theatre: Theatre) -> Any:
    return theatre.played("revoked", start="2026-01-05", before="revoke")


def of(theatre: Theatre, told: Any, title: str) -> tuple[Paper, dict[str, Any]]:
    """A paper of a case and its data."""
    events = theatre.events(told)
    paper = next(one for one in papers_of(events) if title in one.title)
    rules = theatre.book.on("luoyang", legal_day(events[-1].occurred_at))
    registers = registers_of(theatre.connection, events)
    return paper, paper_data(paper, events, rules, registers, demo=True)


def test_papers_carry_both_codes_where_the_address_is_known_and_none_where_it_is_not(
    theatre: Theatre, decided: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SANXIANG_PUBLIC_URL", "")
    paper, data = of(theatre, decided, "处罚决定书")
    assert (data["qr"], data["party_qr"]) == ("", "")
    without = rendering._content(paper.template, data)
    assert (without["qr"], without["party_qr"]) == ("", "")

    monkeypatch.setattr(settings, "SANXIANG_PUBLIC_URL", SITE)
    _, shown = of(theatre, decided, "处罚决定书")
    assert shown["digest"] == data["digest"], "the address changes nothing of the paper itself"
    assert shown["party_qr"] == f"{SITE}/counter/?code={case_code(decided.stream)}"
    assert shown["qr"].startswith(f"{SITE}/counter/paper/")
    mark = marks.mark_of(shown["qr"].split("/")[-2])
    assert mark is not None
    assert (mark.number, mark.digest) == (paper.number, data["digest"][:12])
    drawn = rendering._content(paper.template, shown)
    assert drawn["qr"] == rendering.qr_drawing(shown["qr"]), "what is printed is this very address"
    assert drawn["party_qr"] == rendering.qr_drawing(shown["party_qr"])
    notice, told = of(theatre, decided, "告知书")
    assert told["party_qr"] == shown["party_qr"], "notices lead to the party's page too"
    assert notice.number == marks.mark_of(told["qr"].split("/")[-2]).number  # type: ignore[union-attr]


def test_the_page_tells_what_the_paper_is_and_nothing_personal(
    theatre: Theatre, decided: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SANXIANG_PUBLIC_URL", SITE)
    paper, data = of(theatre, decided, "处罚决定书")
    place = data["qr"].removeprefix(SITE)
    reader = Client()
    reader.force_login(theatre.account("zhang"))
    reader.post(f"/recording/{decided.stream}/why/", {"purpose": "办理本案"})
    pdf = reader.get(f"/recording/{decided.stream}/paper/{paper.event}/{paper.index}.pdf?download")
    printed = "".join((PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text() or "").split())
    with CaptureQueriesContext(connections["default"]) as desk:
        answer = Client().get(place)
    assert answer.status_code == 200
    assert not desk, "nothing of the cases is asked"
    page = html.unescape(answer.content.decode())
    for told in (paper.number, data["agency"]["name"], "处罚决定书"):
        assert told in page
    digest = data["digest"][:12]
    assert digest in page.replace(" ", "")
    assert f"核验码{digest}" in printed, "the same stands on the paper"
    party = data["party"]
    for secret in (
        party["name"],
        party.get("credit_code"),
        party.get("id_number"),
        party.get("address"),
        decided.stream,
    ):
        assert not secret or secret not in page.replace(f"/d/{decided.stream}/", ""), secret
    assert "被撤销" not in page
    theatre.go_on(decided)
    later = html.unescape(Client().get(place).content.decode())
    assert "被撤销、变更或者确认违法" in later
    assert "停止公示（撤销）" in later
    for odd in (
        place[:-6] + "/",
        "/counter/paper/x/",
        f"/counter/paper/{'A' * 3000}/",
        f"/counter/paper/{quote('演示')}/",
    ):
        assert Client().get(odd).status_code == 404


def test_a_board_is_printed_without_a_code_where_no_address_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SANXIANG_PUBLIC_URL", "")
    assert marks.public("/agencies/x/") == ""
    assert marks.party_address("") == ""
    assert rendering.qr_drawing(marks.public("/agencies/x/")) == ""
    monkeypatch.setattr(settings, "SANXIANG_PUBLIC_URL", SITE)
    assert marks.public("/agencies/x/") == f"{SITE}/agencies/x/"
    assert marks.party_address("") == "", "no code, no way"


@pytest.mark.parametrize(
    ("said", "stands"),
    [("https://gs.example.gov.cn/", SITE), ("http://10.0.0.1:8080", "http://10.0.0.1:8080"), ("", ""),
     ("gs.example.gov.cn", None), ("https://x/path", None), ("ftp://x", None), ("https://", None), ("javascript:1", None)],
)  # fmt: skip
def test_the_setting_takes_an_address_alone(said: str, stands: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from sanxiang.config.settings import _site

    monkeypatch.setenv("SANXIANG_PUBLIC_URL", said)
    if stands is None:
        with pytest.raises(ImproperlyConfigured, match="SANXIANG_PUBLIC_URL"):
            _site("SANXIANG_PUBLIC_URL")
    else:
        assert _site("SANXIANG_PUBLIC_URL") == stands
