"""The supplementary volume of an archived file (补充卷): what is brought after the archiving, bound apart.

What was archived stays to the byte, with its list and its day. Each supplement has a list of its own, which its event
`archive.supplemented` names by digest, beside that of the archiving.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sanxiang.casework.preparing import CannotPrepare
from sanxiang.core.casefile import CaseFile, Done, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Situation, event_of
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import chinese_date, legal_day

from .attached import attached
from .documents import DocumentError, arrange, bind, catalogue, render
from .gathering import is_demonstration, registers_of
from .papers import STATEMENT, Paper
from .recordings import recordings
from .volumes import VOLUMES, file_of, fonts_of, frame_data, kept_as, part_of

KIND = "archive.supplemented"
TITLES = {"main": "补充卷{n}", "supplementary": "补充卷{n}（副卷）"}
NOTHING = "补充的材料原卷里已经有了，不用再补充"


@dataclass(frozen=True, slots=True)
class Supplement:
    """One that stands in the file: its number and event, what it was brought to, why, by whom, how much."""

    nth: int
    done: Done
    by: str
    about: str
    files: int
    films: int


def prepare(connection: Any, s: Situation, events: Sequence[Recorded]) -> Mapping[str, Any]:
    """Bind what is brought; returns the digests that the event will name."""
    registers = registers_of(connection, events, s.registers)
    new = Recorded(id="", stream=s.case.id, seq=len(events) + 1, prev=None, occurred_at=s.at, recorded_at=s.at,
                   actor=s.proposal.actor, finding=None, breaches=(), event=event_of(s))  # fmt: skip
    try:
        files = made(connection, s, (*events, new), registers)
    except DocumentError as problem:
        raise CannotPrepare(f"补充卷还不能立卷：{problem}") from problem
    return kept_as(files, {})


def made(connection: Any, s: Situation, events: Sequence[Recorded], registers: Registers) -> dict[str, bytes]:
    """The bound supplement and its storage statement by file name; the last of the events is the one to come."""
    fonts, before, new = fonts_of(), events[:-1], events[-1]
    beside = attached(connection, events, s.rules, s.case.procedure, registers, fonts, since=len(before))
    parts, files = [part for _, part in beside.parts], {}
    frame = frame_data(before, s.rules, registers, s, is_demonstration(connection))
    frame["facts"] = {**frame["facts"], "archive_note": note(s)}
    frame["lists"]["recordings"] = stated(s, before, new, registers)
    if frame["lists"]["recordings"]:
        title = catalogue()[STATEMENT].title
        paper = Paper("", new.seq, 0, s.proposal.act, STATEMENT, title, "")
        pdf = render(STATEMENT, {**frame, "document": {**frame["document"], "title": title}}, fonts=fonts).pdf
        files[f"documents/{paper.file_name}"] = pdf
        parts.append(part_of(paper, pdf, frame))
    if not parts:
        raise DocumentError(NOTHING)
    nth = sum(one.kind == KIND for one in before) + 1
    for volume, _ in VOLUMES:
        if chosen := arrange(parts, volume):
            document = {**frame["document"], "volume_title": TITLES[volume].format(n=nth)}
            lists = {**frame["lists"], "kept_as_files": [{"text": text} for text in beside.notes[volume]]}
            files[file_of(volume)] = bind(chosen, {**frame, "document": document, "lists": lists}, fonts=fonts).pdf
    return files


def note(s: Situation) -> str:
    """What the closing note says: the volume was closed then, this was brought now, to which act, from where, why."""
    facts, case = s.proposal.facts, s.case
    closed = chinese_date(legal_day(case.archived.occurred_at)) if case.archived else ""
    told = (
        f"本案于{closed}归档，原卷不作改动；本卷是归档以后补充的材料",
        f"补充的环节：{about_of(s.rules, case, s.proposal.link)}",
        f"材料来源：{facts.get('supplement_source') or ''}",
        f"补充的理由：{facts.get('supplement_reason') or ''}",
    )
    return "\n".join(f"{text.rstrip('。')}。" for text in told)


def stated(
    s: Situation, before: Sequence[Recorded], new: Recorded, registers: Registers
) -> list[dict[str, str]]:  # fmt: skip
    """What the storage statement says of the recordings, each under the act that it records."""
    about = next((one for one in before if one.id == s.proposal.link), new)
    under = replace(new, event=replace(new.event, act=about.event.act), occurred_at=about.occurred_at)
    return recordings([under], s.rules, s.case.procedure, registers)


def about_of(rules: RuleSet, case: CaseFile, event: str) -> str:
    """An act of the case with its day; empty where there is none."""
    one = next((done for done in case.done if done.event == event), None)
    act = rules.act(case.procedure, one.act) if one else None
    return f"{chinese_date(legal_day(one.occurred_at))}“{act.name}”" if one and act else ""


def supplements(events: Sequence[Recorded], rules: RuleSet) -> Iterator[Supplement]:
    """The supplements of a file, in their order."""
    case = fold(events)
    actors = {one.id: one.actor.name for one in events}
    found = (one for one in case.done if one.kind == KIND)
    for nth, one in enumerate(found, 1):
        yield Supplement(nth, one, actors[one.event], about_of(rules, case, one.link), len(one.files),
                         len(one.recordings))  # fmt: skip
