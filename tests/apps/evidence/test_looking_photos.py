"""Photos, uploaded papers and the papers of the system are looked at as films are: why is said once a case and day, the
look is on the record, what is shown bears who looks; originals are downloads."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf
import pypdfium2
import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageChops

from sanxiang.casework.models import AccessNote, CaseRow
from sanxiang.config import demo
from sanxiang.core.values import legal_day
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import examining, watermarks
from sanxiang.three_systems.recording.models import LookRow
from tests.support.heic import grid
from tests.support.theatre import Theatre

from .brought import PHOTO, SCAN
from .test_looking import client_of, says_why

CLAUSES = pytest.mark.clauses("LY-29", "UR-15", "CN-12")
JOURNEY = pytest.mark.journeys("recording.player")


@pytest.fixture(scope="module")
def told(opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> demo.Told:
    """A case with a photo, a scan and a photo of a phone in tiles among its evidence."""
    folder = tmp_path_factory.mktemp("tiles")
    red, green, blue, yellow = (200, 30, 30), (30, 170, 40), (30, 40, 200), (220, 210, 40)
    tiles = grid(folder, [[red, green], [blue, yellow]], (250, 250))
    files = tuple(
        {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "type": kind}
        for name, data, kind in (
            ("店内.png", PHOTO, "image/png"), ("单据.pdf", SCAN, "application/pdf"), ("手机.heic", tiles, "image/heic"),
        )
    )  # fmt: skip
    with django_db_blocker.unblock():
        found = opened_theatre.played(before="take_evidence", start="2026-10-16")
        for data in (PHOTO, SCAN, tiles):
            shelf().add(data)
        assert opened_theatre.tries(found, "take_evidence", files=files).done
        connections.close_all()
    return found


def event_of(theatre: Theatre, told: demo.Told) -> str:
    return next(one.id for one in theatre.events(told) if any(f["name"] == "店内.png" for f in one.event.files))


def bytes_of(theatre: Theatre, told: demo.Told, index: int, what: str = "view") -> str:
    return f"/files/of/{told.stream}/{event_of(theatre, told)}/{index}/{what}"


def looked(told: demo.Told, name: str, manner: str) -> int:
    return LookRow.objects.filter(owner=told.stream, officer_name=name, manner=manner).count()


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))


@CLAUSES
@JOURNEY
@pytest.mark.parametrize("index", [0, 1, 2], ids=["photo", "scan", "tiles"])
def test_nothing_is_shown_before_he_says_why(theatre: Theatre, told: demo.Told, index: int) -> None:
    unit, event = client_of(theatre, "unit"), event_of(theatre, told)
    before = LookRow.objects.filter(owner=told.stream).count()
    for place in (f"look/{event}/{index}/", f"file/{event}/{index}/?download"):
        asked = unit.get(f"/recording/{told.stream}/{place}")
        assert asked.status_code == 302
        assert asked["Location"].startswith(f"/recording/{told.stream}/why/?next=")
    framed = unit.get(f"/recording/{told.stream}/file/{event}/{index}/", HTTP_SEC_FETCH_DEST="iframe")
    assert "/why/" in framed["Location"]
    for what in ("view", "small", "original"):
        assert unit.get(bytes_of(theatre, told, index, what)).status_code == 403
    assert LookRow.objects.filter(owner=told.stream).count() == before


@CLAUSES
@JOURNEY
def test_one_question_a_day_and_the_last_answer_is_offered(theatre: Theatre, told: demo.Told) -> None:
    zhang, page, notes = client_of(theatre, "zhang"), f"/work/cases/{told.stream}/", AccessNote.objects.using("owner")
    notes.filter(stream=told.stream).delete()
    first = zhang.get(page).content.decode()
    assert "以“办理本案”查看" in first
    assert "/small" not in first, "no picture before"
    sent = zhang.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案", "next": f"{page}#evidence"})
    assert sent["Location"] == f"{page}#evidence"
    then = zhang.get(page).content.decode()
    assert "以“办理本案”查看" not in then
    assert bytes_of(theatre, told, 0, "small") in then
    for index in (0, 1, 2):
        assert zhang.get(f"/recording/{told.stream}/look/{event_of(theatre, told)}/{index}/").status_code == 200
    notes.filter(stream=told.stream).update(day="2026-01-05", purpose="当事人申请查阅")
    asked = zhang.get(f"/recording/{told.stream}/why/").content.decode()
    assert 'value="当事人申请查阅" required checked' in asked
    assert "以“当事人申请查阅”查看" in zhang.get(page).content.decode()


@CLAUSES
@JOURNEY
def test_a_photo_is_shown_with_who_looks_and_the_original_stays(theatre: Theatre, told: demo.Told) -> None:
    served = {}
    for role in ("zhang", "li"):
        client = client_of(theatre, role)
        says_why(client, told)
        answer = client.get(bytes_of(theatre, told, 0))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert "查看副本" in unquote(answer["Content-Disposition"])
        served[role] = Image.open(io.BytesIO(answer.content)).convert("RGB")
    plain = Image.open(examining.drawn(hashlib.sha256(PHOTO).hexdigest(), "image/png")).convert("RGB")
    for picture in served.values():
        assert picture.size == plain.size
        assert changed(picture, plain) > 0.01, "the line is burnt in"
    assert changed(served["zhang"], served["li"]) > 0.001, "each with his own name"
    small = client_of(theatre, "zhang").get(bytes_of(theatre, told, 0, "small"))
    assert max(Image.open(io.BytesIO(small.content)).size) <= 480
    li = client_of(theatre, "li")
    assert li.get(bytes_of(theatre, told, 0, "original")).status_code == 404, "shown as a copy alone"
    down = li.get(bytes_of(theatre, told, 0, "original") + "?download")
    assert b"".join(down.streaming_content) == PHOTO
    assert looked(told, "李演示", "view") == 1
    assert looked(told, "李演示", "download") == 1


def changed(one: Image.Image, other: Image.Image) -> float:
    """Which part of two pictures differs plainly."""
    told = ImageChops.difference(one, other).convert("L").histogram()
    return sum(told[24:]) / sum(told)


@CLAUSES
@JOURNEY
def test_a_photo_of_a_phone_in_tiles_is_shown_whole(theatre: Theatre, told: demo.Told) -> None:
    zhang = client_of(theatre, "zhang")
    says_why(zhang, told)
    page = zhang.get(f"/recording/{told.stream}/look/{event_of(theatre, told)}/2/").content.decode()
    assert f'src="{bytes_of(theatre, told, 2)}"' in page
    shown = Image.open(io.BytesIO(zhang.get(bytes_of(theatre, told, 2)).content)).convert("RGB")
    assert shown.size == (250, 250)
    corners = [shown.getpixel(place) for place in ((4, 4), (245, 4), (4, 245), (245, 245))]
    wanted = [(200, 30, 30), (30, 170, 40), (30, 40, 200), (220, 210, 40)]
    assert all(
        abs(a - b) < 60 for got, want in zip(corners, wanted, strict=True) for a, b in zip(got, want, strict=True)
    )


def test_a_heic_that_cannot_be_put_together_says_what_to_do(theatre: Theatre, tmp_path: Path) -> None:
    found = theatre.played(before="take_evidence", start="2026-10-18")
    data = grid(tmp_path, [[(9, 9, 9)]], (100, 100)).replace(b"hvc1", b"zzzz")
    file = {"name": "坏.heic", "sha256": shelf().add(data), "size": len(data), "type": "image/heic"}
    assert theatre.tries(found, "take_evidence", files=(file,)).done
    zhang = client_of(theatre, "zhang")
    says_why(zhang, found)
    event = next(one.id for one in theatre.events(found) if one.event.files and one.event.files[0]["name"] == "坏.heic")
    answer = zhang.get(f"/files/of/{found.stream}/{event}/0/view")
    assert (answer.status_code, "导出 JPEG" in answer.content.decode()) == (422, True)
    examining.examine(file["sha256"], "image/heic")
    assert "导出 JPEG" in zhang.get(f"/recording/{found.stream}/look/{event}/0/").content.decode()
    down = zhang.get(f"/files/of/{found.stream}/{event}/0/original?download")
    assert b"".join(down.streaming_content) == data, "the original is evidence all the same"


@CLAUSES
@JOURNEY
def test_a_scan_bears_who_looks_on_every_page(theatre: Theatre, told: demo.Told) -> None:
    zhang = client_of(theatre, "zhang")
    says_why(zhang, told)
    answer = zhang.get(bytes_of(theatre, told, 1))
    assert answer["Content-Type"] == "application/pdf"
    marked = text_of(answer.content)
    assert "张演示" in marked
    assert f"{timezone.localtime():%Y-%m-%d}" in marked
    assert "张演示" not in text_of(SCAN)
    assert b"".join(zhang.get(bytes_of(theatre, told, 1, "original") + "?download").streaming_content) == SCAN


def test_a_locked_scan_is_told_and_can_be_fetched(theatre: Theatre) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(SCAN)) as given:
        given.save(locked, encryption=pikepdf.Encryption(owner="x", user="y"))
    reader = client_of(theatre, "zhang")
    found = theatre.played(before="take_evidence", start="2026-10-20")
    data = locked.getvalue()
    file = {"name": "锁.pdf", "sha256": shelf().add(data), "size": len(data), "type": "application/pdf"}
    assert theatre.tries(found, "take_evidence", files=(file,)).done
    says_why(reader, found)
    event = next(one.id for one in theatre.events(found) if one.event.files and one.event.files[0]["name"] == "锁.pdf")
    answer = reader.get(f"/files/of/{found.stream}/{event}/0/view")
    assert (answer.status_code, answer.content.decode()) == (422, watermarks.UNREADABLE)


# ── papers that the system set ───────────────────────────────────────────────────────────────────────────────────────


def paper(theatre: Theatre, told: demo.Told) -> str:
    event = next(one.id for one in theatre.events(told) if one.event.documents)
    return f"/recording/{told.stream}/paper/{event}/0.pdf"


@CLAUSES
@JOURNEY
def test_whose_open_case_it_is_gets_its_papers_to_serve(theatre: Theatre, told: demo.Told) -> None:
    zhang = client_of(theatre, "zhang")
    AccessNote.objects.using("owner").filter(stream=told.stream).delete()
    answer = zhang.get(paper(theatre, told))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "查看副本" not in text_of(b"".join(answer) if answer.streaming else answer.content)
    assert looked(told, "张演示", "paper") == 0


@CLAUSES
@JOURNEY
def test_everybody_else_says_why_and_reads_a_marked_copy(theatre: Theatre, told: demo.Told) -> None:
    archivist, where = client_of(theatre, "archivist"), paper(theatre, told)
    assert archivist.get(where)["Location"].startswith(f"/recording/{told.stream}/why/")
    assert archivist.get(where + "?download")["Location"].startswith(f"/recording/{told.stream}/why/")
    assert looked(told, "周演示", "paper") == 0
    says_why(archivist, told, "案卷评查")
    answers = [archivist.get(where) for _ in range(2)]
    name = LookRow.objects.filter(owner=told.stream, manner="paper").values_list("officer_name", flat=True).get()
    assert name in text_of(answers[0].content), "once a day, however often he opens it"
    assert "查看副本" in text_of(answers[0].content)
    whole = archivist.get(where + "?download")
    assert "查看副本" not in text_of(whole.content)
    assert looked(told, name, "paper-download") == 1
    zhang = client_of(theatre, "zhang")
    page = zhang.get(f"/recording/{told.stream}/looks/").content.decode()
    assert name in page, "whose case it is sees who read"
    assert "案卷评查" in page


def test_the_package_is_a_look_at_all_of_it(theatre: Theatre, settings: Any, tmp_path: Path) -> None:
    from tests.apps.archive.packed import number_all

    settings.SANXIANG_LEDGER = tmp_path / "published"
    found = theatre.played()
    number_all(tmp_path, settings)
    row = CaseRow.objects.get(pk=found.stream)
    assert row.state == "archived"
    head, where = client_of(theatre, "head"), f"/files/package/{found.stream}.zip"
    assert head.get(where)["Location"].startswith(f"/recording/{found.stream}/why/")
    says_why(head, found, "案卷评查")
    answer = head.get(where)
    assert answer.status_code == 200, answer.content[:300]
    answer.close()
    look = LookRow.objects.get(owner=found.stream, manner="package")
    assert (look.name, look.purpose, look.day) == ("案卷包", "案卷评查", legal_day(timezone.now()))
    assert Client().get(where).status_code == 302
