"""Evidence of other files in a case (移入已有证据): what a file holds, what may come of it, who uses what.

Nothing is copied: the case names the files and recordings of the original by digest and id, its papers by their place
in the record. What the original's marks of secrecy forbid they forbid here too (`levels`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Situation
from sanxiang.core.gates.archiving import FRAME
from sanxiang.core.gates.bringing import KIND, OWN, held
from sanxiang.core.gates.situation import Brought
from sanxiang.core.gates.weighing import EVIDENCE
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Act, Library, RuleSet
from sanxiang.core.values import category_name, legal_day
from sanxiang.store import reading
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from . import levels
from .access import Reader, may_see, reader_for
from .models import BroughtEvidence, CaseRow, FileLevel
from .registers import is_stream, registers_for

ACTIVITIES = frozenset({"inspection", "inquiry", "evidence", "measure"})
"""The activities whose records and files are evidence."""
ON_SITE = "勘验笔录、现场笔录"
"""The kind of evidence that the record of an inspection is: Administrative Penalty Law, art. 46(1)(8)."""
DESTROYS = ("archive.destruction_approved", "archive.destroyed")
MOST = 20


def beside(connection: Any, library: Library, s: Situation) -> None:
    """What an act has to know of other files: the item that it brings in, the cases that rest on what it ends."""
    act, said = s.rules.act(s.case.procedure, s.proposal.act), s.proposal
    if act is not None and act.emits == KIND and said.link:
        s.brought = of_link(connection, library, said.link, s.case, said.actor.officer, said.officers)
    if act is not None and act.emits in DESTROYS:
        s.users = users_of(connection, s.case.id)


def of_link(
    connection: Any, library: Library, link: str, case: CaseFile, officer: str, people: Iterable[str]
) -> Brought | None:
    """The item that `link` (case/event) names, as an officer may bring it into a case that `people` handle with him;
    None where there is none or he may not know of it."""
    stream, _, event = link.partition("/")
    row = CaseRow.objects.filter(pk=stream).first() if is_stream(stream) and stream != case.id else None
    if row is None:
        return None
    alone(connection, stream)
    reader = reader_for(officer)
    events = reading.load(connection, stream)
    other = fold(events)
    ours = other.agency == case.agency or handed(connection, other, case.agency)
    if not (may_see(reader, row) or (ours and reader.agency == case.agency and other.agency != case.agency)):
        return None
    rules = library.on(other.jurisdiction, legal_day(events[-1].occurred_at))
    one = next((one for one, _ in gathered(events, rules, other) if one.id == event), None)
    if one is None:
        return None
    found = told_of(connection, one, rules, other)
    seers = [reader_for(name) for name in dict.fromkeys((officer, *people, *sorted(case.handlers)))]
    withheld = tuple(_withheld(reader, row, found, seers, whole=other.agency == case.agency))
    return Brought(
        about=found.about, origin=found.origin, facts=found.facts, files=found.files, recordings=found.recordings,
        originals=found.originals, ours=ours, gone=bool(other.keeping.destroyed), withheld=withheld,
    )  # fmt: skip


def alone(connection: Any, stream: str) -> None:
    """Until the end of the transaction nobody else takes evidence out of this file, or ends it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"brought/{stream}"])


def handed(connection: Any, other: CaseFile, agency: str) -> bool:
    """Whether a case of another agency was transferred to this one by name (移送)."""
    named = {str(done.facts.get("transfer_receiver") or "") for done in other.done} - {""}
    known = registers_for(connection, agency, ()).agency(agency) if named else None
    return known is not None and known.name in named


def gathered(events: Sequence[Recorded], rules: RuleSet, case: CaseFile) -> list[tuple[Recorded, Act | None]]:
    """The acts of a case that gathered evidence, in the order of the record."""
    found, rested = [], {done.event: done.recordings for done in case.done}
    for one in events:
        act = rules.act(case.procedure, one.event.act)
        on_site = act is not None and act.activity in ACTIVITIES and one.kind in ("activity.done", "measure.taken")
        if one.kind in EVIDENCE or (on_site and (one.event.documents or one.event.files or rested.get(one.id))):
            found.append((one, act))
    return found


def told_of(connection: Any, one: Recorded, rules: RuleSet, case: CaseFile) -> Brought:
    """An item of a case as another one would name it; what came from a third is named as it stands there."""
    event: Any = one.event
    if one.kind == KIND:
        facts = {name: event.facts[name] for name in OWN if name in event.facts}
        return Brought(about=event.about, origin=event.origin, facts=facts, files=event.files,
                       recordings=event.recordings, originals=event.originals)  # fmt: skip
    act = rules.act(case.procedure, event.act)
    people = tuple(dict.fromkeys((*event.officers, one.actor.officer)))
    registers = registers_for(connection, case.agency, people)
    agency = registers.agency(case.agency)
    papers = [(at, paper) for at, paper in enumerate(event.documents) if paper["template"] not in FRAME]
    origin = {
        "case": case.case_number, "agency": agency.name if agency else "", "category": category_name(case.category),
        "act": act.name if act else event.act, "at": one.occurred_at.isoformat(),
        "by": "、".join(_names(registers, people)) or one.actor.name,
    }  # fmt: skip
    originals = tuple(
        {"event": one.id, "index": at, **{key: str(paper[key]) for key in ("template", "title", "number")}}
        for at, paper in papers
    )
    return Brought(
        about=f"{case.id}/{one.id}", origin=origin, facts=_facts(one, act, case, originals), originals=originals,
        files=tuple({key: value for key, value in file.items() if key != "at"} for file in event.files),
        recordings=next((done.recordings for done in case.done if done.event == one.id), event.recordings),
    )  # fmt: skip


