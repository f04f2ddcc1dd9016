"""What lies on the desk (审核材料): every paper and every file of the case, numbered in the order of the record.

The record only grows, so that a number once written into an opinion always names the same material.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from sanxiang.casework.telling import FRAME
from sanxiang.casework.weighing import Line, Shown
from sanxiang.core.casefile import NOTED, CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values.media import MEDIA, kind_of


@dataclass(frozen=True, slots=True)
class Material:
    """One paper or file: its number from 1, what a browser does with it (pdf, image, audio, video, other), its title,
    where it is fetched, the act that brought it and when; `fresh` where it came after the last submission."""

    number: int
    kind: str
    title: str
    place: str
    event: str
    act: str
    act_name: str
    at: datetime
    is_file: bool
    fresh: bool = False
    note: str = ""
    index: int = 0

    @property
    def name(self) -> str:
        """How an anchor names it: 材料3《现场检查笔录》."""
        return f"材料{self.number}《{self.title}》"


def materials_of(events: Sequence[Recorded], case: CaseFile, rules: RuleSet, since: int = 0) -> list[Material]:
    """The papers and files of a case; those of events after the one numbered `since` are fresh (0: none is)."""
    proves = {str(item["event"]): str(item.get("evidence_proves") or "") for item in case.evidence}
    found: list[Material] = []
    for recorded in (one for one in events if one.kind not in NOTED):
        act = rules.act(case.procedure, recorded.event.act)
        said = (recorded.id, recorded.event.act, act.name if act else recorded.event.act, recorded.occurred_at)
        fresh = bool(since) and recorded.seq > since
        for index, paper in papers_in(recorded):
            if paper["template"] not in FRAME:
                place = reverse("recording:paper", args=[case.id, recorded.id, index])
                found.append(
                    Material(len(found) + 1, "pdf", str(paper["title"]), place, *said, False, fresh, index=index)
                )
        for index, file in enumerate(recorded.event.files):
            at = int(file.get("at", index))
            place = reverse("recording:file", args=[case.id, recorded.id, at])
            note, kind = proves.get(recorded.id, ""), shown_as(str(file["type"]))
            found.append(Material(len(found) + 1, kind, str(file["name"]), place, *said, True, fresh, note, at))
    return found


def papers_in(recorded: Recorded) -> list[tuple[int, Mapping[str, Any]]]:
    """The papers of an event, each with its place: those it made, or those of other files that it brought in."""
    brought = [(int(one["index"]), one) for one in getattr(recorded.event, "originals", ())]
    return [*enumerate(recorded.event.documents), *brought]


def placed(told: Shown, found: Sequence[Material]) -> list[tuple[str, list[tuple[Line, Material | None, int]], str]]:
    """The table of facts and evidence for the desk: each line with the material that it opens (None where it is none
    of the desk) and the page or second in it."""
    known = {(one.event, one.index if one.is_file else None): one for one in reversed(found)}
    for one in reversed(found):
        known.setdefault((one.event, None), one)  # an item without a paper of its own is opened at its first file
    return [
        (fact, [(line, known.get((line.event, line.file)), line.row.page or line.row.second) for line in lines], sign)
        for fact, lines, sign in told.facts
    ]


def shown_as(media_type: str) -> str:
    """What a browser can do with a file in place; anything that is not to be shown is fetched instead."""
    medium = MEDIA.get(media_type)
    if medium is None or not medium.shown:
        return "other"
    if media_type == "application/pdf":
        return "pdf"
    kind = kind_of(media_type)
    return kind if kind in ("image", "audio", "video") else "other"


def tree_of(found: Sequence[Material], case: CaseFile) -> list[tuple[str, list[Material]]]:
    """The materials under what they are: the draft, the evidence, what else the officers did, the review."""
    taken = {str(item["event"]) for item in case.evidence}
    groups: dict[str, list[Material]] = {"拟处理意见和送审": [], "证据": [], "其他办理环节": [], "审核和以后的环节": []}
    for one in found:
        if one.act in ("conclude_investigation", "find_on_spot", "change_draft", "submit_review"):
            groups["拟处理意见和送审"].append(one)
        elif one.event in taken or one.is_file:
            groups["证据"].append(one)
        elif "review" in one.act:
            groups["审核和以后的环节"].append(one)
        else:
            groups["其他办理环节"].append(one)
    return [(title, group) for title, group in groups.items() if group]


def first_of(found: Sequence[Material]) -> Material | None:
    """What is opened first: the report on which the draft rests, else the first there is."""
    reports = [one for one in found if one.act in ("conclude_investigation", "find_on_spot")]
    return reports[-1] if reports else found[0] if found else None
