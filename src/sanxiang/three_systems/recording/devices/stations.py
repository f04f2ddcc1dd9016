"""Collection stations (信息采集站): which one a code names, and the folders that the worker watches."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from sanxiang.casework.projections import library

from . import writing
from .ingest.taking import Station
from .models import DeviceRow

KIND = "信息采集站"


class NoStation(LookupError):
    """The code names no station, or several; the Chinese text says which."""


def station_of(code: str, folder: Path, agency: str = "") -> Station:
    """The station of a code, among all agencies or those of one name. Raises NoStation."""
    rows = list(DeviceRow.objects.filter(code=code, kind=KIND, scrapped_on=None).order_by("stream")[:100])
    bodies = {row.stream: writing.agency_of(str(row.agency)) for row in rows}
    rows = [row for row in rows if not agency or bodies[row.stream].name == agency]
    if not rows:
        raise NoStation(f"没有登记编号是“{code}”的信息采集站" + (f"（{agency}）" if agency else ""))
    if len(rows) > 1:
        names = "、".join(bodies[row.stream].name for row in rows)
        raise NoStation(f"几个机关都有编号是“{code}”的信息采集站（{names}），请说明是哪个机关")
    place = bodies[rows[0].stream].jurisdiction
    return Station(row=rows[0], folder=folder, jurisdiction=place if place in library().jurisdictions else "")


def watched() -> list[tuple[str, str, Path]]:
    """Code, name of the agency (empty where none is said) and folder of every station of the setting
    SANXIANG_STATIONS: `LY-C-01=/path`, or `LY-C-01@机关=/path`, separated by commas."""
    found = []
    for part in settings.SANXIANG_STATIONS:
        named, _, folder = part.partition("=")
        code, _, agency = named.strip().partition("@")
        if code and folder.strip():
            found.append((code, agency, Path(folder.strip())))
    return found