def _facts(one: Recorded, act: Act | None, case: CaseFile, originals: Sequence[Any]) -> dict[str, Any]:
    """What was said of the item; of a record made on the spot what the record itself tells."""
    said = {name: one.event.facts[name] for name in OWN if one.event.facts.get(name) not in (None, "")}
    if one.kind != "evidence.taken":
        title = str(originals[0]["title"]) if originals else act.name if act else one.event.act
        said = {"evidence_name": title, "evidence_made_on": legal_day(one.occurred_at).isoformat()}
        if act is not None and act.activity == "inspection":
            said["evidence_kind"] = ON_SITE
    return {"evidence_source": f"{case.case_number}案卷", **said}


def _names(registers: Registers, people: Iterable[str]) -> list[str]:
    return [one.name for one in map(registers.officer, people) if one is not None]


def _withheld(reader: Reader, row: CaseRow, one: Brought, seers: Sequence[Reader], *, whole: bool) -> Iterable[str]:
    """What the marks of its files forbid: who brings it in has to be let at them, and so has whoever handles the case.
    What another agency handed over was given to it whole."""
    marks = {sha256: level for _, sha256, level in levels.marked([row.stream])}
    films = FileLevel.objects.filter(owner__in=one.recordings).exclude(level="")
    told = [(str(file["name"]), marks[file["sha256"]]) for file in one.files if file["sha256"] in marks]
    told += [("录音录像", film.level) for film in films]
    for name, level in told:
        seen = not whole or levels.may_see(reader, row, level)
        if not seen:
            yield f"{reader.name or '您'}在原案卷不能查看其中标为{level}的文件"
        for who in seers:
            if level not in levels.OF_HANDLERS and level not in levels.granted(who):
                yield f"{f'“{name}”' if seen else '其中的文件'}标为{level}，{who.name}没有查看{level}的权限"


def choices(connection: Any, library: Library, account_reader: Reader, row: CaseRow, case: CaseFile) -> list[Any]:
    """What may come into a case from the files of the same party: (item, whether it is here already, the case whose it
    is), newest case first."""
    same = Q(party_token=row.party_token) if row.party_token else Q(pk=None)
    used = BroughtEvidence.objects.filter(stream=row.stream).values("origin")
    rows = CaseRow.objects.filter(same | Q(stream__in=used)).exclude(stream=row.stream)
    rows = list(rows.order_by("-opened_at", "stream")[:MOST])
    streams = reading.load_many(connection, [str(one.stream) for one in rows]) if rows else {}
    here, found = held(case), []
    for one in rows:
        events = streams[str(one.stream)]
        other = fold(events)
        ours = other.agency == case.agency
        if other.keeping.destroyed or not (
            may_see(account_reader, one) if ours else handed(connection, other, case.agency)
        ):
            continue
        shut = levels.withheld(account_reader, one, events) if ours else frozenset()
        found += [(item, item.about in here, one) for item in items(connection, library, events, other, shut)]
    return found


def items(
    connection: Any, library: Library, events: Sequence[Recorded], case: CaseFile, but: Collection[str] = ()
) -> list[Brought]:
    """All that a file could give to another; not what these of its acts gathered."""
    rules = library.on(case.jurisdiction, legal_day(events[-1].occurred_at))
    return [told_of(connection, one, rules, case) for one, _ in gathered(events, rules, case) if one.id not in but]


def links(connection: Any, library: Library, reader: Reader, row: CaseRow, case: CaseFile) -> list[tuple[str, str]]:
    """The same for the list of the form."""
    found = choices(connection, library, reader, row, case)
    return [(item.about, title(item)) for item, here, _ in found if not here]


def title(item: Brought) -> str:
    """How a list names an item: what it is, from which act of which file, when."""
    at = str(item.origin.get("at", ""))[:10]
    return f"{item.facts.get('evidence_name', '')}（{item.origin.get('case', '')} {item.origin.get('act', '')} {at}）"


def holds_what(item: Brought) -> str:
    """What comes with an item, in words."""
    parts = ((len(item.originals), "件文书"), (len(item.files), "个文件"), (len(item.recordings), "份录音录像"))
    return "、".join(f"{count}{name}" for count, name in parts if count)


def listed(case: CaseFile) -> list[dict[str, Any]]:
    """The evidence of a case for its page, what came from elsewhere with the day of its origin; an item of which the
    reader may know nothing is left out."""
    found = []
    for item in case.evidence:
        if item["files"] or item.get("originals") or any(name in item for name in OWN):
            at = str(item["origin"].get("at", "")) if item.get("origin") else ""
            origin = {**item["origin"], "on": legal_day(datetime.fromisoformat(at))} if at else {}
            found.append({**item, "origin": origin})
    return found


def users_of(connection: Any, stream: str) -> tuple[str, ...]:
    """The numbers of the cases that use evidence of this one and are not archived yet: its content has to wait for
    them."""
    alone(connection, stream)
    users = BroughtEvidence.objects.filter(origin=stream).values("stream")
    rows = CaseRow.objects.filter(stream__in=users).exclude(state="archived")
    return tuple(rows.order_by("opened_at", "stream").values_list("case_number", flat=True)[:MOST])


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The projection: what a case brought in."""
    found = []
    for one in events:
        event: Any = one.event
        if one.kind == KIND:
            origin, _, original = event.about.partition("/")
            found.append(
                {
                    "id": f"{stream}/{one.seq}", "stream": stream, "origin": origin,
                    "original": original, "recordings": list(event.recordings),
                }
            )  # fmt: skip
    return {"case_brought": found}


def register() -> None:
    register_projection(Projection(name="brought", stream_kinds=("case",), tables=("case_brought",), rows=rows))
