"""Masked copies of films, sounds and papers for a request: ordered on the page, made by the worker, passed by another,
handed out as they were granted; a worker that is killed leaves nothing half."""

from __future__ import annotations

import html
import io
import os
import pickle
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import av
import pikepdf
import pypdfium2
import pytest
from django.conf import settings as installed
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanxiang.casework.consulted import Piece
from sanxiang.casework.noting import stream_of
from sanxiang.store import reading
from sanxiang.store.blobs import NoRoom, shelf
from sanxiang.store.named import every_named
from sanxiang.three_systems.recording import destroying, mask_work, masking
from sanxiang.three_systems.recording.models import LookRow, MaskedCopy, MaskWork
from tests.apps.archive.test_killed import PLACE
from tests.store.test_covering import BOX, INSIDE, SECRET, UPPER, grey, loud, paper, pictures
from tests.support.films import film, sound
from tests.support.theatre import Theatre

from .test_masked_photos import Asked

pytestmark = [pytest.mark.clauses("DXH-18"), pytest.mark.journeys("archive.access")]
QUERIES_MAX = 30
ROOT = Path(__file__).parents[3]
LINE = "250,250,300,300,{},{}"


def own(data: bytes) -> bytes:
    """The same with something behind it, so that no two tests bring the same file."""
    return data + b"\x00\x00\x00\x18free" + uuid.uuid4().bytes


def orders(asked: Asked, n: int = 0, by: str = "archivist", **form: str) -> Any:
    return asked.client(by).post(asked.place.replace("/masks/0/", f"/masks/{n}/"), {"do": "make", **form})


def worked(asked: Asked) -> None:
    """The worker does what waits for this request."""
    for work in MaskWork.objects.filter(request=asked.name, state="waiting"):
        mask_work.make(connections["default"], str(work.pk))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_film_is_covered_passed_and_handed_out_as_it_was_granted(theatre: Theatre, tmp_path: Path) -> None:
    data = own(film(tmp_path / "a.mp4", seconds=8))
    asked = Asked(theatre, {"现场.mp4": data}, [{"what": "现场.mp4", "from_second": 2, "to_second": 6}])
    archivist, head = asked.client("archivist"), asked.client("head")
    page = html.unescape(archivist.get(asked.place).content.decode())
    assert 'data-start="2" data-end="6"' in page
    assert orders(asked, shapes=LINE.format(3, 4), muted="4,5").status_code == 302
    waits = html.unescape(archivist.get(asked.place).content.decode())
    assert ("正在制作" in waits, "后台制作，可以离开本页" in waits, asked.copies()) == (True, True, [])
    twice = orders(asked, shapes=LINE.format(3, 4))
    assert (twice.status_code, "正在制作：等它做好，或者先停止" in twice.content.decode()) == (422, True)
    worked(asked)
    assert not MaskWork.objects.filter(request=asked.name).exists()
    (copy,) = asked.copies()
    assert (copy.state, copy.media_type, copy.since, copy.until) == ("made", "video/mp4", 2, 6)
    made = reading.load(connections["default"], stream_of(masking.KIND, asked.told.stream))[-1]
    assert (made.kind, made.actor.officer) == ("copy.masked", theatre.people["luoyang"]["archivist"])
    assert [dict(one) for one in made.event.shapes] == [{**BOX, "since": 3000, "until": 4000}]  # type: ignore[attr-defined]
    assert [dict(one) for one in made.event.muted] == [{"since": 4000, "until": 5000}]  # type: ignore[attr-defined]
    assert copy.made in {digest for _, digest in every_named(connections["default"], shelf())}
    assert archivist.get(asked.piece).status_code == 404, "not before it was passed"
    shown = f"/files/masked/{asked.told.stream}/{asked.name}/0/{copy.pk}"
    part = head.get(shown, HTTP_RANGE="bytes=0-99")
    assert (part.status_code, part["Content-Type"], len(body(part))) == (206, "video/mp4", 100)
    assert orders(asked, by="archivist", do="pass", copy=str(copy.pk)).status_code == 422, "not by who made it"
    assert head.post(asked.place, {"do": "pass", "copy": str(copy.pk)}).status_code == 302
    answer = archivist.get(asked.piece)
    assert (answer.status_code, answer["Content-Type"]) == (200, "video/mp4")
    (tmp_path / "out").write_bytes(body(answer))
    after = pictures(tmp_path / "out")
    assert (len(after), shelf().read(copy.sha256)) == (40, data)
    for at, picture in after:
        assert (grey(picture, INSIDE)[0] < 8) == (1.0 <= at < 2.0), at
    heard = loud(tmp_path / "out")
    assert (max(heard[41:59]), min(heard[3:37]) > 3000) == (0, True)


