"""Papers while they are written (文书草稿): every version that somebody kept, until the act that signs the paper.

A draft is not an event: nobody has done anything yet. A version that is kept is never changed, not by us either (the
web role may only add); whoever wants an older one takes it up and keeps it as a new one. With the act the paper is
signed and its text stands in the event; the versions before it stay for comparing. Who may do the act sees his own
versions, and of an act that officers do together those of everybody who handles the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import IntegrityError, transaction

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates.archiving import FRAME
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.rulebook.values import CONTROL, check_facts
from sanxiang.store import reading
from sanxiang.store.sealing import SubjectKey, seal, unseal

from . import telling
from .access import Reader
from .comparing import Changed, changed
from .models import CaseRow, PaperDraft

LARGEST = 400_000
"""Bytes of one version; more than every field of a form may hold."""
SHOWN = 200
"""Versions of one paper that a page lists, the newest."""
FULL = 20


class NotKept(ValueError):
    """What was sent is not kept as a draft; the text says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a form held: the facts as they were typed, who takes part, what it is about."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    officers: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version for a page: `key` its name in an address, `signed` the event that took the paper to its end after it
    (None while it is open); a signed text itself is a version without a row."""

    key: str
    name: str
    who: str
    at: datetime
    row: PaperDraft | None
    signed: Recorded | None
    base: int | None = None

    @property
    def open(self) -> bool:
        return self.row is not None and self.signed is None


def kept_for(act: Act) -> bool:
    """Whether the act makes a paper that somebody writes: what frames a volume is made by the system."""
    return any(paper.template not in FRAME for paper in act.papers)


def may_write(reader: Reader, row: CaseRow, act: Act) -> bool:
    """Whether a reader of the case may keep and see drafts of this act: the posts that do it, in the agency itself."""
    return kept_for(act) and str(row.agency) == reader.agency and bool(reader.posts & set(act.by))


def rows_for(reader: Reader, row: CaseRow, act: Act) -> list[PaperDraft]:
    """The versions that a reader sees, newest first; none for who may not do the act."""
    if not may_write(reader, row, act):
        return []
    found = PaperDraft.objects.filter(stream=row.stream, act=act.id).order_by("-number")
    if not ("officer" in act.by and (reader.officer in row.handlers or "unit_head" in reader.posts)):
        found = found.filter(officer=reader.officer)
    return list(found[:SHOWN])


def signed_after(events: Sequence[Recorded], act: Act, row: PaperDraft) -> Recorded | None:
    """The event that took the paper of a draft to its end: the first of this act after it in which its writer took
    part. Another's paper of the same act ends nobody else's draft."""
    who = str(row.officer)
    return next(
        (
            one
            for one in events[row.version :]
            if one.event.act == act.id and (one.actor.officer == who or who in one.event.officers)
        ),
        None,
    )


def versions(rows: Sequence[PaperDraft], events: Sequence[Recorded], act: Act) -> list[Version]:
    """Drafts and signed texts of an act, newest first."""
    found = []
    for row in rows:
        signed = signed_after(events, act, row)
        found.append(Version(str(row.number), f"第 {row.number} 版", row.officer_name, row.at, row, signed, row.base))
    ends = {one.signed.id: one.signed for one in found if one.signed is not None}
    found += [Version(f"e{one.seq}", "签发的文书", one.actor.name, one.recorded_at, None, one) for one in ends.values()]
    return sorted(found, key=_order, reverse=True)


def _order(one: Version) -> tuple[int, int, int]:
    """By what of the case its writer had seen: clocks of the demonstration move, and an act may be entered late."""
    if one.row is not None:
        return one.row.version, 1, one.row.number
    return (one.signed.seq if one.signed else 0), 0, 0


def newest_open(rows: Sequence[PaperDraft], events: Sequence[Recorded], act: Act, reader: Reader) -> PaperDraft | None:
    """The draft with which a form goes on: one's own, else the newest of those who handle the case."""
    still = [row for row in rows if signed_after(events, act, row) is None]
    return next((row for row in still if str(row.officer) == reader.officer), still[0] if still else None)


