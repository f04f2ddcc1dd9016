"""The kinds of request to consult a file: application, approval, limited release, trace, end."""

from __future__ import annotations

import html
import io
import wave
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from sanxiang.casework import access, consulted, levels
from sanxiang.casework.auditing import replay
from sanxiang.casework.commands import Command, handle
from sanxiang.casework.consulted import Piece
from sanxiang.casework.models import CaseRow, DutyRow
from sanxiang.config.demo import Told
from sanxiang.core.casefile import fold
from sanxiang.core.events.looking import FileClassified
from sanxiang.core.values import legal_day
from sanxiang.counter.party import NAME
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import consulting
from sanxiang.three_systems.recording.consulting import NotAllowed, excerpt, film_mark
from sanxiang.three_systems.recording.file_models import FileRow
from sanxiang.three_systems.recording.volumes import fonts_of
from tests.support import filmed
from tests.support.films import RATE, film
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("DXH-18"), pytest.mark.journeys("archive.access")]
DECISION = "行政给付决定书"
ASKED = {
    "access_name": "演示申请人", "access_identity": "居民身份证（演示）", "access_purpose": "核对发放数额",
    "access_form": "查阅室查阅",
}  # fmt: skip


@pytest.fixture
def told(theatre: Theatre) -> Told:
    theatre.everywhere()
    return theatre.played("benefit", agency="dongxihu", start="2026-05-11", fill={"party_name": "申屠演示甲"})


def does(theatre: Theatre, told: Told, act: str, by: str, link: str = "", party: str = "", **facts: Any) -> Any:
    officer = "" if party else theatre.people["dongxihu"][by]
    command = Command(act=act, officer=officer, stream=told.stream, link=link, facts=facts, party=party)
    told.at += timedelta(hours=1)
    return handle(theatre.connection, theatre.book, command, at=told.at)


def bytes_of(page: str) -> str:
    """Where the pieces that a page lists are given out."""
    stream, name = page.strip("/").split("/")[1::2]
    return f"/files/consult/{stream}/{name}/"


def decision(theatre: Theatre, told: Told) -> str:
    """The name under which the decision stands in an extent."""
    paper = next(p for p in fold(theatre.events(told)).papers if p["title"] == DECISION)
    return f"{paper['title']} {paper['number']}".strip()


def given(theatre: Theatre, told: Told, applicant: str, by: str, *, link: str = "", **more: Any) -> str:
    """A request asked, granted and given out; its id."""
    extent = more.pop("access_extent", [{"what": decision(theatre, told)}])
    facts = {**ASKED, "access_applicant": applicant, "access_extent": extent, **more}
    asked = does(theatre, told, "request_access", "archivist", link=link, **facts)
    assert asked.done, asked.verdict.reasons
    name = link or asked.events[-1].id
    until = (legal_day(timezone.now()) + timedelta(days=10)).isoformat()
    allowed = {"access_extent": extent, "access_form": facts["access_form"], "access_until": until}
    granted = does(theatre, told, "approve_access", by, link=name, access_reason="同意在所列范围内查阅", **allowed)
    assert granted.done, granted.verdict.reasons
    out = does(theatre, told, "give_access", "archivist", link=name, access_identity_checked=True,
               access_receipt="本人签收")  # fmt: skip
    assert out.done, out.verdict.reasons
    return name


