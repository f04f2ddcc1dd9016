"""The board of a window: one published record for the page, the screen, A4 and A3, with a code and, where the
regulation asks, a photo that holds nothing but the picture."""

from __future__ import annotations

import html
import io
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from sanxiang.three_systems.disclosure.models import PublicCertificate, PublishedSection
from tests.support.pages import client, make, place, typed, walk

POST = {
    "window": "一号窗口", "name": "张演示", "post": "科员", "duties": "受理申请", "phone": "0379-60000003", "standard": "逐栏填写",
    "sample": "窗口备有", "progress": "凭编号查询", "complaints": "电话 12315",
}  # fmt: skip
SECRET = b"GPS-CANARY-6222021234567890128"


@pytest.fixture
def world(theatre: Any) -> Any:
    theatre.everywhere()
    return theatre


def picture(form: str = "JPEG", size: tuple[int, int] = (900, 1200)) -> bytes:
    """A photo as a camera makes it: with a place, a maker, a comment and a thumbnail-like rest behind its end."""
    made, out = Image.new("RGB", size, "#446688"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "CANARY-CAMERA", SECRET.decode()
    more: dict[str, Any] = {"exif": exif} if form in ("JPEG", "WEBP") else {}
    made.save(out, form, **more)
    return out.getvalue() + (SECRET if form == "JPEG" else b"")


def get(address: str, status: int = 200) -> Any:
    answer = Client().get(address)
    assert answer.status_code == status, address
    return answer


def base(theatre: Any, agency: str, number: int = 1) -> str:
    return f"/agencies/{theatre.people[agency]['']}/windows/{number}/"


def boards(theatre: Any, agency: str, *rows: dict[str, str], photo: bytes | None = None, name: str = "a.jpg") -> Any:
    data: dict[str, Any] = typed("boards", list(rows))
    if photo is not None:
        data["page_boards.0.photo.file"] = SimpleUploadedFile(name, photo, "image/jpeg")
    return make(theatre, agency, "boards", "collect", data)


def publish(theatre: Any, agency: str) -> None:
    for move in ("forward", "approve", "issue"):
        assert make(theatre, agency, "boards", move).status_code == 302


@pytest.mark.clauses("LY-10", "UR-07", "CN-05", "WD-01")
@pytest.mark.journeys("disclosure.window-board")
@pytest.mark.parametrize(("agency", "photo"), [("luoyang", None), ("urumqi", None), ("changning", picture())])
def test_page_screen_and_print_come_from_the_same_record(world: Any, agency: str, photo: bytes | None) -> None:
    rows = (POST,) if photo else (POST, {**POST, "window": "二号窗口"})
    assert boards(world, agency, *rows, photo=photo).status_code == 302
    publish(world, agency)
    page, screen = (html.unescape(get(base(world, agency) + end).content.decode()) for end in ("", "screen/"))
    prints = [
        pypdf.PdfReader(io.BytesIO(get(f"{base(world, agency)}board-{size}.pdf").content)) for size in ("a4", "a3")
    ]
    paper = "".join("".join(sheet.extract_text() for sheet in one.pages) for one in prints)
    for text in (POST["window"], "受理申请", "窗口备有", "凭编号查询", "电话 12315"):
        assert text in page
        assert text in screen
        assert text.replace(" ", "") in paper.replace(" ", "").replace("\n", "")
    widths = [round(float(one.pages[0].mediabox.width)) for one in prints]
    assert widths == [595, 842]
    assert get(base(world, agency) + "screen/")["Refresh"] == "300", "the screen renews itself without script"
    assert "http-equiv" not in screen
    code = get(base(world, agency) + "code.svg")
    assert code["Content-Type"].startswith("image/svg+xml")
    assert base(world, agency) in get(f"/agencies/{world.people[agency]['']}/").content.decode()
    if photo:
        shown = get(base(world, agency) + "0.jpg").content
        assert Image.open(io.BytesIO(shown)).size == (240, 320)


@pytest.mark.clauses("LY-10", "CN-05")
def test_a_missing_field_is_named_and_nothing_is_collected(world: Any) -> None:
    for agency, field, label in (
        ("luoyang", "standard", "填写标准"),
        ("changning", "photo", "照片"),
        ("urumqi", "progress", "办理进度查询"),
    ):
        refused = boards(world, agency, {key: value for key, value in POST.items() if key != field})
        assert refused.status_code == 422
        assert label in html.unescape(refused.content.decode())
        assert "“张演示”缺" in html.unescape(refused.content.decode())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_of_a_photo_nothing_but_the_picture_is_left(world: Any, form: str) -> None:
    assert boards(world, "changning", POST, photo=picture(form)).status_code == 302
    publish(world, "changning")
    row = PublishedSection.objects.get(stream=world.people["changning"][""], section="boards", replaced_on=None)
    shown = get(base(world, "changning") + "0.jpg").content
    assert b"CANARY" not in shown
    assert b"CANARY" not in str(row.content).encode()
    assert not Image.open(io.BytesIO(shown)).getexif()
    again = {**typed("boards", [POST]), "page_boards.0.photo": "kept:0", "page_note": "照片不变"}
    assert make(world, "changning", "boards", "collect", again).status_code == 302
    publish(world, "changning")
    assert get(base(world, "changning") + "0.jpg").content == shown


@pytest.mark.parametrize(
    "bad",
    [b"", b"\xff\xd8\xff not a picture", b"GIF89a\x01\x00\x01\x00", b"<svg onload='alert(1)'/>", picture()[:2000],
     b"\x89PNG\r\n\x1a\n" + b"\x00" * 50],
)  # fmt: skip
def test_what_is_no_photo_is_refused_whole(world: Any, bad: bytes) -> None:
    refused = boards(world, "changning", POST, photo=bad)
    assert refused.status_code == 422
    assert "照片" in html.unescape(refused.content.decode())


def test_a_picture_of_too_many_points_is_not_opened(world: Any) -> None:
    out = io.BytesIO()
    Image.new("1", (11_000, 11_000)).save(out, "PNG")
    refused = boards(world, "changning", POST, photo=out.getvalue())
    assert refused.status_code == 422
    assert "尺寸太大" in html.unescape(refused.content.decode())


def test_a_photo_that_was_typed_is_none(world: Any) -> None:
    for text in ("data:image/jpeg;base64,AAAA", "data:text/html;base64,PHNjcmlwdD4=", "kept:99", "kept:-1", "kept:٣"):
        answer = make(world, "changning", "boards", "collect", {**typed("boards", [POST]), "page_boards.0.photo": text})
        assert answer.status_code == 422


def test_what_is_not_there_is_not_found(world: Any) -> None:
    walk(world, "luoyang", "boards", [POST])
    for end in ("9/", "0/", "1/7.jpg", "1/0.jpg", "1/board-a5.pdf", "9/code.svg"):
        get(f"/agencies/{world.people['luoyang']['']}/windows/{end}", 404)
    get(f"/agencies/{world.people['dongxihu']['']}/windows/1/", 404)


def test_the_code_of_a_certificate_opens_its_check_and_says_nothing_else(world: Any) -> None:
    held = PublicCertificate.objects.filter(agency=world.people["luoyang"][""])
    card = next(one for one in held.order_by("number") if one.valid(timezone.localdate()))
    code = get(f"/officers/code.svg?q={card.number}")
    assert code["Content-Type"].startswith("image/svg+xml")
    assert card.name not in code.content.decode()
    for wrong in ("", card.name, card.number[:-1], "没有的证", "x" * 5000):
        get(f"/officers/code.svg?q={wrong}", 404)
    shown = client(world, "registrar", "luoyang").get(f"/registry/officers/{card.stream}/").content.decode()
    assert "/officers/code.svg?q=" in shown
    assert place(world, "luoyang", "boards") not in shown