def test_a_sound_is_muted_and_its_page_says_so(theatre: Theatre, tmp_path: Path) -> None:
    data = sound(tmp_path / "a.mp3", "mp3", "libmp3lame", seconds=5) + uuid.uuid4().hex.encode()
    asked = Asked(theatre, {"电话.mp3": data})
    assert "静音时段" in asked.client("archivist").get(asked.place).content.decode()
    drawn = orders(asked, shapes=LINE.format(1, 2))
    assert (drawn.status_code, "只写静音时段" in drawn.content.decode()) == (422, True)
    assert orders(asked, muted="1,2.5").status_code == 302
    worked(asked)
    (copy,) = asked.copies()
    assert copy.media_type == "audio/mp4"
    assert asked.client("head").post(asked.place, {"do": "pass", "copy": str(copy.pk)}).status_code == 302
    (tmp_path / "out").write_bytes(body(asked.client("archivist").get(asked.piece)))
    heard = loud(tmp_path / "out")
    assert (max(heard[21:49]), min(heard[2:18] + heard[53:90]) > 3000) == (0, True)


def words(pdf: bytes) -> str:
    made = pypdfium2.PdfDocument(pdf)
    return "".join(made[n].get_textpage().get_text_range() for n in range(len(made)))


def scan() -> bytes:
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.docinfo["/Keywords"] = uuid.uuid4().hex
        saved = io.BytesIO()
        pdf.save(saved)
    return saved.getvalue()


def test_a_paper_that_was_brought_goes_out_as_covered_pictures_of_its_pages(theatre: Theatre) -> None:
    asked = Asked(theatre, {"合同.pdf": scan()})
    archivist = asked.client("archivist")
    page = archivist.get(asked.place).content.decode()
    assert ("共 3 页" in page, page.count("data-page=")) == (True, 3)
    assert archivist.get(f"{asked.bytes}pages/2")["Content-Type"] == "image/jpeg"
    assert archivist.get(f"{asked.bytes}pages/4").status_code == 404
    box = ",".join(str(UPPER[key]) for key in "xywh")
    outside = orders(asked, shapes=f"2,{box}", pages="1,3")
    assert (outside.status_code, "不在提供的页里" in outside.content.decode()) == (422, True)
    assert orders(asked, shapes=f"1,{box}\n3,{box}", pages="1,3").status_code == 302
    worked(asked)
    (copy,) = asked.copies()
    assert asked.client("head").get(f"{asked.bytes}{copy.pk}.pdf")["Content-Type"] == "application/pdf"
    assert asked.client("head").post(asked.place, {"do": "pass", "copy": str(copy.pk)}).status_code == 302
    given = body(archivist.get(asked.piece))
    assert SECRET not in words(given)
    assert "OPENWORDS" not in words(given), "the pages are pictures"
    assert "仅供调阅" in words(given).replace("\n", ""), "the line of the request is laid over them"
    assert len(pypdfium2.PdfDocument(given)) == 2
    assert b"SECRET" not in shelf().read(copy.made)


