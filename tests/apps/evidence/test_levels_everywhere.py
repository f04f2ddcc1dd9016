"""A file of a level that somebody has not: no address gives it out or names it, nor tells what was said of it as
evidence. One table over all of them."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pypdf import PdfReader

from sanxiang.casework import levels
from sanxiang.casework.models import CaseRow
from sanxiang.casework.noting import note_in_case
from sanxiang.casework.projections import library
from sanxiang.config import demo
from sanxiang.core.events.looking import FileClassified
from sanxiang.core.events.sealing import PaperSealed
from sanxiang.core.values import legal_day
from sanxiang.interchange.keys import give
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import examining, file_urls, looking, urls
from sanxiang.three_systems.recording.devices import urls as device_urls
from tests.apps.archive.packed import number_all
from tests.support.theatre import Theatre, party_code

CLAUSES = pytest.mark.clauses("DXH-17", "WD-15", "LY-26", "UR-20")
READER = "registrar"
"""Sees every case of the agency, handles none, and is granted no level."""

TAKING = ("inspect", "inquire", "take_evidence")
SAID = {"2026-06-29": ("演示甲号图样", "演示甲号用途"), "2026-10-19": ("演示乙号图样", "演示乙号用途")}
"""What the act that took the evidence calls it, and says that it proves, by the first day of the case; said nowhere
else."""
NAMES, GIVES, NEITHER = "names", "gives", "neither"
"""What an address does with a file that one may see: tells its name or digest, hands it out, or nothing of it."""

TABLE: dict[str, tuple[str, str]] = {
    "keeping": ("/recording/{case}/", NAMES),
    "quality": ("/recording/{case}/quality/", NEITHER),
    "party": ("/recording/{case}/party/", NAMES),
    "register": ("/recording/register/?since={day}&until={day}&act=inspect", NAMES),
    "of-case": ("/recording/{case}/recordings/", NEITHER),
    "file": ("/recording/{case}/file/{event}/{index}/?download", GIVES),
    "paper": ("/recording/{case}/paper/{taken}/0.pdf", GIVES),
    "seal": ("/recording/{case}/seal/{taken}/0/", GIVES),
    "look": ("/recording/{case}/look/{event}/{index}/", NAMES),
    "looks": ("/recording/{case}/looks/", NAMES),
    "package": ("/files/package/{case}.zip", GIVES),
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
    "rules": "regulations",
    **dict.fromkeys(("masks", "mask", "masked-copy", "masked-page", "masked"), "what is marked is in nobody's extent"),
    "preview": "a paper as somebody types it: POST",
    "proof": "the receipt of a paper that went out, by the door of `seal`",
    "receipt": "commitments",
    "still": "takes a picture of a file that one may look at: POST, below",
    "level": "POST, below",
    "play": "on to the look of a recording: test_looking_recordings",
    "why": "asks for the purpose of a case",
    "uploads": "what somebody is sending himself",
    "upload": "the same",
    "by-ticket": "what `api-file` let somebody at, asked for everything again: test_apart",
    "arrived-act": "what somebody did himself; files of levels that he has not are left out: test_capture",
    "capture": "the app", "capture-manifest": "the app", "capture-worker": "the app", "capture-contact": "the clock",
    "capture-third": "a pass", "capture-opening": "PUT", "piece": "PUT", "capture-explained": "POST",
    "take": "what somebody is sending himself", "capture-act": "PUT", "capture-blank": "PUT", "blanks": "numbers of papers, no files",
    "capture-exempt": "PUT", "capture-cases": "titles of cases, no files", "capture-news": "POST",
    "capture-papers": "papers are made of facts; files are not among them",
}  # fmt: skip


@dataclass
class Secret:
    """A case, and its files: name and digest; one of them at `event` and `index`, the papers of the evidence at `taken`.
    `works` where the forms of its acts are looked at too."""

    theatre: Theatre
    told: demo.Told
    files: list[tuple[str, str]] = field(default_factory=list)
    words: tuple[str, ...] = ()
    on: date = date.min
    works: bool = False
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
        data, text = read(answered)
        if name in SHARED:
            text = " ".join(re.findall(rf"/recording/{self.told.stream}/file/[^<]*<", text))
        return int(answered.status_code), text, data

    def named(self, text: str) -> list[str]:
        told = [name for name, sha256 in self.files if name in text or sha256[:16] in text]
        return told + self.worded(text)

    def worded(self, text: str) -> list[str]:
        return [word for word in self.words if word in text]

    def asked_of(self, client: Client, where: str) -> list[str]:
        """What an address tells of the case; files of other cases have the same names in a list over many."""
        answered = client.get(where)
        assert answered.status_code < 500, where
        _, text = read(answered)
        if self.told.stream in where:
            return self.named(text)
        return self.named(" ".join(re.findall(rf"/{self.told.stream}/[^<]*<", text))) or self.worded(text)


def read(answered: Any) -> tuple[bytes, str]:
    """An answer as bytes and as the text that stands in it; of a PDF what is printed on it."""
    data = b"".join(answered.streaming_content) if answered.streaming else answered.content
    if data.startswith(b"%PDF"):
        return data, "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return data, data.decode(errors="replace")


def secret_of(theatre: Theatre, told: demo.Told) -> Secret:
    """The files of a case, and where they stand."""
    found = Secret(theatre, told)
    for one in theatre.events(told):
        found.files += [(str(file["name"]), str(file["sha256"])) for file in one.event.files if one.event.act in TAKING]
        if one.event.act == "take_evidence":
            found.place["taken"], found.on = one.id, legal_day(one.occurred_at)
            found.words = (str(one.event.facts["evidence_name"]), str(one.event.facts["evidence_proves"]))
        if one.event.act == "inspect":
            found.place |= {"event": one.id, "index": 0, "day": legal_day(one.occurred_at).isoformat()}
            examining.examine(one.event.files[0]["sha256"], one.event.files[0]["type"])
    found.place |= {"case": told.stream, "number": CaseRow.objects.get(pk=told.stream).case_number}
    assert len(found.files) == 3, found.files
    return found


def begun(theatre: Theatre, start: str) -> demo.Told:
    """A case of which nothing is done yet, whose evidence is called as nothing else is."""
    told = theatre.begin(start=start)
    step = next(step for step in told.steps if step["act"] == "take_evidence")
    name, proves = SAID[start]
    step["facts"] = {**step["facts"], "evidence_name": name, "evidence_proves": proves}
    return told


@pytest.fixture(scope="module")
def secret(
    opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Secret]:
    home = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_LEDGER", home / "published")
        told = begun(opened_theatre, "2026-06-29")
        opened_theatre.go_on(told)
        found = secret_of(opened_theatre, told)
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
    assert "证据提取单" not in form, "but not those of the evidence"
    assert secret.named(form) == []
    secret.mark("")
    form = archivist.get(f"/work/cases/{secret.told.stream}/do/request_access/").content.decode()
    assert "证据提取单" in form


@CLAUSES
def test_no_other_case_of_the_party_offers_it(theatre: Theatre, secret: Secret) -> None:
    other = theatre.begin(start="2026-10-19", fill={"party_credit_code": party_code(secret.told)})
    theatre.step(other)
    client = Client()
    client.force_login(theatre.account("zhang"))
    place = f"/work/cases/{other.stream}/do/bring_evidence/"
    assert secret.worded(client.get(place).content.decode()) == [secret.words[0]]
    secret.mark("国家秘密")
    try:
        form = client.get(place).content.decode()
    finally:
        secret.mark("")
    assert secret.worded(form) == []
    assert f"{secret.told.stream}/{secret.place['event']}" in form, "the record of the inspection stands for itself"
    assert secret.place["taken"] not in form


@CLAUSES
def test_the_page_of_the_mark_says_what_no_mark_can_do(theatre: Theatre, secret: Secret) -> None:
    client = Client()
    client.force_login(theatre.account("zhang"))
    client.post(f"/recording/{secret.told.stream}/why/", {"purpose": "办理本案"})
    page = client.get(TABLE["look"][0].format(**secret.place)).content.decode()
    assert "国家秘密不得用非涉密信息系统存储、处理" in page
    assert "《保守国家秘密法》第三十一条第三项" in page


def test_every_address_is_in_the_table_or_says_why_not() -> None:
    known = set(TABLE) | set(ELSEWHERE)
    found = {name for one in (urls, file_urls) for name in names(one.urlpatterns)}
    assert found - known == set()
    assert set(ELSEWHERE) - found == set()
    devices = set(names(device_urls.urlpatterns))
    assert {"inbox", "claim", "together", "device", "wall", "export"} <= devices, "tests/apps/devices/test_levels.py"


ROOMS = ("casework", "recording", "legal_review", "disclosure", "devices", "registry", "statistics", "draws", "counter",
         "exchange", "files")  # fmt: skip
PLACES = {"what": ("original", "view", "small"), "index": (0,), "n": (0,), "department": ("enforcement",)}
"""What addresses ask for beside the case, its acts and its agency; one that asks for anything else is of no case."""


def every(secret: Secret, room: str) -> Iterator[tuple[str, str]]:
    """Every address of a room that names no more than a case, its acts, files and agency: its name, and where it is.
    Whatever is asked for by a stream is asked for by that of the case."""
    case, agency = secret.told.stream, secret.theatre.people["luoyang"][""]
    acts = [act.id for act in library().on("luoyang", secret.on).acts_of("penalty.ordinary")] if secret.works else []
    events = [secret.place["event"], secret.place["taken"]]
    known = {**PLACES, "stream": (case,), "owner": (case,), "case": (case,), "event": events, "agency": (agency,),
             "act_id": acts}  # fmt: skip
    for name, wanted in asked(get_resolver().url_patterns, room):
        if wanted <= known.keys():
            for values in itertools.product(*(known[one] for one in wanted)):
                yield name, reverse(f"{room}:{name}", kwargs=dict(zip(wanted, values, strict=True)))


def asked(patterns: Any, room: str, inside: bool = False, before: frozenset[str] = frozenset()) -> Iterator[Any]:
    """The names of the addresses of a room, each with what it asks for."""
    for one in patterns:
        wanted = before | one.pattern.converters.keys()
        if isinstance(one, URLResolver):
            if inside or one.namespace in (None, room):
                yield from asked(one.url_patterns, room, inside or one.namespace == room, wanted)
        elif inside and one.name:
            yield str(one.name), wanted


@CLAUSES
@pytest.mark.parametrize(("role", "least"), [(READER, 8), ("supervisor", 5)])
def test_whatever_address_is_asked_nothing_tells_of_it(secret: Secret, role: str, least: int) -> None:
    """All rooms of the staff are walked through by who sees the case, without the level: no page, list, file or print
    holds what they said before."""
    walked(secret, role, least)


@CLAUSES
def test_the_signed_copy_of_a_paper_of_evidence_goes_with_it(theatre: Theatre) -> None:
    told = begun(theatre, "2026-10-19")
    theatre.go_on(told, "conclude_investigation")
    found, before = secret_of(theatre, told), theatre.events(told)
    name, data = "演示已签章.pdf", b"%PDF-1.7 signed"
    file = {"sha256": shelf().add(data), "name": name, "size": len(data), "type": "application/pdf"}
    seal = PaperSealed(paper=found.place["taken"], index=0, certificate="0" * 64, files=(file,))
    agency, account = theatre.people["luoyang"][""], theatre.account(READER)
    sealed = note_in_case(theatre.connection, before, seal, agency=agency, at=before[-1].occurred_at)
    client = Client()
    client.force_login(account)
    client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
    place, key = f"/recording/{told.stream}/look/{sealed.id}/0/", give(account, "演示", days=1, at=timezone.now())

    def says() -> tuple[bool, bool, int]:
        listed = client.get(f"/api/v1/cases/{told.stream}/files", HTTP_AUTHORIZATION=f"Bearer {key}")
        page = client.get(f"/work/cases/{told.stream}/")
        return name in page.content.decode(), file["sha256"] in listed.content.decode(), client.get(place).status_code

    assert says() == (True, True, 200)
    found.mark("个人隐私")
    assert says() == (False, False, 404)


@CLAUSES
def test_no_form_of_who_handles_the_case_tells_of_it(theatre: Theatre) -> None:
    """What waits to be written begins with what is known; who handles the case has not the level of a state secret by
    that."""
    told = begun(theatre, "2026-10-19")
    theatre.go_on(told, "conclude_investigation")
    found = secret_of(theatre, told)
    found.works = True
    walked(found, "zhang", 8)


def walked(secret: Secret, role: str, least: int) -> None:
    client = Client()
    client.force_login(secret.theatre.account(role))
    client.post(f"/work/cases/{secret.told.stream}/purpose/", {"purpose": "监督检查"})
    client.post(f"/recording/{secret.told.stream}/why/", {"purpose": "办理本案"})
    places = [(f"{room}:{name}", where) for room in ROOMS for name, where in every(secret, room)]
    assert len(places) > 80, "the rooms are walked through"
    before = {name for name, where in places if secret.asked_of(client, where)}
    assert len(before) >= least, before
    secret.mark("国家秘密")
    try:
        after = {where: found for _, where in places if (found := secret.asked_of(client, where))}
    finally:
        secret.mark("")
    assert after == {}


def names(patterns: Any) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns)
        elif isinstance(one, URLPattern):
            yield str(one.name)
