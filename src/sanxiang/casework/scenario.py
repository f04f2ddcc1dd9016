"""A scenario file: who is there, what is done step by step, what the rules should answer (情景).

The format is stable and documented in docs/reference/scenarios.md: outsiders write such files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from sanxiang.core.gates import Duty, Verdict
from sanxiang.core.values import CHINA
from sanxiang.store.rulebooks.typed import build
from sanxiang.store.rulebooks.yamlfile import Document, Problem, RulebookError, read

STRICT = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, kw_only=True)
class WorldDepartment:
    """A department and what it is for: handling, review, disclosure, archive, supervision."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WorldPost:
    """A post held in a department; without days it is held throughout."""

    __pydantic_config__ = STRICT
    post: str
    department: str
    since: date | None = None
    until: date | None = None
    first_time: bool = False


@dataclass(frozen=True, kw_only=True)
class WorldCertificate:
    """A certificate and its first and last valid day."""

    __pydantic_config__ = STRICT
    number: str
    since: date
    until: date


@dataclass(frozen=True, kw_only=True)
class WorldExam:
    """An exam passed on a day: `enforcement` or `judicial`."""

    __pydantic_config__ = STRICT
    exam: str
    on: date


@dataclass(frozen=True, kw_only=True)
class WorldTraining:
    """A training completed on a day, in whole hours."""

    __pydantic_config__ = STRICT
    training: str
    on: date
    hours: int = 0


@dataclass(frozen=True, kw_only=True)
class WorldOfficer:
    """An invented officer."""

    __pydantic_config__ = STRICT
    id: str
    name: str
    posts: tuple[WorldPost, ...] = ()
    certificates: tuple[WorldCertificate, ...] = ()
    exams: tuple[WorldExam, ...] = ()
    trainings: tuple[WorldTraining, ...] = ()
    left: date | None = None