def test_a_paper_of_ours_is_covered_on_top_of_what_is_hidden_anyway(theatre: Theatre) -> None:
    asked = Asked(theatre)
    title = next(
        f"{one.event.documents[0]['title']} {one.event.documents[0]['number']}".strip()
        for one in theatre.events(asked.told)
        if one.kind == "decision.made"
    )
    again = Asked.__new__(Asked)
    again.theatre, again.told, again.until = asked.theatre, asked.told, asked.until
    extent = [{"what": title}]
    facts = {
        "access_applicant": "舆情宣传培训", "access_name": "演示申请人", "access_identity": "工作证（演示）",
        "access_purpose": "普法宣传", "access_extent": extent, "access_form": "脱敏副本",
    }  # fmt: skip
    again.name = again.does("request_access", "archivist", **facts)
    granted = {"access_extent": extent, "access_form": "脱敏副本", "access_until": asked.until}
    again.does("approve_access", "head", access_reason="同意提供脱敏副本", **granted)
    again.does("give_access", "archivist", access_identity_checked=True, access_receipt="本人签收")
    archivist = again.client("archivist")
    plain = words(body(archivist.get(again.piece)))
    assert "行政处罚" in plain, "as before: set anew with what the public would not see hidden"
    assert "系统文书已经自动隐去" in archivist.get(again.place).content.decode()
    picture = archivist.get(f"{again.bytes}pages/1")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert LookRow.objects.filter(owner=again.told.stream, manner="paper").exists(), "drawing is looking"
    assert orders(again, shapes="1,0,0,1000,500").status_code == 302
    worked(again)
    (copy,) = again.copies()
    assert again.client("head").post(again.place, {"do": "pass", "copy": str(copy.pk)}).status_code == 302
    covered = body(archivist.get(again.piece))
    assert "行政处罚" not in words(covered)
    first = pypdfium2.PdfDocument(covered)[0].render(scale=1).to_pil().convert("L")
    assert sorted(first.crop((20, 20, 570, 400)).get_flattened_data())[550 * 380 // 2] < 40, "half the page is black"


@pytest.fixture(scope="module")
def one_film(opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with django_db_blocker.unblock():
        yield Asked(opened_theatre, {"现场.mp4": own(film(tmp_path_factory.mktemp("film") / "a.mp4", seconds=2))})
        connections.close_all()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "没有画遮盖范围"), ({"shapes": "1,2,3,4"}, "再写从,到（秒）"), ({"shapes": "0,0,10,10,5,5"}, "到要在从之后"),
        ({"shapes": "0,0,10,10,nan,5"}, "起止时间看不懂"), ({"shapes": "0,0,10,10,1,999999"}, "到要在从之后"),
        ({"shapes": "900,0,200,10,1,2"}, "超出了画面"), ({"muted": "3"}, "静音时段"), ({"muted": "-1,4"}, "看不懂"),
        ({"shapes": "\n".join(["1,1,1,1,0,1"] * 201)}, "最多 200 处"), ({"picture": "green"}, "没有选对"),
        ({"picture": "black", "sound": "none"}, "什么也不剩"), ({"shapes": "0,0,٣,10,1,2"}, "看不懂"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(one_film: Asked, form: dict[str, str], said: str) -> None:
    answer = orders(one_film, **form)
    assert (answer.status_code, said in html.unescape(answer.content.decode())) == (422, True)
    assert not MaskWork.objects.filter(request=one_film.name).exists()


def test_office_files_have_to_become_a_pdf_first() -> None:
    kinds = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.ms-excel")
    for kind in kinds:
        piece = Piece("说明", str(uuid.uuid4()), 0, {"type": kind, "name": "说明.docx", "sha256": "0" * 64})
        assert "先另存为 PDF" in masking.why_not(piece)


def test_a_film_that_is_broken_says_so_and_a_full_disk_waits(
    theatre: Theatre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = own(film(tmp_path / "a.mp4", seconds=2))
    asked = Asked(theatre, {"现场.mp4": data})
    assert orders(asked, shapes=LINE.format(0, 1)).status_code == 302
    (work,) = MaskWork.objects.filter(request=asked.name)

    def full(*_: Any, **__: Any) -> None:
        raise NoRoom

    with monkeypatch.context() as held:
        held.setattr(mask_work, "ask", full)
        with pytest.raises(NoRoom):
            mask_work.make(connections["default"], str(work.pk))
    assert "自动接着做" in html.unescape(asked.client("archivist").get(asked.place).content.decode())
    sha256 = str(work.sha256)
    place = shelf().path(sha256)
    place.chmod(0o600)
    place.write_bytes(b"\x00" * len(data))
    worked(asked)
    (failed,) = MaskWork.objects.filter(request=asked.name)
    assert (failed.state, "打不开" in failed.text, asked.copies()) == ("failed", True, [])
    assert failed.text in html.unescape(asked.client("archivist").get(asked.place.removesuffix("0/")).content.decode())
    place.write_bytes(data)
    assert orders(asked, shapes=LINE.format(0, 1)).status_code == 302, "again, once it is mended"
    worked(asked)
    assert len(asked.copies()) == 1


def test_it_can_be_stopped_and_goes_with_the_content_of_the_case(theatre: Theatre, tmp_path: Path) -> None:
    asked = Asked(theatre, {"现场.mp4": own(film(tmp_path / "a.mp4", seconds=2))})
    assert orders(asked, shapes=LINE.format(0, 1)).status_code == 302
    (work,) = MaskWork.objects.filter(request=asked.name)
    assert asked.client("head").post(asked.place, {"do": "stop"}).status_code == 302
    mask_work.make(connections["default"], str(work.pk))
    assert (asked.copies(), MaskWork.objects.filter(request=asked.name).exists()) == ([], False)
    assert destroying.MaskWork is MaskWork, "and destroying a case deletes what waits"


def test_strangers_come_by_nothing_of_it(theatre: Theatre, tmp_path: Path) -> None:
    theatre.everywhere()
    asked = Asked(theatre, {"现场.mp4": own(film(tmp_path / "a.mp4", seconds=2)), "合同.pdf": scan()})
    assert orders(asked, shapes=LINE.format(0, 1)).status_code == 302
    worked(asked)
    (copy,) = asked.copies()
    film_place = f"/files/masked/{asked.told.stream}/{asked.name}/0/{copy.pk}"
    pages = asked.place.replace("/masks/0/", "/masks/1/")
    for role, agency in (("officer", "wuding"), ("registrar", "luoyang")):
        client = asked.client(role, agency)
        for place in (asked.place, film_place, pages, f"{asked.bytes[:-2]}1/pages/1"):
            assert client.get(place).status_code == 404, (role, place)
        assert client.post(asked.place, {"do": "make", "shapes": LINE.format(0, 1)}).status_code == 404
    assert Client().get(film_place).status_code == 401
    assert asked.client("head").get(film_place.replace("/0/", "/1/")).status_code == 404


def test_its_pages_do_not_ask_too_often(theatre: Theatre, tmp_path: Path) -> None:
    """They stand here and not in tests/apps/desk/test_budgets.py, because they need a request of their own."""
    asked = Asked(theatre, {"现场.mp4": own(film(tmp_path / "a.mp4", seconds=2)), "合同.pdf": scan()})
    assert orders(asked, shapes=LINE.format(0, 1)).status_code == 302
    worked(asked)
    (copy,) = asked.copies()
    client = asked.client("archivist")
    pages = asked.place.replace("/masks/0/", "/masks/1/")
    film_place = f"/files/masked/{asked.told.stream}/{asked.name}/0/{copy.pk}"
    for place in (asked.place.removesuffix("0/"), asked.place, pages, f"{asked.bytes[:-2]}1/pages/1", film_place):
        with CaptureQueriesContext(connections["default"]) as asks:
            assert client.get(place).status_code == 200, place
        assert len(asks) <= QUERIES_MAX, (place, len(asks))


def long_film(path: Path) -> bytes:
    """So long that it takes seconds to cover."""
    with av.open(str(path), "w", format="mp4") as out:
        video: Any = out.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt, video.options = 1280, 720, "yuv420p", {"preset": "ultrafast"}
        frame = av.VideoFrame(1280, 720, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([128]) * plane.buffer_size)
        for n in range(1000):
            frame.pts = n
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    return own(path.read_bytes())


def running(parent: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = one.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(parts[1]) == parent:
            found.append(int(one.parent.name))
    return found


def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_the_next_makes_it_whole(
    theatre: Theatre, tmp_path: Path
) -> None:
    asked = Asked(theatre, {"现场.mp4": long_film(tmp_path / "a.mp4")})
    assert orders(asked, shapes=LINE.format(0, 60), picture="blur").status_code == 302
    (work,) = MaskWork.objects.filter(request=asked.name)
    databases = {alias: {name: one[name] for name in PLACE} for alias, one in installed.DATABASES.items()}
    given = {
        "databases": databases,
        "secrets": installed.SECRETS,
        "blobs": installed.SANXIANG_BLOBS,
        "work": str(work.pk),
    }
    child = subprocess.Popen([sys.executable, "-m", "tests.apps.archive.masking"], cwd=ROOT, stdin=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(pickle.dumps(given))
    child.stdin.close()
    over = time.monotonic() + 120
    while not MaskWork.objects.filter(pk=work.pk, done__gt=0).exists():
        assert time.monotonic() < over
        assert child.poll() is None
        time.sleep(0.05)
    making = running(child.pid)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert len(making) == 1
    assert asked.copies() == [], "nothing half is shown as made"
    assert reading.load(connections["default"], stream_of(masking.KIND, asked.told.stream)) == ()
    page = asked.client("archivist").get(asked.place).content.decode()
    assert ("正在制作" in page, "mk-made" in page) == (True, False)
    over = time.monotonic() + 30
    while Path(f"/proc/{making[0]}").exists() and time.monotonic() < over:
        time.sleep(0.1)
    assert not Path(f"/proc/{making[0]}").exists(), "what nobody waits for ends by itself"
    worked(asked)
    (copy,) = asked.copies()
    mask_work.make(connections["default"], str(work.pk))
    assert asked.copies() == [copy], "done again it makes no second one"
    with av.open(str(shelf().path(copy.made))) as media:
        assert sum(1 for _ in media.decode(video=0)) == 1000
    assert MaskedCopy.objects.get(pk=copy.pk).manner["picture"] == "blur"
