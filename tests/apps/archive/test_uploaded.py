"""Files that were uploaded to a case, in its volume: once each, behind the papers of their act, PDF page by page, a
picture with its caption, a sheet for what cannot be printed; by secrecy inside or left out; what is broken or hostile
is named and stops nothing."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader

from sanxiang.casework import levels
from sanxiang.casework.access import reader_of
from sanxiang.casework.commands import handle
from sanxiang.casework.models import CaseRow
from sanxiang.core.events.looking import FileClassified
from sanxiang.core.values import Actor
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import attached
from sanxiang.three_systems.recording.documents import drawing
from tests.apps.legal_review_people.volumes import files_of, text_of
from tests.apps.recording.test_pdfa_validator import alarms, foreign
from tests.support.compound import EXCEL, compound
from tests.support.theatre import Theatre

from .packed import number_all, verify

pytestmark = [pytest.mark.clauses("LY-27", "CN-14", "WD-16"), pytest.mark.journeys("archive.package")]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def photo(shade: int = 90, kind: str = "JPEG", size: tuple[int, int] = (320, 200)) -> bytes:
    out = io.BytesIO()
    made = Image.new("RGB", size, (250, 240, 200))
    made.paste((shade, 20, 90), (0, 0, size[0], size[1] // 2))
    made.save(out, kind)
    return out.getvalue()


def heic() -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return photo(33, "HEIF", (640, 480))


def pages(count: int) -> bytes:
    with pikepdf.new() as pdf:
        for at in range(count):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Contents = pdf.make_stream(f"{at / 10} 0 0 rg 50 50 300 300 re f".encode())
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages(1))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="1", owner="2"))
    return out.getvalue()


def bomb() -> bytes:
    """A page that says it is as large as a country, with a picture that unfolds without end."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(14400, 14400))
        huge = pdf.make_stream(bytes(60_000_000), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=60000,
                               Height=60000, BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceGray)  # fmt: skip
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=huge))
        page.Contents = pdf.make_stream(b"q 14400 0 0 14400 0 0 cm /I Do Q " * 400)
        out = io.BytesIO()
        pdf.save(out, recompress_flate=True)
    return out.getvalue()


def file(name: str, kind: str, data: bytes) -> dict[str, Any]:
    return {"name": name, **shelf().added(data).told, "type": kind}


CONTRACT = pages(3)
FILES = {
    "合同.pdf": ("application/pdf", CONTRACT),
    "外单位函.pdf": ("application/pdf", foreign()),
    "现场 一.jpg": ("image/jpeg", photo()),
    "截图.png": ("image/png", photo(10, "PNG")),
    "手机拍的😀.heic": ("image/heic", heic()),
    "说明.docx": (WORD, b"PK\x03\x04 a text"),
    "带宏的台账.xls": ("application/vnd.ms-excel", compound(EXCEL | {"_VBA_PROJECT_CUR/VBA/dir": b"x"})),
    "坏的.pdf": ("application/pdf", b"%PDF-1.7 and nothing"),
    "坏的.jpg": ("image/jpeg", photo()[:200]),
    "加密.pdf": ("application/pdf", locked()),
    "炸弹.pdf": ("application/pdf", bomb()),
    "同样的内容.pdf": ("application/pdf", CONTRACT),
}
SHEETS = ["说明.docx", "带宏的台账.xls", "坏的.pdf", "坏的.jpg", "加密.pdf", "炸弹.pdf"]


def taken(theatre: Theatre, told: Any, files: list[dict[str, Any]], **facts: Any) -> None:
    """Evidence taken with these files."""
    command = theatre.command(told, "take_evidence")
    said = {"evidence_name": "进货材料", "evidence_source": "当事人提供，经核对与原件一致", "evidence_maker": "王演示"}
    answer = handle(
        theatre.connection, theatre.book, replace(command, facts={**command.facts, **said, **facts}, files=tuple(files)),
        at=told.at + timedelta(minutes=5),
    )  # fmt: skip
    assert answer.events, answer
    told.at += timedelta(minutes=5)


def archived(theatre: Theatre, told: Any) -> dict[str, bytes]:
    theatre.go_on(told)
    return files_of(next(one for one in reversed(theatre.events(told)) if one.kind == "case.archived"))


def outline(pdf: bytes) -> list[str]:
    return [one.title for one in PdfReader(io.BytesIO(pdf)).outline]


