"""Events of recording devices (音像记录设备): each device has a stream of its own, from entry into the register to
scrapping. What is planned, bought, filed and ruled about them stands in the stream of the agency."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("device.registered")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRegistered(Event):
    """Device entered into the register (设备入库登记). 东西湖区司法局实施方案 三(二). `device` is its code (编号),
    `device_kind` what it is (执法记录仪, 信息采集站 and so on); `plan` the year of the equipment
    plan that it was bought under, empty where it was held before."""

    agency: str
    device: str
    device_kind: str
    plan: str = ""


@kind("device.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged(Event):
    """Data of a device changed (设备信息变更)."""


@kind("device.allocated")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAllocated(Event):
    """Device allocated to a department of the agency (设备配发). 东西湖区司法局实施方案 三(二)."""

    department: str


@kind("device.entrusted")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEntrusted(Event):
    """Custody of a device given to somebody (确定设备保管人); `officers` names him."""


@kind("device.checked")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChecked(Event):
    """Device checked before use (使用前检查): battery, free space and clock stand in the facts."""


@kind("device.issued")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceIssued(Event):
    """Device handed out for use (设备领用); `officers` names who takes it."""


@kind("device.returned")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReturned(Event):
    """Device handed back (设备归还); what was measured at its return stands in the facts."""


@kind("device.faulted")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFaulted(Event):
    """Fault of a device reported (设备报修)."""


@kind("device.repaired")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRepaired(Event):
    """Device repaired (设备修复)."""


@kind("device.scrapped")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceScrapped(Event):
    """Device scrapped (设备报废)."""


@kind("equipment.planned")
@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentPlanned(Event):
    """Need for equipment and its budget drawn up (音像设备需求和预算编制). 洛政办〔2019〕37号 三(二)2,
    长宁区实施方案 第10条. `plan` is the year of the budget."""

    plan: str


@kind("equipment.reported")
@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentReported(Event):
    """Need for equipment reported to the government for its budget (装备需求报政府列入预算). 长宁区实施方案 第10条."""

    plan: str


@kind("equipment.answered")
@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentAnswered(Event):
    """Receipt of the reported need and what was granted (装备需求的回执). 长宁区实施方案 第10条."""

    plan: str


@kind("equipment.purchased")
@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentPurchased(Event):
    """Equipment bought under a plan (音像设备采购). 东西湖区司法局实施方案 三(二)."""

    plan: str


@kind("recording_list.submitted")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingListSubmitted(Event):
    """List of what is recorded in sound and picture submitted for filing (音像记录事项清单报备).
    洛政办〔2019〕37号 三(二)2."""


@kind("recording_list.returned")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingListReturned(Event):
    """Submitted list returned for changes (音像记录事项清单退回)."""


@kind("recording_list.filed")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingListFiled(Event):
    """List of what is recorded filed, with its receipt (音像记录事项清单备案). 洛政办〔2019〕37号 三(二)2."""


@kind("usage.prepared")
@dataclass(frozen=True, slots=True, kw_only=True)
class UsagePrepared(Event):
    """Rules for a kind of device drawn up (设备管理规定起草). 洛政办〔2019〕37号 三(二)2, 长宁区实施方案 第11条."""

    device_kind: str


@kind("usage.returned")
@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReturned(Event):
    """Drafted rules for a kind of device returned for changes (设备管理规定退回)."""

    device_kind: str


@kind("usage.approved")
@dataclass(frozen=True, slots=True, kw_only=True)
class UsageApproved(Event):
    """Rules for a kind of device checked element by element and issued (设备管理规定印发). 洛政办〔2019〕37号 三(二)2,
    长宁区实施方案 第11条. They hold from the day `effective`."""

    device_kind: str
    effective: str
