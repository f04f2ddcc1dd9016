"""Files attached to a section of an agency's page: made anew when collected, checked as they will be fetched, public with
their version and not before."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from openpyxl import load_workbook

from sanxiang.core.registers import fold_agency
from sanxiang.store import named, reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.disclosure.models import PublishedFile, PublishedSection
from tests.store.hostile import SECRET, docx, paragraph, pdf, run, workbook
from tests.store.test_cleaning import everything
from tests.support.pages import hand, make, place, typed, walk

SECTION = "complaints"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def collect(theatre: Any, *files: SimpleUploadedFile, **more: Any) -> Any:
    return make(theatre, "luoyang", SECTION, "collect", {**typed(SECTION), "attachment": list(files), **more})


def public(theatre: Any) -> PublishedSection:
    rows = PublishedSection.objects.filter(stream=theatre.people["luoyang"][""], section=SECTION, replaced_on=None)
    return rows.get()


@pytest.mark.clauses("LY-05", "WD-03")
@pytest.mark.journeys("disclosure.before.page")
def test_an_attachment_goes_its_way_and_only_what_it_shows_is_public(theatre: Any) -> None:
    assert (
        collect(theatre, upload("../内部\\权责 目录<1>.xlsx.exe", workbook()), upload("指南.pdf", pdf())).status_code
        == 302
    )
    at_desk = hand(theatre, "luoyang", "approve").get(place(theatre, "luoyang", SECTION)).content.decode()
    (first, second) = re.findall(r'href="(/disclosure/pages/[^"]+/files/\d+/)"', at_desk)[:2]
    assert hand(theatre, "luoyang", "approve").get(second).content.startswith(b"%PDF-")
    for move in ("forward", "approve"):
        assert make(theatre, "luoyang", SECTION, move).status_code == 302
    checked = hand(theatre, "luoyang", "approve").get(first)
    number = int(first.split("/")[-4])
    address = f"/agencies/{theatre.people['luoyang']['']}/{SECTION}/{number}/files/0/"
    assert Client().get(address).status_code == 404, "nothing is public before it is out"
    assert make(theatre, "luoyang", SECTION, "issue").status_code == 302

    fetched = Client().get(address)
    assert fetched.status_code == 200
    assert fetched.content == checked.content, "what was checked is what the public gets"
    assert SECRET.encode() not in everything(fetched.content)
    assert load_workbook(io.BytesIO(fetched.content))["目录"]["B1"].value == "名称"
    assert fetched["Content-Type"] == XLSX
    assert fetched["Content-Disposition"].startswith("attachment")
    assert "sandbox" in fetched["Content-Security-Policy"]
    (sheet, guide) = public(theatre).files
    assert (sheet["name"], guide["name"]) == ("权责 目录1.xlsx.xlsx", "指南.pdf"), "named by what it is"
    assert hashlib.sha256(fetched.content).hexdigest() == sheet["sha256"]
    for page in (
        f"/agencies/{theatre.people['luoyang']['']}/",
        f"/agencies/{theatre.people['luoyang']['']}/{SECTION}/",
    ):
        assert address in Client().get(page).content.decode()
    for strange in (f"{SECTION}/{number}/files/2/", f"{SECTION}/999/files/0/", "nothing/1/files/0/"):
        assert Client().get(f"/agencies/{theatre.people['luoyang']['']}/{strange}").status_code == 404
    digests = {digest for _, digest in named.every_named(theatre.connection, shelf())}
    assert {sheet["sha256"], guide["sha256"]} <= digests, "the record names them, so that nobody sweeps them away"


def test_a_new_version_keeps_what_is_ticked_and_the_old_one_stays_as_it_was(theatre: Any) -> None:
    walk_with(theatre, upload("甲.pdf", pdf()), upload("乙.pdf", pdf(b"BT /F1 12 Tf 72 600 Td (Two) Tj ET")))
    before = public(theatre)
    assert (
        collect(
            theatre, upload("丙.pdf", pdf(b"BT /F1 12 Tf 72 500 Td (Three) Tj ET")), keep=["1", "7", "x"]
        ).status_code
        == 302
    )
    for move in ("forward", "approve", "issue"):
        assert make(theatre, "luoyang", SECTION, move).status_code == 302
    after = public(theatre)
    assert [file["name"] for file in after.files] == ["乙.pdf", "丙.pdf"]
    old = f"/agencies/{before.stream}/{SECTION}/{before.number}/files/0/"
    assert Client().get(old).status_code == 200
    agency = fold_agency(reading.load(theatre.connection, str(before.stream)))
    assert len(agency.sections[SECTION].versions) >= 2


def walk_with(theatre: Any, *files: SimpleUploadedFile) -> None:
    walk(theatre, "luoyang", SECTION, None, attachment=list(files))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("宏.docx", docx("", {"word/vbaProject.bin": b"x"}), "宏"),
        ("修订.docx", docx(paragraph(f"<w:ins>{run()}</w:ins>")), "修订"),
        ("涂黑.pdf", pdf(b"BT /F1 12 Tf 72 700 Td (x) Tj ET 0 g 60 690 200 30 re f"), "盖住"),
        ("网页.html", b"<script>alert(1)</script>", "只能公示"),
        ("大.pdf", b"%PDF-" + b"x" * (10 << 20), "10 MB"),
        ("空.pdf", b"", "空"),
    ],
)
def test_what_cannot_be_public_is_refused_with_its_name_and_reason(
    theatre: Any, name: str, data: bytes, reason: str
) -> None:
    before = len(reading.load(theatre.connection, theatre.people["luoyang"][""]))
    answer = collect(theatre, upload(name, data))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f"附件“{name}”没有接收" in text
    assert reason in text
    assert "12315" in text, "what was typed is kept"
    assert len(reading.load(theatre.connection, theatre.people["luoyang"][""])) == before


def test_too_many_and_doubled_names_are_refused(theatre: Any) -> None:
    many = [upload(f"{n}.pdf", pdf()) for n in range(11)]
    assert "最多 10 份" in collect(theatre, *many).content.decode()
    assert "重名" in collect(theatre, upload("甲.pdf", pdf()), upload("甲.pdf", pdf())).content.decode()


def test_the_desk_s_copy_is_for_those_who_see_the_page(theatre: Any) -> None:
    walk_with(theatre, upload("甲.pdf", pdf()))
    theatre.everywhere()
    address = f"{place(theatre, 'luoyang', SECTION)}{public(theatre).number}/files/0/"
    assert hand(theatre, "luoyang", "collect").get(address).status_code == 200
    assert hand(theatre, "wuding", "collect").get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert hand(theatre, "luoyang", "collect").get(address.replace("/files/0/", "/files/9/")).status_code == 404
    with connections["portal"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published_file")
        assert cursor.fetchone()[0] == PublishedFile.objects.count(), "the public's role reads it"
