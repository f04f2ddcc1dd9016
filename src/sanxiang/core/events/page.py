"""Events of the disclosure before enforcement (事前公示): the sections of an agency's public page, and the law that
they rest on. They stand in the agency's stream; `section` is an id of `core.registers.pages.SECTIONS`."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("page.collected")
@dataclass(frozen=True, slots=True, kw_only=True)
class PageCollected(Event):
    """Section of the public page collected (公示内容采集). 国办发〔2018〕118号 二. The facts hold the whole new
    content, `files` what the public may fetch with it (made anew by us); `department` is whose content it is."""

    section: str
    department: str


@kind("page.forwarded")
@dataclass(frozen=True, slots=True, kw_only=True)
class PageForwarded(Event):
    """Section passed on to be checked (公示内容传递). 国办发〔2018〕118号 二."""

    section: str


@kind("page.returned")
@dataclass(frozen=True, slots=True, kw_only=True)
class PageReturned(Event):
    """Section returned by the checker (公示内容审核退回). 政府信息公开条例 art. 17."""

    section: str


@kind("page.approved")
@dataclass(frozen=True, slots=True, kw_only=True)
class PageApproved(Event):
    """Section checked (公示内容审核通过). 政府信息公开条例 art. 17."""

    section: str


@kind("page.issued")
@dataclass(frozen=True, slots=True, kw_only=True)
class PageIssued(Event):
    """Section made public (公示内容发布). 国办发〔2018〕118号 二(一). `place` is the platform on which it stands."""

    section: str
    place: str = ""


@kind("law.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class LawChanged(Event):
    """A law marked as amended or repealed (依据修改、废止). 国办发〔2018〕118号 二(一). From now on all that cites it
    is stale until it is issued anew."""