def keep(
    connection: Any, reader: Reader, row: CaseRow, case: CaseFile, act: Act, written: Written, rules: RuleSet,
    base: int | None, at: datetime,
) -> PaperDraft | None:  # fmt: skip
    """Keep what was typed as the next version; None where it says what the newest of this writer says. What is a state
    secret is left out: it is typed when the act is done. Raises NotKept."""
    body = {
        "facts": {name: value for name, value in written.facts.items() if not telling.secret(rules, name)},
        "officers": list(written.officers),
        "link": written.link,
    }
    if not (body["facts"] or written.link):
        raise NotKept("还没有填写内容，没有存草稿")
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    if len(text) > LARGEST:
        raise NotKept("内容太长，没有存草稿：请把长的内容作为附件附卷")
    if any(CONTROL.search(line.replace("\r", "")) for line in _texts(body)):
        raise NotKept("有不能保存的控制字符，没有存草稿：请删去后再存")
    key = key_of(connection, str(row.stream))
    mine = PaperDraft.objects.filter(stream=row.stream, act=act.id, officer=reader.officer).order_by("-number").first()
    if mine is not None and mine.version == case.version and orjson.loads(text) == _body(key, mine):
        return None
    for _ in range(3):
        last = PaperDraft.objects.filter(stream=row.stream, act=act.id).order_by("-number").first()
        number = last.number + 1 if last else 1
        _, blob = seal(key, _place(row.stream, act.id, number), {"draft": text.decode()})
        made = PaperDraft(
            stream=row.stream, act=act.id, number=number, base=base, version=case.version, officer=reader.officer,
            officer_name=reader.name, at=at, body=blob,
        )  # fmt: skip
        try:
            with transaction.atomic(using=connection.alias):
                made.save(force_insert=True)
        except IntegrityError:
            continue  # another version took the number at the same instant
        return made
    raise NotKept("别人正在存这份文书的草稿，请再存一次")


def written_in(connection: Any, row: PaperDraft) -> Written:
    """What a version holds. Raises NotKept where the content of the case was destroyed."""
    body = _body(key_of(connection, str(row.stream)), row)
    return Written(body["facts"], tuple(body["officers"])[:FULL], body["link"])


def key_of(connection: Any, stream: str) -> SubjectKey:
    """The key of the case. Raises NotKept where there is none any more."""
    known = reading.head_of(connection, stream, 1)
    if known is None or known.key is None:
        raise NotKept("这件案卷的内容已经销毁，草稿也不再有")
    return known.key


def compared(rules: RuleSet, act: Act, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Changed]:
    """Field by field how one text differs from another, in the order of the form."""
    left, right = (_clean(rules, facts) for facts in (old, new))
    names = dict.fromkeys((*act.fact_ids(), *left, *right))
    return [found for name in names if (found := changed(rules, name, left.get(name), right.get(name)))]


def _clean(rules: RuleSet, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values as the record would have them, so that 5000 and 5000.00 are the same; what is wrong stays as
    typed."""
    known = {name: value for name, value in facts.items() if name in rules.dictionary}
    clean, _ = check_facts(rules.dictionary, known)
    return {**known, **clean}


def _texts(value: Any) -> list[str]:
    """Every text at any depth."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [str(value)]


def _place(stream: Any, act: str, number: int) -> str:
    """Binds a sealed version to its place: it cannot be put in the place of another."""
    return f"draft/{stream}/{act}/{number}"


def _body(key: SubjectKey, row: PaperDraft) -> dict[str, Any]:
    held = unseal(key, _place(row.stream, row.act, row.number), bytes(row.body))
    found: dict[str, Any] = orjson.loads(held["draft"]["value"])
    return found
