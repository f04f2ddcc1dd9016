"""A whole file against itself, the register and the gates (逐行校验). Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from sanxiang.casework.inspectee_models import InspecteeRow
from sanxiang.casework.inspecting import items_on
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import RegisterCommand, judge, people_of
from sanxiang.core.events import Recorded, to_payload
from sanxiang.core.ledger import canonical_bytes
from sanxiang.core.registers import Agency, Registers, fold_agency, fold_device, fold_inspectee, fold_item, fold_officer
from sanxiang.core.rulebook import Library
from sanxiang.core.values import Actor, legal_day
from sanxiang.one_platform.registry.models import AgencyRow, CertificateRow, ItemRow, OfficerRow
from sanxiang.store import reading
from sanxiang.store.runtime import current
from sanxiang.three_systems.recording.devices.models import DeviceRow

from . import agencies, devices, inspectees, items, officers
from .files import ROWS_MAX, BadFile, read
from .headings import located
from .rows import Fault, Filled, Plan, State, filled
from .sheets import SHEETS, Sheet

CHUNK = 2_000
NAMES = {"officers": "officer_name", "agencies": "agency_name", "items": "item_name", "devices": "code",
         "inspectees": "party_name"}  # fmt: skip
RULES = "登记规则"


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """On whose behalf a file is read: the agency whose register it is, the officer, or whoever installs
    (`installer`, command line only; then `jurisdiction` is what new agencies get)."""

    agency: str = ""
    officer: str = ""
    installer: Actor | None = None
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file and what becomes of it."""

    row: int
    name: str
    plan: Plan
    faults: tuple[Fault, ...]

    @property
    def state(self) -> State:
        return "bad" if self.faults else self.plan.state


@dataclass(frozen=True)
class Check:
    """What a file holds: its lines; notes about what was not read."""

    kind: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def good(self) -> tuple[Line, ...]:
        """The lines that enter something."""
        return tuple(line for line in self.lines if line.state in ("new", "changed"))

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(fault for line in self.lines for fault in line.faults)

    @cached_property
    def counts(self) -> dict[str, int]:
        found = {"new": 0, "changed": 0, "same": 0, "bad": 0}
        for line in self.lines:
            found[line.state] += 1
        return found

    @cached_property
    def digest(self) -> str:
        """A keyed digest of all that would be entered: two checks with the same digest enter the same."""
        told = [
            [line.row, line.plan.stream, line.plan.version or 0, line.plan.agency]
            + [
                [entry.event.KIND, legal_day(entry.occurred_at).isoformat(), to_payload(entry.event)]
                for entry in line.plan.entries
            ]
            for line in self.good
        ]
        return current().sealer.party_token(canonical_bytes(told).hex()).hex()


def check(
    connection: Any, library: Library, importer: Importer, kind: str, name: str, content: bytes, *, at: datetime
) -> Check:
    """Read a file and say of every row what it would enter or what is wrong with it. Raises BadFile."""
    sheet = SHEETS[kind]
    rows = read(name, content)
    table = located(sheet, rows)
    if not table.rows:
        raise BadFile("表头下面没有内容")
    if len(table.rows) > ROWS_MAX:
        raise BadFile(f"超过 {ROWS_MAX} 行，请分成几个文件")
    found = filled(sheet, table, library.dictionary, rows.epoch)
    plans, before = GROUNDS[kind](connection, library, importer, found, at)
    judged = _Judging(connection, library, importer, sheet, before, at)
    lines = tuple(_line(row, plan, judged, NAMES[kind]) for row, plan in zip(found, plans, strict=True))
    notes = [f"没有读取这些列：{'、'.join(table.strange)}"] if table.strange else []
    return Check(kind, lines, (*rows.notes, *notes))


def _line(row: Filled, plan: Plan, judged: _Judging, name: str) -> Line:
    if not row.faults and plan.entries:
        row.faults += judged.faults(row, plan)
    return Line(row.row, str(row.values.get(name, "")), plan, tuple(row.faults))


