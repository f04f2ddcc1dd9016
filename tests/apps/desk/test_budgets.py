"""No page of desk, review, registry, recording or portal asks the database more than twenty-five times, whoever looks,
and no list more often because it is longer.

Every address of the product is either here or named as one that is no page to read; a new one fails until it is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, resolve
from django.utils import timezone

from sanxiang.casework import access
from sanxiang.casework.codes import case_code
from sanxiang.casework.noting import stream_of
from sanxiang.casework.projections import library
from sanxiang.casework.recordings import RecordingCommand, Said, enter, system_of
from sanxiang.casework.registers import registers_for
from sanxiang.config import demo
from sanxiang.core.casefile import fold
from sanxiang.core.events.recording import RecordingReceived
from sanxiang.counter import door
from sanxiang.counter.models import IntakeFile, Outcome
from sanxiang.counter.showing import Wanted, hold_out
from sanxiang.interchange.models import CreditRecord, Withdrawal, WithdrawalCheck
from sanxiang.interchange.sharing import taking
from sanxiang.one_platform.registry.models import ItemRow
from sanxiang.store import reading
from sanxiang.three_systems.disclosure import daily
from sanxiang.three_systems.disclosure.models import NumberedDay, PublicAgency, PublishedSection, SharedList
from sanxiang.three_systems.recording.marks import Mark, code_of
from sanxiang.three_systems.recording.models import ArrivedAct
from tests.apps.counter.test_clues import COUNTED
from tests.apps.interchange.test_credit import PERMIT
from tests.apps.registry.world import ITEM, csv_of, iso, officer_line
from tests.store.hostile import pdf
from tests.support.consulted import given_out
from tests.support.draws import pages_of_a_draw

from .conftest import COUNTED_BESIDE, MONITOR_FACTS, OBJECTS, PHONES_ASK, World, play

QUERIES_MAX = 25
EVERYBODY = (
    "ly-officer", "ly-unit", "ly-review", "ly-review2", "ly-head", "ly-publish", "ly-check", "ly-archive", "ly-register",
    "ly-supervise", "ly-device", "dxh-officer", "wd-head",
)  # fmt: skip
OURS = ("casework", "disclosure", "legal_review", "registry", "recording", "portal", "exchange", "counter", "files",
        "devices", "statistics", "draws")  # fmt: skip
ONLY_TAKES = {"draws:move", "casework:post", "casework:save-view", "casework:delete-view", "files:uploads", "files:upload", "legal_review:draft", "registry:confirm",
              "registry:cancel", "recording:still", "recording:level", "recording:masks", "recording:mask", "files:masked-copy", "files:masked-page", "files:masked", "files:by-ticket",
              "exchange:credit-make", "counter:leave", "disclosure:batch", "recording:preview", "recording:capture-opening",
              "files:piece", "recording:capture-explained", "files:take",
              "recording:capture-act", "recording:capture-third", "recording:capture-blank", "recording:capture-exempt", *PHONES_ASK, *OBJECTS}  # fmt: skip
SEALED = (".tlog-proof", ".zip", ".paper-proof")
"""What waits for the sequencer, which does not run here: read without an answer, still counted."""
LISTS = (
    "/disclosure/", "/recording/archive/", "/recording/register/",
    "/work/", "/work/figures/", "/work/cases/", "/work/cases/?as=csv", "/work/duties/", "/work/refusals/", "/review/",
    "/review/?view=done", "/review/quality/", "/review/catalogues/", "/registry/", "/registry/officers/",
    "/registry/agencies/", "/registry/items/", "/registry/reviewers/", "/registry/import/", "/exchange/credit/", "/devices/",
    "/exchange/credit/?kind=permit&state=sent", "/exchange/credit/import/", "/exchange/partners/",
    "/exchange/withdrawals/", "/statistics/uses/", "/statistics/uses/use.closed/",
)  # fmt: skip
MORE = (("ordinary", "2026-08-31", "submit_review"), ("ordinary", "2026-10-19", "request_filing"),
        ("summary", "2026-03-09", None), ("disputed", "2026-03-02", None))  # fmt: skip


def addresses(world: World) -> list[tuple[tuple[str, ...], str]]:
    """Who looks (all of them, or the few to whom the page belongs), and where."""
    archived, reviewing, filing = (world.cases[name] for name in ("archived", "reviewing", "filing"))
    people, agency = world.people["luoyang"], world.people["luoyang"][""]
    events = reading.load(connections["default"], archived)
    paper = next(one.id for one in events if one.event.documents)
    filed = next(one.id for one in events if one.event.files)
    month = Client().get("/sitemap.xml").content.decode().split("</loc>")[0].rpartition("sitemap-")[2][:7]
    staff = [
        "/work/", "/work/figures/", "/work/cases/", "/work/cases/?q=演示&state=archived&overdue=1&mine=1", "/work/duties/", "/work/search/?q=演示",
        "/work/cases/?mark=breach", "/work/cases/?mark=entered", "/work/cases/?mark=late", "/work/cases/?mark=revoked",
        "/work/cases/new/", "/work/cases/new/?procedure=penalty.ordinary", "/work/cases/new/?procedure=licence", "/work/refusals/", "/work/hand-over/", "/work/delegations/",
        "/review/", f"/work/hand-over/?from={people['zhang']}", "/review/quality/", "/review/practice/", f"/review/{reviewing}/", "/review/catalogues/",
        f"/review/catalogues/{agency}/enforcement/", f"/review/catalogues/{agency}/enforcement/1.csv",
        f"/review/catalogues/{agency}/enforcement/compile/",
        "/disclosure/pages/", "/disclosure/pages/law/", f"/disclosure/pages/{agency}/", "/disclosure/by-period/",
        f"/disclosure/pages/{agency}/officers/", f"/disclosure/pages/{agency}/officers/collect/",
        f"/disclosure/pages/{agency}/duties/collect/", "/registry/", "/registry/agencies/",
        f"/registry/agencies/{agency}/", f"/registry/agencies/{agency}/change_agency/", "/registry/officers/",
        f"/registry/officers/{people['zhang']}/", f"/registry/officers/{people['zhang']}/appoint/",
        "/registry/reviewers/", f"/registry/reviewers/{agency}/", "/registry/items/", "/registry/import/",
        "/registry/import/template/officers/", f"/work/cases/{archived}/purpose/", f"/work/cases/{reviewing}/matrix/",
        "/devices/", "/devices/register/", "/devices/scan/", "/devices/labels/", "/devices/devices.csv", "/devices/inbox/", "/devices/need/",
        "/devices/need/2031/draw-up/", f"/devices/list/{agency}/", f"/devices/list/{agency}/submit/", "/devices/rules/",
        "/devices/rules/照相机/", "/devices/rules/照相机/prepare/", "/devices/monitors/", "/devices/monitors/register/", f"/work/cases/{filing}/drafts/inspect/",
    ]  # fmt: skip
    staff += ["/disclosure/", *(f"/disclosure/{world.cases[name]}/" for name in ("archived", "revoked"))]
    for case in (archived, reviewing, filing):
        staff += [f"/work/cases/{case}/{end}" for end in ("", "late/", "elsewhere/", "elsewhere/?place=wuding")]
        staff += [
            f"/work/cases/{case}/do/{act}/{how}"
            for act in (
                "inspect",
                "seal",
                "conclude_review",
                "decide",
                "serve",
                "publish",
                "archive",
                "answer_judgement",
            )
            for how in ("", "?report=1")
        ]
    staff += [
        f"/recording/{archived}/paper/{paper}/0.pdf", f"/recording/{archived}/receipt/{events[0].id}.tlog-proof",
        f"/recording/{archived}/look/{filed}/0/", f"/recording/{archived}/looks/", f"/recording/{archived}/why/",
        f"/files/of/{archived}/{filed}/0/view", f"/recording/{archived}/proof/{paper}/0.paper-proof",
        f"/recording/{archived}/file/{filed}/0/", f"/files/package/{archived}.zip", f"/recording/{archived}/public.pdf",
        f"/recording/{archived}/seal/{paper}/0/", "/recording/archive/", f"/recording/{archived}/",
        f"/recording/{filing}/", "/recording/register/", "/recording/register/?mark=doubt", "/recording/register/?as=csv",
        "/recording/rules/", f"/recording/{archived}/party/", f"/recording/{archived}/quality/", f"/work/cases/{archived}/sheet/",
        "/recording/capture/package", "/recording/capture/arrived/", "/recording/capture/blanks/",
        f"/recording/{filing}/recordings/", f"/recording/capture/arrived/{came_in(world)}/",
    ]  # fmt: skip
    public = [
        "/", "/search/?q=演示", "/search/?category=处罚&since=2024-01-01", f"/d/{archived}/", f"/d/{world.cases['revoked']}/",
        "/rules/", "/rules/luoyang/", "/agencies/", f"/agencies/{agency}/", f"/agencies/{agency}/complaints/?compare=1",
        "/catalogues/", f"/catalogues/{agency}/enforcement/", "/about/", "/robots.txt", "/login/",
        f"/agencies/{agency}/windows/1/", f"/agencies/{agency}/windows/1/screen/",
        f"/agencies/{agency}/windows/1/code.svg", f"/agencies/{agency}/windows/1/0.jpg",
        f"/agencies/{agency}/windows/1/board-a4.pdf", "/officers/code.svg?q=豫C演示0001",
        "/officers/", "/officers/?q=演示", "/procedures/",
        "/procedures/luoyang/penalty.ordinary/", "/procedures/luoyang/penalty.ordinary/chart.svg",
        "/numbers/", f"/numbers/{agency}/2026/", f"/numbers/{agency}/2026.csv", f"/numbers/{agency}/2026.json", "/search.json?q=演示", "/search.atom?q=演示", f"/d/{archived}.json", f"/d/{archived}.pdf", "/sitemap.xml",
        f"/sitemap-{month}.xml", "/data/", f"/data/{month}.csv", f"/data/{month}.jsonl", f"/data/{month}.parquet", "/data/withdrawn.csv",
        "/recording/capture/", "/recording/capture/manifest.webmanifest", "/recording/capture/sw.js",
        "/recording/capture/contact", "/data/datapackage.json", "/data/openapi.json", "/look/large/?next=/",
    ]  # fmt: skip
    return [(EVERYBODY, place) for place in staff] + [(("",), place) for place in public]


def came_in(world: World) -> str:
    """An act that was done on a phone and could not be done by the rules."""
    people, now = world.people["luoyang"], timezone.now()
    row, _ = ArrivedAct.objects.get_or_create(
        id=uuid.UUID(int=7), officer=people["zhang"], agency=people[""], case=world.cases["filing"], act="inspect",
        act_name="现场检查", digest="", sent={"facts": {}, "files": []}, state="refused",
        defaults={"done_at": now, "arrived": now, "reasons": [{"text": "缺一项", "missing": [], "law": ""}]},
    )  # fmt: skip
    return str(row.id)


def count(client: Client, place: str) -> tuple[int, int]:
    """Status and queries, at every connection."""
    with (
        CaptureQueriesContext(connections["default"]) as default,
        CaptureQueriesContext(connections["portal"]) as portal,
    ):
        answered = client.get(place)
        if answered.streaming:
            b"".join(answered.streaming_content)  # type: ignore[arg-type]
    return answered.status_code, len(default) + len(portal)


def names(resolver: Any, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from names(one, one.namespace or space)
        elif space in OURS:
            yield f"{space}:{one.name}"


def signed_in(world: World) -> dict[str, Client]:
    """A client by login; "" is the public. The supervisor has said why he looks at cases that he does not handle."""
    clients = {"": Client()}
    for login in EVERYBODY:
        clients[login] = Client()
        clients[login].force_login(get_user_model().objects.get(username=login))
    for case in (world.cases[name] for name in ("archived", "reviewing", "filing")):
        [one.post(f"/work/cases/{case}/purpose/", {"purpose": "日常监督检查"}) for name, one in clients.items() if name]
    return clients


def list_item(agency: str, desk: Client, code: str) -> None:
    listed = {"code": code, "category": "处罚", "on": iso(-1), **ITEM}
    assert desk.post(f"/registry/agencies/{agency}/list_item/", listed).status_code == 302


def grow(world: World, desk: Client) -> list[str]:
    """More rows for every list: cases, one of them with a dispute, two items, three uploads. The pages of what is new."""
    book, connection = library(), connections["default"]
    made = [play(demo, connection, book, world.people, "", *case) for case in MORE]
    agency = world.people["luoyang"][""]
    for code in ("P8", "P9"):
        list_item(agency, desk, code)
    for _ in range(3):
        upload = SimpleUploadedFile(
            "人员.csv", csv_of([officer_line("甲"), officer_line("乙", id="1"), officer_line("丙")])
        )
        staged = desk.post("/registry/import/", {"kind": "officers", "file": upload})["Location"]
    item = ItemRow.objects.get(agency=agency, code="P9").stream
    return [
        f"/review/{made[-1]}/disagreement/", f"/registry/items/{item}/", f"/registry/items/{item}/change_item/", staged,
        f"{staged}faults/",
    ]  # fmt: skip


def credit_pages(desk: Client, first: int) -> list[str]:
    """Records of the credit exchange from cases and from a file: their pages, a file that was made, one that waits."""
    desk.post("/exchange/credit/")
    made = ""
    for number in range(first, first + 3):
        permit = json.dumps([PERMIT | {"XK_WSH": f"演示许字〔2026〕{number}号"}]).encode()
        upload = SimpleUploadedFile("许可.json", permit)
        made = desk.post("/exchange/credit/import/", {"kind": "permit", "file": upload})["Location"]
        seen = desk.get(made).content.decode().split('name="seen" value="')[1].split('"')[0]
        if number < first + 2:
            desk.post(made, {"seen": seen})
    batch = desk.post("/exchange/credit/make/", {"kind": "permit", "form": "csv"})["Location"]
    record = CreditRecord.objects.filter(stream=None).values_list("id", flat=True)[0]
    return [made, batch, f"{batch}file/", f"/exchange/credit/record/{record}/"]


def footage(world: World) -> list[str]:
    """A recording of a station that belongs to no case: the page on which somebody claims it, its session, its film."""
    agency, at = world.people["luoyang"][""], timezone.now()
    file = {"name": "1.mp4", "sha256": "0" * 64, "size": 1, "type": "video/mp4"}
    received = RecordingReceived(
        jurisdiction="luoyang", agency=agency, department="enforcement", source="station", maker=world.people["luoyang"]["zhang"],
        began=at.isoformat(), ended=(at + timedelta(minutes=1)).isoformat(), files=(file,), device=agency,
    )  # fmt: skip
    stream = stream_of("recording", "budgets")
    command = RecordingCommand(stream=stream, said=(Said(event=received, occurred_at=at),), system=system_of(agency))
    enter(connections["default"], library(), command, at=at)
    return [f"/devices/inbox/{stream}/", f"/devices/together/{stream}/", f"/recording/{stream}/play/0/"]


def device_pages(desk: Client) -> list[str]:
    """A device: its page and its acts."""
    place = desk.post("/devices/register/", {"code": "BUDGET-1", "device_kind": "执法记录仪"})["Location"]
    told = (("price", "1000"), ("buy", "0"), ("reason", "演示"))
    rows = {f"{name}.{at}": said for at in range(30) for name, said in told}
    assert desk.post("/devices/need/2031/draw-up/", {**rows, "buy.0": "1"}).status_code == 302
    desk.post("/devices/monitors/register/", {"code": "JK-B", **dict.fromkeys(MONITOR_FACTS, "演示")})
    return ["/devices/monitors/JK-B/end/", place, f"{place}check/", f"{place}issue/", *(f"/devices/need/2031/{end}" for end in ("", "sheet.xlsx", "report/"))]  # fmt: skip


def shared_list(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """A list that another system shares: its page."""
    body, now = PublicAgency.objects.get(stream=world.people["luoyang"][""]), timezone.now()
    told = {"format": "sanxiang-feed/1", "source": "演示系统", "generated": now.isoformat(), "powers": [{"name": "演示事项", "kind": "行政处罚"}]}  # fmt: skip
    monkeypatch.setattr(taking, "fetch", lambda *asked: json.dumps(told).encode())
    alone = PublicAgency.objects.filter(pk=body.pk)
    alone.update(name="只此一家（演示）")  # other tests may have entered another agency of its name
    source = taking.Source(agency="只此一家（演示）", address="https://lists.invalid/feed.json")
    assert taking.take(connections["default"], source, at=now)
    alone.update(name=body.name)
    agency = SharedList.objects.get(stream=source.stream).agency
    return f"/agencies/{agency}/shared/{source.stream}/shared_powers/"


def withdrawn(world: World, name: str, position: int) -> str:
    """A receipt of a withdrawal with all that may stand on it: its page."""
    stream, now = world.cases[name], timezone.now()
    agency = world.people["luoyang"][""]
    told = {"event": stream, "stream": stream, "agency": agency, "jurisdiction": "luoyang", "position": position}
    row = Withdrawal.objects.create(**told, at=now)
    for n in range(3 * position):
        WithdrawalCheck.objects.create(
            withdrawal=row.event, place=f"演示{n}", name="演示", asked_at=now, asked=[["/", 200]]
        )
    return f"/exchange/withdrawals/{stream}/"


def attached(world: World, clients: dict[str, Client]) -> str:
    """A file attached to a section that is public: the end of its addresses."""
    base = f"/disclosure/pages/{world.people['luoyang']['']}/supervision"
    content = {"agency_supervision": "接受监督。", "attachment": SimpleUploadedFile("指南.pdf", pdf())}
    for login, move in (
        ("ly-officer", "collect"),
        ("ly-unit", "forward"),
        ("ly-check", "approve"),
        ("ly-publish", "issue"),
    ):
        assert clients[login].post(f"{base}/{move}/", content if move == "collect" else {}).status_code == 302, move
    row = PublishedSection.objects.get(stream=world.people["luoyang"][""], section="supervision", replaced_on=None)
    return f"{row.stream}/supervision/{row.number}/files/0/"


def counted_day(world: World) -> list[str]:
    """What the public can fetch of the last day that was counted."""
    daily.count(connections["default"], timezone.localdate() - timedelta(days=30), at=timezone.now())
    row = NumberedDay.objects.filter(agency=world.people["luoyang"][""]).exclude(snapshot=None).first()
    assert row is not None
    base = f"/numbers/{row.agency}/{row.year}/{row.day.isoformat()}"
    return [f"{base}.json", f"{base}.event.json", f"{base}.tlog-proof"]


def reported(world: World, clients: dict[str, Client]) -> list[tuple[tuple[str, ...], str]]:
    """The report of the last year, issued: its pages for the desk and for the public."""
    agency, year = world.people["luoyang"][""], timezone.localdate().year - 1
    base = f"/statistics/{agency}/annual-public/{year}/"
    for login, move in (("ly-publish", "compile"), ("ly-head", "approve"), ("ly-check", "issue")):
        assert clients[login].post(f"{base}do/{move}/", {"report_overall": "演示"}).status_code == 302
    desk = ("/statistics/", "/statistics/uses/", "/statistics/uses/use.archived/", f"/statistics/{agency}/", "/statistics/request/", base, f"{base}figures/penalty.fine/",
            f"{base}do/compile/")  # fmt: skip
    public = f"/reports/{agency}/annual-public/{year}"
    return [*((EVERYBODY, place) for place in desk),
            *((("",), place) for place in ("/reports/", f"{public}/", f"{public}.pdf", f"{public}.csv"))]  # fmt: skip


def held_out(world: World) -> list[tuple[tuple[str, ...], str]]:
    """A code that officers hold out, on their screen and on the party's."""
    stream, people = world.cases["filing"], world.people["luoyang"]
    case, now = fold(reading.load(connections["default"], stream)), timezone.now()
    wanted = Wanted((people["zhang"], people["li"]), ("检查",), "看标签", "演示法第一条")
    registers = registers_for(connections["default"], case.agency, wanted.officers)
    rules = library().on(case.jurisdiction, now.date())
    held = hold_out(connections["default"], case, rules, registers, wanted, by=people["zhang"], at=now)
    entry = door.code_of(str(case.facts["party_credit_code"]))
    desk = [
        f"/counter/{at}/" for at in (f"show/{stream}", f"show/{stream}/{held.key}", f"door/{stream}", f"enter/{entry}")
    ]
    now, code = timezone.now(), case_code(stream)
    sent = {"kind": "party.statement", "sent_at": now, "at": now, "state": Outcome.REFUSED, "reasons": ["演示"]}
    Outcome.objects.get_or_create(
        receipt="0000-0000-0000", defaults={**sent, "agency": case.agency, "stream": stream, "body": b"{}"}
    )
    file = {"receipt": "0000-0000-0000", "n": 0, "name": "照片1.jpg", "media_type": "image/jpeg", "content": b"x"}
    IntakeFile.objects.get_or_create(id="0000-0000-0000/0", defaults=file)
    desk += ["/counter/inbox/", "/counter/inbox/0000-0000-0000/", "/counter/inbox/0000-0000-0000/0.jpg"]
    places = (
        f"correct/{world.cases['archived']}/",
        *("mine/", "mine/statement/", f"mine/papers/{'0' * 16}.pdf"),
        *("", "complain/", "report/", f"?code={code}"),
        *(f"s/{held.code}/", f"e/{entry}/", "verify.py", "paper/x.paper-proof"),
        f"paper/{code_of(Mark(uuid.UUID(case.agency), now.date(), 'penalty_decision', '演示1号', '0' * 12))}/",
    )
    return [*((EVERYBODY, place) for place in desk), *((("",), f"/counter/{place}") for place in places)]


