"""Evidence files through page and interface: taken once, kept whole, told by content, shown to those who may see them."""

from __future__ import annotations

import io
import json
import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.utils import timezone

from sanxiang.casework import tasks, uploads
from sanxiang.casework.models import AccessNote, StagedFile
from sanxiang.config import demo, demo_files
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording.models import LookRow
from tests.support.theatre import Theatre

from .brought import API, PHOTO, SCAN, SOUND, digest, facts, files_of

pytestmark = [pytest.mark.clauses("LY-17", "LY-27"), pytest.mark.journeys("evidence.files")]


def test_a_file_is_brought_taken_by_an_act_and_read_back(theatre: Theatre, told: demo.Told, caller: Any) -> None:
    zhang = caller("zhang")
    brought = zhang.bring(PHOTO, "现场.JPG", act="take_evidence", stream=told.stream)
    assert brought.status_code == 201, brought.content
    staged = brought.json()
    assert (staged["sha256"], staged["size"], staged["type"]) == (digest(PHOTO), len(PHOTO), "image/png")
    done = zhang.act(told.stream, "take_evidence", files=[staged["id"]], **facts(theatre, told))
    assert done.status_code == 200, done.content
    (file,) = files_of(theatre, told)
    assert file == {"name": "现场.JPG", "sha256": digest(PHOTO), "size": len(PHOTO), "type": "image/png"}
    assert not StagedFile.objects.filter(pk=staged["id"]).exists()
    (listed,) = [one for one in zhang.get(f"cases/{told.stream}/files").json() if one["act"] == "take_evidence"]
    got = zhang.fetch(f"cases/{told.stream}/files/{listed['event']}/{listed['index']}")
    assert (got["Content-Type"], b"".join(got.streaming_content)) == ("image/png", PHOTO)
    again = zhang.act(told.stream, "take_evidence", files=[staged["id"]], **facts(theatre, told))
    assert again.status_code == 422, "used once"


def test_the_same_content_is_stored_once_under_both_names(theatre: Theatre, told: demo.Told, caller: Any) -> None:
    zhang, photo = caller("zhang"), demo_files.photo({"day": "2026-11-20"})
    ids = [
        zhang.bring(photo, name, act="take_evidence", stream=told.stream).json()["id"]
        for name in ("甲.png", "乙.png", "甲.png")
    ]
    assert zhang.act(told.stream, "take_evidence", files=ids, **facts(theatre, told)).status_code == 200
    assert [(file["name"], file["sha256"]) for file in files_of(theatre, told)] == [
        ("甲.png", digest(photo)), ("乙.png", digest(photo)),
    ]  # fmt: skip
    assert not (shelf().folder / "staged" / digest(photo)).exists()


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\演示\\照片.png", "照片.png"),
        ("照片\u202egnp.exe", "照片gnp.exe.png"),
        ("a\x00b\r\nSet-Cookie: x.png", "abSet-Cookie_ x.png"),
        ("<script>alert(1)</script>.png", "script_.png"),
        ("CON.png", "文件CON.png"),
        ("", "文件.png"),
        ("...", "文件.png"),
        ("%2e%2e%2fx.png", "_2e_2e_2fx.png"),
        ("长" * 5000 + ".png", "长" * 66 + ".png"),
    ],
)
def test_a_hostile_name_does_no_harm(raw: str, name: str) -> None:
    assert uploads.named_for(raw, "image/png") == name
    assert len(name.encode()) < 255


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 411, "空的"),
        (b"<html><script>alert(1)</script>", 415, "认不出"),
        (PHOTO[: len(PHOTO) // 2], 415, "不完整"),
        (b"MZ" + bytes(500), 415, "认不出"),
    ],
)
def test_what_is_no_evidence_is_refused(told: demo.Told, caller: Any, data: bytes, status: int, said: str) -> None:
    before = StagedFile.objects.count()
    answered = caller("zhang").bring(data, act="take_evidence", stream=told.stream)
    assert (answered.status_code, said in answered.json()["text"]) == (status, True)
    assert StagedFile.objects.count() == before