def command_of(sheet: Sheet, importer: Importer, plan: Plan) -> RegisterCommand:
    return RegisterCommand(
        kind=sheet.stream,
        entries=plan.entries,
        agency=plan.agency,
        stream=plan.stream,
        officer=importer.officer,
        installer=importer.installer,
        expected=plan.version,
    )


class _Judging:
    """The gates of the register before every row, with the registers loaded once."""

    def __init__(
        self, connection: Any, library: Library, importer: Importer, sheet: Sheet,
        before: Mapping[str, Sequence[Recorded]], at: datetime,
    ) -> None:  # fmt: skip
        self.connection, self.library, self.importer, self.sheet = connection, library, importer, sheet
        self.before, self.at = before, at
        self.people: dict[str, Registers] = {}

    def faults(self, row: Filled, plan: Plan) -> Iterable[Fault]:
        command = command_of(self.sheet, self.importer, plan)
        if plan.agency not in self.people:
            self.people[plan.agency] = people_of(self.connection, command)
        before = self.before.get(plan.stream, ())
        verdict, _, _ = judge(self.library, command, before, self.people[plan.agency], at=self.at)
        labels = {column.label for column in self.sheet.columns}
        for reason in verdict.reasons:
            text = f"{reason.law}：{reason.text}"
            if reason.missing and labels.issuperset(reason.missing):
                yield from (Fault(row.row, label, text) for label in reason.missing)
            else:
                missing = f"（缺：{'、'.join(reason.missing)}）" if reason.missing else ""
                yield Fault(row.row, RULES, text + missing)


Grounds = tuple[list[Plan], Mapping[str, Sequence[Recorded]]]


def _chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    every = list(dict.fromkeys(value for value in values if value))
    return (every[at : at + CHUNK] for at in range(0, len(every), CHUNK))


def _load(connection: Any, streams: Iterable[Any]) -> dict[str, tuple[Recorded, ...]]:
    found: dict[str, tuple[Recorded, ...]] = {}
    for chunk in _chunks(map(str, streams)):
        found.update(reading.load_many(connection, chunk))
    return found


def _home(connection: Any, importer: Importer) -> Agency:
    agency = registers_for(connection, importer.agency, ()).agency(importer.agency)
    if agency is None:
        raise BadFile("没有选定机关")
    return agency


def _officers(connection: Any, library: Library, importer: Importer, rows: list[Filled], at: datetime) -> Grounds:
    officers.compare(rows)
    home, sealer = _home(connection, importer), current().sealer
    tokens = {
        sealer.party_token(identity): identity for row in rows if (identity := row.values.get("officer_id_number"))
    }
    people: dict[str, tuple[str, bool]] = {}
    by_token: dict[str, list[str]] = {}
    for chunk in _chunks(tokens):
        for found in OfficerRow.objects.filter(id_token__in=chunk).only("stream", "agency", "id_token", "left_on"):
            people[str(found.stream)] = (str(found.agency), found.left_on is None)
            by_token.setdefault(tokens[bytes(found.id_token)], []).append(str(found.stream))
    by_number: dict[str, list[str]] = {}
    for chunk in _chunks(row.values.get("certificate") for row in rows):
        for card in CertificateRow.objects.filter(number__in=chunk).only("stream", "agency", "number"):
            people.setdefault(str(card.stream), (str(card.agency), False))
            by_number.setdefault(card.number, []).append(str(card.stream))
    own = [stream for stream, (agency, _) in people.items() if agency == home.id]
    events = _load(connection, own)
    folded = {stream: fold_officer(found) for stream, found in events.items()}
    grounds = officers.People(
        home,
        {label: key for key, label in library.posts.items()},
        {number: folded[stream] for number, found in by_token.items() for stream in found if stream in folded},
        {number: folded[stream] for number, found in by_number.items() for stream in found if stream in folded},
        frozenset(
            number for number, found in by_token.items() if any(people[s][1] and s not in folded for s in found)
        ),
        frozenset(
            number for number, found in by_number.items()
            if any(s not in folded and s not in _owners(by_token, rows, number) for s in found)
        ),
    )  # fmt: skip
    return [officers.plan(row, grounds, at) for row in rows], events


