"""Where a case stands: the state that the fold of its events gives (案件状态)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime

from sanxiang.core.events import EMPTY, Facts, Json
from sanxiang.core.values import CHINA, opening_of

from .keeping import Keeping


def effect_of(one: object, at: datetime) -> datetime:
    """The beginning of the day on which an act takes effect; its own time where that is its own day."""
    return opening_of(getattr(one, "effective_on", ""), at)


@dataclass(frozen=True, slots=True)
class Done:
    """One act that was done: which, when, by whom, with whom, its event, what it stated, the files it brought, how many
    papers it made, its recordings; `effective_on` the day on which it takes effect where that is another than its."""

    act: str
    kind: str
    event: str
    seq: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    department: str
    officers: tuple[str, ...]
    link: str = ""
    facts: Facts = field(default_factory=lambda: EMPTY)
    files: tuple[Mapping[str, Json], ...] = ()
    papers: int = 0
    recordings: tuple[str, ...] = ()
    effective_on: str = ""

    @property
    def took_effect(self) -> datetime:
        """From when terms run (生效时间): the day that the rules gave it, else when it was done."""
        return effect_of(self, self.occurred_at)

    @property
    def late(self) -> bool:
        """Whether it was recorded only after it had happened (补录)."""
        return self.recorded_at > self.occurred_at


@dataclass(frozen=True, slots=True)
class Shown:
    """Certificates that were shown (亮证): `officers` whose, `activities` for what, `told` the facts that it proves."""

    seq: int
    at: datetime
    officers: frozenset[str]
    activities: frozenset[str]
    told: Mapping[str, Json]
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """An interruption found in a recording after the act `event` had relied on it; `since` and `until` ISO times."""

    recording: str
    gap: str
    event: str
    since: str
    until: str
    cause: str = ""
    explained: bool = False
    breaches: tuple[Mapping[str, Json], ...] = ()

    @property
    def said(self) -> str:
        """From when until when, on the clock of Shanghai, and what was found."""
        times = (datetime.fromisoformat(one).astimezone(CHINA).strftime("%H:%M:%S") for one in (self.since, self.until))
        return f"{'–'.join(times)} {self.cause}".rstrip()


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft that a review is bound to: digests of facts, evidence, basis, sanction; whether review is due, by which
    clauses, and which entries of the list of major decisions name it."""

    event: str
    seq: int
    bound: tuple[str, ...]
    review_due: bool
    grounds: tuple[str, ...]
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """A concluded review: outcome, whether it passes, and what it is bound to; `confirmed_seq` of which later event;
    `problems` the points that it found wrong."""

    event: str
    seq: int
    outcome: str
    passes: bool
    bound: tuple[str, ...]
    reviewer: str
    confirmed_seq: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """One submission to the legal review and what became of it: `outcome` 退回 or what the opinion says; empty while
    it is open."""

    event: str
    seq: int
    at: datetime
    bound: tuple[str, ...]
    outcome: str = ""
    ended_seq: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A compulsory measure: when taken, when extended, when lifted."""

    id: str
    event: str
    taken_at: datetime
    extended: int = 0
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A signed paper put right by a notice: its event, paper (event and place), number, facts and rows as stated."""

    event: str
    paper: str
    index: int
    number: str
    lines: tuple[str, ...]
    rows: tuple[Mapping[str, Json], ...]


COPIED = (
    "facts", "stated_in", "earlier", "kinds", "acts", "judgements", "served", "measures", "documents_submitted",
    "documents_reviewed", "sealed", "issued", "recordings", "joined", "interrupted",
)  # fmt: skip


@dataclass(slots=True)
class CaseFile:
    """State of one case. `facts` holds the last statement of each fact and `stated_in` the event that made it,
    `earlier` the texts stated before; `decided_facts` the facts as the decision found them; `sealed` and `issued` map
    papers, as event/place, to the event of the seal or the bytes; `recordings` recordings to the last act that rests on
    them, `joined` those that came to their act later, `filmed` all that ever were here, `interrupted` what was found.

    A copy is taken at each fold, so that a state once given out never changes."""

    id: str = ""
    version: int = 0
    jurisdiction: str = ""
    agency: str = ""
    department: str = ""
    category: str = ""
    procedure: str = ""
    case_number: str = ""
    opened_at: datetime | None = None
    facts: dict[str, Json] = field(default_factory=dict)
    stated_in: dict[str, str] = field(default_factory=dict)
    earlier: dict[str, tuple[str, ...]] = field(default_factory=dict)
    done: tuple[Done, ...] = ()
    kinds: dict[str, Done] = field(default_factory=dict)
    acts: dict[str, Done] = field(default_factory=dict)
    handlers: frozenset[str] = frozenset()
    handling_departments: frozenset[str] = frozenset()
    avoiding: frozenset[str] = frozenset()
    judgements: dict[str, bool] = field(default_factory=dict)
    evidence: tuple[Mapping[str, Json], ...] = ()
    shown: tuple[Shown, ...] = ()
    draft: Draft | None = None
    opinion: Opinion | None = None
    submitted: tuple[str, ...] = ()
    reviewing: bool = False
    rounds: tuple[Round, ...] = ()
    reviewer: str = ""
    recused: frozenset[str] = frozenset()
    advisers: frozenset[str] = frozenset()
    advised: frozenset[str] = frozenset()
    disputed_seq: int = 0
    coordinated_seq: int = 0
    documents_submitted: dict[str, int] = field(default_factory=dict)
    documents_reviewed: dict[str, tuple[int, bool]] = field(default_factory=dict)
    sampled: str = ""
    checked: bool = False
    defended_seq: int = 0
    noticed_sanction: Json = None
    decision: Done | None = None
    decision_number: str = ""
    decision_bound: tuple[str, ...] = ()
    decided_facts: Mapping[str, Json] = field(default_factory=dict)
    served: dict[str, Done] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    prepared: Mapping[str, Json] | None = None
    prepared_full: Mapping[str, Json] = field(default_factory=dict)
    prepared_by: str = ""
    publication: str = ""
    questioned: Done | None = None
    public: Mapping[str, Json] | None = None
    public_full: Mapping[str, Json] = field(default_factory=dict)
    published_at: datetime | None = None
    withdrawn: str = ""
    withheld: bool = False
    revoked: Done | None = None
    carried_out: bool = False
    excused: frozenset[str] = frozenset()
    ended: Done | None = None
    archived: Done | None = None
    keeping: Keeping = field(default_factory=Keeping)
    papers: tuple[Mapping[str, Json], ...] = ()
    sealed: dict[str, str] = field(default_factory=dict)
    issued: dict[str, str] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    files: tuple[Mapping[str, Json], ...] = ()
    recordings: dict[str, str] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    filmed: tuple[str, ...] = ()
    interrupted: dict[str, Interrupted] = field(default_factory=dict)
    breaches: tuple[Mapping[str, Json], ...] = ()

    def copied(self) -> CaseFile:
        other = copy(self)
        for name in COPIED:
            setattr(other, name, dict(getattr(self, name)))
        return other

    @property
    def unexplained(self) -> tuple[Interrupted, ...]:
        """What was found in recordings after their acts were done and has no explanation yet, by time."""
        return tuple(sorted((one for one in self.interrupted.values() if not one.explained), key=lambda one: one.since))

    @property
    def open(self) -> bool:
        return self.ended is None and self.archived is None
