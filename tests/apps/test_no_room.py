"""A disk that is really full, wherever something is written: a clear answer and a status at which one comes again,
nothing half-written, nothing acknowledged lost."""

from __future__ import annotations

import base64
import gc
import io
import json
import os
import tempfile
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from sanxiang.casework.consulted import Piece
from sanxiang.casework.models import StagedFile
from sanxiang.config import cli, failures, files, public, shortage
from sanxiang.portal import bulk
from sanxiang.store.blobs import Away, NoRoom, shelf
from sanxiang.three_systems.recording.capture import arriving
from sanxiang.three_systems.recording.consulting import excerpt
from sanxiang.three_systems.recording.models import ArrivedAct
from tests.apps.capture.conftest import even, phone_of  # noqa: F401 - a fixture
from tests.apps.capture.test_capture import PNG, act_of, sent
from tests.apps.evidence.brought import SCAN
from tests.apps.evidence.test_looking import place, says_why, taken  # noqa: F401 - a fixture
from tests.support import fulldisk
from tests.support.films import film
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-27"), pytest.mark.journeys("evidence.files")]
FULL = "磁盘已满"


@pytest.fixture(params=fulldisk.KINDS)
def disk(request: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The evidence and what is written for a moment lie on one small disk."""
    with fulldisk.small(request.param, tmp_path / "disk") as made, fulldisk.holding(made, settings):
        moment = made.folder / "moment"
        moment.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(moment))
        yield made
        gc.collect()
        assert not list(moment.iterdir()), "nothing is left of what found no room"


def patient(account: Any, **more: Any) -> Client:
    """A browser that gets the answer which the product gives."""
    client = Client(raise_request_exception=False, **more)
    client.force_login(account)
    return client


# ── the one place that answers ───────────────────────────────────────────────────────────────────────────────────────


def wrapped(problem: Exception) -> Exception:
    made = OperationalError(str(problem))
    made.__cause__ = problem
    return made


@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [
        (NoRoom(28, "full"), 507, FULL),
        (OSError(122, "quota"), 507, FULL),
        (OSError(27, "too large"), 507, FULL),
        (Away("connection refused"), 503, "对象存储暂时连不上，文件没有丢"),
        (wrapped(psycopg.errors.DiskFull("could not extend file")), 507, "数据库的磁盘已满"),
        (wrapped(psycopg.OperationalError("server closed the connection unexpectedly")), 503, "数据库暂时连不上"),
        (wrapped(psycopg.errors.CannotConnectNow("starting up")), 503, "数据库暂时连不上"),
    ],
)
def test_whoever_asks_is_told_what_is_short(problem: Exception, status: int, words: str) -> None:
    asked = RequestFactory()
    door = shortage.NoRoomAnswered(lambda request: HttpResponse())
    for request, kind in (
        (asked.get("/work/", headers={"Accept": "text/html,*/*"}), "text/html"),
        (asked.put("/files/takes/x/0", headers={"X-Capture": "1"}), "application/json"),
        (asked.post("/api/v1/cases"), "application/json"),
        (asked.get("/files/of/x", headers={"Accept": "image/png"}), "text/plain"),
    ):
        answer = door.process_exception(request, problem)
        assert answer is not None
        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (status, kind)
        said = json.loads(answer.content)["text"] if "json" in kind else answer.content.decode()
        assert words in said
        assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("problem", "sent"),
    [
        (NoRoom(28, "full"), "没有收到"),
        (wrapped(psycopg.errors.DiskFull("could not extend file")), "没有收到"),
        (wrapped(psycopg.OperationalError("gone")), "没有看到查询码的请当作没有收到"),
    ],
)
def test_the_public_is_told_what_a_citizen_can_do(problem: Exception, sent: str, settings: Any) -> None:
    settings.SITE = {**settings.SITE, "phone": "0379-演示"}
    asked, page = RequestFactory(), {"Accept": "text/html"}
    door = shortage.NoRoomAnswered(lambda request: HttpResponse())
    for request, words in ((asked.post("/counter/", headers=page), sent), (asked.get("/d/x/", headers=page), "再打开")):
        answer = door.process_exception(request, problem)
        assert answer is not None
        said = answer.content.decode()
        assert words in said
        assert "执法机关的电话" in said
        assert "0379-演示" in said
        assert "管理员" not in said
        assert "数据库" not in said
    told = public.handler500(asked.post("/counter/"))
    assert "没有看到查询码的请当作没有收到" in told.content.decode()
    assert "管理员" not in told.content.decode()


def test_every_other_failure_stays_one() -> None:
    for problem in (OSError(5, "i/o"), ValueError("x"), wrapped(psycopg.errors.QueryCanceled("slow"))):
        assert shortage.shortage_of(problem) is None


def test_a_command_tells_it_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(args: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sanxiang.config.commands.clauses.run", full)
    assert cli.main(["clauses"]) == 3
    assert FULL in capsys.readouterr().err


# ── what is written for people at their desks ────────────────────────────────────────────────────────────────────────


def test_a_form_that_finds_no_room_before_it_is_read(disk: Any, theatre: Theatre) -> None:
    """A file so large that it goes to the disk while the form is read: before any view, and in every process."""
    told = theatre.played(before="take_evidence", start="2026-10-12")
    zhang = patient(theatre.account("zhang"), enforce_csrf_checks=True)
    where = f"/work/cases/{told.stream}/do/take_evidence/"
    zhang.get(where)
    before = len(theatre.events(told))
    with disk.full(0):
        large = io.BytesIO(os.urandom(3 << 20))
        large.name = "录像.mp4"
        answer = zhang.post(where, {"files": large, "csrfmiddlewaretoken": zhang.cookies["csrftoken"].value})
        assert (answer.status_code, FULL in answer.content.decode()) == (507, True)
    assert len(theatre.events(told)) == before
    for broken in (failures.broken, files.handler500, public.handler500):
        try:
            raise NoRoom(28, "full")
        except NoRoom:
            assert broken(RequestFactory().get("/")).status_code == 507
        assert broken(RequestFactory().get("/")).status_code == 500


def test_an_act_keeps_what_was_typed(theatre: Theatre, monkeypatch: pytest.MonkeyPatch, caller: Any) -> None:
    """Its file was put aside; when the act is done there is no room for it: nothing is refused by law, nothing done."""
    told = theatre.played(before="take_evidence", start="2026-10-12")
    zhang, before = patient(theatre.account("zhang")), len(theatre.events(told))
    facts = theatre.command(told, "take_evidence").facts
    brought = io.BytesIO(SCAN)
    brought.name = "收据.pdf"
    where = f"/work/cases/{told.stream}/do/take_evidence/"

    def full(files: Any) -> None:
        raise NoRoom(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr("sanxiang.casework.uploads.keep", full)
        answer = zhang.post(where, {**facts, "officers": list(theatre.command(told, "take_evidence").officers),
                                    "files": brought})  # fmt: skip
        text = answer.content.decode()
        assert (answer.status_code, FULL in text, "收据.pdf" in text) == (507, True, True)
        asked = caller("zhang")
        told_api = asked.act(told.stream, "take_evidence", **_facts(theatre, told))
        assert (told_api.status_code, FULL in told_api.json()["text"]) == (507, True)
    assert len(theatre.events(told)) == before
    assert asked.act(told.stream, "take_evidence", **_facts(theatre, told)).status_code == 200


def _facts(theatre: Theatre, told: Any) -> dict[str, Any]:
    command = theatre.command(told, "take_evidence")
    return {"facts": dict(command.facts), "officers": list(command.officers)}


@pytest.fixture
def caller(theatre: Theatre) -> Any:
    from sanxiang.interchange.keys import give
    from tests.apps.evidence.brought import Caller

    def make(role: str) -> Caller:
        key = give(theatre.account(role), "演示", days=1, at=timezone.now())
        return Caller({"HTTP_AUTHORIZATION": f"Bearer {key}"})

    return make


def test_a_still_is_taken_once_there_is_room(disk: Any, theatre: Theatre, taken: Any) -> None:  # noqa: F811
    told, data = taken
    blob = shelf().stage((data,), limit=len(data))
    shelf().keep(blob.sha256)
    zhang = patient(theatre.account("zhang"))
    says_why(zhang, told)
    where, before = f"{place(theatre, told)}still/", StagedFile.objects.count()
    with disk.full(0):
        answer = zhang.post(where, {"second": "1.5"})
        assert (answer.status_code, FULL in answer.content.decode()) == (507, True)
        assert StagedFile.objects.count() == before
    assert not list(shelf().folder.glob("derived/*/.*.draft"))
    assert zhang.post(where, {"second": "1.5"}).status_code == 302


# ── what leaves the house ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_for_an_applicant(disk: Any, tmp_path: Path) -> None:
    data = film(tmp_path / "a.mp4", seconds=4)
    blob = shelf().stage((data,), limit=1 << 20)
    file = {"name": "现场.mp4", "sha256": blob.sha256, "size": blob.size, "type": "video/mp4"}
    piece = Piece("现场.mp4", "e", 0, file, start=1, end=3)
    with disk.full(0), pytest.raises(NoRoom):
        excerpt(piece)
    path, _, ours = excerpt(piece)
    assert ours
    path.unlink()


def test_a_download_of_the_public_record(disk: Any) -> None:
    rows = [dict.fromkeys(bulk.COLUMNS, None) | {"id": str(n)} for n in range(5000)]
    with disk.full(0), pytest.raises(OSError) as full:  # noqa: PT011 - which one is the question
        bulk.as_parquet(iter(rows))
    assert shortage.shortage_of(full.value) == shortage.FILES
    answer = bulk.as_parquet(iter(rows))
    assert b"".join(answer.streaming_content)[:4] == b"PAR1"
    answer.close()


# ── what a phone sends ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.journeys("capture.offline")
def test_a_phone_keeps_its_pieces_and_comes_again(
    disk: Any,
    theatre: Theatre,
    phone_of: Any,  # noqa: F811
) -> None:
    story = theatre.played("ordinary", before="inspect")
    phone = phone_of(theatre.account("zhang"), case=story.stream, activity="inspect", medium="photo", source="camera")
    phone.client.raise_request_exception = False
    phone.record(even(2), began=timezone.now() - timedelta(minutes=10), made=[base64.b64decode(PNG), os.urandom(9000)])
    assert phone.open().status_code == 200
    assert phone.send(0).status_code == 201
    with disk.full(0):
        refused = phone.send(1)
        assert (refused.status_code, FULL in refused.json()["text"]) == (507, True)
        assert phone.client.get(f"/files/takes/{phone.take}/", headers={"X-Capture": "1"}).json()["have"] == [0]
    assert phone.send(1).status_code == 201
    with disk.full(0):
        assert phone.seal().status_code == 507
    sealed = phone.seal()
    assert sealed.status_code == 200
    assert not any(shelf().fault(one["sha256"]) for one in sealed.json()["files"])


@pytest.mark.journeys("capture.offline")
def test_an_act_from_a_phone_is_done_once_when_there_is_room(
    disk: Any,
    theatre: Theatre,
    phone_of: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story = theatre.played("ordinary", before="inspect")
    phone, key = phone_of(theatre.account("zhang"), case=story.stream, activity="inspect"), str(uuid.uuid4())
    began = timezone.now() - timedelta(minutes=10)
    phone.record(even(3), began=began)
    phone.all()
    body = act_of(theatre, story, phone, files=[{"name": "当事人签名.png", "data": PNG}])
    body["done_at"] = (began + timedelta(seconds=30)).isoformat()
    with disk.full(0):
        assert sent(phone, key, body).status_code == 507
        assert not ArrivedAct.objects.filter(pk=key).exists()
    before = len(theatre.events(story))

    def full(*told: Any, **more: Any) -> None:
        raise NoRoom(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(arriving, "handle", full)
        assert sent(phone, key, body).status_code == 507
    assert ArrivedAct.objects.get(pk=key).state == "received"
    assert len(theatre.events(story)) == before
    connections["default"].close()
    answers = [sent(phone, key, body).json() for _ in range(2)]
    assert [one["state"] for one in answers] == ["done", "done"], answers
    assert sum(one.event.act == "inspect" for one in theatre.events(story)) == 1