@pytest.fixture(scope="module")
def case(opened_theatre: Theatre, django_db_blocker: Any) -> Any:
    """A case with files of every sort, archived."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "SECONDS", 3)
        told = opened_theatre.played(before="conclude_investigation", start="2026-03-02")
        files = [file(name, kind, data) for name, (kind, data) in FILES.items()]
        taken(opened_theatre, told, [*files, dict(files[2], name="同一张.jpg")])
        made = archived(opened_theatre, told)
        from django.db import connections

        connections.close_all()
    return told, files, made


def test_every_file_stands_in_the_volume_once_behind_the_papers_of_its_act(case: Any) -> None:
    _, _, made = case
    marks = outline(made["volume.pdf"])
    for name in FILES:
        found = [at for at, one in enumerate(marks) if name in one.replace("\ufffd", "😀")]
        assert len(found) == (0 if name == "同样的内容.pdf" else 1), (name, marks)
    assert not [one for one in marks if "同一张" in one], "the same bytes under another name"
    assert not [one for one in marks if one.endswith(".wav")], "sound is told in the statement"
    first = next(at for at, one in enumerate(marks) if "合同.pdf" in one)
    assert marks.index("询问笔录") < first < next(at for at, one in enumerate(marks) if "音像资料" in one)


def test_pages_are_numbered_in_the_catalogue_and_a_pdf_comes_page_by_page(case: Any) -> None:
    _, _, made = case
    reader = PdfReader(io.BytesIO(made["volume.pdf"]))
    marks = [(one.title, reader.get_destination_page_number(one)) for one in reader.outline]  # type: ignore[arg-type]
    at = next(n for n, (title, _) in enumerate(marks) if "合同.pdf" in title)
    assert marks[at + 1][1] - marks[at][1] == 3
    text = text_of(made["volume.pdf"])
    assert f"共{len(marks) - 3}件" in text
    page = marks[at][1] - marks[2][1] + 1
    catalogue = text[: text.index("立案审批表", text.index("卷内文件目录") + 400)]
    assert "（合同.pdf）" in catalogue
    assert str(page) in (reader.pages[marks[at][1]].extract_text() or "")


def test_a_picture_bears_source_maker_time_and_digest(case: Any) -> None:
    _, files, made = case
    text = text_of(made["volume.pdf"]).replace("\u200b", "")
    assert files[2]["sha256"] in text
    assert "当事人提供，经核对与原件一致" in text
    assert "王演示" in text


def test_what_cannot_be_printed_has_a_sheet_and_a_line_in_the_closing_note(case: Any) -> None:
    _, files, made = case
    text = text_of(made["volume.pdf"]).replace("\u200b", "")
    by = {one["name"]: one["sha256"] for one in files}
    note = text[text.rindex("本卷情况说明") :]
    for name in SHEETS:
        assert by[name] in text, name
        assert name.replace(" ", "") in note, name
    assert "办公文档不能如实印成页面" in note
    assert note.count("含有宏") == 1
    assert "从不运行" in note
    assert "加了密" in note
    assert "合同.pdf" not in note


def test_the_volume_is_still_pdf_a(case: Any) -> None:
    assert alarms(case[2]["volume.pdf"]) == []


def test_the_package_still_holds_and_verifies(
    case: Any, theatre: Theatre, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from sanxiang.three_systems.recording.packages import package
    from tests.apps.archive.packed import Packed

    told, files, _ = case
    monkeypatch.setattr(settings, "SANXIANG_LEDGER", tmp_path / "published")
    vkey = number_all(tmp_path, settings)
    with package(theatre.connection, told.stream) as data:
        bag = Packed(data.read(), vkey, told.stream, tmp_path).unpack(tmp_path / "bag")
    done = verify(bag, "--vkey", vkey)
    assert done.returncode == 0, done.stdout
    held = {path.parent.name for path in (bag / "data" / "evidence").rglob("*") if path.is_file()}
    assert {one["sha256"] for one in files} <= held
    shutil.rmtree(bag)


def test_a_lost_or_changed_file_is_named_and_stops_nothing(theatre: Theatre) -> None:
    told = theatre.played(before="conclude_investigation", start="2026-03-02")
    one = file("会丢的.jpg", "image/jpeg", photo(size=(320, 201)))
    other = file("被改的.jpg", "image/jpeg", photo(size=(320, 202)))
    taken(theatre, told, [one, other])
    shelf().path(one["sha256"]).unlink()
    path = shelf().path(other["sha256"])
    path.chmod(0o600)
    path.write_bytes(photo(size=(320, 203)))
    try:
        text = text_of(archived(theatre, told)["volume.pdf"])
    finally:
        path.unlink()
    note = text[text.rindex("本卷情况说明") :]
    assert "会丢的.jpg）：只有电子件" in note
    assert "证据库里缺失" in note
    assert "证据库里的文件已经被改动" in note


def test_secrets_stay_inside_or_out(theatre: Theatre) -> None:
    """商业秘密 in the volume that stays inside, 国家秘密 in none; neither by name in the volume that may be shown."""
    told = theatre.played(before="conclude_investigation", start="2026-03-02")
    names = {"配方.jpg": "商业秘密", "身份证.jpg": "个人隐私", "图纸.jpg": "国家秘密", "门头.jpg": ""}
    files = [file(name, "image/jpeg", photo(size=(320, 210 + at))) for at, name in enumerate(names)]
    taken(theatre, told, files, evidence_name="现场照片")
    row = CaseRow.objects.get(pk=told.stream)
    officer = theatre.people["luoyang"]["zhang"]
    for one in files:
        if names[one["name"]]:
            mark(theatre, row, officer, one, names[one["name"]], told)
    made = archived(theatre, told)
    main, inside = outline(made["volume.pdf"]), outline(made["volume-supplementary.pdf"])
    assert any("门头.jpg" in one for one in main)
    for name in ("配方.jpg", "身份证.jpg"):
        assert any(name in one for one in inside)
        assert name not in text_of(made["volume.pdf"])
    for volume in made.values():
        if volume.startswith(b"%PDF"):
            assert "图纸.jpg" not in text_of(volume)
    assert "国家秘密的材料1件" in text_of(made["volume-supplementary.pdf"])
    assert "国家秘密" not in text_of(made["volume.pdf"])


def mark(theatre: Theatre, row: CaseRow, officer: str, one: dict[str, Any], level: str, told: Any) -> None:
    reader = reader_of(theatre.account("zhang"))
    actor = Actor(officer=officer, name="张演示", agency=str(row.agency), department=row.department, post="officer",
                  certificate=None)  # fmt: skip
    made = theatre.events(told)[-1]
    event = FileClassified(
        owner=str(row.stream), event=made.id, index=0, sha256=one["sha256"], name=one["name"], level=level,
        facts={"level_reason": "演示的标记理由"},
    )  # fmt: skip
    levels.classify(reader, row, event, agency=str(row.agency), actor=actor, at=told.at + timedelta(minutes=9))


def test_what_is_too_much_is_kept_as_files(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached, "MOST_BYTES", 1)
    told = theatre.played(before="conclude_investigation", start="2026-03-02")
    taken(theatre, told, [file("多的.jpg", "image/jpeg", photo(size=(320, 150)))])
    assert "多的.jpg）：只有电子件" in text_of(archived(theatre, told)["volume.pdf"])


def test_a_file_that_takes_too_long_breaks_only_itself(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SECONDS", 2)
    bad, good = tmp_path / "a.pdf", tmp_path / "b.jpg"
    bad.write_bytes(bomb())
    good.write_bytes(photo())
    with pytest.raises(drawing.NotDrawn, match="超过了规定"):
        drawing.drawn(bad, "application/pdf")
    assert drawing.drawn(good, "image/jpeg").startswith(b"%PDF")


def test_a_helper_that_is_gone_is_begun_anew(tmp_path: Any) -> None:
    good = tmp_path / "b.jpg"
    good.write_bytes(photo())
    before = drawing.drawn(good, "image/jpeg")
    assert drawing._helper._process is not None
    drawing._helper._process.kill()
    drawing._helper._process.wait()
    assert drawing.drawn(good, "image/jpeg") == before


def test_photographs_of_a_phone_are_in_it(theatre: Theatre) -> None:
    """The pieces of a case as pure arithmetic: a photograph of a linked recording stands once, a film not."""
    from sanxiang.core.casefile import Recording

    told = theatre.played(before="conclude_investigation", start="2026-03-02")
    events = list(reading.load(theatre.connection, told.stream))
    at = next(n for n, one in enumerate(events) if one.event.act == "inspect")
    events[at] = replace(events[at], event=replace(events[at].event, recordings=("r1", "r2")))
    shot = {"name": "拍照1.jpg", "sha256": "ab" * 32, "size": 3, "type": "image/jpeg"}
    film = {"name": "录像.mp4", "sha256": "cd" * 32, "size": 3, "type": "video/mp4"}
    made = Recording(id="r1", source="camera", maker_name="李演示", device="SJ-1", files=(shot, film),
                     began=events[at].occurred_at)  # fmt: skip
    rules = theatre.book.on("luoyang", events[at].occurred_at.date())
    from sanxiang.three_systems.recording.gathering import registers_of

    found = list(
        attached.pieces(
            events, {"r1": made, "r2": replace(made, id="r2")}, rules, "penalty.ordinary",
            registers_of(theatre.connection, events),
        )
    )  # fmt: skip
    shots = [one for one in found if one.file["name"] == "拍照1.jpg"]
    assert len(shots) == 1
    assert (shots[0].volume, shots[0].maker, shots[0].source) == ("main", "李演示", "手机相机拍摄，设备 SJ-1")
    assert not [one for one in found if one.file["name"] == "录像.mp4"]


def test_the_listing_names_nothing_twice(case: Any, theatre: Theatre) -> None:
    told, _, _ = case
    done = next(one for one in theatre.events(told) if one.kind == "case.archived")
    listed = json.loads(shelf().read(done.event.package_sha256))  # type: ignore[attr-defined]
    assert listed["volume.pdf"]["sha256"] == done.event.volume  # type: ignore[attr-defined]