def _owners(by_token: Mapping[str, list[str]], rows: Iterable[Filled], number: str) -> set[str]:
    """The streams of the person who is named beside a certificate: he may bring it from the agency that he left."""
    return {
        stream
        for row in rows
        if row.values.get("certificate") == number
        for stream in by_token.get(row.values.get("officer_id_number", ""), ())
    }


def _agencies(connection: Any, library: Library, importer: Importer, rows: list[Filled], at: datetime) -> Grounds:
    agencies.compare(rows)
    home = registers_for(connection, importer.agency, ()).agency(importer.agency)
    jurisdiction = home.jurisdiction if home else importer.jurisdiction
    codes = [row.values.get("agency_credit_code") for row in rows]
    names = [row.values.get("agency_name") for row in rows]
    marks = [row.values.get("agency_mark") for row in rows]
    found: dict[str, AgencyRow] = {}
    for column, values in (("credit_code", codes), ("name", names), ("mark", marks)):
        for chunk in _chunks(values):
            wanted = Q(**{f"{column}__in": chunk})
            found.update({str(row.stream): row for row in AgencyRow.objects.filter(wanted)})
    events = _load(connection, found)
    folded = {stream: fold_agency(held) for stream, held in events.items()}
    named = {place.name: key for key, place in library.jurisdictions.items()}
    grounds = agencies.Bodies(
        importer.agency,
        jurisdiction,
        {**{key: key for key in library.jurisdictions}, **named},
        {row.credit_code: folded[stream] for stream, row in found.items() if row.credit_code},
        {row.name: folded[stream] for stream, row in found.items()},
        {row.mark: row.name for row in found.values() if row.mark and row.ended_on is None},
    )
    return [agencies.plan(row, grounds, at) for row in rows], events


def _items(connection: Any, library: Library, importer: Importer, rows: list[Filled], at: datetime) -> Grounds:
    items.compare(rows)
    home = _home(connection, importer)
    found: dict[str, str] = {}
    for chunk in _chunks(row.values.get("code") for row in rows):
        for row in ItemRow.objects.filter(agency=home.id, code__in=chunk).only("stream", "code"):
            found[row.code] = str(row.stream)
    events = _load(connection, found.values())
    categories = {name: key for key, label in library.categories.items() for name in (key, label)}
    grounds = items.Listed(home.id, categories, {code: fold_item(events[stream]) for code, stream in found.items()})
    return [items.plan(row, grounds, at) for row in rows], events


def _devices(connection: Any, library: Library, importer: Importer, rows: list[Filled], at: datetime) -> Grounds:
    devices.compare(rows)
    home = _home(connection, importer)
    found: dict[str, str] = {}
    for chunk in _chunks(row.values.get("code") for row in rows):
        for row in DeviceRow.objects.filter(agency=home.id, code__in=chunk).only("stream", "code"):
            found[row.code] = str(row.stream)
    events = _load(connection, found.values())
    kinds = library.dictionary["device_kind"].choices
    grounds = devices.Store(home, kinds, {code: fold_device(events[stream]) for code, stream in found.items()})
    return [devices.plan(row, grounds, at) for row in rows], events


def _inspectees(connection: Any, library: Library, importer: Importer, rows: list[Filled], at: datetime) -> Grounds:
    inspectees.compare(rows)
    home = _home(connection, importer)
    found: dict[str, str] = {}
    for chunk in _chunks(row.values.get("party_credit_code") for row in rows):
        for row in InspecteeRow.objects.filter(agency=home.id, code__in=chunk, latest=True).only("stream", "code"):
            found[row.code] = str(row.stream)
    events = _load(connection, found.values())
    by_code = {code: fold_inspectee(events[stream]) for code, stream in found.items()}
    grounds = inspectees.Standing(home.id, tuple(items_on(home, legal_day(at))), by_code)
    return [inspectees.plan(row, grounds, at) for row in rows], events


GROUNDS = {
    "officers": _officers, "agencies": _agencies, "items": _items, "devices": _devices, "inspectees": _inspectees,
}  # fmt: skip
