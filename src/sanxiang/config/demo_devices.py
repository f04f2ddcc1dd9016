"""The recording devices of the demonstration (音像记录设备的演示): registered, handed out, ruled about, all of it
invented and marked so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand
from sanxiang.config import demo
from sanxiang.core.events import KINDS, Event, device
from sanxiang.core.gates.equipping import recorded_items
from sanxiang.core.rulebook import Library
from sanxiang.core.values import CHINA

SINCE = -120
"""So many days before today the devices were bought."""


def enter_devices(connection: Any, book: Library, people: Mapping[str, Mapping[str, str]], until: datetime) -> None:
    """Enter the devices of every agency that `people` knows, each step at its own time, the earliest first."""
    told = demo.read("devices.yaml")
    for agency in told["agencies"]:
        if agency["id"] in people:
            _Filler(connection, book, people[agency["id"]], until).fill(agency, told["usage"])


class _Filler:
    def __init__(self, connection: Any, book: Library, cast: Mapping[str, str], until: datetime) -> None:
        self.connection, self.book, self.cast, self.until = connection, book, cast, until
        self.streams: dict[str, str] = {}

    def fill(self, agency: Mapping[str, Any], usage: Any) -> None:
        for one in agency["devices"]:
            facts = {f"device_{name}": one[name] for name in ("model", "serial")}
            opened = device.DeviceRegistered(
                agency=self.cast[""], device=one["code"], device_kind=one["kind"], facts=facts
            )
            self.streams[one["code"]] = self.enter("keeper", opened, self.moment(SINCE))
            if "department" in one:
                allocated = device.DeviceAllocated(department=one["department"])
                self.enter("keeper", allocated, self.moment(SINCE + 1), one["code"])
        steps = [*agency.get("steps", ()), *_ruled(agency.get("usage"), usage)]
        for step in sorted(steps, key=lambda step: self.moment(step["days"], step.get("time", "10:00"))):
            moment = self.moment(step["days"], step.get("time", "10:00"))
            self.enter(step["by"], self.event(step, moment), moment, step.get("device", ""))

    def moment(self, days: int, at: str = "09:00") -> datetime:
        return datetime.combine(self.until.date() + timedelta(days=days), time.fromisoformat(at), CHINA)

    def event(self, step: Mapping[str, Any], at: datetime) -> Event:
        facts = dict(step.get("facts", {}))
        if step.get("list"):
            facts["recording_list"] = recorded_items(self.book.on(self.jurisdiction(), at.date()))
        own = {
            name: step[name]
            for name in ("device_kind", "plan", "monitor", "section", "department", "place")
            if name in step
        }
        own |= {"effective": at.date().isoformat()} if step["kind"] == "usage.approved" else {}
        return KINDS[step["kind"]](
            **own, facts=facts, officers=tuple(self.cast[name] for name in step.get("officers", ()))
        )

    def jurisdiction(self) -> str:
        agency = registers_for(self.connection, self.cast[""], ()).agency(self.cast[""])
        return agency.jurisdiction if agency else ""

    def enter(self, by: str, event: Event, at: datetime, code: str = "") -> str:
        kind = "device" if event.KIND.startswith("device.") else "agency"
        command = RegisterCommand(
            kind=kind, stream=self.streams.get(code, "") if kind == "device" else self.cast[""],
            agency=self.cast[""], officer=self.cast[by], entries=(Entry(event=event, occurred_at=at),),
        )  # fmt: skip
        return demo.enter(self.connection, self.book, command, at)


def _ruled(told: Mapping[str, Any] | None, elements: Any) -> Iterator[dict[str, Any]]:
    """The rules of use of each kind: drawn up by one, checked and issued by another a week later."""
    if told is None:
        return
    names = [row["element"] for row in elements]
    for kind in told["kinds"]:
        step = {"device_kind": kind, "days": told["days"]}
        yield {**step, "kind": "usage.prepared", "by": told["by"], "facts": {"usage_elements": elements}}
        approved = {"kind": "usage.approved", "by": told["approved_by"], "facts": {"usage_checked": names}}
        yield {**step, **approved, "days": told["days"] + 7}