@dataclass(frozen=True, kw_only=True)
class WorldCatalogue:
    """The list of major decisions of a department, filed and published on `since`."""

    __pydantic_config__ = STRICT
    department: str
    since: date
    entries: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class World:
    """The agency, its departments and officers, as they are from `since`."""

    __pydantic_config__ = STRICT
    since: date
    agency: Mapping[str, Any]
    departments: tuple[WorldDepartment, ...]
    officers: tuple[WorldOfficer, ...]
    catalogues: tuple[WorldCatalogue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a step should be answered. `clauses` and `codes` must be among the reasons, `questions` among the
    questions, each by its name or as clause and name (LY-34:complex); `missing` texts must occur in what is missing,
    `says` in the reasons; `only` means no further clause may refuse. `scopes` must be among what brings the case under
    legal review, each as clause and criterion (empty: nothing does); `recording` among what asks how the act is
    recorded, as clause and duty (full, as_needed, text)."""

    __pydantic_config__ = STRICT
    verdict: Literal["allowed", "refused", "ask"] = "allowed"
    clauses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    only: bool = False
    not_clauses: tuple[str, ...] = ()
    scopes: tuple[str, ...] | None = None
    recording: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Brings:
    """An item of another file: the `id` of the original, of which `case` it is and by which `act` it was gathered
    there, what was said of it (`facts`), its `files` and `papers` by name; whether it is `ours`, whether its content is
    `gone`, what of it is `withheld` from those who handle the case."""

    __pydantic_config__ = STRICT
    id: str
    case: str
    act: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    ours: bool = True
    gone: bool = False
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One act: `by` whom, `officers` who take part, `at` when (Chinese time where no zone is given), `facts` stated,
    `link` the measure or paper it is about (`@` and an act: the event of the last such act), `extra` the event's own
    fields, `report` a fact that already happened.

    `act` is an act of the procedure, or the kind of a fact for a register, like `device.issued`: then `link` is the
    officer, item or device that it is about; or of a fact about a recording, like `recording.started`: then `link` is
    the recording. `recordings` are those that the act rests on;
    `brings` the item of another file that it uses, as docs/reference/scenarios.md tells."""

    __pydantic_config__ = STRICT
    act: str
    at: datetime
    by: str
    officers: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    recordings: tuple[str, ...] = ()
    brings: Brings | None = None
    used_by: tuple[str, ...] = ()
    link: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    report: bool = False
    recorded_at: datetime | None = None
    expect: Expected = Expected()

    def differs(self, verdict: Verdict) -> tuple[str, ...]:
        """How a verdict differs from what is expected, in plain words."""
        want, found = self.expect, []
        outcome = "refused" if verdict.reasons else verdict.outcome
        clauses = [reason.clause for reason in verdict.reasons]
        told = "；".join(f"{r.law}：{r.text}（{'、'.join(r.missing)}）" for r in verdict.reasons)
        if outcome != want.verdict:
            found.append(f"应为 {want.verdict}，实际是 {outcome}：{told or [q.text for q in verdict.questions]}")
        found += [f"应由 {clause} 拒绝，实际是 {clauses}" for clause in want.clauses if clause not in clauses]
        found += [f"不应由 {clause} 拒绝" for clause in want.not_clauses if clause in clauses]
        codes = [reason.code for reason in verdict.reasons]
        found += [f"应有理由 {code}，实际是 {codes}" for code in want.codes if code not in codes]
        asked = [f"{question.clause}:{question.id}" for question in verdict.questions]
        named = {*asked, *(question.id for question in verdict.questions)}
        found += [f"应提出问题 {name}，实际是 {asked}" for name in want.questions if name not in named]
        missing = "；".join(text for reason in verdict.reasons for text in reason.missing)
        found += [f"缺少的事项应提到“{text}”，实际是：{missing}" for text in want.missing if text not in missing]
        found += [f"理由应提到“{text}”，实际是：{told}" for text in want.says if text not in told]
        if want.only and set(clauses) - set(want.clauses):
            found.append(f"只应由 {list(want.clauses)} 拒绝，实际是 {clauses}")
        return tuple(found)


@dataclass(frozen=True, kw_only=True)
class ExpectedDuty:
    """A duty that should be there: its day, the clause that binds, its status; `beside` clauses shown beside it."""

    __pydantic_config__ = STRICT
    duty: str
    due: date | None = None
    clause: str = ""
    status: str = ""
    provisional: bool | None = None
    beside: tuple[str, ...] = ()
    nth: int = 0

    def matches(self, duty: Duty, at: datetime | None) -> bool:
        return (
            (self.due is None or duty.binding.due_on == self.due)
            and (not self.clause or duty.binding.clause == self.clause)
            and (not self.status or at is None or duty.status(at) == self.status)
            and (self.provisional is None or duty.binding.provisional == self.provisional)
            and all(any(other.clause == clause for other in duty.others) for clause in self.beside)
        )

    def told(self) -> str:
        parts = [self.due.isoformat() if self.due else "", self.clause, self.status]
        return " ".join(part for part in parts if part) or "有"


@dataclass(frozen=True, kw_only=True)
class ExpectedPublication:
    """What the public should see at the end: `holds` texts by field, `hides` texts that must not occur."""

    __pydantic_config__ = STRICT
    state: Literal["none", "published", "withdrawn"] = "published"
    holds: Mapping[str, str] = field(default_factory=dict)
    hides: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What should stand at the end of the scenario, as of `at` (the last step where empty)."""

    __pydantic_config__ = STRICT
    at: datetime | None = None
    duties: tuple[ExpectedDuty, ...] = ()
    publication: ExpectedPublication | None = None
    ended: bool | None = None
    archived: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Follows:
    """Steps taken over from another file: up to and with `through`, without those `without`, with changed facts."""

    __pydantic_config__ = STRICT
    file: str
    through: str = ""
    without: tuple[str, ...] = ()
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A whole scenario. `shows` the clauses it is a test of; `case` category, procedure, department (empty where all
    steps are facts for registers); `settings` what the jurisdiction has set otherwise here."""

    __pydantic_config__ = STRICT
    title: str
    rulebook: str
    case: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    world: World | None = None  # type: ignore[assignment]
    world_file: str = ""
    follows: Follows | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    note: str = ""
    expect: Ending = Ending()


def load_scenario(path: Path, name: str | None = None, depth: int = 0) -> Scenario:
    """A scenario with everything it takes over from other files. Raises RulebookError naming file and line."""
    document = read(path, name or path.name)
    scenario = build(Scenario, document)
    if depth > 5:
        raise RulebookError([document.problem(("follows",), "情景文件互相引用，走不到头")])
    if scenario.follows:
        scenario = _taken_over(scenario, scenario.follows, path, document, depth)
    if scenario.world is None:
        scenario = replace(scenario, world=_world(scenario, path, document))
    return replace(
        scenario,
        steps=tuple(
            replace(step, at=_in_china(step.at), recorded_at=_in_china(step.recorded_at) if step.recorded_at else None)
            for step in scenario.steps
        ),
        expect=replace(scenario.expect, at=_in_china(scenario.expect.at) if scenario.expect.at else None),
    )


def _in_china(moment: datetime) -> datetime:
    return moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment


def _beside(path: Path, file: str, document: Document, key: str) -> Path:
    target = (path.parent / file).resolve()
    if not target.is_file():
        raise RulebookError([document.problem((key,), f"找不到文件“{file}”")])
    return target


def _world(scenario: Scenario, path: Path, document: Document) -> World:
    if not scenario.world_file:
        text = "缺“world”：写明机关、科室和人员，或者用 world_file 指向一个文件"
        raise RulebookError([Problem(document.file, 1, text)])
    target = _beside(path, scenario.world_file, document, "world_file")
    return build(World, read(target))


def _taken_over(scenario: Scenario, follows: Follows, path: Path, document: Document, depth: int) -> Scenario:
    base = load_scenario(_beside(path, follows.file, document, "follows"), depth=depth + 1)
    steps = []
    for step in base.steps:
        if step.act not in follows.without:
            facts = {**step.facts, **follows.facts.get(step.act, {})}
            steps.append(replace(step, facts={key: value for key, value in facts.items() if value is not None}))
        if step.act == follows.through:
            break
    else:
        if follows.through:
            text = f"“{follows.file}”里没有“{follows.through}”这一步"
            raise RulebookError([document.problem(("follows", "through"), text)])
    world = scenario.world or (None if scenario.world_file else base.world)
    return replace(scenario, steps=(*steps, *scenario.steps), world=world)