def client_of(theatre: Theatre, role: str) -> Client:
    client = Client()
    client.force_login(theatre.account(role, "dongxihu"))
    return client


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def test_the_partys_own_application_is_registered_approved_and_shown_in_the_reading_room(
    theatre: Theatre, told: Told
) -> None:
    sent = does(theatre, told, "request_record", "", party=NAME, record_request="想看决定书和发放依据")
    assert sent.done, sent.verdict.reasons
    applied = sent.events[-1].id
    line = FileRow.objects.get(pk=told.stream)
    assert line.requests_open == 1
    duty = DutyRow.objects.get(stream=told.stream, duty="access")
    assert (duty.clause, duty.met_at) == ("DR-33", None)
    assert line.asked_due == duty.due_on
    archivist = client_of(theatre, "archivist")
    home = archivist.get("/recording/archive/").content.decode()
    assert str(told.stream) in home.split('id="asked"')[1].split('id="ending"')[0]
    assert "想看决定书" in archivist.get(f"/recording/{told.stream}/").content.decode()

    name = given(theatre, told, "当事人", "unit", link=applied)
    assert not DutyRow.objects.filter(stream=told.stream, duty="access", met_at=None).exists()
    place = f"/recording/{told.stream}/consult/{name}/"
    assert DECISION in archivist.get(place).content.decode()
    answer = archivist.get(f"{bytes_of(place)}0/")
    assert answer.status_code == 200
    said = text_of(answer.content)
    assert "演示申请人" in said
    assert "仅供调阅" in said
    assert archivist.get(f"{bytes_of(place)}1/").status_code == 404, "nothing beyond the extent"
    assert client_of(theatre, "officer").get(place).status_code == 403, "not even the handler"
    used = [one for one in theatre.events(told) if one.kind == "access.used"]
    assert [(one.event.about, one.event.viewer) for one in used] == [(name, "吕演示")]


def test_another_body_needs_the_head_and_gets_a_masked_copy(theatre: Theatre, told: Told) -> None:
    extent = [{"what": decision(theatre, told)}]
    asked = does(theatre, told, "request_access", "archivist", access_applicant="其他单位", access_extent=extent,
                 **{**ASKED, "access_form": "脱敏副本"})  # fmt: skip
    name = asked.events[-1].id
    allowed = {
        "access_extent": extent,
        "access_form": "脱敏副本",
        "access_until": "2027-12-31",
        "access_reason": "同意",
    }
    refused = does(theatre, told, "approve_access", "unit", link=name, **allowed)
    assert "AL-29" in {one.clause for one in refused.verdict.reasons}
    early = does(
        theatre, told, "give_access", "archivist", link=name, access_identity_checked=True, access_receipt="签"
    )
    assert not early.done, "nobody granted it yet"
    assert does(theatre, told, "approve_access", "head", link=name, **allowed).done
    assert not does(theatre, told, "give_access", "archivist", link=name, access_receipt="签收").done, "who are they?"
    assert does(theatre, told, "give_access", "archivist", link=name, access_identity_checked=True,
                access_receipt="签收").done  # fmt: skip
    again = [one for one in replay(theatre.connection, theatre.book) if one is not None and one.stream == told.stream]
    assert again == [], "judged again, each act is about its own request"
    copy = client_of(theatre, "archivist").get(f"/files/consult/{told.stream}/{name}/0/")
    said = text_of(copy.content)
    assert "脱敏副本" in said
    assert [one.event.about for one in theatre.events(told) if one.kind == "access.used"] == [name]
    assert "申屠演示甲" not in said
    assert "申屠某" in said


def test_publicity_is_refused_with_its_ground_and_nothing_opens(theatre: Theatre, told: Told) -> None:
    asked = does(theatre, told, "request_access", "archivist", access_applicant="舆情宣传培训",
                 access_extent=[{"what": decision(theatre, told)}], **ASKED)  # fmt: skip
    name = asked.events[-1].id
    why = "行政执法案卷信息，不予公开（政府信息公开条例第十六条）"
    assert does(theatre, told, "refuse_access", "head", link=name, access_reason=why).done
    place = f"/recording/{told.stream}/consult/{name}/"
    said = client_of(theatre, "archivist").get(place)
    assert said.status_code == 403
    assert "没有得到同意" in said.content.decode()
    assert not does(theatre, told, "give_access", "archivist", link=name, access_identity_checked=True,
                    access_receipt="签").done  # fmt: skip


