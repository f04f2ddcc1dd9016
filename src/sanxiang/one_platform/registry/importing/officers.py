"""What a row of officers means for the register (人员导入)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sanxiang.casework.registration import Entry
from sanxiang.core.events import registry
from sanxiang.core.registers import Agency, Officer
from sanxiang.core.values import legal_day
from sanxiang.one_platform.registry.projections import EXAM, JUDICIAL

from .cells import Wrong
from .rows import Filled, Plan, known, moment, twice

CARD = ("certificate", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class People:
    """What the register holds of the people in a file: officers of this agency by identity number and by
    certificate, and the numbers that stand at somebody else's name."""

    agency: Agency
    posts: Mapping[str, str]
    by_identity: Mapping[str, Officer] = field(default_factory=dict)
    by_certificate: Mapping[str, Officer] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    certificates_elsewhere: frozenset[str] = frozenset()


def compare(rows: list[Filled]) -> None:
    """What rows of one file have wrong with one another."""
    twice(rows, "officer_id_number")
    twice(rows, "certificate")


def plan(row: Filled, people: People, at: datetime) -> Plan:
    """What is to be entered for a row; its faults are added to it."""
    today = legal_day(at)
    _dates(row, today)
    posts, department = _posts(row, people, today)
    officer = _same(row, people)
    _qualified(row, officer, posts)
    if row.faults:
        return Plan()
    found = _Entries(officer, at)
    if officer is None or officer.left_on is not None:
        found.add(registry.OfficerRegistered(agency=people.agency.id, facts=row.facts()), today, "登记人员")
    else:
        changed = {name: value for name, value in row.facts().items() if officer.facts.get(name) != value}
        if changed:
            found.add(registry.OfficerChanged(facts=changed), today, "更新信息")
    for column, exam, label in (
        ("exam_on", EXAM, "执法资格考试合格"),
        ("judicial_on", JUDICIAL, "取得法律职业资格"),
    ):
        if column in row.values and (officer is None or exam not in officer.exams):
            found.add(registry.ExamPassed(exam=exam), row.values[column], label)
    _certificate(row, officer, found)
    since = row.values.get("appointed_on", today.isoformat())
    for post in posts:
        if officer is None or officer.left_on is not None or not _holds(officer, post, department, today):
            first = post == "reviewer" and row.values.get("first_time") is True
            event = registry.PostAppointed(post=post, department=department, first_time=first)
            name = next(label for label, key in people.posts.items() if key == post)
            found.add(event, since, f"任{name}")
    return Plan(
        entries=tuple(found.entries),
        stream=officer.id if officer else "",
        version=officer.version if officer else None,
        agency=people.agency.id,
        says=tuple(found.says),
    )


class _Entries:
    def __init__(self, officer: Officer | None, at: datetime) -> None:
        self.officer, self.at = officer, at
        self.entries: list[Entry] = []
        self.says: list[str] = []

    def add(self, event: Any, day: str | date, says: str) -> None:
        self.entries.append(Entry(event=event, occurred_at=moment(day, self.at)))
        self.says.append(says)


def _dates(row: Filled, today: date) -> None:
    for column in ("exam_on", "judicial_on", "appointed_on", "valid_from"):
        if row.values.get(column, "") > today.isoformat():
            row.fault(column, f"{row.values[column]} 还没有到")
    identity = row.values.get("officer_id_number")
    if identity and identity[6:14] > today.strftime("%Y%m%d"):
        row.fault("officer_id_number", "出生日期还没有到")
    given = [column for column in CARD if column in row.values]
    if given or "issuer" in row.values:
        for column in CARD:
            blank = column not in row.values and not any(
                fault.column == row.sheet.column(column).label for fault in row.faults
            )
            if blank:
                row.fault(column, "填了执法证的，证号、发证日期、有效期至都要填")
    if len(given) == len(CARD):
        first, last = row.values["valid_from"], row.values["valid_until"]
        if last < first:
            row.fault("valid_until", f"早于发证日期 {first}")
        elif last < today.isoformat():
            row.fault("valid_until", f"执法证已于 {last} 到期")


def _posts(row: Filled, people: People, today: date) -> tuple[list[str], str]:
    names = {part.name: part.id for part in people.agency.departments.values() if part.exists(today)}
    department, posts = "", []
    if "department" in row.values:
        try:
            department = known(row.values["department"], names)
        except Wrong as wrong:
            row.fault("department", str(wrong))
    for name in row.values.get("posts", ()):
        try:
            posts.append(known(name, people.posts))
        except Wrong as wrong:
            row.fault("posts", str(wrong))
    if "first_time" in row.values and row.values["first_time"] and posts and "reviewer" not in posts:
        row.fault("first_time", "只有法制审核人员填“是”")
    return posts, department


def _same(row: Filled, people: People) -> Officer | None:
    """The officer of the register whom the row speaks of; None for somebody new."""
    identity, number = row.values.get("officer_id_number", ""), row.values.get("certificate", "")
    if identity in people.elsewhere:
        row.fault("officer_id_number", "已在其他机关登记，办理调离后才能在本机关登记")
    officer = people.by_identity.get(identity)
    holder = people.by_certificate.get(number)
    if officer is None and holder is not None and "officer_id_number" not in holder.facts:
        officer = holder
    if number in people.certificates_elsewhere or (holder is not None and holder is not officer):
        row.fault("certificate", "已登记在另一名人员名下")
    if officer is not None and row.values.get("officer_name", officer.name) != officer.name:
        row.fault("officer_name", f"与登记的姓名“{officer.name}”不一致；改名请在人员页面办理")
    return officer


def _qualified(row: Filled, officer: Officer | None, posts: list[str]) -> None:
    """Who holds a certificate or is to enforce has passed the exam first (国办发〔2018〕118号)."""
    held = officer.exams.get(EXAM) if officer else None
    passed = row.values.get("exam_on") or (held.isoformat() if held else "")
    label = row.sheet.column("exam_on").label
    if not passed and ("officer" in posts or "certificate" in row.values):
        if not any(fault.column == label for fault in row.faults):
            row.fault("exam_on", "没有执法资格考试合格记录，不能任执法人员，也不能持执法证")
    elif held and row.values.get("exam_on", passed) != held.isoformat():
        row.fault("exam_on", f"与登记的合格日期 {held.isoformat()} 不一致")
    if passed and row.values.get("valid_from", "9999") < passed:
        row.fault("valid_from", f"早于执法资格考试合格日期 {passed}")


def _certificate(row: Filled, officer: Officer | None, found: _Entries) -> None:
    if "certificate" not in row.values:
        return
    number, first, last = (row.values[column] for column in CARD)
    days = date.fromisoformat(first), date.fromisoformat(last)
    cards = officer.certificates if officer else ()
    if any((card.number, card.valid_from, card.valid_until) == (number, *days) for card in cards):
        return
    event = registry.CertificateIssued(
        number=number, valid_from=first, valid_until=last, issuer=row.values.get("issuer", "")
    )
    found.add(event, first, f"执法证 {number} 有效至 {last}")


def _holds(officer: Officer, post: str, department: str, today: date) -> bool:
    return any((held.post, held.department) == (post, department) for held in officer.posts_on(today))
