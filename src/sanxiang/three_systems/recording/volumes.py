"""The volume of a case (案卷): every paper in order, one PDF with catalogue and page numbers, kept when archived.

Archiving binds it: the event `case.archived` names the SHA-256 of the list of files, so that a paper swapped later in a
package is found by anybody. List and files stand with the evidence, each under its digest: an archiving that is refused
at the last moment changes nothing of an earlier one, and what it left is cleared away (`store.blobs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from sanxiang.casework.correcting import corrected_by
from sanxiang.casework.preparing import CannotPrepare, asked_before, step
from sanxiang.casework.sealing import by_id, sealing_of
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Situation
from sanxiang.core.gates import papers_of as papers_due
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.store.blobs import Blob, NotThere, shelf

from .attached import Attached, attached
from .brought import Original, originals
from .documents import DocumentError, FontSet, Part, arrange, bind, render
from .gathering import is_demonstration, registers_of
from .papers import STATEMENT, Paper, answering, paper_data, papers_of
from .proofs import kept
from .recordings import recordings

VOLUMES = (("main", "正卷"), ("supplementary", "副卷"))
CORRECTION = "correction_notice"
SIGNED = "电子印章原件另存"
"""Binding puts page numbers on the pages, so the volume shows a signed paper and cannot carry its signature; the signed
file itself stands beside the volume."""


def prepare(connection: Any, s: Situation, events: Sequence[Recorded]) -> Mapping[str, Any]:
    """Make the volume of a case that is about to be archived; returns the digests that its event will name."""
    registers = registers_of(connection, events, s.registers)
    try:
        files, origin = made(
            events, s.rules, registers, archived=s, demo=is_demonstration(connection),
            others=[(one, registers_of(connection, one.events)) for one in originals(connection, events)],
            beside=attached(connection, events, s.rules, s.case.procedure, registers, fonts_of()),
        )  # fmt: skip
    except DocumentError as problem:
        raise CannotPrepare(f"案卷还不能立卷：{problem}") from problem
    return {**kept_as(files, origin), "asked_at": asked_before(s.at)}


def kept_as(files: Mapping[str, bytes], origin: Mapping[str, str]) -> dict[str, Any]:
    """Keep the files of a volume and their list, each under its digest; the digests that the event names."""
    blobs = shelf()
    names = sorted(files)
    kept_as = blobs.all_added([files[name] for name in names])
    listed = {name: _listed(blob, origin.get(name, "")) for name, blob in zip(names, kept_as, strict=True)}
    listing = orjson.dumps(listed, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    main = next(listed[name] for name in (file_of(volume) for volume, _ in VOLUMES) if name in listed)
    whole = blobs.added(listing)
    return {"package_sha256": whole.sha256, "package_sm3": whole.sm3, "volume": main["sha256"]}


def _listed(blob: Blob, event: str) -> dict[str, str]:
    return {"sha256": blob.sha256, "event": event} | ({"sm3": blob.sm3} if blob.sm3 else {})


def file_of(volume: str) -> str:
    """The file of a volume in the package; the main one where there is one (正卷), else what stays inside (副卷)."""
    return "volume.pdf" if volume == "main" else f"volume-{volume}.pdf"


def made(
    events: Sequence[Recorded], rules: RuleSet, registers: Registers, *, archived: Situation, demo: bool,
    others: Sequence[tuple[Original, Registers]] = (), beside: Attached | None = None,
) -> tuple[dict[str, bytes], dict[str, str]]:  # fmt: skip
    """Every paper and the bound volumes by file name, and the event each paper comes from; `others` the papers of other
    files that the case brought in, `beside` the leaves of what was uploaded."""
    fonts, beside = fonts_of(), beside or Attached()
    files: dict[str, bytes] = {}
    origin: dict[str, str] = {}
    told: list[tuple[int, Part]] = []
    case, then, known, papers = fold(events), CaseFile(), by_id(events), papers_of(events)
    steps = len(beside.parts) + len(papers) + len(others)
    for nth, paper in enumerate(papers, len(beside.parts)):
        step(nth, steps)
        then = fold(events[then.version : paper.seq], then)
        data = paper_data(paper, events, rules, registers, demo=demo, case=then)
        sealed = signed(paper, case, known)
        pdf = sealed or kept(paper, case, known) or render(paper.template, data, fonts=fonts).pdf
        name = f"documents/{paper.file_name}"
        files[name], origin[name] = pdf, paper.event
        notes = (SIGNED if sealed else "", *corrected_by(case, paper.event, paper.index))
        of = template_of(case, paper) if paper.template == CORRECTION else ""
        told.append((paper.seq, part_of(paper, pdf, data, note="；".join(filter(None, notes)), of=of)))
    for nth, (one, people) in enumerate(others, steps - len(others)):
        step(nth, steps)
        then = fold([each for each in one.events if each.seq <= one.paper.seq])
        data = paper_data(one.paper, one.events, one.rules, people, demo=demo, case=then)
        there, whole = by_id(one.events), fold(one.events)
        sealed = signed(one.paper, whole, there)
        pdf = sealed or kept(one.paper, whole, there) or render(one.paper.template, data, fonts=fonts).pdf
        name = f"documents/{one.file_name}"
        files[name], origin[name] = pdf, one.event
        note = "；".join(filter(None, (one.lies, SIGNED if sealed else "")))
        told.append((one.seq, part_of(one.paper, pdf, data, note=note)))
    # What came with an act follows its papers, as in the record.
    parts = [part for _, part in sorted((*told, *beside.parts), key=lambda one: one[0])]
    frame = frame_data(events, rules, registers, archived, demo)
    for paper in statement_of(archived, len(events) + 1):
        pdf = render(
            paper.template, {**frame, "document": {**frame["document"], "title": paper.title}}, fonts=fonts
        ).pdf
        files[f"documents/{paper.file_name}"] = pdf
        parts.append(part_of(paper, pdf, frame))
    for volume, title in VOLUMES:
        chosen = arrange(parts, volume)
        if chosen:
            document = {**frame["document"], "volume_title": title}
            lists = {**frame["lists"], "kept_as_files": [{"text": text} for text in beside.notes[volume]]}
            files[file_of(volume)] = bind(chosen, {**frame, "document": document, "lists": lists}, fonts=fonts).pdf
    return files, origin


def statement_of(archived: Situation, seq: int) -> list[Paper]:
    """The storage statement of the recordings, as the act of archiving makes it; none where nothing was recorded."""
    made = enumerate(papers_due(archived, archived.act)) if archived.act else ()
    act = archived.proposal.act
    return [Paper("", seq, at, act, one.template, one.title, "") for at, one in made if one.template == STATEMENT]


def signed(paper: Paper, case: CaseFile, known: Mapping[str, Recorded]) -> bytes:
    """The paper as it was sealed, to the byte; empty where it bears no seal. Raises DocumentError where it is gone,
    Away."""
    found = sealing_of(case, known, paper.event, paper.index)
    if found is None or found.state != "sealed":
        return b""
    try:
        return shelf().read(str(found.file["sha256"]))
    except NotThere:
        raise DocumentError(f"“{paper.title}”盖了电子印章的原件缺失或者已被改动，请从备份恢复后再归档") from None


def template_of(case: CaseFile, notice: Paper) -> str:
    """The form of the paper that a notice of correction puts right: it lies behind it."""
    about = next((one for one in case.corrections if one.event == notice.event), None)
    papers = [paper for paper in case.papers if about is not None and paper["event"] == about.paper]
    return str(papers[about.index]["template"]) if about is not None and papers else ""


def part_of(paper: Paper, pdf: bytes, data: Mapping[str, Any], note: str = "", of: str = "") -> Part:
    return Part(
        title=paper.title,
        pdf=pdf,
        on=str(data["document"]["date"]),
        number=paper.number,
        responsible=str(data["agency"].get("name", "")),
        template=paper.template,
        note=note,
        of=of,
    )


def frame_data(
    events: Sequence[Recorded], rules: RuleSet, registers: Registers, archived: Situation, demo: bool
) -> dict[str, Any]:
    """What cover, catalogue and closing note say: the case as it is archived."""
    papers = papers_of(events)
    if not papers:
        raise DocumentError("本案还没有任何文书，没有可以立卷的材料")
    data = paper_data(papers[-1], events, rules, registers, demo=demo)
    facts = {**archived.case.facts, **archived.proposal.facts}
    data["facts"] = facts
    data["lists"]["recordings"] = recordings(events, rules, archived.case.procedure, registers)
    data["lists"]["answering"] = answering(archived.case, events, rules, registers)
    data["document"] = {
        "title": "", "number": "", "date": archived.day.isoformat(), "place": "",
        "volume_number": archived.case.case_number, "retention": facts.get("archive_retention", ""),
        "archived_on": archived.day.isoformat(), "archivist": archived.proposal.actor.name,
    }  # fmt: skip
    return data


def fonts_of() -> FontSet:
    """The fonts of this installation: those that come along, and the agency's own folder where it has one."""
    folder = getattr(settings, "SANXIANG_FONTS", "")
    return FontSet(Path(folder)) if folder else FontSet()
