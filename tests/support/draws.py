"""A draw of inspections up to its fixed lists (双随机抽查)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events import page
from sanxiang.core.events.inspectee import InspecteeListed
from tests.apps.archive.packed import number_all

ITEM = "抽查演示食品经营者"
FILE = "代码*,名称*,类型,法定代表人,地址\n" + "".join(
    f"DEMO-{n:04d},抽查演示{n}号店,个体工商户,申屠演,洛阳市演示路{n}号\n" for n in range(1, 31)
)
TYPED = {
    "draw_title": "演示抽查", "draw_item": ITEM, "draw_kind": "日常检查", "draw_scope": "查看进货查验记录。", "wanted": "3",
    "each": "2",
}  # fmt: skip


def put_on_list(people: Mapping[str, str]) -> None:
    """The item stands on the public list of what is checked at random."""
    agency = people[""]
    rows = [{"name": ITEM, "subject": "食品经营者", "basis": "《食品安全法》第一百一十条"}]
    moves: list[tuple[str, Any]] = [
        ("zhang", page.PageCollected(section="spot_checks", department="enforcement", facts={"page_spot_checks": rows})),
        ("unit", page.PageForwarded(section="spot_checks")), ("checker", page.PageApproved(section="spot_checks")),
        ("checker", page.PageIssued(section="spot_checks", place="演示")),
    ]  # fmt: skip
    for role, event in moves:
        now = timezone.now()
        command = RegisterCommand(
            kind="agency",
            stream=agency,
            agency=agency,
            officer=people[role],
            entries=(Entry(event=event, occurred_at=now),),
        )
        done = register(connections["default"], library(), command, at=now)
        assert done.done, [reason.text for reason in done.verdict.reasons]


def put_on_standing_list(people: Mapping[str, str], level: str, *codes: str) -> dict[str, str]:
    """Shops on the agency's list of objects of inspection, of a class, for the item of these draws; their streams."""
    streams = {}
    for code in codes:
        facts = {"party_kind": "个体工商户", "party_name": f"名录库{code[-6:]}店", "party_credit_code": code,
                 "legal_representative": "申屠演", "party_address": "洛阳市演示路8号", "party_phone": "0379-60000001",
                 "inspectee_level": level, "inspectee_items": ITEM}  # fmt: skip
        streams[code] = on_list(people, InspecteeListed(agency=people[""], facts=facts))
    return streams


def on_list(people: Mapping[str, str], event: Any, stream: str = "") -> str:
    """One fact for the list of objects of inspection; its stream."""
    now = timezone.now()
    command = RegisterCommand(
        kind="inspectee", stream=stream, agency=people[""], officer=people["registrar"],
        entries=(Entry(event=event, occurred_at=now),),
    )  # fmt: skip
    done = register(connections["default"], library(), command, at=now)
    assert done.done, [reason.text for reason in done.verdict.reasons]
    return done.stream


def fixed(client: Client, content: str = FILE, **typed: str) -> str:
    """Upload, look, fix; the stream of the draw."""
    told = {**TYPED, "draw_on": (timezone.localdate() + timedelta(days=7)).isoformat(), **typed}
    looked = client.post("/draws/new/", {**told, "file": SimpleUploadedFile("名录.csv", content.encode())})
    assert looked.status_code == 200, looked.content.decode()
    pool = re.search(r'name="pool" value="([^"]+)"', looked.content.decode())
    assert pool is not None
    done = client.post("/draws/new/", {**told, "pool": pool[1], "fix": "1"})
    assert done.status_code == 302, done.content.decode()
    return str(done.headers["Location"].strip("/").split("/")[-1])


def pages_of_a_draw(
    everybody: tuple[str, ...], people: Mapping[str, str], clients: Mapping[str, Client], home: Path, settings: Any
) -> list[tuple[tuple[str, ...], str]]:
    """Draw, make inspections, publish: who looks at which of its pages."""
    put_on_list(people)
    stream = fixed(clients["ly-unit"], wanted="4")
    settings.SANXIANG_LEDGER = home / "published"  # once numbered, packages hold receipts of this ledger
    number_all(home, settings)
    for login, move in (("ly-unit", "draw"), ("ly-unit", "assign"), ("ly-check", "publish")):
        assert clients[login].post(f"/draws/{stream}/do/{move}/").status_code == 302
    desk = ("/draws/", f"/draws/{stream}/", f"/draws/{stream}/result.csv", "/draws/new/", "/draws/template.xlsx")
    public = ("/spot-checks/", f"/spot-checks/{stream}/", f"/spot-checks/{stream}.json")
    return [*((everybody, place) for place in desk), *((("",), place) for place in public)]
