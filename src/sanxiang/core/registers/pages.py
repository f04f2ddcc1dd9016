"""The public page of an agency (事前公示内容): its sections, the versions of each, and the laws marked as changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sanxiang.core.events import Json
from sanxiang.core.values import legal_day


@dataclass(frozen=True, slots=True)
class Kind:
    """A section of the page. `fact` holds its content (none for the list of major decisions, which has its own way),
    `fields` are the names under which regulations ask for it, `sources` the registers that it is made from (none:
    people write it), `of` what a regulation calls one of its rows, `held` that only an agency that has what it tells of
    needs it."""

    id: str
    name: str
    fact: str
    fields: tuple[str, ...]
    sources: tuple[str, ...] = ()
    of: str = ""
    held: bool = False


SECTIONS: Mapping[str, Kind] = {
    one.id: one
    for one in (
        Kind("bodies", "执法主体", "page_bodies", ("主体", "执法主体"), ("agency",)),
        Kind("officers", "执法人员", "page_officers", ("人员", "执法人员", "执法人员名单"), ("officer",)),
        Kind("duties", "职责", "agency_duties", ("职责",)),
        Kind("powers", "权限", "agency_powers", ("权限", "执法权限")),
        Kind("basis", "执法依据", "agency_basis", ("依据", "执法依据")),
        Kind("items", "执法事项清单（权责清单）", "page_items", ("执法事项", "权责清单"), ("item",), "item"),
        Kind("guides", "服务指南", "page_guides", ("服务指南", "服务指南或者工作规范"), ("item",)),
        Kind("procedures", "执法程序和流程图", "page_procedures", ("程序", "执法程序", "执法流程", "流程图"),
             ("rules",), "flow-chart"),
        Kind("catalogue", "重大执法决定事项目录", "", ("重大执法决定事项目录",), ("catalogue",)),
        Kind("spot_checks", "随机抽查事项清单", "page_spot_checks", ("随机抽查事项清单",)),
        Kind("plan", "检查计划", "page_plan", ("检查计划",)),
        Kind("recorded", "音像记录事项清单", "page_recorded", ("音像记录事项清单",), ("rules",)),
        Kind("monitors", "电子技术监控设备设置地点", "page_monitors", ("电子技术监控设备设置地点",), ("monitor",),
             "monitor-place", held=True),
        Kind("discretion", "裁量基准", "page_discretion", ("裁量基准",)),
        Kind("remedies", "救济渠道", "agency_remedies", ("救济渠道",)),
        Kind("supervision", "监督方式", "agency_supervision", ("监督方式",)),
        Kind("complaints", "投诉举报方式和途径", "page_complaints", ("投诉举报方式", "投诉举报途径")),
        Kind("boards", "窗口岗位信息公示牌", "page_boards", ("岗位信息公示牌",), (), "window-board"),
    )
}  # fmt: skip
"""Every section, in the order in which the public reads them."""
BY_FIELD: Mapping[str, Kind] = {name: one for one in SECTIONS.values() for name in one.fields}
BY_ROW: Mapping[str, Kind] = {one.of: one for one in SECTIONS.values() if one.of}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a section. `state` is collected, forwarded, returned, approved or issued; `hands` who did each
    move, by state; `files` what is attached, as events tell files."""

    number: int
    event: str
    department: str
    content: Json
    collected_at: datetime
    hands: Mapping[str, str]
    note: str = ""
    state: str = "collected"
    returned_for: str = ""
    approved_on: date | None = None
    issued_at: datetime | None = None
    place: str = ""
    files: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The versions of one section, the oldest first; one that was never issued is replaced by the next.

    >>> at = datetime.fromisoformat("2024-01-02T09:00+08:00")
    >>> first = Version(1, "e", "work", "受理投诉", at, {}, state="issued", issued_at=at)
    >>> Section((first,)).public.number, Section((first,)).working
    (1, None)
    """

    versions: tuple[Version, ...] = ()

    @property
    def public(self) -> Version | None:
        """The version that the public reads."""
        return next((one for one in reversed(self.versions) if one.state == "issued"), None)

    @property
    def working(self) -> Version | None:
        """The version that is still on its way."""
        last = self.versions[-1] if self.versions else None
        return last if last is not None and last.state != "issued" else None

    def collected(self, version: Version) -> Section:
        """A new version, in the place of one that was never issued; its number follows."""
        kept = tuple(one for one in self.versions if one.state == "issued")
        return Section((*kept, replace(version, number=len(kept) + 1)))

    def moved(self, state: str, facts: Mapping[str, Any], at: datetime, by: str, place: str = "") -> Section:
        """What became of the working version."""
        if self.working is None:
            return self
        changes: dict[str, Any] = {"state": state, "hands": {**self.working.hands, state: by}}
        if state == "returned":
            changes["returned_for"] = str(facts.get("page_return_reason") or "")
        elif state == "approved":
            changes["approved_on"] = legal_day(at)
        elif state == "issued":
            changes |= {"issued_at": at, "place": place}
        return Section((*self.versions[:-1], replace(self.working, **changes)))


FRAME = re.compile(r"[《》〈〉\s]")


@dataclass(frozen=True, slots=True)
class ChangedLaw:
    """A law that was amended or repealed: its name, how, from which day, and when that was entered."""

    name: str
    change: str
    effective: date
    entered_at: datetime
    event: str

    def cited_in(self, content: Json) -> bool:
        """Whether a content names the law, by its full name or without the name of the state.

        >>> day = date(2026, 7, 1)
        >>> law = ChangedLaw("中华人民共和国行政处罚法", "修改", day, datetime(2026, 7, 1), "e")
        >>> law.cited_in([{"basis": "《行政处罚法》第五十八条"}]), law.cited_in("《行政许可法》")
        (True, False)
        """
        key = FRAME.sub("", self.name).removeprefix("中华人民共和国")
        return bool(key) and key in FRAME.sub("", _text(content))

    def outdates(self, version: Version) -> bool:
        """A version that was collected before the change was known and cites the law."""
        return version.collected_at < self.entered_at and self.cited_in(version.content)


def _text(value: Json) -> str:
    if isinstance(value, Mapping):
        return "\n".join(map(_text, value.values()))
    return "\n".join(map(_text, value)) if isinstance(value, list | tuple) else str(value)
