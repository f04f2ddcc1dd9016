"""References inside the library that point at nothing: acts, facts, posts, judgements, kinds, instruments."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from sanxiang.core.events import KINDS
from sanxiang.core.gates.paging import PAGE
from sanxiang.core.gates.recording_acts import ACTS
from sanxiang.core.gates.retaining import AT_END
from sanxiang.core.registers.pages import BY_FIELD
from sanxiang.core.rulebook import (
    FORM,
    PARTY,
    Act,
    Chapter,
    Content,
    Deadline,
    Instrument,
    Library,
    Procedure,
    Restart,
    Surcharge,
)
from sanxiang.core.rulebook.ruleset import Setting
from sanxiang.core.values import Unit, caps

from .conditions import Names, names_of, unknown_names
from .layers import misplaced
from .passable import dead_ends
from .yamlfile import Document, Problem, Where, nearest

OTHERS = frozenset({
    PAGE, "publication", "full-text", "full-text-facts", "review_package", "item", "window-board", "flow-chart",
    "device-usage", "device-rules", "recording-rules", "recording-statement", "inspection-record", "archive-rules",
    "volume", "facts-to-prove", "monitor-place",
})  # fmt: skip
"""What a content may be of beside a paper that some act makes."""

Files = Mapping[tuple[str, str], Document]


def dangling(library: Library, files: Files, places: Mapping[str, Document]) -> Iterator[Problem]:
    """Every reference to something that is not there, with its file, line and the nearest name."""
    names = names_of(library)
    for place in library.jurisdictions.values():
        document = places[place.id]
        for index, name in enumerate(place.instruments):
            if name not in library.versions:
                yield document.problem(("instruments", index), f"没有“{name}”这部规定{nearest(name, library.versions)}")
        if place.calendar not in library.calendars:
            yield document.problem(
                ("calendar",), f"没有“{place.calendar}”这份日历{nearest(place.calendar, library.calendars)}"
            )
        opinion, wanted = library.dictionary.get("appraisal_result"), place.settings.get(AT_END)
        if opinion is not None and wanted is not None and wanted not in opinion.choices:
            yield document.problem(("settings", AT_END), f"没有“{wanted}”这种鉴定意见：{'、'.join(opinion.choices)}")
        if wrong := _caps(library, place.settings.get(caps.CAP, 0)):
            yield document.problem(("settings", caps.CAP), wrong)
    seen: dict[str, str] = {}
    every = [instrument for versions in library.versions.values() for instrument in versions]
    chapters = {one.id: one for instrument in every for clause in instrument.clauses for one in clause.chapters}
    for instrument in every:
        document = files[(instrument.id, instrument.effective.isoformat())]
        yield from _instrument(instrument, document, names, chapters, seen)
        yield from misplaced(instrument, document, library)


def _caps(library: Library, told: Setting) -> str:
    """What is wrong with the yearly cap of inspections (年度检查频次上限); empty where nothing is."""
    try:
        named = set(caps.caps_in(told)) - {caps.OTHERS}
    except ValueError as wrong:
        return str(wrong)
    level = library.dictionary.get("inspectee_level")
    strange = sorted(named - set(level.choices)) if level is not None else ()
    return f"没有“{'、'.join(strange)}”这种等级：{'、'.join(level.choices)}" if level is not None and strange else ""


def _instrument(
    instrument: Instrument, document: Document, names: Names, chapters: Mapping[str, Chapter], seen: dict[str, str]
) -> Iterator[Problem]:
    own: set[str] = set()
    for number, clause in enumerate(instrument.clauses):
        where: Where = ("clauses", number)
        if seen.setdefault(clause.id, instrument.id) != instrument.id or clause.id in own:
            yield document.problem(where, f"条款“{clause.id}”的编号已经用过")
        own.add(clause.id)
        if not clause.bindings():
            yield document.problem(where, f"条款“{clause.id}”没有任何作用，应至少写一项")
        for group in dataclasses.fields(clause):
            rules = getattr(clause, group.name)
            if isinstance(rules, tuple):
                for index, rule in enumerate(rules):
                    yield from _rule(rule, document, (*where, group.name, index), names, chapters)


def _rule(
    rule: Any, document: Document, where: Where, names: Names, chapters: Mapping[str, Chapter]
) -> Iterator[Problem]:
    if isinstance(rule, Procedure):
        for at, name in enumerate(rule.includes):
            if name not in chapters:
                text = f"没有“{name}”这组共同环节{nearest(name, chapters)}"
                yield document.problem((*where, "includes", at), text)
        yield from _procedure(rule, rule.with_chapters(chapters), document, where, names)
        return
    if isinstance(rule, Chapter):
        for index, act in enumerate(rule.acts):
            before = (("after",), "环节", tuple(name for entry in act.after for name in entry.split("|")), names.acts)
            shut = (("not_after",), "环节", act.not_after, names.acts)
            yield from _act(act, (before, shut), document, (*where, "acts", index), names)
        return
    if isinstance(rule, Deadline):
        yield from _deadline(rule, document, where, names)
    if isinstance(rule, Surcharge):
        for at, one in enumerate(rule.pauses):
            yield from _clock(one, document, (*where, "pauses", at), names)
        if rule.table not in names.facts:
            yield document.problem((*where, "table"), f"没有“{rule.table}”这个事实{nearest(rule.table, names.facts)}")
    if isinstance(rule, Content):
        yield from _content(rule, document, where, names)
    references = {
        "acts": ("环节", names.acts),
        "fix": ("环节", names.acts | frozenset(ACTS)),
        "emits": ("记录种类", names.kinds),
        "on": ("记录种类", names.kinds),
        "until": ("记录种类", names.kinds),
        "helper": ("岗位", names.posts),
        "by": ("岗位", names.posts),
    }
    for path, (kind, known) in references.items():
        used = getattr(rule, path, ())
        for name in (used,) if isinstance(used, str) and used else used:
            if name not in known:
                yield document.problem((*where, path), f"没有“{name}”这个{kind}{nearest(name, known)}")
    for attribute in ("when", "until_when", "except_when", "needs"):
        value = getattr(rule, attribute, None)
        for part in value if isinstance(value, tuple) else (value,) if value else ():
            yield from unknown_names(part, document, (*where, attribute), names)


def _content(rule: Content, document: Document, where: Where, names: Names) -> Iterator[Problem]:
    """What a content is of must be known; a page has its sections, a paper says where each of its fields comes from."""
    if rule.of not in OTHERS | names.papers:
        known = OTHERS | names.papers
        yield document.problem((*where, "of"), f"没有“{rule.of}”这种内容或者文书{nearest(rule.of, known)}")
    for at, name in enumerate(rule.fields):
        if rule.of == PAGE and name not in BY_FIELD:
            yield document.problem((*where, "fields", at), f"公示页没有“{name}”这个栏目{nearest(name, BY_FIELD)}")
        if rule.of in names.papers and name not in names.facts | set(rule.source):
            text = f"文书的“{name}”没有写明出自哪一项事实（source）；由模板印出的写 {FORM}"
            yield document.problem((*where, "fields", at), text)
    for name, source in rule.source.items():
        if name not in rule.fields:
            yield document.problem((*where, "source"), f"应载内容里没有“{name}”{nearest(name, rule.fields)}")
        for fact in source.split("|") if source != FORM else ():
            if fact not in names.facts:
                yield document.problem((*where, "source"), f"没有“{fact}”这个事实{nearest(fact, names.facts)}")


def _deadline(rule: Deadline, document: Document, where: Where, names: Names) -> Iterator[Problem]:
    if sum((rule.period is not None, bool(rule.fact), bool(rule.batch))) != 1:
        said = "period（多久）、fact（由谁填的哪一天）或者 batch（按月、按季度的设置）"
        yield document.problem(where, f"期限“{rule.duty}”应当写{said}，只写一样")
    for path, name in (("fact", rule.fact), ("told", rule.told)):
        if name and name not in names.facts:
            yield document.problem((*where, path), f"没有“{name}”这个事实{nearest(name, names.facts)}")
    if rule.linked and rule.linked not in {"measure", "act"} | names.acts:
        yield document.problem((*where, "linked"), f"没有“{rule.linked}”这个环节{nearest(rule.linked, names.acts)}")
    for path, way in (("extension", rule.extension), ("fallback", rule.fallback)):
        if way is not None and way.event not in names.kinds:
            text = f"没有“{way.event}”这个记录种类{nearest(way.event, names.kinds)}"
            yield document.problem((*where, path, "event"), text)
    for path, ways in (("pauses", rule.pauses), ("restarts", rule.restarts)):
        for at, one in enumerate(ways):
            yield from _clock(one, document, (*where, path, at), names)
    units = {period.unit for period in (rule.period, rule.extension and rule.extension.period) if period}
    if rule.pauses and (not rule.period or units & {Unit.HOUR, Unit.SAME_DAY}):
        text = f"期限“{rule.duty}”不能中止或者扣除：只有以日、工作日、月、年计算的期限可以写 pauses"
        yield document.problem((*where, "pauses"), text)


def _clock(rule: Any, document: Document, where: Where, names: Names) -> Iterator[Problem]:
    """What a pause or a restart names; one that begins anew without a period needs the last day."""
    for path in ("on", "until"):
        for name in getattr(rule, path, ()):
            if name not in names.kinds:
                text = f"没有“{name}”这个记录种类{nearest(name, names.kinds)}"
                yield document.problem((*where, path), text)
    for path in ("since", "told", "ended", "fact"):
        name = getattr(rule, path, "")
        if name and name not in names.facts:
            yield document.problem((*where, path), f"没有“{name}”这个事实{nearest(name, names.facts)}")
    if isinstance(rule, Restart) and rule.period is None and not rule.fact:
        yield document.problem(where, "重新起算的期限应当写 period（多久），或者 fact（由谁填的最后一日）")
    for path in ("when", "until_when"):
        if (condition := getattr(rule, path, None)) is not None:
            yield from unknown_names(condition, document, (*where, path), names)


Check = tuple[Where, str, tuple[str, ...], frozenset[str]]


def _procedure(rule: Procedure, whole: Procedure, document: Document, where: Where, names: Names) -> Iterator[Problem]:
    """`rule` as its file says it, `whole` with its chapters."""
    stages = frozenset(stage.id for stage in rule.stages)
    own = frozenset(act.id for act in whole.acts)
    if not whole.acts:
        yield document.problem((*where, "acts"), f"“{rule.name}”没有任何环节")
    if rule.category not in names.categories:
        text = f"没有“{rule.category}”这个执法类别{nearest(rule.category, names.categories)}"
        yield document.problem((*where, "category"), text)
    for index, stage in enumerate(rule.stages):
        for name in stage.done_by:
            if name not in own:
                text = f"“{stage.name}”：没有“{name}”这个环节{nearest(name, own)}"
                yield document.problem((*where, "stages", index), text)
    for index, act in enumerate(rule.acts):
        inside: tuple[Check, ...] = (
            (("stage",), "阶段", (act.stage,), stages),
            (("after",), "环节", tuple(name for entry in act.after for name in entry.split("|")), own),
            (("not_after",), "环节", act.not_after, own),
        )
        yield from _act(act, inside, document, (*where, "acts", index), names)
    yield from dead_ends(rule, whole, document, where)


def _act(act: Act, inside: tuple[Check, ...], document: Document, here: Where, names: Names) -> Iterator[Problem]:
    """What an act names; `inside` the checks of what must stand in its procedure."""
    checks: tuple[Check, ...] = (
        *((("asks", place), "事实", (ask.fact,), names.facts) for place, ask in enumerate(act.asks)),
        (("by",), "岗位", act.by, names.posts | {PARTY}),
        (("emits",), "记录种类", (act.emits,), names.kinds),
        *inside,
        (("sets",), "记录项目", tuple(act.sets), _fields(act.emits)),
    )
    for path, kind, used, known in checks:
        for name in used:
            if name not in known:
                text = f"“{act.name}”：没有“{name}”这个{kind}{nearest(name, known)}"
                yield document.problem((*here, *path), text)
    inner = (*(ask.when for ask in act.asks), *(paper.when for paper in act.papers))
    for condition in (act.when, act.waits_when, *inner):
        if condition:
            yield from unknown_names(condition, document, here, names)


def _fields(kind: str) -> frozenset[str]:
    return frozenset(item.name for item in dataclasses.fields(KINDS[kind])) if kind in KINDS else frozenset()
