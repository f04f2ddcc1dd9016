"""A procedure as data (程序): the stages of a category, the acts in each, who may do them, what they ask and make."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from sanxiang.core.values.media import FileKind

from .dictionary import STRICT
from .vocabulary import Condition

Activity = Literal[
    "inspection", "inquiry", "evidence", "measure", "enforcement", "hearing", "service", "demolition", "other"
]

PARTY = "party"
"""Stands among those who do an act (`by`) for the party itself (当事人): no post, nobody can be appointed to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One fact that an act asks for. `required` where the act cannot be without it; `when` it is asked at all."""

    __pydantic_config__ = STRICT

    fact: str
    required: bool = True
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document that an act makes. `series` names the number series (文种字) where it is numbered; `inside` says
    that it stays inside the file and is not served with the others."""

    __pydantic_config__ = STRICT

    template: str
    title: str
    series: str = ""
    inside: bool = False
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files that an act takes (附件): of which `kinds`, how many at `most`, each of at most `mb` megabytes (2^20
    bytes; 0: what the installation allows), `help` what to bring."""

    __pydantic_config__ = STRICT

    kinds: tuple[FileKind, ...]
    most: int = 50
    mb: int = 0
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of a procedure.

    `emits` is the kind of event it becomes, `sets` the event's own fields that this act fixes, `by` the posts that
    may do it, `after` the acts that must stand before it (each entry may name alternatives, `a|b`), `not_after` acts
    after which it cannot be done any more, `once` whether it is done at most once, `activity` what sort of activity
    it is for rules about showing certificates and recording, `after_end` whether it may be done when the case has
    ended, `waits` whether the case waits for it once it is next in order (so it stands on the list of the first post
    in `by`), `waits_when` only then, `files` the files that it takes (none where it says nothing), `clause` the article
    that knows it."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    emits: str
    stage: str
    by: tuple[str, ...]
    asks: tuple[Ask, ...] = ()
    after: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    once: bool = False
    when: Condition | None = None
    activity: Activity | None = None
    papers: tuple[Paper, ...] = ()
    files: Files | None = None
    sets: Mapping[str, str | bool | int] = field(default_factory=lambda: MappingProxyType({}))
    after_end: bool = False
    waits: bool = False
    waits_when: Condition | None = None
    clause: str = ""
    help: str = ""
    button: str = ""

    def among(self, known: Collection[str]) -> Act:
        """The act where only these acts are there."""
        after = ("|".join(name for name in entry.split("|") if name in known) for entry in self.after)
        not_after = tuple(name for name in self.not_after if name in known)
        return replace(self, after=tuple(entry for entry in after if entry), not_after=not_after)

    def fact_ids(self) -> tuple[str, ...]:
        return tuple(ask.fact for ask in self.asks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a procedure, in order. `done_by` acts whose doing completes it."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    done_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Acts that several procedures share (共同环节): each stands at a stage that the procedure has. What an act names
    in `after` or `not_after` and the procedure lacks does not count there."""

    __pydantic_config__ = STRICT

    id: str
    acts: tuple[Act, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A whole procedure: what a flow chart is drawn from and what the gates run. `includes` the chapters it shares."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    category: str
    stages: tuple[Stage, ...]
    acts: tuple[Act, ...]
    includes: tuple[str, ...] = ()
    note: str = ""

    def with_chapters(self, chapters: Mapping[str, Chapter]) -> Procedure:
        """With the acts of its chapters, each after the last of its own that belongs to an earlier stage or the same.
        An act of its own takes the place of a shared one with the same id; one whose stage it lacks is left out."""
        if not self.includes:
            return self
        order = {stage.id: at for at, stage in enumerate(self.stages)}
        acts = list(self.acts)
        own = {act.id for act in acts}
        shared = [act for name in self.includes if name in chapters for act in chapters[name].acts]
        known = own | {act.id for act in shared}
        for act in shared:
            if act.id not in own and act.stage in order:
                later = (at for at, one in enumerate(acts) if order.get(one.stage, 0) > order[act.stage])
                acts.insert(next(later, len(acts)), act.among(known))
        return replace(self, acts=tuple(acts), includes=())

    def act(self, act_id: str) -> Act | None:
        return next((act for act in self.acts if act.id == act_id), None)

    @property
    def opening(self) -> Act:
        """The act that opens the stream of a case."""
        return self.acts[0]
