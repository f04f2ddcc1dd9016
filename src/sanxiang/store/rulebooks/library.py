"""Loading the whole folder of rulebooks: dictionary, posts, jurisdictions, every version of every instrument.

Layout: `<authority>/<instrument>/<effective-date>.yaml`, `<authority>/jurisdiction.yaml`, `dictionary/*.yaml`,
`calendar/*.yaml`; scenarios stand beside the law in `<authority>/<instrument>/scenarios/`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sanxiang.core.calendar import Calendar
from sanxiang.core.ledger import canonical_bytes
from sanxiang.core.rulebook import Dictionary, Fact, Instrument, Jurisdiction, Library

from .calendars import load_calendars
from .layers import looser
from .links import dangling
from .typed import build
from .yamlfile import Document, Problem, RulebookError, read

NOT_INSTRUMENTS = {"dictionary", "calendar", "schema", "scenarios"}


def default_folder() -> Path:
    """The folder that SANXIANG_RULEBOOKS names, else the rulebooks that come with the product, beside the source."""
    named = os.environ.get("SANXIANG_RULEBOOKS", "")
    return Path(named) if named else Path(__file__).resolve().parents[4] / "rulebooks"


@dataclass(frozen=True, kw_only=True)
class FactFile:
    """A file of the dictionary."""

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    facts: tuple[Fact, ...]


def load_library(folder: Path | None = None, remarks: list[Problem] | None = None) -> Library:
    """The whole library. Raises RulebookError naming every fault by file and line. What is no fault, but what its
    writer should know, is added to `remarks`."""
    folder = folder or default_folder()
    problems: list[Problem] = []
    facts = _facts(folder, problems)
    posts = _names(folder, "posts", problems)
    categories = _names(folder, "categories", problems)
    places, documents = _jurisdictions(folder, problems)
    versions, files = _instruments(folder, problems)
    calendars = _calendars(folder, problems)
    if problems:
        raise RulebookError(problems)
    library = Library(
        places,
        {name: tuple(sorted(found, key=lambda v: v.effective)) for name, found in versions.items()},
        Dictionary(facts),
        calendars,
        posts,
        categories,
    )
    problems = list(dangling(library, files, documents))
    if problems:
        raise RulebookError(problems)
    if remarks is not None:
        remarks += looser(library, files)
    return library


def _yaml(folder: Path, pattern: str) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.glob(pattern)):
        yield path, path.relative_to(folder).as_posix()


def _calendars(folder: Path, problems: list[Problem]) -> dict[str, Calendar]:
    try:
        return load_calendars(folder / "calendar")
    except RulebookError as fault:
        problems += fault.problems
        return {}


def _facts(folder: Path, problems: list[Problem]) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for path, name in _yaml(folder, "dictionary/facts*.yaml"):
        try:
            document = read(path, name)
            for index, fact in enumerate(build(FactFile, document).facts):
                if fact.id in found:
                    problems.append(document.problem(("facts", index), f"事实“{fact.id}”写了两次"))
                found[fact.id] = fact
        except RulebookError as fault:
            problems += fault.problems
    return found


def _names(folder: Path, file: str, problems: list[Problem]) -> dict[str, str]:
    """A list of names by id: posts (岗位), categories of enforcement (执法类别)."""
    name = f"dictionary/{file}.yaml"
    try:
        document = read(folder / name, name)
        if not isinstance(document.value, dict):
            raise RulebookError([document.problem((), "应当是一组“代号: 名称”")])
    except RulebookError as fault:
        problems += fault.problems
        return {}
    return {str(key): str(name) for key, name in document.value.items()}


def _jurisdictions(folder: Path, problems: list[Problem]) -> tuple[dict[str, Jurisdiction], dict[str, Document]]:
    found: dict[str, Jurisdiction] = {}
    documents: dict[str, Document] = {}
    for path, name in _yaml(folder, "*/jurisdiction.yaml"):
        try:
            document = read(path, name)
            place = build(Jurisdiction, document)
            if path.parent.name != place.id:
                problems.append(document.problem(("id",), f"法域“{place.id}”的文件夹应为 {place.id}"))
            found[place.id], documents[place.id] = place, document
        except RulebookError as fault:
            problems += fault.problems
    return found, documents


def _instruments(
    folder: Path, problems: list[Problem]
) -> tuple[dict[str, list[Instrument]], dict[tuple[str, str], Document]]:
    versions: dict[str, list[Instrument]] = {}
    files: dict[tuple[str, str], Document] = {}
    homes: dict[str, Path] = {}
    for path, name in _yaml(folder, "*/*/*.yaml"):
        if path.parts[-3] in NOT_INSTRUMENTS or path.parent.name in NOT_INSTRUMENTS:
            continue
        try:
            document = read(path, name)
            instrument = build(Instrument, document)
        except RulebookError as fault:
            problems += fault.problems
            continue
        instrument = replace(instrument, digest=digest(document.value))
        if path.stem != instrument.effective.isoformat():
            problems.append(document.problem(("effective",), f"文件名应为施行日期 {instrument.effective}.yaml"))
        if homes.setdefault(instrument.id, path.parent) != path.parent:
            problems.append(document.problem(("id",), f"规定“{instrument.id}”已经在另一个文件夹里，各版本应放在一起"))
        versions.setdefault(instrument.id, []).append(instrument)
        files[(instrument.id, instrument.effective.isoformat())] = document
    return versions, files


def digest(value: Any) -> str:
    """Hex SHA-256 of the canonical form of a rule file: spacing and comments do not count."""
    return hashlib.sha256(canonical_bytes(_json(value))).hexdigest()


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {f"k:{key}".encode("unicode_escape").decode(): _json(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_json(part) for part in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)
