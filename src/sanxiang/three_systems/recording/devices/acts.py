"""What can be done with a device, as data (设备的办理): which fields it asks and which event it becomes.

Whether it may be done is asked of the gates by the write path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanxiang.casework import forms
from sanxiang.core.events import Event, device
from sanxiang.core.gates.devices import FIXED
from sanxiang.core.registers import Agency, Device
from sanxiang.core.rulebook import Fact, Library

DATA = (
    "device_model", "device_serial", "device_asset_number", "device_firmware", "device_capacity_gb",
    "device_bought_on", "device_price", "device_fund", "device_place", "device_pattern",
)  # fmt: skip
CHECK = ("device_battery", "device_free_gb", "device_clock_offset_s", "device_check_note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a form is about: the agency, the device where there is one, who serves (name by stream)."""

    library: Library
    agency: Agency
    today: date
    people: Mapping[str, str]
    device: Device | None = None

    def departments(self) -> dict[str, str]:
        return {part.name: part.id for part in self.agency.departments.values() if part.exists(self.today)}

    def officers(self) -> dict[str, str]:
        """Streams by what a list shows; people of one name are told apart by the end of their stream."""
        names = list(self.people.values())
        return {
            (name if names.count(name) == 1 else f"{name}（{stream[-4:]}）"): stream
            for stream, name in sorted(self.people.items(), key=lambda pair: pair[1])
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`facts` of the dictionary that it asks, `needed` those that must be there, `own` the fields of the event itself,
    `fits` whether it stands next for a device."""

    id: str
    name: str
    event: Callable[[Subject, Mapping[str, Any], Mapping[str, str]], Event]
    facts: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    fits: Callable[[Device], bool] = lambda device: device.scrapped_on is None
    help: str = ""
    by: tuple[str, ...] = ("device_keeper", "unit_head")

    def fields(self, subject: Subject) -> list[tuple[Fact, bool]]:
        """Every field with whether it is needed."""
        book = subject.library.dictionary
        asked = [(pseudo(name, subject), True) for name in self.own if name != "plan"]
        asked += [(pseudo(name, subject), False) for name in self.own if name == "plan"]
        return asked + [(book[name], name in self.needed) for name in self.facts]


def pseudo(name: str, subject: Subject) -> Fact:
    """A field of an event as the form shows it."""
    if name == "kind":
        return subject.library.dictionary["device_kind"]
    labels = {"code": "设备编号", "department": "内设机构", "officer": "人员", "plan": "采购计划（年度）"}
    choices: Mapping[str, tuple[str, ...]] = {
        "department": tuple(subject.departments()),
        "officer": tuple(subject.officers()),
        "plan": tuple(year for year, plan in subject.agency.plans.items() if plan.purchases),
    }
    told = "标签上的编号：字母、数字、点和横线" if name == "code" else ""
    kind: Any = "text" if name == "code" else "choice"
    return Fact(id=name, label=labels[name], type=kind, choices=choices.get(name, ()), limit=40, help=told)


def _register(s: Subject, facts: Mapping[str, Any], own: Mapping[str, str]) -> Event:
    return device.DeviceRegistered(
        agency=s.agency.id, device=own.get("code", ""), device_kind=own.get("device_kind", ""),
        plan=own.get("plan", ""), facts=facts,
    )  # fmt: skip


def _officer(cls: type[Event]) -> Callable[[Subject, Mapping[str, Any], Mapping[str, str]], Event]:
    def made(s: Subject, facts: Mapping[str, Any], own: Mapping[str, str]) -> Event:
        named = s.officers().get(own.get("officer", ""), "")
        return cls(officers=(named,) if named else (), facts=facts)

    return made


def _plain(cls: type[Event]) -> Callable[[Subject, Mapping[str, Any], Mapping[str, str]], Event]:
    return lambda s, facts, own: cls(facts=facts)


def _changed(s: Subject, facts: Mapping[str, Any], own: Mapping[str, str]) -> Event:
    held = s.device.facts if s.device else {}
    return device.DeviceChanged(facts={name: value for name, value in facts.items() if held.get(name) != value})


KEEPER = ("device_keeper",)
REGISTER = Act(
    id="register", name="登记设备", event=_register, facts=DATA, own=("code", "kind", "plan"), by=KEEPER,
    help="一台设备一个编号，编号就是标签上的二维码。采购计划买来的，选明年度。",
)  # fmt: skip
ACTS: dict[str, Act] = {
    act.id: act
    for act in (
        Act(id="issue", name="领用", event=_officer(device.DeviceIssued), own=("officer",),
            facts=("device_task", *CHECK),
            fits=lambda one: one.state == "kept" and one.kind not in FIXED,
            help="当天检查过、合格的，不用再填检查结果。用扫码领用更快。"),
        Act(id="return", name="归还", event=_plain(device.DeviceReturned), facts=CHECK[:3],
            fits=lambda one: one.state == "issued", help="归还时量到的时钟偏差，用来校正这次录像的时间。"),
        Act(id="check", name="使用前检查", event=_plain(device.DeviceChecked), facts=CHECK, needed=CHECK[:3],
            fits=lambda one: one.state in ("stored", "kept", "issued")),
        Act(id="allocate", name="配发", own=("department",), by=KEEPER,
            event=lambda s, facts, own: device.DeviceAllocated(
                department=s.departments().get(own.get("department", ""), ""), facts=facts),
            fits=lambda one: one.state in ("stored", "kept")),
        Act(id="entrust", name="确定保管人", event=_officer(device.DeviceEntrusted), own=("officer",),
            fits=lambda one: one.state in ("stored", "kept", "issued")),
        Act(id="fault", name="报修", event=_plain(device.DeviceFaulted), facts=("device_fault",),
            needed=("device_fault",), by=("device_keeper", "unit_head", "officer"),
            fits=lambda one: one.state in ("stored", "kept", "issued")),
        Act(id="repair", name="修复", event=_plain(device.DeviceRepaired), facts=("device_repair",),
            needed=("device_repair",), fits=lambda one: one.state == "faulty"),
        Act(id="change", name="更改信息", event=_changed, facts=DATA, by=KEEPER),
        Act(id="scrap", name="报废", event=_plain(device.DeviceScrapped), facts=("device_scrap_reason",),
            needed=("device_scrap_reason",), by=KEEPER, fits=lambda one: one.state in ("stored", "kept", "faulty")),
    )
}  # fmt: skip
"""Every act on a device by its id, in the order in which a page offers them."""


def typed(post: Any, act: Act, subject: Subject) -> tuple[dict[str, Any], dict[str, str]]:
    """What a browser sent: facts of the dictionary, and the event's own fields by name."""
    fields = [fact for fact, _ in act.fields(subject)]
    names = {"code", "department", "officer", "plan", "device_kind"} if act is REGISTER else {"department", "officer"}
    own = {fact.id: post.get(fact.id, "").strip() for fact in fields if fact.id in names}
    return forms.typed_facts(post, [fact for fact in fields if fact.id not in names]), own
