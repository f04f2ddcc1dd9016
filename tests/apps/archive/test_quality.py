"""The test of the four properties is computed: what is changed, lost, unreadable or unsealed is found."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client
from pypdf import PdfReader

from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import quality
from sanxiang.three_systems.recording.models import Found
from tests.support import filmed
from tests.support.films import film
from tests.support.theatre import Theatre

from .packed import Packed

pytestmark = [pytest.mark.clauses("CN-13")]


def client_of(theatre: Theatre) -> Client:
    client = Client()
    client.force_login(theatre.account("archivist"))
    return client


def test_a_whole_file_passes_on_the_page_and_as_a_report(packed: Packed, theatre: Theatre) -> None:
    place = f"/recording/{packed.stream}/quality/"
    page = client_of(theatre).get(place).content.decode()
    for name in ("真实性", "完整性", "可用性", "安全性"):
        assert f"<h2>{name}</h2>" in page
    assert ">不符<" not in page
    assert ">合格<" in page
    report = client_of(theatre).get(f"{place}?as=pdf")
    assert report["Content-Type"] == "application/pdf"
    said = "".join(one.extract_text() for one in PdfReader(io.BytesIO(report.content)).pages)
    assert "四性检测报告" in said.replace("\n", "")
    assert "合格" in said


@pytest.mark.parametrize("change", ["lost", "altered"])
def test_a_volume_that_is_lost_or_changed_fails(packed: Packed, theatre: Theatre, tmp_path: Path, change: str) -> None:
    from sanxiang.store import reading

    archived: Any = next(
        one.event for one in reading.load(theatre.connection, packed.stream) if one.kind == "case.archived"
    )
    path = shelf().path(archived.volume)
    path.rename(tmp_path / "aside")
    try:
        if change == "altered":
            path.write_bytes((tmp_path / "aside").read_bytes()[:-900] + b"%" * 900)
        page = client_of(theatre).get(f"/recording/{packed.stream}/quality/").content.decode()
    finally:
        path.unlink(missing_ok=True)
        (tmp_path / "aside").rename(path)
    assert ">不合格<" in page
    assert "volume.pdf”" + ("缺失" if change == "lost" else "已被改动") in page


def test_a_case_that_is_not_archived_is_not_tested(theatre: Theatre) -> None:
    told = theatre.played(before="archive", start="2026-07-06")
    assert client_of(theatre).get(f"/recording/{told.stream}/quality/").status_code == 404


def test_a_check_with_nothing_to_look_at_is_neither_passed_nor_failed(packed: Packed, theatre: Theatre) -> None:
    none = quality.Check("真实性", "录音录像的片段链", 0)
    assert (none.holds, none.result) == (False, "不适用")
    passed = [quality.Check(name, "其他", 1) for name in quality.PROPERTIES]
    assert quality.verdict([none, *passed]) == "合格"
    assert quality.verdict([none, *passed[1:]]) == "不合格", "of one property nothing was looked at"
    page = client_of(theatre).get(f"/recording/{packed.stream}/quality/").content.decode()
    assert ">不适用<" in page.split("录音录像的片段链")[1][:120]


def scripted(*, hidden: bool) -> bytes:
    """A PDF that runs a script when it is opened; where it is hidden, its objects stand in a compressed stream."""
    out, pdf = io.BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.Root.OpenAction = pdf.make_indirect(action)
    mode = pikepdf.ObjectStreamMode.generate if hidden else pikepdf.ObjectStreamMode.disable
    pdf.save(out, object_stream_mode=mode)
    return out.getvalue()


@pytest.mark.parametrize("hidden", [True, False])
def test_a_script_in_a_paper_is_found_also_where_no_byte_of_it_is_readable(theatre: Theatre, hidden: bool) -> None:
    data = scripted(hidden=hidden)
    assert (b"/JavaScript" in data) is not hidden
    sha256 = shelf().add(data)
    check = next(iter(quality._safe([("文书.pdf", sha256)], {}, shelf(), [])))
    assert (check.nature, check.faults) == ("安全性", ("“文书.pdf”含有可执行的内容",))
    out, plain = io.BytesIO(), pikepdf.new()
    plain.add_blank_page()
    plain.save(out)
    assert not quality.active(out.getvalue())


def test_a_program_that_goes_as_a_picture_is_found(theatre: Theatre, tmp_path: Path) -> None:
    sha256 = shelf().add(film(tmp_path / "a.mp4", seconds=1))
    found = {one.name: one for one in quality._safe([("照片.png", sha256)], {sha256: "image/png"}, shelf(), [])}
    check = found["证据文件的内容与记载的类型相符"]
    assert (check.looked, check.result) == (1, "“照片.png”的内容与记载的类型 image/png 不符")
    right = {one.name: one for one in quality._safe([("片.mp4", sha256)], {sha256: "video/mp4"}, shelf(), [])}
    assert right["证据文件的内容与记载的类型相符"].holds


def test_pictures_and_films_that_do_not_open_or_were_never_looked_into_are_told(
    theatre: Theatre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = film(tmp_path / "a.webm", "webm", ("libvpx", "libopus"), seconds=2)
    whole, holed = shelf().add(data), shelf().add(data[:40] + b"\0" * 5000)
    picture = shelf().add(b"\x89PNG\r\n\x1a\n" + b"\0" * 900)
    types = {whole: "video/webm", holed: "video/webm", picture: "image/png"}
    files = [("好.webm", whole), ("坏.webm", holed), ("坏.png", picture)]
    checks = {one.name: one for one in quality._usable(files, types, shelf())}
    assert [one.nature for one in checks.values()] == ["可用性"] * 3
    (text,) = checks["录音录像能打开"].faults
    assert (checks["录音录像能打开"].looked, text.startswith("“坏.webm”")) == (2, True)
    (text,) = checks["图片能打开"].faults
    assert text.startswith("“坏.png”打不开")
    assert not checks["文书能打开"].applies
    monkeypatch.setattr(quality, "AT_ONCE", 0)
    Found.objects.filter(pk=whole).delete()
    waiting = {one.name: one for one in quality._usable(files[:1], types, shelf())}["录音录像能打开"]
    assert "还没有检验" in waiting.result


def test_a_recording_whose_record_or_chain_was_changed_is_not_genuine(theatre: Theatre, tmp_path: Path) -> None:
    told = theatre.played(before="inspect", start="2026-07-06")
    rows = reading.raw(theatre.connection, filmed.phone(theatre, told, "inspect", tmp_path))
    assert [one.holds for one in quality._true_recordings([rows], shelf())] == [True, True]
    forged = (replace(rows[0], salt=b"\1" * 32), *rows[1:])
    record, chain = quality._true_recordings([forged], shelf())
    assert (record.nature, record.holds, chain.holds) == ("真实性", False, True)
    listing = next(one for one in quality.files_in(rows) if one["name"].endswith(".jsonl"))
    path = shelf().path(listing["sha256"])
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b'"run": 0', b'"run": 1', 1))
    record, chain = quality._true_recordings([rows], shelf())
    assert (record.holds, chain.result) == (True, f"“{listing['name']}”与记录所载的链末不符")
