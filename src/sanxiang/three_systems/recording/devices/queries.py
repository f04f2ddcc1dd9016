"""What pages ask of devices: the wall with its exceptions, one device by its code, people by their badge.

Everyone with a post sees the devices of his own agency, a supervisor what the agencies of his jurisdiction need."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from sanxiang.casework import levels
from sanxiang.casework.access import Reader, may_see
from sanxiang.casework.models import CaseRow, Colleague
from sanxiang.casework.projections import library
from sanxiang.casework.registers import is_stream
from sanxiang.core.casefile import Recording
from sanxiang.core.gates.equipping import Unit
from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.three_systems.recording import looking
from sanxiang.three_systems.recording.models import UNENTERED, RecordingRow

from .models import DeviceRow, EquipmentRow

WALL = 400
"""So many tiles stand on the wall; exceptions come first, so that none of them is left out."""
WHOLE = frozenset({"device_keeper", "head"})
"""The posts that see what every department's devices recorded."""
WAITS, UNENTERED_MOST = timedelta(days=1), 20
STATES = {"stored": "在库，未配发", "kept": "在科室", "issued": "已领出", "faulty": "报修", "scrapped": "已报废"}
WORDS = {"overdue": "逾期未还", "clock": "时钟偏差", "unmatched": "未匹配片段", "space": "空间不足", "fault": "故障"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One device on the wall; `flags` what is wrong with it, the worst first."""

    row: DeviceRow
    flags: tuple[tuple[str, str], ...]
    department: str = ""
    holder: str = ""
    due: datetime | None = None

    @property
    def state(self) -> str:
        return STATES[self.row.state]


def limit(rules: RuleSet, name: str) -> int:
    """A number among the settings of a place; 0 where it has none."""
    return int(str(rules.setting(name, 0)) or 0)


def of_agency(reader: Reader) -> QuerySet[DeviceRow]:
    """The devices that a reader may see."""
    if not reader.officer or not reader.posts:
        return DeviceRow.objects.none()
    return DeviceRow.objects.filter(agency=reader.agency)


def device(reader: Reader, stream: Any) -> DeviceRow:
    """One of these. Raises Http404."""
    row = of_agency(reader).filter(stream=stream).first()
    if row is None:
        raise Http404
    return row


def scanned(reader: Reader, text: str) -> DeviceRow | None:
    """The device whose label was scanned: its code, its serial or its asset number; one that is scrapped last."""
    text = cleaned(text)
    if not text:
        return None
    for name in ("code", "serial", "asset_number"):
        rows = of_agency(reader).filter(**{name: text}).order_by("-scrapped_on", "stream")
        found = sorted(rows[:5], key=lambda row: row.scrapped_on is not None)
        if found:
            return found[0]
    return None


def cleaned(text: str) -> str:
    """What a scanner typed: without what stands around it, or the code of a label that carries an address."""
    text = "".join(sign for sign in text.strip()[:200] if sign.isprintable())
    return text.rstrip("/").rsplit("/", 1)[-1] if "/" in text else text


def badge(reader: Reader, text: str) -> Colleague | None:
    """The serving officer of the own agency whose badge was scanned: the number of his certificate."""
    number = cleaned(text)
    if not number:
        return None
    return Colleague.objects.filter(agency=reader.agency, serving=True, certificate=number).order_by("stream").first()


def names(streams: Iterable[str]) -> dict[str, str]:
    """The names of officers, by stream."""
    wanted = {stream for stream in streams if stream}
    rows = Colleague.objects.filter(stream__in=wanted).only("stream", "name") if wanted else ()
    return {str(row.stream): row.name for row in rows}


def serving(agency: str) -> dict[str, str]:
    """Who serves in an agency: names by stream, at most two thousand."""
    rows = Colleague.objects.filter(agency=agency, serving=True).order_by("name", "stream").only("stream", "name")
    return {str(row.stream): row.name for row in rows[:2000]}


def wall(reader: Reader, agency: Agency, rules: RuleSet, at: datetime, unmatched: Mapping[str, int]) -> list[Tile]:
    """The tiles of an agency, those with exceptions first."""
    rows = list(of_agency(reader).filter(scrapped_on=None).order_by("code", "stream")[: WALL * 5])
    called = names(name for row in rows for name in (row.holder, row.keeper))
    hours, most, least = (
        limit(rules, name) for name in ("device_loan_hours", "device_clock_most_s", "device_free_gb_least")
    )
    tiles = []
    for row in rows:
        due = row.since + timedelta(hours=hours) if row.since and hours else None
        flags = []
        if due is not None and due < at:
            flags.append(("overdue", f"逾期未还 {hours_of(at - due)}"))
        if most and row.offset_s is not None and abs(row.offset_s) > most:
            flags.append(("clock", f"时钟偏差 {row.offset_s:+d} 秒"))
        if unmatched.get(str(row.stream)):
            flags.append(("unmatched", f"未匹配片段 {unmatched[str(row.stream)]}"))
        if row.free_gb is not None and row.free_gb < least:
            flags.append(("space", f"空间不足 {row.free_gb} GB"))
        if row.fault:
            flags.append(("fault", f"故障：{row.fault[:20]}"))
        part = agency.departments.get(row.department)
        who = called.get(row.holder or row.keeper, "")
        tiles.append(Tile(row, tuple(flags), part.name if part else "", who, due))
    order = list(WORDS)
    tiles.sort(key=lambda tile: (not tile.flags, order.index(tile.flags[0][0]) if tile.flags else 0, tile.row.code))
    return tiles[:WALL]


def hours_of(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"{hours // 24} 天" if hours >= 48 else f"{max(1, hours)} 小时"


def units(agency: Agency, at: datetime) -> list[Unit]:
    """What is counted of each department that handles cases or holds devices: officers with a certificate that is
    valid, cases opened in a year, devices by kind."""
    today = legal_day(at)
    officers: Counter[str] = Counter()
    rows = Colleague.objects.filter(agency=agency.id, serving=True, valid_until__gte=today).exclude(certificate="")
    for departments in rows.values_list("departments", flat=True):
        officers.update(departments)
    cases = cases_since(at, agency=agency.id)
    held: dict[str, Counter[str]] = defaultdict(Counter)
    counted = DeviceRow.objects.filter(agency=agency.id, scrapped_on=None).values_list("department", "kind")
    for department, kind, number in counted.annotate(number=Count("*")):
        held[department][kind] = number
    found = [
        Unit(part.name, officers[part.id], cases.get(part.id, 0), held[part.id])
        for part in sorted(agency.departments.values(), key=lambda one: one.id)
        if part.exists(today) and ("handling" in part.functions or held[part.id])
    ]
    return [*found, Unit("在库未配发", 0, 0, held[""])] if held[""] else found


def cases_since(at: datetime, **where: Any) -> dict[str, int]:
    """Cases opened in the last year, by department."""
    rows = CaseRow.objects.filter(opened_at__gte=at - timedelta(days=365), **where)
    return dict(rows.values_list("department").annotate(number=Count("*")).values_list("department", "number"))


@dataclass(frozen=True, slots=True)
class Body:
    """One agency of a jurisdiction, as its supervisor sees its equipment."""

    row: EquipmentRow
    unit: Unit


def bodies(jurisdiction: str, at: datetime) -> list[Body]:
    """Every agency of a jurisdiction with what is counted of it."""
    rows = list(EquipmentRow.objects.filter(jurisdiction=jurisdiction).order_by("name", "stream")[:500])
    agencies = [row.stream for row in rows]
    today = legal_day(at)
    valid = Colleague.objects.filter(agency__in=agencies, serving=True, valid_until__gte=today).exclude(certificate="")
    officers = dict(valid.values_list("agency").annotate(number=Count("*")).values_list("agency", "number"))
    opened = CaseRow.objects.filter(agency__in=agencies, opened_at__gte=at - timedelta(days=365))
    cases = dict(opened.values_list("agency").annotate(number=Count("*")).values_list("agency", "number"))
    held: dict[Any, Counter[str]] = defaultdict(Counter)
    counted = DeviceRow.objects.filter(agency__in=agencies, scrapped_on=None).values_list("agency", "kind")
    for agency, kind, number in counted.annotate(number=Count("*")):
        held[agency][kind] = number
    return [
        Body(row, Unit(row.name, officers.get(row.stream, 0), cases.get(row.stream, 0), held[row.stream]))
        for row in rows
    ]


def loose(reader: Reader) -> QuerySet[RecordingRow]:
    """Recordings from stations that belong to no case and were not set aside: those of the agency for who keeps devices
    or heads it, for others what their departments' devices or they themselves recorded; nothing that is marked with a
    level which the reader has not."""
    rows = RecordingRow.objects.filter(agency=reader.agency, sort="recording", source="station", case=None)
    return _claimable(reader, rows.exclude(state="set_aside").exclude(stream__in=levels.unknown_to(reader)))


def _claimable(reader: Reader, rows: QuerySet[RecordingRow]) -> QuerySet[RecordingRow]:
    if reader.posts & WHOLE:
        return rows
    return rows.filter(Q(department__in=sorted(reader.departments)) | Q(maker=reader.officer or "-"))


@dataclass(frozen=True, slots=True)
class Unentered:
    """Footage that was linked to an act which nobody entered since (关联的环节没有录入): no file of a case holds it.
    `open` whether the reader may see the case."""

    row: RecordingRow
    case: CaseRow
    act_name: str
    open: bool


def unentered(reader: Reader, at: datetime) -> tuple[list[Unentered], bool]:
    """The first of these that waited for longer than a day, the oldest first, in the range of `loose`, for a supervisor
    in that of his jurisdiction; whether there are more."""
    rows = RecordingRow.objects.filter(UNENTERED, source="station", began__lt=at - WAITS).order_by("began", "stream")
    if reader.everywhere:
        rows = rows.filter(jurisdiction=reader.jurisdiction)
    else:
        rows = _claimable(reader, rows.filter(agency=reader.agency))
    found = list(rows[: UNENTERED_MOST + 1])
    cases = CaseRow.objects.in_bulk({row.case for row in found if row.case})
    seen = [row for row in looking.knowable(reader, found[:UNENTERED_MOST]) if row.case in cases]
    told = []
    for row in seen:
        case = cases[row.case]  # type: ignore[index]
        act = library().on(case.jurisdiction, legal_day(at)).act(case.procedure, row.activity)
        told.append(Unentered(row, case, act.name if act else row.activity, may_see(reader, case)))
    return told, len(found) > UNENTERED_MOST


def may_claim(reader: Reader, found: Recording) -> bool:
    """The same rule for one recording, whatever became of it."""
    if found.agency != reader.agency or found.source != "station" or not reader.posts:
        return False
    return bool(reader.posts & WHOLE) or found.department in reader.departments or found.maker == reader.officer


def footage(reader: Reader, device: Any) -> list[RecordingRow]:
    """The last recordings that a device of the own agency made."""
    rows = RecordingRow.objects.filter(agency=reader.agency, device=str(device), source="station")
    return looking.knowable(reader, rows.order_by("-began", "stream")[:12])


def unmatched(reader: Reader) -> dict[str, int]:
    """How many there are, by device."""
    rows = loose(reader).exclude(device="").values_list("device")
    return dict(rows.annotate(number=Count("*")).values_list("device", "number"))


def together(reader: Reader, found: Any) -> list[RecordingRow]:
    """The recordings of one session that a reader may know of: those of the same device that ran at the same time
    (同步录音录像的各路)."""
    if not is_stream(found.device) or found.began is None:
        return []
    rows = RecordingRow.objects.filter(
        agency=found.agency, device=found.device, sort="recording", medium__in=("video", "audio"),
        began__lt=found.ended or found.began, ended__gt=found.began,
    )  # fmt: skip
    return looking.knowable(reader, rows.order_by("began", "stream")[:4])
