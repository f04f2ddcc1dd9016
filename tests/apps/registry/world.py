"""A small world for the tests: agencies with people, real numbers with right check digits, real files."""

from __future__ import annotations

import io
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connections
from openpyxl import Workbook

from sanxiang.casework.models import Account
from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events import Event, registry
from sanxiang.core.values import CHINA, Actor, chinese_date
from sanxiang.core.values.identifiers import CREDIT_SIGNS, CREDIT_WEIGHTS, IDENTITY_CHECKS, IDENTITY_WEIGHTS
from sanxiang.one_platform.registry.importing.checking import Check, Importer, check

INSTALLER = Actor("", "安装人员（演示）", "演示", "", "installer")
_numbers = itertools.count(100)
BORN = "41031119900307"


def identity(number: int | None = None) -> str:
    """A resident identity number that nobody else in this run has."""
    n = next(_numbers) if number is None else number
    body = f"410311{date(1960, 1, 1) + timedelta(days=n // 900):%Y%m%d}{n % 900 + 100}"
    return body + IDENTITY_CHECKS[sum(int(a) * b for a, b in zip(body, IDENTITY_WEIGHTS, strict=True)) % 11]


def credit_code() -> str:
    body = f"11410300{next(_numbers):09d}"
    total = sum(CREDIT_SIGNS.index(a) * b for a, b in zip(body, CREDIT_WEIGHTS, strict=True))
    return body + CREDIT_SIGNS[-total % 31]


def now() -> datetime:
    return datetime.now(CHINA)


def iso(days: int) -> str:
    """The day so many days from today."""
    return (now().date() + timedelta(days=days)).isoformat()


def printed(days: int) -> str:
    """The same as pages write it."""
    return chinese_date(now().date() + timedelta(days=days))


def enter(kind: str, *events: Event, agency: str = "", stream: str = "", since: datetime | None = None) -> str:
    command = RegisterCommand(
        kind=kind,
        entries=tuple(Entry(event=event, occurred_at=since or now() - timedelta(days=400)) for event in events),
        agency=agency,
        stream=stream,
        installer=INSTALLER,
    )
    done = register(connections["default"], library(), command, at=now())
    assert done.done, done.verdict.reasons
    return done.stream


@dataclass
class Body:
    """An agency with a handling, a legal and (where it leads) a supervising department."""

    id: str
    name: str
    code: str
    people: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, post: str, department: str = "legal", *events: Event) -> str:
        opened = registry.OfficerRegistered(agency=self.id, facts={"officer_name": name})
        held = registry.PostAppointed(post=post, department=department)
        self.people[name] = enter("officer", opened, *events, held, agency=self.id)
        return self.people[name]


def body(jurisdiction: str = "luoyang", *, leads: bool = False) -> Body:
    name, code = f"演示局{uuid.uuid4().hex[:8]}", credit_code()
    facts = {"agency_name": name, "agency_credit_code": code, "agency_kind": "行政机关"}
    parts = [("e1", "综合执法一科", ("handling",)), ("legal", "政策法规科", ("review",))]
    if leads:
        parts.append(("lead", "执法监督科", ("supervision",)))
    stream = enter(
        "agency",
        registry.AgencyRegistered(jurisdiction=jurisdiction, facts=facts),
        *(registry.DepartmentRegistered(department=d, functions=f, facts={"department_name": n}) for d, n, f in parts),
    )
    made = Body(stream, name, code)
    made.add("登记员", "registrar")
    return made


def account(officer: str) -> Account:
    name = f"u{uuid.uuid4().hex[:12]}"
    return Account.objects.get_or_create(officer=uuid.UUID(officer), defaults={"username": name})[0]


def certified(number: str = "", *, until: int = 700) -> tuple[Event, ...]:
    card = registry.CertificateIssued(
        number=number or f"豫C{next(_numbers):06d}", valid_from=iso(-300), valid_until=iso(until)
    )
    return registry.ExamPassed(exam="enforcement"), card


OFFICER_HEAD = (
    "姓名*", "身份证号码*", "所属内设机构*", "岗位*", "执法资格考试合格日期", "执法证号", "发证机关", "发证日期", "有效期至",
)  # fmt: skip


def officer_line(called: str = "王小明", /, **other: Any) -> list[Any]:
    """A good row under OFFICER_HEAD; `other` replaces cells by name."""
    cells = {
        "name": called, "id": identity(), "department": "综合执法一科", "posts": "执法人员", "exam": iso(-300),
        "number": f"豫C{next(_numbers):06d}", "issuer": "河南省人民政府", "from": iso(-200), "until": iso(800),
    }  # fmt: skip
    assert set(other) <= set(cells)
    return list({**cells, **other}.values())


def xlsx(rows: Sequence[Sequence[Any]], head: Sequence[str] = OFFICER_HEAD) -> bytes:
    book = Workbook()
    page = book.active
    page.append(list(head))
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(rows: Sequence[Sequence[Any]], encoding: str = "utf-8-sig", head: Sequence[str] = OFFICER_HEAD) -> bytes:
    return "".join(",".join(map(str, row)) + "\r\n" for row in [head, *rows]).encode(encoding)


def importer(agency: Body) -> Importer:
    return Importer(agency=agency.id, officer=agency.people["登记员"])


def checked(agency: Body, content: bytes, name: str = "人员.xlsx", kind: str = "officers") -> Check:
    return check(connections["default"], library(), importer(agency), kind, name, content, at=now())


def told(found: Check) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.reason) for fault in found.faults]


ITEM = {
    "item_name": "对无照经营的处罚", "item_basis": "某条例第一条", "item_accepting": "执法一科", "item_approving": "本机关",
    "item_conditions": "无", "item_term": "90 日",
}  # fmt: skip
