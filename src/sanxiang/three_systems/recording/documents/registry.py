"""The templates: what each paper is called, where it goes, what law asks it to hold. The data are templates.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from sanxiang.core.values import document_number
from sanxiang.store.rulebooks.typed import build
from sanxiang.store.rulebooks.yamlfile import read

from .model import Json, MissingFields, UnknownTemplate

HERE = Path(__file__).parent
STRICT = {"extra": "forbid", "strict": True}
TO_CONFIRM: Literal["须按本地正式文本核定"] = "须按本地正式文本核定"

# The sections of the data beside the facts: a path that begins otherwise is that of a fact.
SECTIONS = ("agency", "case", "party", "officers", "document", "activity", "lists", "signatures")

# Where a paper goes (domain: I, S, X, P): kept inside, served on the party, sent to another body, made public.
Use = Literal["internal", "served", "external", "public"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A period or rate that papers print: its text in Chinese figures and the provision it comes from."""

    __pydantic_config__ = STRICT

    id: str
    text: str
    law: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Fields that `law` asks for. `needs` must be there; `may` is shown where it is.

    A field is a path into the data (`party.name`; without a dot a fact); `a|b` means one of the two. `when` limits the
    requirement to papers whose data hold the given value at a path; a path looks into every row of a table.
    """

    __pydantic_config__ = STRICT

    law: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    when: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One form. `mark` is the mark of its kind in a number (文种字), empty for a paper without number; `volume` and
    `place` say where it stands in the file of the case (正卷 main, 副卷 supplementary, 封面等 frame)."""

    __pydantic_config__ = STRICT

    id: str
    title: str
    use: tuple[Use, ...]
    volume: Literal["main", "supplementary", "frame"]
    place: int
    fields: tuple[Requirement, ...]
    mark: str = ""
    status: Literal["须按本地正式文本核定"] = TO_CONFIRM

    def number(self, agency_mark: str, year: int, count: int) -> str:
        """The document number (文号) of this kind of paper. ValueError for a paper that has none."""
        if not self.mark:
            raise ValueError(f"《{self.title}》不编文号")
        return document_number(agency_mark + self.mark, year, count)

    @property
    def needs(self) -> tuple[str, ...]:
        """Every field that must be there in any case, in order."""
        return tuple(dict.fromkeys(path for part in self.fields if not part.when for path in part.needs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All templates, the Chinese names of fields, and the terms that papers print."""

    __pydantic_config__ = STRICT

    labels: Mapping[str, str]
    terms: tuple[Term, ...]
    always: tuple[Requirement, ...]
    templates: tuple[Template, ...]

    def __getitem__(self, template: str) -> Template:
        for entry in self.templates:
            if entry.id == template:
                return entry
        raise UnknownTemplate(template)

    def __iter__(self) -> Iterator[Template]:
        return iter(self.templates)

    def missing(self, template: str, data: Mapping[str, Json]) -> dict[str, tuple[str, str]]:
        """Path → (Chinese name, law) of every field that is due and not there."""
        lacking: dict[str, tuple[str, str]] = {}
        for part in (*self.always, *self[template].fields):
            if all(wanted in values(data, path) for path, wanted in part.when.items()):
                for path in part.needs:
                    if not any(values(data, choice) for choice in path.split("|")):
                        lacking.setdefault(path, (self.label(path), part.law))
        return lacking

    def label(self, path: str) -> str:
        return "或者".join(self.labels[choice] for choice in path.split("|"))

    def demand(self, template: str, data: Mapping[str, Json]) -> None:
        """Raises MissingFields where the form does not hold what it must."""
        if lacking := self.missing(template, data):
            raise MissingFields(self[template].title, lacking)


def values(data: Mapping[str, Json], path: str) -> list[Json]:
    """Everything that stands at a path, in every row of a table; nothing empty among it.

    >>> values({"facts": {"sanctions": [{"kind": "警告"}, {"kind": "罚款"}]}}, "sanctions.kind")
    ['警告', '罚款']
    """
    steps = path.split(".")
    found: list[Json] = [data if steps[0] in SECTIONS else data.get("facts")]
    for step in steps:
        rows = [row for item in found for row in (item if isinstance(item, list | tuple) else [item])]
        found = [row.get(step) for row in rows if isinstance(row, Mapping)]
    return [value for value in found if not _empty(value)]


def _empty(value: Json) -> bool:
    return value is None or (isinstance(value, str | list | tuple | Mapping) and not _stripped(value))


def _stripped(value: Json) -> Json:
    return value.strip() if isinstance(value, str) else value


@cache
def catalogue() -> Catalogue:
    """The templates that come with the product. RulebookError, with file and line, for a fault in templates.yaml."""
    return build(Catalogue, read(HERE / "templates.yaml"))
