"""Large bodies have a process of their own: every address of it is answered there and, where browsers reach it, not by the
desk's; what was asked of a look is asked there as well."""

from __future__ import annotations

import importlib
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from sanxiang.config.commands import run
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import file_urls
from sanxiang.three_systems.recording.models import LookRow
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-29", "UR-15"), pytest.mark.journeys("evidence.files")]
FILES, DESK = "sanxiang.config.files", "sanxiang.config.urls"
ONE = uuid.UUID(int=1)
FILLED = {
    "stream": ONE, "owner": ONE, "event": ONE, "name": ONE, "made": ONE, "take": ONE, "index": 0, "n": 0, "number": 1,
    "what": "original", "ending": "pdf", "ticket": "x",
}  # fmt: skip
TABLE = {
    "/files/uploads/": "uploads",
    f"/files/uploads/{ONE}": "upload",
    f"/files/of/{ONE}/{ONE}/0/original": "bytes",
    "/files/by-ticket/x": "by-ticket",
    f"/files/package/{ONE}.zip": "package",
    f"/files/consult/{ONE}/{ONE}/0/": "consult",
    f"/files/masked/{ONE}/{ONE}/0/{ONE}": "masked",
    f"/files/masked/{ONE}/{ONE}/0/{ONE}.pdf": "masked-copy",
    f"/files/masked/{ONE}/{ONE}/0/pages/1": "masked-page",
    f"/files/takes/{ONE}/": "take",
    f"/files/takes/{ONE}/1": "piece",
}
"""Every address of large bodies, and its name."""


@pytest.fixture
def apart(settings: Any) -> Any:
    """The desk beside a file process at port 9000; the settings, to stand in that process."""
    settings.SANXIANG_FILES_PORT = "9000"
    return settings


def in_the_file_process(settings: Any) -> None:
    settings.SANXIANG_FILES, settings.SANXIANG_FILES_PORT, settings.SANXIANG_DESK_PORT = True, "", "8000"
    settings.ROOT_URLCONF = FILES
    kept = ("security", "no_nul", "NoRoom", "Session", "Common", "Authentication", "content_security")
    settings.MIDDLEWARE = [
        "sanxiang.config.middleware.for_the_desk",
        *(name for name in settings.MIDDLEWARE if any(part in name for part in kept)),
    ]


def test_the_table_is_whole() -> None:
    made = {
        reverse(f"files:{one.name}", kwargs={name: FILLED[name] for name in one.pattern.converters}): str(one.name)
        for one in file_urls.urlpatterns
    }
    assert made == TABLE


@pytest.mark.parametrize("place", TABLE)
@pytest.mark.parametrize("method", ["get", "put", "post", "patch"])
def test_the_desk_sends_them_on_and_asks_no_view(apart: Any, place: str, method: str) -> None:
    """Nobody is logged in and the database is not there: whatever asked for either would fail."""
    answer = getattr(Client(), method)(place + "?download")
    assert (answer.status_code, answer["Location"]) == (307, f"http://testserver:9000{place}?download")
    assert resolve(place, FILES).view_name == resolve(place, DESK).view_name == f"files:{TABLE[place]}"


@pytest.mark.django_db
@pytest.mark.parametrize("place", TABLE)
def test_the_file_process_answers_them_itself(apart: Any, place: str) -> None:
    in_the_file_process(apart)
    answer = Client().get(place)
    assert answer.status_code in (302, 401, 403, 404, 405), "an answer of the view to somebody without a login"
    if answer.status_code == 302:
        assert answer["Location"].startswith("http://testserver:8000/login/?next=%2Ffiles%2F")


def test_no_page_of_the_desk_hands_them_out(apart: Any) -> None:
    """The old addresses are gone, and no other leads to the same views."""
    for place in (f"/recording/{ONE}/package.zip", f"/recording/{ONE}/consult/{ONE}/0/",
                  f"/recording/capture/takes/{ONE}/1", f"/recording/capture/takes/{ONE}/"):  # fmt: skip
        assert Client().get(place).status_code == 404, place
    large = {one.callback.__wrapped__ for one in file_urls.urlpatterns}
    pages = importlib.import_module("sanxiang.three_systems.recording.urls").urlpatterns
    assert not {getattr(one, "callback", None) for one in pages} & large


def test_a_package_is_asked_for_there_as_on_the_desk(theatre: Theatre, apart: Any) -> None:
    told = theatre.played("ordinary", start="2026-03-02")
    head = Client()
    head.force_login(theatre.account("head"))
    link = f"http://testserver:9000/files/package/{told.stream}.zip"
    assert link in head.get(f"/recording/{told.stream}/").content.decode()
    in_the_file_process(apart)
    asked = head.get(urlsplit(link).path)
    assert asked["Location"].startswith(f"http://testserver:8000/recording/{told.stream}/why/?")
    (back,) = parse_qs(urlsplit(asked["Location"]).query)["next"]
    assert back == urlsplit(link).path
    apart.SANXIANG_FILES, apart.ROOT_URLCONF = False, DESK
    assert head.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    in_the_file_process(apart)
    given = head.get(back)
    assert given.status_code in (200, 409), "409 where the ledger has not signed the last event yet"
    stranger = Client()
    stranger.force_login(theatre.account("officer", "wuding"))
    assert stranger.get(back).status_code == 404