def test_an_act_takes_only_the_kinds_it_names_and_none_where_it_names_none(told: demo.Told, caller: Any) -> None:
    zhang = caller("zhang")
    wrong = zhang.bring(SOUND, "询问.wav", act="carry_out", stream=told.stream)
    assert (wrong.status_code, "只收图片、PDF" in wrong.json()["text"]) == (415, True)
    none = zhang.bring(SCAN, "a.pdf", act="request_filing", stream=told.stream)
    assert (none.status_code, "不收文件" in none.json()["text"]) == (422, True)


def test_the_gate_refuses_files_that_the_act_does_not_take(theatre: Theatre, told: demo.Told) -> None:
    """Whoever comes to the write path with files of his own making."""
    good = {"name": "a.png", "sha256": shelf().add(PHOTO), "size": len(PHOTO), "type": "image/png"}

    def refusal(*files: Any) -> str:
        answer = theatre.tries(told, "take_evidence", files=files)
        assert not answer.done
        return "；".join([*answer.problems.values(), *(m for r in answer.verdict.reasons for m in r.missing)])

    assert "不是图片" in refusal(good | {"type": "text/html"})
    assert "最多 50 份" in refusal(*(good | {"name": f"{n}.png"} for n in range(51)))
    assert "已经不在" in refusal(good | {"sha256": "0" * 64})
    assert "写法不对" in refusal(good | {"sha256": "../../secrets"})
    assert "写法不对" in refusal({"name": "a.png"})
    assert "合计超过" in refusal(good | {"size": (4 * settings.SANXIANG_LARGE_MB << 20) + 1})


def test_a_file_belongs_to_who_brought_it_for_the_act_it_was_brought_for(
    theatre: Theatre, told: demo.Told, caller: Any
) -> None:
    """Knowing an id or a digest gives nobody the content."""
    zhang, li = caller("zhang"), caller("li")
    staged = zhang.bring(PHOTO, act="take_evidence", stream=told.stream).json()["id"]
    body = facts(theatre, told)
    assert li.act(told.stream, "take_evidence", files=[staged], **body).status_code == 422
    assert zhang.act(told.stream, "inspect", files=[staged]).status_code == 422
    other = theatre.played(before="take_evidence", start="2026-10-13")
    assert zhang.act(other.stream, "take_evidence", files=[staged], **body).status_code == 422
    assert zhang.act(told.stream, "take_evidence", files=[str(uuid.uuid4())], **body).status_code == 422


def test_only_who_may_see_the_case_gets_its_files(theatre: Theatre, told: demo.Told, caller: Any) -> None:
    zhang = caller("zhang")
    listed = zhang.get(f"cases/{told.stream}/files").json()[0]
    place = f"cases/{told.stream}/files/{listed['event']}/{listed['index']}"
    assert zhang.fetch(place).status_code == 200
    stranger = caller("officer", "wuding")
    assert stranger.fetch(place).status_code == 404
    assert not AccessNote.objects.filter(stream=told.stream, name__contains="武定").exists(), (
        "nothing kept of a stranger"
    )
    assert stranger.get(f"cases/{told.stream}/files").status_code == 404
    assert stranger.bring(PHOTO, act="take_evidence", stream=told.stream).status_code == 404
    assert caller("head").bring(PHOTO, act="take_evidence", stream=told.stream).status_code == 403, "not his act"
    assert Client().get(f"{API}/{place}").status_code == 401
    assert zhang.get(f"cases/{told.stream}/files/{listed['event']}/99").status_code == 404
    assert Client().get(f"/recording/{told.stream}/file/{listed['event']}/0/").status_code == 302