def test_publicity_gets_a_masked_copy_with_the_line_of_its_request_and_every_look_is_kept(
    theatre: Theatre, told: Told
) -> None:
    name = given(theatre, told, "舆情宣传培训", "head", access_form="脱敏副本", access_purpose="法治宣传稿件核对")
    place = f"/recording/{told.stream}/consult/{name}/"
    archivist = client_of(theatre, "archivist")
    said = text_of(archivist.get(f"{bytes_of(place)}0/").content)
    assert "申屠演示甲" not in said
    assert "申屠某" in said
    for word in ("脱敏副本", "演示申请人", "仅供调阅"):
        assert word in said, word
    assert archivist.get(f"{bytes_of(place)}1/").status_code == 404, "nothing beyond the extent"
    used = [one for one in theatre.events(told) if one.kind == "access.used"]
    assert [(one.event.about, one.event.viewer) for one in used] == [(name, "吕演示")]
    kept = archivist.get(f"/recording/{told.stream}/").content.decode()
    assert "法治宣传稿件核对" in kept
    assert "看过 1 次" in kept


def test_supervision_looks_with_its_own_login_until_the_permission_ends(
    theatre: Theatre, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = theatre.account("supervisor", "dongxihu")
    name = given(theatre, told, "监督", "head", access_account=supervisor.username, access_form="在线水印查看")
    place = f"/recording/{told.stream}/consult/{name}/"
    client = client_of(theatre, "supervisor")
    assert client.get(f"{bytes_of(place)}0/").status_code == 200
    later = timezone.now() + timedelta(days=11)
    clock = SimpleNamespace(now=lambda: later)
    monkeypatch.setattr("sanxiang.three_systems.recording.access_views.timezone", clock)
    ended = client.get(f"{bytes_of(place)}0/")
    assert ended.status_code == 403
    assert "有效期" in ended.content.decode()


def test_of_a_recording_only_the_allowed_seconds_leave_the_house() -> None:
    import av

    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x10\x27" * 8000 * 10)
    blob = shelf().stage((out.getvalue(),), limit=1 << 20)
    file = {"name": "询问.wav", "sha256": blob.sha256, "size": blob.size, "type": "audio/wav"}
    path, kind, ours = excerpt(Piece("询问.wav", "e", 0, file, start=2, end=5))
    try:
        assert (kind, ours) == ("video/mp4", True)
        with av.open(str(path)) as made:
            assert made.duration is not None
            assert made.duration / 1_000_000 == pytest.approx(3, abs=0.3)
    finally:
        path.unlink()
    whole, _, ours = excerpt(Piece("询问.wav", "e", 0, file))
    assert not ours
    assert whole.read_bytes() == out.getvalue()


def test_a_film_leaves_the_house_with_the_line_burnt_into_its_pictures(tmp_path: Path) -> None:
    """The line of the request stands on every picture, on a dark film as on a bright one; the original stays clean."""
    import av

    data = film(tmp_path / "a.mp4", seconds=4, black=(2, 4))
    blob = shelf().stage((data,), limit=1 << 20)
    file = {"name": "现场.mp4", "sha256": blob.sha256, "size": blob.size, "type": "video/mp4"}
    mark = film_mark("演示申请人　吕演示　2026-11-21 09:30　仅供调阅", fonts_of())
    for piece, seconds in ((Piece("现场.mp4", "e", 0, file), 4), (Piece("现场.mp4", "e", 0, file, start=1, end=3), 2)):
        path, kind, ours = excerpt(piece, mark)
        assert (kind, ours) == ("video/mp4", True)
        try:
            with av.open(str(path)) as made:
                pictures = [frame.to_image().convert("L") for frame in made.decode(video=0)]
        finally:
            path.unlink()
        assert len(pictures) == pytest.approx(seconds * RATE, abs=1)
        for picture in pictures:
            low, high = picture.getextrema()
            assert high - low > 20, "an even picture bears no line"
    with av.open(str(shelf().waiting(blob.sha256))) as kept:
        low, high = next(kept.decode(video=0)).to_image().convert("L").getextrema()
    assert high - low < 20
    assert shelf().waiting(blob.sha256).read_bytes() == data


def test_what_cannot_be_marked_in_time_does_not_go_out_unmarked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consulting, "PATIENCE_S", 0.01)
    data = film(tmp_path / "a.mp4", seconds=1)
    blob = shelf().stage((data,), limit=1 << 20)
    file = {"name": "现场.mp4", "sha256": blob.sha256, "size": blob.size, "type": "video/mp4"}
    with pytest.raises(NotAllowed, match="太长"):
        excerpt(Piece("现场.mp4", "e", 0, file), b"png")