def test_a_program_is_sent_on_with_a_ticket_and_leaves_the_same_look(
    theatre: Theatre, apart: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from sanxiang.interchange.keys import give
    from sanxiang.three_systems.recording import file_views

    told, data = theatre.played(before="take_evidence", start="2026-10-16"), b"%PDF-1.7 evidence"
    file = {"name": "合同.pdf", "sha256": shelf().add(data), "size": len(data), "type": "application/pdf"}
    assert theatre.tries(told, "take_evidence", files=(file,)).done
    event, account = theatre.events(told)[-1].id, theatre.account("zhang")
    place = f"/api/v1/cases/{told.stream}/files/{event}/0"
    by = {"HTTP_AUTHORIZATION": f"Bearer {give(account, '演示', days=1, at=timezone.now())}"}
    assert Client().get(place, **by).status_code == 403, "no purpose, no ticket"
    sent = Client().get(place, **by, HTTP_SANXIANG_PURPOSE="%E5%8A%9E%E7%90%86%E6%9C%AC%E6%A1%88")
    assert (sent.status_code, sent["Location"].split("/files/")[0]) == (307, "http://testserver:9000")
    assert LookRow.objects.filter(sha256=file["sha256"]).count() == 1
    in_the_file_process(apart)
    ticket = urlsplit(sent["Location"]).path
    got = Client().get(ticket, HTTP_RANGE="bytes=0-3")
    assert (got.status_code, b"".join(got.streaming_content)) == (206, data[:4])
    assert LookRow.objects.filter(sha256=file["sha256"]).count() == 1, "one look, not two"
    assert Client().get(ticket[:-2] + "xx").status_code == 403
    monkeypatch.setattr(file_views, "TICKET_S", -1)
    assert Client().get(ticket).status_code == 403, "its minute is over"
    monkeypatch.setattr(file_views, "TICKET_S", 60)
    account.is_active = False
    account.save()
    try:
        assert Client().get(ticket).status_code == 403, "asked again, not trusted"
    finally:
        account.is_active = True
        account.save()


def test_a_phone_may_send_there_from_the_page_of_the_desk_and_from_nowhere_else(theatre: Theatre, apart: Any) -> None:
    phone = Client()
    phone.force_login(theatre.account("zhang"))
    page = phone.get("/recording/capture/")
    assert 'data-files="http://testserver:9000/files/"' in page.content.decode()
    assert "connect-src 'self' http://testserver:9000" in page["Content-Security-Policy"]
    in_the_file_process(apart)
    cookies, phone = phone.cookies, Client()  # the same phone, at the other process
    phone.cookies = cookies
    place, wanted = f"/files/takes/{uuid.uuid4()}/0", "content-digest,x-capture,x-header"
    asks = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": wanted}
    first = phone.options(place, headers={"Origin": "http://testserver:8000", **asks})
    allowed = first["Access-Control-Allow-Headers"], first["Access-Control-Allow-Credentials"]
    assert (first.status_code, *allowed) == (204, wanted, "true")
    assert "PUT" in first["Access-Control-Allow-Methods"]
    assert not phone.options(place, headers={"Origin": "http://elsewhere.test", **asks}).has_header(
        "Access-Control-Allow-Origin"
    )
    body = {"data": b"piece", "content_type": "application/octet-stream"}
    sent = phone.put(place, **body, headers={"Origin": "http://testserver:8000", "X-Capture": "1"})
    assert sent["Access-Control-Allow-Origin"] == "http://testserver:8000", "or the phone could not read the answer"
    assert sent.status_code in (404, 409, 422), "a piece of a recording that was not opened"
    assert phone.put(place, **body).status_code == 403, "no page of ours asks so"
    stranger = Client().put(place, **body, headers={"X-Capture": "1"})
    assert (stranger.status_code, "重新登录" in stranger.json()["text"]) == (401, True)


def test_phones_at_the_encrypted_door_have_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANXIANG_FILES_ORIGIN", raising=False)
    monkeypatch.setattr("sanxiang.config.certificates.hosts", lambda folder: ["127.0.0.1"])
    host = "127.0.0.1"
    phones = run._for_phones("", (host, 8443), (host, 8040))
    assert phones == (host, 8483)
    found = {one.name: one for one in run.services(host, 8000, None, (host, 8040), (host, 8443), phones)}
    assert found["加密入口"].env["SANXIANG_FILES_PORT"] == "8483"
    files = found["加密文件"]
    assert {"--ssl-certificate", "8483"} <= set(files.command)
    assert (files.env["SANXIANG_FILES"], files.env["SANXIANG_DESK_PORT"]) == ("1", "8443")
    assert run._for_phones("", (host, 8443), None) is None, "no file process was wanted"
    assert run._for_phones("off", (host, 8443), (host, 8040)) is None
    monkeypatch.setenv("SANXIANG_FILES_ORIGIN", "https://files.sanxiang.test")
    assert run._for_phones("", (host, 8443), (host, 8040)) is None, "the whole has one origin"
