"""A file of a level that somebody has not: no address gives it out or names it. One table over all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from sanxiang.casework import levels
from sanxiang.casework.models import CaseRow
from sanxiang.config import demo
from sanxiang.core.events.looking import FileClassified
from sanxiang.core.values import legal_day
from sanxiang.interchange.keys import give
from sanxiang.three_systems.recording import examining, file_urls, looking, urls
from sanxiang.three_systems.recording.devices import urls as device_urls
from tests.apps.archive.packed import number_all
from tests.support.theatre import Theatre

CLAUSES = pytest.mark.clauses("DXH-17", "WD-15", "LY-26", "UR-20")
READER = "registrar"
"""Sees every case of the agency, handles none, and is granted no level."""

TAKING = ("inspect", "inquire", "take_evidence")
NAMES, GIVES, NEITHER = "names", "gives", "neither"
"""What an address does with a file that one may see: tells its name or digest, hands it out, or nothing of it."""

TABLE: dict[str, tuple[str, str]] = {
    "keeping": ("/recording/{case}/", NAMES),
    "quality": ("/recording/{case}/quality/", NEITHER),
    "party": ("/recording/{case}/party/", NAMES),
    "register": ("/recording/register/?since={day}&until={day}&act=inspect", NAMES),
    "of-case": ("/recording/{case}/recordings/", NEITHER),
    "file": ("/recording/{case}/file/{event}/{index}/?download", GIVES),
    "look": ("/recording/{case}/look/{event}/{index}/", NAMES),
    "looks": ("/recording/{case}/looks/", NAMES),
    "package": ("/recording/{case}/package.zip", GIVES),
    "public-text": ("/recording/{case}/public.pdf", NEITHER),
    "arrived": ("/recording/capture/arrived/", NEITHER),
    "capture-package": ("/recording/capture/package", NEITHER),
    "bytes": ("/files/of/{case}/{event}/{index}/original?download", GIVES),
    "view": ("/files/of/{case}/{event}/{index}/view", GIVES),
    "small": ("/files/of/{case}/{event}/{index}/small", GIVES),
    "case": ("/work/cases/{case}/", NAMES),
    "found": ("/work/cases/?q={number}", NEITHER),
    "late": ("/work/cases/{case}/late/", NEITHER),
    "review": ("/review/{case}/", NAMES),
    "api-case": ("/api/v1/cases/{case}", NEITHER),
    "api-files": ("/api/v1/cases/{case}/files", NAMES),
    "api-file": ("/api/v1/cases/{case}/files/{event}/{index}", GIVES),
}
SHARED = {"party", "register"}
"""Other cases stand there too, with files of the same names: what is told of this one is under its own address."""
READ_BY = {"review": "reviewer", "package": "head"}
KNOW = {("reviewer", "商业秘密"), ("reviewer", "个人隐私"), ("head", "商业秘密"), ("head", "个人隐私")}
"""Who handled the case came to know these by it and keeps them (Administrative Penalty Law, art. 50)."""
ELSEWHERE = {
    "archive": "a list of files by case, no names of what is in them",
    "consult": "what is marked is in nobody's extent: test_access, and below",
    "consult-piece": "the same",
    "rules": "regulations",
    **dict.fromkeys(("masks", "mask", "mask-copy", "mask-page", "masked"), "what is marked is in nobody's extent"),
    "preview": "a paper as somebody types it: POST",
    "paper": "a paper is made of facts; files are not among them",
    **dict.fromkeys(("seal", "proof"), "the signature of a paper"),
    "receipt": "commitments",
    "still": "takes a picture of a file that one may look at: POST, below",
    "level": "POST, below",
    "play": "on to the look of a recording: test_looking_recordings",
    "why": "asks for the purpose of a case",
    "uploads": "what somebody is sending himself",
    "upload": "the same",
    "arrived-act": "what somebody did himself; files of levels that he has not are left out: test_capture",
    "capture": "the app", "capture-manifest": "the app", "capture-worker": "the app", "capture-contact": "the clock",
    "capture-third": "a pass", "capture-opening": "PUT", "capture-piece": "PUT", "capture-explained": "POST",
    "capture-take": "what somebody is sending himself", "capture-act": "PUT", "capture-blank": "PUT", "blanks": "numbers of papers, no files",
    "capture-exempt": "PUT", "capture-cases": "titles of cases, no files", "capture-news": "POST",
    "capture-papers": "papers are made of facts; files are not among them",
}  # fmt: skip


@dataclass
class Secret:
    """A case that was played to its end, and its files: name and digest; one of them at `event` and `index`."""

    theatre: Theatre
    told: demo.Told
    files: list[tuple[str, str]] = field(default_factory=list)
    place: dict[str, Any] = field(default_factory=dict)

    def mark(self, level: str) -> None:
        reader = looking.reader_of(self.theatre.account("head"))
        for one in self.theatre.events(self.told):
            for index, file in enumerate(one.event.files):
                if (file["name"], file["sha256"]) not in self.files:
                    continue
                said = FileClassified(
                    owner=self.told.stream, event=one.id, index=index, sha256=file["sha256"], name=file["name"],
                    level=level, facts={"level_reason": "演示：按保密规定标记"},
                )  # fmt: skip
                levels.classify(
                    reader, None, said, agency=self.theatre.people["luoyang"][""], actor=looking.actor_of(reader),
                    at=timezone.now(),
                )  # fmt: skip

    def ask(self, name: str) -> tuple[int, str, bytes]:
        """Status, what stands there as text, and its bytes."""
        account = self.theatre.account(READ_BY.get(name, READER))
        client, headers = Client(), {}
        client.force_login(account)
        client.post(f"/recording/{self.told.stream}/why/", {"purpose": "办理本案"})
        if name.startswith("api"):
            headers = {"HTTP_AUTHORIZATION": f"Bearer {give(account, '演示', days=1, at=timezone.now())}"}
        answered = client.get(TABLE[name][0].format(**self.place), **headers)
        data = b"".join(answered.streaming_content) if answered.streaming else answered.content
        text = data.decode(errors="replace")
        if name in SHARED:
            text = " ".join(re.findall(rf"/recording/{self.told.stream}/file/[^<]*<", text))
        return int(answered.status_code), text, data

    def named(self, text: str) -> list[str]:
        return [name for name, sha256 in self.files if name in text or sha256[:16] in text]


@pytest.fixture(scope="module")
def secret(
    opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Secret]:
    home = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_LEDGER", home / "published")
        told = opened_theatre.played(start="2026-06-29")
        found = Secret(opened_theatre, told)
        for one in opened_theatre.events(told):
            found.files += [
                (str(file["name"]), str(file["sha256"])) for file in one.event.files if one.event.act in TAKING
            ]
            if one.event.act == "inspect":
                found.place = {"event": one.id, "index": 0, "day": legal_day(one.occurred_at).isoformat()}
                examining.examine(one.event.files[0]["sha256"], one.event.files[0]["type"])
        number = CaseRow.objects.get(pk=told.stream).case_number
        found.place |= {"case": told.stream, "number": number}
        assert len(found.files) == 3, found.files
        number_all(home, settings)
        connections.close_all()
        yield found


@CLAUSES
@pytest.mark.journeys("recording.levels", "archive.levels")
def test_no_address_gives_out_or_names_a_file_of_a_level_that_one_has_not(theatre: Theatre, secret: Secret) -> None:
    before = {name: secret.ask(name) for name in TABLE}
    for name, (_, does) in TABLE.items():
        status, text, data = before[name]
        if does == NAMES:
            assert (status, bool(secret.named(text))) == (200, True), (name, text[:300])
        if does == GIVES:
            assert (status, len(data) > 100) == (200, True), (name, text[:300])
    for level in levels.LEVELS:
        secret.mark(level)
        for name, (_, does) in TABLE.items():
            if (READ_BY.get(name), level) in KNOW:
                continue
            status, text, _ = secret.ask(name)
            assert secret.named(text) == [], (level, name)
            if does == GIVES:
                assert status in (403, 404), (level, name)
    secret.mark("")
    assert secret.named(secret.ask("case")[1]), "the mark was lifted"


@CLAUSES
def test_nothing_can_be_done_to_a_file_that_one_may_not_see(theatre: Theatre, secret: Secret) -> None:
    secret.mark("商业秘密")
    client = Client()
    client.force_login(theatre.account(READER))
    client.post(f"/recording/{secret.told.stream}/why/", {"purpose": "办理本案"})
    look = TABLE["look"][0].format(**secret.place)
    assert client.post(f"{look}still/", {"second": "0"}).status_code == 404
    assert client.post(f"{look}level/", {"level": "", "reason": "不需要保密了"}).status_code == 404
    archivist = Client()
    archivist.force_login(theatre.account("archivist"))
    form = archivist.get(f"/work/cases/{secret.told.stream}/do/request_access/").content.decode()
    assert "行政处罚决定书" in form, "papers can be asked for"
    assert secret.named(form) == []
    secret.mark("")


def test_every_address_is_in_the_table_or_says_why_not() -> None:
    known = set(TABLE) | set(ELSEWHERE)
    found = {name for one in (urls, file_urls) for name in names(one.urlpatterns)}
    assert found - known == set()
    assert set(ELSEWHERE) - found == set()
    devices = set(names(device_urls.urlpatterns))
    assert {"inbox", "claim", "together", "device", "wall", "export"} <= devices, "tests/apps/devices/test_levels.py"


def names(patterns: Any) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns)
        elif isinstance(one, URLPattern):
            yield str(one.name)
