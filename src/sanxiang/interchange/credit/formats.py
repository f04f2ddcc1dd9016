"""The field lists of the credit exchange as data (双公示数据标准): names, lengths, what is required when, code lists.

They stand in formats.yaml with a version, so that a new annex is a new file and no code. 发改办财金〔2018〕424号.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from sanxiang.store.rulebooks.typed import build
from sanxiang.store.rulebooks.yamlfile import read

HERE = Path(__file__).parent
STRICT = {"extra": "forbid", "strict": True}

Check = Literal[
    "name", "credit_code", "code_of_kind", "registration", "organisation_code", "identity", "number", "private",
    "positive", "wan", "not_future", "organ",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Records in which another field holds one of these words."""

    __pydantic_config__ = STRICT

    field: str
    has: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `length` the most characters (0: as the kind says); `required` always, `when` in some records; `blank`
    where it must be empty, `only` where alone it may stand; `choices` the code list, `many` several joined by “;”,
    `other` also 其他-…; `kind_in` the field that says which sort of document a number belongs to."""

    __pydantic_config__ = STRICT

    code: str
    name: str
    kind: Literal["text", "day", "amount"] = "text"
    length: int = 0
    required: bool = False
    when: Where | None = None
    blank: Where | None = None
    only: Where | None = None
    choices: str = ""
    many: bool = False
    other: bool = False
    kind_in: str = ""
    not_before: str = ""
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of record; `number`, `party` and `agency` name the fields by which the same record is known again."""

    __pydantic_config__ = STRICT

    id: str
    title: str
    number: str
    party: str
    agency: str
    fields: tuple[Field, ...]

    def __getitem__(self, code: str) -> Field:
        for one in self.fields:
            if one.code == code:
                return one
        raise KeyError(code)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A version of the exchange set: its formats and code lists. `forever` is how a day without end is sent, `no_code`
    what stands for a party that has no credit code; a record is to be sent `within` this period of its decision."""

    __pydantic_config__ = STRICT

    version: str
    basis: str
    status: str
    forever: str
    within: str
    no_code: str
    lists: Mapping[str, tuple[str, ...]]
    formats: tuple[Format, ...]

    def __getitem__(self, name: str) -> Format:
        for one in self.formats:
            if one.id == name:
                return one
        raise KeyError(name)


@cache
def standard() -> Standard:
    """The version in use. RulebookError, with file and line, for a fault in formats.yaml."""
    return build(Standard, read(HERE / "formats.yaml"))