def test_no_page_asks_too_often_whoever_looks(world: World, monkeypatch: Any, tmp_path: Any, settings: Any) -> None:
    monkeypatch.setattr(access, "FRESH_S", 0.0)  # the registers are read anew each time: the dearest case
    clients = signed_in(world)
    over, seen, failed = {}, set(), {}

    def look(logins: tuple[str, ...], place: str) -> dict[str, int]:
        counted, read = {}, 0
        for login in logins:
            status, counted[login] = count(clients[login], place)
            read += status in (200, 302, 410)
            if status >= 500:
                failed[login, place] = status
            if counted[login] > QUERIES_MAX:
                over[login, place] = counted[login]
        assert read or place.endswith(SEALED), f"nobody could read {place}"
        seen.add(resolve(place.partition("?")[0]).view_name)
        return counted

    public = (*counted_day(world), shared_list(world, monkeypatch))
    file = attached(world, clients)
    receipt = ((EVERYBODY, withdrawn(world, "revoked", 1)), (EVERYBODY, f"/disclosure/pages/{file}"),
               (("",), f"/agencies/{file}"))  # fmt: skip
    asked = given_out(
        connections["default"], library(), world.people["luoyang"], world.cases["archived"], timezone.now()
    )
    of, one = world.cases["archived"], f"/{asked}/"
    consulting = (f"/recording/{of}/consult{one}", f"/files/consult/{of}{one}0/")
    for logins, place in (*addresses(world), *held_out(world), *receipt, *((("",), place) for place in public),
                          *((("ly-archive",), place) for place in consulting), *reported(world, clients),
                          *pages_of_a_draw(EVERYBODY, world.people["luoyang"], clients, tmp_path, settings)):  # fmt: skip
        look(logins, place)
    with transaction.atomic():
        list_item(world.people["luoyang"][""], clients["ly-register"], "P7")
        credit_pages(clients["ly-publish"], 10)
        short = {place: look(EVERYBODY, place) for place in LISTS}
        for n, name in enumerate(("archived", "reviewing", "filing"), 2):
            look(EVERYBODY, withdrawn(world, name, n))
        for place in (
            *grow(world, clients["ly-register"]), *credit_pages(clients["ly-publish"], 90),
            *device_pages(clients["ly-device"]), *footage(world),
        ):  # fmt: skip
            look(EVERYBODY, place)
        long = {place: look(EVERYBODY, place) for place in LISTS}
        transaction.set_rollback(True)
    assert (over, failed) == ({}, {})
    longer = {
        (who, place): (before, long[place][who]) for place, found in short.items() for who, before in found.items()
    }
    assert {key: two for key, two in longer.items() if two[1] > two[0]} == {}, "queries for each row"
    one, all_of_them = (count(clients[""], f"/search/?q={asked}")[1] for asked in ("欧阳演示", "演示"))
    assert all_of_them <= one + 1, "queries for each decision found (more than a page are counted: one query)"
    assert set(names(get_resolver())) - seen - ONLY_TAKES - COUNTED - COUNTED_BESIDE == set(), "a page without a budget"
