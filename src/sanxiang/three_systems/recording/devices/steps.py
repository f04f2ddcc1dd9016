"""What moves on in the stream of an agency (装备计划、清单备案、管理规定的环节), as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sanxiang.core.events import Event, device


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, its event, the facts it asks, who does it, in which states it stands next."""

    id: str
    name: str
    event: Callable[..., Event]
    facts: tuple[str, ...]
    by: tuple[str, ...]
    states: tuple[str, ...]
    help: str = ""


def _by_id(*steps: Step) -> dict[str, Step]:
    return {step.id: step for step in steps}


PLAN_STATES = {"": "还没有编制", "planned": "已编制，等待报送", "reported": "已报送，等待回执", "answered": "已有回执"}
PLAN = _by_id(
    Step("report", "签发报送", device.EquipmentReported, ("equipment_receiver",), ("head",), ("planned",),
         "装备需求报区（县）政府列入财政预算。报送以后，计划不再修改。"),
    Step("answer", "登记回执", device.EquipmentAnswered, ("equipment_receipt", "equipment_granted"),
         ("device_keeper",), ("reported",), "收到回执以后，登记文号和核定的预算。"),
    Step("purchase", "登记采购", device.EquipmentPurchased,
         ("equipment_contract", "equipment_supplier", "equipment_amount"), ("device_keeper",), ("answered",),
         "在核定的预算以内采购；买来的设备登记时选明这个年度。"),
)  # fmt: skip
LIST_STATES = {"": "还没有报备", "prepared": "已报备，等待备案", "returned": "已退回", "issued": "已备案"}
LIST = _by_id(
    Step("submit", "报备", device.RecordingListSubmitted, ("equipment_note",), ("device_keeper", "legal_head"),
         ("", "returned", "issued"), "清单由本地规定生成，每个环节写明依据。核对无误后报司法行政部门备案。"),
    Step("return", "退回", device.RecordingListReturned, ("equipment_return_reason",), ("supervisor",), ("prepared",)),
    Step("file", "备案", device.RecordingListFiled, ("recording_list_receipt",), ("supervisor",), ("prepared",),
         "核对清单，给出备案号；备案号就是回执。"),
)  # fmt: skip
USAGE_STATES = {"": "还没有规定", "prepared": "已起草，等待核准", "returned": "已退回", "issued": "已印发"}
USAGE = _by_id(
    Step("prepare", "起草、修订", device.UsagePrepared, (), ("device_keeper", "unit_head"), ("", "returned", "issued"),
         "逐项写明。印发以前，原来的版本仍然有效。"),
    Step("return", "退回", device.UsageReturned, ("equipment_return_reason",), ("head", "legal_head"), ("prepared",)),
    Step("approve", "核准印发", device.UsageApproved, (), ("head", "legal_head"), ("prepared",),
         "逐项核对后打勾；写明从哪一天起施行。"),
)  # fmt: skip
