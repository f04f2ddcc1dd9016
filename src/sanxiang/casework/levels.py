"""Secrets in files (涉密涉私文件): which file is marked 国家秘密, 商业秘密 or 个人隐私, and who may see it (deny by
default).

A mark is an event in a stream about the case or recording that the file belongs to. Who handles the case may see what
is marked 商业秘密 or 个人隐私, which he came to know by it and must keep (Administrative Penalty Law, art. 50);
everybody else, and everybody for 国家秘密, only where his register entry grants the level (`officer_levels`). Which
post should be granted which level is for each agency to settle (须核定)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Q

from sanxiang.core.events import Recorded
from sanxiang.core.events.looking import FileClassified
from sanxiang.core.gates import weighing
from sanxiang.core.values import Actor
from sanxiang.store import reading
from sanxiang.store.projecting import Projection
from sanxiang.store.projecting import register as register_projection

from .access import Reader
from .following import follow
from .models import BroughtEvidence, CaseRow, FileLevel
from .noting import note
from .projections import library
from .registers import registers_for

KIND = "level"
LEVELS = ("国家秘密", "商业秘密", "个人隐私")
MARKERS = frozenset({"officer", "unit_head", "head", "archivist"})
OF_HANDLERS = frozenset({"商业秘密", "个人隐私"})


class NotAllowed(ValueError):
    """A mark is not set; the Chinese text says why."""


def granted(reader: Reader) -> frozenset[str]:
    """The levels that the register grants to a reader."""
    officer = registers_for(connections["default"], "", (reader.officer,), age_s=5.0).officer(reader.officer)
    return frozenset(officer.facts.get("officer_levels", ())) if officer else frozenset()


def may_see(reader: Reader, row: CaseRow | None, level: str) -> bool:
    """Whether a reader who may see the case may see a file of it that is so marked."""
    handles = row is not None and reader.officer in row.handlers and str(row.agency) == reader.agency
    return (level in OF_HANDLERS and handles) or level in granted(reader)


def level_of(owner: UUID | str, sha256: str) -> str:
    """How a file of a case or recording is marked; empty where it is not. Of several marks the gravest."""
    found = [level for _, digest, level in marked([UUID(str(owner))]) if digest == sha256]
    return min(found, key=LEVELS.index, default="")


def marked(owners: Collection[UUID]) -> list[tuple[UUID, str, str]]:
    """Every mark that counts for these cases or recordings: owner, digest, level. A file that a case uses from another
    is marked in both as it is in either."""
    used = BroughtEvidence.objects.filter(stream__in=owners)
    marks = FileLevel.objects.filter(Q(owner__in=owners) | Q(owner__in=used.values("origin"))).exclude(level="")
    told = [(one.owner, one.sha256, one.level) for one in marks]
    here = set(owners)
    if all(owner in here for owner, _, _ in told):
        return told
    users: dict[UUID, list[UUID]] = {}
    for stream, origin in used.values_list("stream", "origin").distinct():
        users.setdefault(origin, []).append(stream)
    return [
        (owner, sha256, level)
        for whose, sha256, level in told
        for owner in ({whose} & here) | set(users.get(whose, ()))
    ]


def hidden(reader: Reader, row: CaseRow | None, owner: UUID | str) -> frozenset[str]:
    """The digests of those files of a case or recording that a reader may not see."""
    return frozenset(sha256 for _, sha256 in gone(reader, {UUID(str(owner)): row}))


def gone(reader: Reader, owners: Mapping[UUID, CaseRow | None]) -> frozenset[tuple[UUID, str]]:
    """The same of several cases or recordings, each given with the case that it belongs to: owner and digest."""
    return frozenset(
        (owner, sha256) for owner, sha256, level in marked(list(owners)) if not may_see(reader, owners[owner], level)
    )


def unknown_to(reader: Reader) -> Any:
    """The recordings without a case that a reader must not come to know of, as a subquery of their streams."""
    return FileLevel.objects.exclude(level="").exclude(level__in=granted(reader)).values("owner")


def visible(reader: Reader, row: CaseRow | None, events: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """A record as a reader may know it: files of levels that he has not are left out, and of evidence that consists of
    such files alone what was said of it and its papers. Every file left keeps its place in the event as `at`."""
    unseen = hidden(reader, row, events[0].stream) if events else frozenset()
    if not unseen:
        return tuple(events)
    unnamed, shut = _names(events, unseen), closed(events, unseen)
    return tuple(_left(one, unseen, unnamed, shut) for one in events)


def withheld(reader: Reader, row: CaseRow | None, events: Sequence[Recorded]) -> frozenset[str]:
    """The acts of whose words and papers a reader may know nothing."""
    return closed(events, hidden(reader, row, events[0].stream)) if events else frozenset()


def closed(events: Sequence[Recorded], unseen: Collection[str]) -> frozenset[str]:
    """The acts whose words and papers go with these files: evidence that consists of such files alone. What a paper
    says of it would else tell what the file is. So do its signed copy, its receipt and its correction."""
    shut = frozenset(
        one.id
        for one in events
        if one.kind in weighing.EVIDENCE
        and one.event.files
        and all(file["sha256"] in unseen for file in one.event.files)
        and (not getattr(one.event, "originals", ()) or _taken(one))
    )
    return shut | {one.id for one in events if getattr(one.event, "paper", "") in shut} if shut else shut


def _taken(brought: Recorded) -> bool:
    """Whether what was brought in was taken as evidence where it comes from: a record made on the spot is there for
    itself, whatever photographs go with it."""
    stream, _, event = str(getattr(brought.event, "about", "")).partition("/")
    there = reading.load(connections["default"], stream)
    return any(one.id == event and one.kind in weighing.EVIDENCE for one in there)


def _names(events: Sequence[Recorded], unseen: frozenset[str]) -> frozenset[tuple[str, int | None]]:
    """How a table of facts and evidence names what is left out: (item, place of the file, None for the whole item)."""
    found: set[tuple[str, int | None]] = set()
    names = weighing.names_of(events)
    for one in events:
        left = [at for at, file in enumerate(one.event.files) if file["sha256"] in unseen]
        if left and one.id in names:
            found |= {(names[one.id], at) for at in left}
            if len(left) == len(one.event.files) and one.kind in weighing.EVIDENCE:
                found.add((names[one.id], None))
    return frozenset(found)


def _left(
    one: Recorded, unseen: frozenset[str], unnamed: frozenset[tuple[str, int | None]], shut: frozenset[str]
) -> Recorded:
    for table in (weighing.MATRIX, weighing.CHECKS):
        if rows := one.event.facts.get(table):
            kept = [row for row in rows if weighing.named(str(row.get("evidence") or "")) not in unnamed]
            one = replace(one, event=replace(one.event, facts={**one.event.facts, table: kept}))
    if one.id in shut:
        bare: dict[str, Any] = {"files": (), "facts": {}, "documents": ()}
        brought: dict[str, Any] = {"originals": ()} if hasattr(one.event, "originals") else {}
        return replace(one, event=replace(one.event, **bare, **brought))
    if not any(file["sha256"] in unseen for file in one.event.files):
        return one
    files: tuple[Mapping[str, Any], ...] = tuple(
        {**file, "at": at} for at, file in enumerate(one.event.files) if file["sha256"] not in unseen
    )
    return replace(one, event=replace(one.event, files=files))


def may_mark(reader: Reader, agency: str) -> bool:
    """Whether a reader may mark files of an agency: whoever handles them there, not who supervises."""
    return reader.agency == agency and bool(reader.posts & MARKERS)


def classify(
    reader: Reader, row: CaseRow | None, event: FileClassified, *, agency: str, actor: Actor, at: datetime
) -> None:
    """Mark a file, or lift its mark. Raises NotAllowed, VersionConflict."""
    before = level_of(event.owner, event.sha256)
    own = FileLevel.objects.filter(owner=event.owner, sha256=event.sha256).exclude(level="").exists()
    if before and not own:
        raise NotAllowed(f"这份文件在原案卷标为{before}；变更、解除在原案卷办理")
    if event.level and event.level not in LEVELS:
        raise NotAllowed("没有这个级别")
    if event.level == before:
        raise NotAllowed(f"这份文件已经标为{before}" if before else "这份文件没有标记")
    if not may_mark(reader, agency):
        raise NotAllowed("只有办案机关的执法人员、负责人和档案人员可以标记")
    if before and not reader.posts & {"head", "unit_head"}:
        raise NotAllowed(f"已经标为{before}；变更、解除由机关负责人或者承办机构负责人办理")
    if len(str(event.facts.get("level_reason", "")).strip()) < 4:
        raise NotAllowed("写明标记、变更或者解除的理由，至少 4 个字")
    with transaction.atomic():
        made = note(
            connections["default"], KIND, event.owner, event, agency=agency, at=at, actor=actor,
            sealed=library().dictionary.sealed,
        )  # fmt: skip
        follow(agency, (made,))


def rows(stream: str, events: Sequence[Recorded]) -> dict[str, list[dict[str, Any]]]:
    """The projection: how each file stands now. A mark outlasts the content: another case may use the same file."""
    found: dict[str, dict[str, Any]] = {}
    for one in events:
        event: Any = one.event
        if one.kind != FileClassified.KIND:
            continue
        key = f"{event.owner}/{event.sha256}"
        found[key] = {
            "id": key, "stream": stream, "owner": event.owner, "sha256": event.sha256, "level": event.level,
            "at": one.occurred_at, "officer_name": one.actor.name,
        }  # fmt: skip
    return {"case_file_level": list(found.values())}


def register() -> None:
    register_projection(Projection(name="file_levels", stream_kinds=(KIND,), tables=("case_file_level",), rows=rows))