class Poison(io.RawIOBase):
    """A body of which no byte may be read."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def answered(path: str, query: str, length: int, body: Any, **headers: str) -> tuple[int, str]:
    """What our server answers to a request whose body is a stream."""
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": body,
        "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False, "CONTENT_LENGTH": str(length), **headers,
    }  # fmt: skip
    text = b"".join(WSGIHandler()(environ, lambda status, _: told.append(status)))
    return int(told[0][:3]), text.decode()


def cookie_of(account: Any) -> str:
    client = Client()
    client.force_login(account)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def test_too_much_is_refused_before_a_byte_is_read(theatre: Theatre, told: demo.Told, caller: Any) -> None:
    key = caller("zhang").key
    query = f"name=a.mp4&act=take_evidence&stream={told.stream}"
    status, text = answered(f"{API}/files", query, 1 << 33, Poison(), CONTENT_TYPE="video/mp4", **key)
    assert (status, "没有接收" in json.loads(text)["text"]) == (413, True)
    none = query.replace("take_evidence", "request_filing")
    assert answered(f"{API}/files", none, 100 << 20, Poison(), CONTENT_TYPE="video/mp4", **key)[0] == 422
    form = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "HTTP_COOKIE": cookie_of(theatre.account("zhang"))}
    case = f"/work/cases/{told.stream}/do"
    for act, length in (("request_filing", 100 << 20), ("take_evidence", 1 << 33)):
        status, text = answered(f"{case}/{act}/", "", length, Poison(), **form)
        assert (status, "没有接收" in text) == (413, True)
    assert answered("/work/cases/new/", "", 1 << 33, Poison(), **form)[0] == 413


def test_a_body_that_ends_too_early_is_refused(told: demo.Told, caller: Any) -> None:
    query = f"name=a.zip&act=take_evidence&stream={told.stream}"
    half = io.BytesIO(SOUND)
    status, text = answered(
        f"{API}/files", query, len(SOUND) + 10, half, CONTENT_TYPE="audio/wav", **caller("zhang").key
    )
    assert (status, "没有传完" in json.loads(text)["text"]) == (422, True)


def test_one_cannot_fill_the_disk_and_what_is_not_used_is_forgotten(
    told: demo.Told, caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "WAITING_MAX", 2)
    uploads.purge(timezone.now() + timedelta(days=2))
    answers = [caller("li").bring(PHOTO, act="take_evidence", stream=told.stream) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 422]
    assert "2 份传好的文件还没有办理" in answers[2].json()["text"]
    assert uploads.purge(timezone.now()) == 0
    assert uploads.purge(timezone.now() + timedelta(days=2)) == 2


def test_the_worker_clears_what_nobody_took_and_what_no_event_names(
    theatre: Theatre, told: demo.Told, caller: Any
) -> None:
    zhang, photo = caller("zhang"), demo_files.photo({"day": "2026-11-18"})
    staged = zhang.bring(photo, act="take_evidence", stream=told.stream).json()["id"]
    assert zhang.act(told.stream, "take_evidence", files=[staged], **facts(theatre, told)).status_code == 200
    left, waits = shelf().add(b"left behind"), demo_files.photo({"day": "2026-11-17"})
    row = StagedFile.objects.get(pk=zhang.bring(waits, act="take_evidence", stream=told.stream).json()["id"])
    then = (timezone.now() - timedelta(days=4)).timestamp()
    for path in (shelf().path(digest(photo)), shelf().path(left), shelf().waiting(digest(waits))):
        os.utime(path, (then, then))
    StagedFile.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(days=4))
    tasks.forget_files(timestamp=0)
    tasks.clear_unnamed(timestamp=0)
    assert not StagedFile.objects.filter(pk=row.pk).exists()
    assert not shelf().known(digest(waits))
    assert not shelf().known(left)
    assert shelf().fault(digest(photo)) == ""


# ── parts of a file ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=30000-99999999", 206, slice(30000, None)),
        ("bytes=99999999-", 416, None),
        ("bytes=9-3", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=0-1,5-9", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("bytes=" + "9" * 400 + "-", 200, slice(None)),
    ],
)
def test_a_player_gets_the_part_it_asks_for(
    told: demo.Told, caller: Any, asked: str, status: int, span: slice | None
) -> None:
    zhang = caller("zhang")
    listed = next(one for one in zhang.get(f"cases/{told.stream}/files").json() if one["type"] == "audio/wav")
    got = zhang.fetch(f"cases/{told.stream}/files/{listed['event']}/{listed['index']}", HTTP_RANGE=asked)
    assert got.status_code == status
    if span is None:
        assert got["Content-Range"] == f"bytes */{len(SOUND)}"
        return
    data = b"".join(got.streaming_content)
    assert data == SOUND[span]
    assert int(got["Content-Length"]) == len(data)
    assert got["Accept-Ranges"] == "bytes"
    if status == 206:
        start = span.start % len(SOUND)
        assert got["Content-Range"] == f"bytes {start}-{start + len(data) - 1}/{len(SOUND)}"


def test_a_file_goes_out_with_the_type_that_was_told_and_can_do_nothing(told: demo.Told, caller: Any) -> None:
    zhang = caller("zhang")
    listed = zhang.get(f"cases/{told.stream}/files").json()[0]
    place = f"cases/{told.stream}/files/{listed['event']}/{listed['index']}"
    got = zhang.fetch(place)
    assert got["Content-Type"] == listed["type"]
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert got["Content-Disposition"].startswith("inline; filename*=UTF-8''%E6%BC%94%E7%A4%BA")
    assert got["Cache-Control"] == "private, no-store"
    assert zhang.get(f"{place}?download")["Content-Disposition"].startswith("attachment; ")


def test_contents_are_fetched_by_nobody_who_has_not_said_why(
    theatre: Theatre, told: demo.Told, caller: Any, client: Client
) -> None:
    """Who handles the case neither, once a case and day; a page counts for the interface and the other way round."""
    zhang = caller("zhang")
    listed = zhang.get(f"cases/{told.stream}/files").json()[0]
    place = f"cases/{told.stream}/files/{listed['event']}/{listed['index']}"
    due = zhang.get(place)
    assert (due.status_code, due.json()["code"]) == (403, "purpose-due")
    assert "Sanxiang-Purpose" in due.json()["text"]
    for wrong, said in (("短", "4 到 300 个字"), ("控制\x01字符在内", "控制字符"), ("好" * 301, "4 到 300 个字")):
        answer = zhang.fetch(place, wrong)
        assert (answer.status_code, said in answer.json()["detail"]) == (422, True), wrong
    broken = zhang.get(place, HTTP_SANXIANG_PURPOSE="%FF%FE%FD%FC")
    assert (broken.status_code, "UTF-8" in broken.json()["detail"]) == (422, True)
    assert not LookRow.objects.filter(owner=told.stream).exists(), "what was refused is no look"
    assert zhang.fetch(place, "核对附件内容").status_code == 200
    (look,) = LookRow.objects.filter(owner=told.stream)
    assert (look.manner, look.purpose, look.sha256) == ("download", "核对附件内容", listed["sha256"])
    assert zhang.get(place).status_code == 200, "said once a day"
    client.force_login(theatre.account("li"))
    other = caller("li")
    assert other.get(place).status_code == 403
    client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
    assert other.get(place).status_code == 200, "said on the page"


def test_a_supervisor_states_it_before_the_list_already(theatre: Theatre, told: demo.Told, caller: Any) -> None:
    over, place = caller("supervisor"), f"cases/{told.stream}/files"
    due = over.get(place)
    assert (due.status_code, due.json()["code"]) == (403, "purpose-due")
    listed = over.fetch(place, "执法监督检查").json()[0]
    assert over.get(f"{place}/{listed['event']}/{listed['index']}").status_code == 200


def test_the_interface_says_so_itself(client: Client, theatre: Theatre) -> None:
    client.force_login(theatre.account("zhang"))
    told = client.get("/api/v1/openapi.json").json()["paths"]
    fetched = told["/api/v1/cases/{stream}/files/{event}/{index}"]["get"]
    (header,) = [one for one in fetched["parameters"] if one["in"] == "header"]
    assert (header["name"], "每件案件每天第一次" in header["description"]) == ("Sanxiang-Purpose", True)
    assert "403" in fetched["responses"]


def test_a_file_that_was_changed_where_it_is_kept_is_not_handed_out(
    theatre: Theatre, told: demo.Told, caller: Any
) -> None:
    zhang, photo = caller("zhang"), demo_files.photo({"day": "2026-11-19"})
    staged = zhang.bring(photo, act="take_evidence", stream=told.stream).json()["id"]
    assert zhang.act(told.stream, "take_evidence", files=[staged], **facts(theatre, told)).status_code == 200
    (listed,) = [one for one in zhang.get(f"cases/{told.stream}/files").json() if one["sha256"] == digest(photo)]
    path: Path = shelf().path(digest(photo))
    path.unlink()
    got = zhang.fetch(f"cases/{told.stream}/files/{listed['event']}/{listed['index']}")
    assert (got.status_code, "缺失或者已被改动" in got.content.decode()) == (409, True)
    shelf().add(photo)