@pytest.fixture
def filmed_case(theatre: Theatre, tmp_path: Path) -> tuple[Told, str, str]:
    """A benefit that rests on a recording of a phone, closed and archived; case, recording, name of its second run in
    an extent."""
    theatre.everywhere()
    told = theatre.played("benefit", agency="dongxihu", start="2026-05-18", before="verify")
    stream = filmed.phone(theatre, told, "verify", tmp_path, seconds=6)
    theatre.go_on(told)
    (name,) = [one for one in consulted.names_of(fold(theatre.events(told))) if f"{stream[:8]}-2" in one]
    return told, stream, name


def frames(data: bytes) -> list[Any]:
    import av

    with av.open(io.BytesIO(data)) as made:
        return [frame.to_image().convert("L") for frame in made.decode(video=0)]


@pytest.mark.parametrize(("applicant", "role", "form"), [
    ("当事人", "archivist", "查阅室查阅"), ("监督", "supervisor", "在线水印查看"),
])  # fmt: skip
def test_of_a_linked_recording_only_the_approved_seconds_are_shown_with_the_line_until_the_end(
    theatre: Theatre, filmed_case: Any, monkeypatch: pytest.MonkeyPatch, applicant: str, role: str, form: str
) -> None:
    told, stream, name = filmed_case
    extent = [{"what": name, "from_second": 1, "to_second": 3}]
    account = theatre.account(role, "dongxihu")
    asked = given(theatre, told, applicant, "head", access_extent=extent, access_form=form,
                  **({"access_account": account.username} if role == "supervisor" else {}))  # fmt: skip
    place = f"/recording/{told.stream}/consult/{asked}/"
    client = client_of(theatre, role)
    page = client.get(place).content.decode()
    assert f"{stream[:8]}-2" in page
    assert "第 1 秒到第 3 秒" in page
    answer = client.get(f"{bytes_of(place)}0/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "video/mp4")
    pictures = frames(b"".join(answer.streaming_content))
    assert len(pictures) == pytest.approx(2 * RATE, abs=1), "two of six seconds"
    for picture in pictures:
        low, high = picture.getextrema()
        assert high - low > 20, "an even picture bears no line"
    assert client.get(f"{bytes_of(place)}1/").status_code == 404, "the first run was not approved"
    assert client_of(theatre, "officer").get(f"{bytes_of(place)}0/").status_code == 403
    (used,) = [one for one in theatre.events(told) if one.kind == "access.used"]
    assert (used.event.about, used.event.seen.endswith("/1（1–3秒）")) == (asked, True)
    later = timezone.now() + timedelta(days=11)
    monkeypatch.setattr("sanxiang.three_systems.recording.access_views.timezone", SimpleNamespace(now=lambda: later))
    assert client.get(f"{bytes_of(place)}0/").status_code == 403


def test_a_recording_that_is_marked_since_is_given_no_longer_and_no_other_in_its_place(
    theatre: Theatre, filmed_case: Any
) -> None:
    told, stream, name = filmed_case
    asked = given(theatre, told, "当事人", "head", access_extent=[{"what": name}])
    place, client = f"/recording/{told.stream}/consult/{asked}/", client_of(theatre, "archivist")
    assert name in html.unescape(client.get(place).content.decode())
    recording = reading.load(theatre.connection, stream)
    sealed = next(one for one in reversed(recording) if one.event.files)
    keeper = access.reader_for(theatre.people["dongxihu"]["archivist"])
    for index in (1, 0):
        file = sealed.event.files[index]
        event = FileClassified(owner=stream, event=sealed.id, index=index, sha256=file["sha256"], name=file["name"],
                               level="个人隐私", facts={"level_reason": "拍到未成年人"})  # fmt: skip
        row = CaseRow.objects.get(pk=told.stream)
        levels.classify(keeper, row, event, agency=str(row.agency), actor=sealed.actor, at=timezone.now())
        assert client.get(f"{bytes_of(place)}0/").status_code == 404
        assert name not in consulted.names_of(fold(theatre.events(told)))
    assert not [one for one in consulted.names_of(fold(theatre.events(told))) if stream[:8] in one]
