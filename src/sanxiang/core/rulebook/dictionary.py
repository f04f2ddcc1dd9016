"""The fact dictionary (事实词典): what may be stated in an act, with label, type, sensitivity, mask and retention.

Forms, documents, masks and interfaces follow from it; a new category needs entries here and no code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

STRICT = {"extra": "forbid", "strict": True}

Type = Literal[
    "text",  # one line
    "long_text",  # several paragraphs
    "day",  # ISO date
    "instant",  # ISO time with zone
    "number",  # whole number
    "money",  # whole fen
    "flag",  # yes or no
    "choice",  # one of `choices`
    "choices",  # some of `choices`
    "name",  # name of a person or an organisation
    "id_number",  # resident identity number
    "credit_code",  # unified social credit code
    "phone",
    "address",
    "account",  # bank account
    "plate",  # vehicle plate
    "officer",  # an own officer by name, with the number of the certificate where two bear it
    "caps",  # caps by class, one a line
    "photo",  # a small JPEG picture as a data address
    "table",  # rows of `columns`
]
Sensitivity = Literal["open", "internal", "personal", "trade_secret", "state_secret"]
Part = Literal["facts", "evidence", "basis", "sanction"]
Mask = Literal["none", "name", "tail", "region", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table fact. Same meaning of `type` and `choices` as in `Fact`; `offers` are words that a form
    proposes, where others may be written as well."""

    __pydantic_config__ = STRICT

    id: str
    label: str
    type: Type = "text"
    choices: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One entry of the dictionary.

    `sensitivity` other than open is sealed in the record; `mask` tells what the public sees of it; `part` says to
    which of the four things that a review is bound to it belongs (facts, evidence, basis, sanction);
    `limit` is the greatest length in characters (rows for a table); `carried` facts are entered once and shown, not
    asked, in later acts; a fact that is not carried belongs to its act alone (a record of an inquiry).
    A fact that is `own` is stated by the acts that ask for it and by no other: what one of them granted, a later act
    cannot change in passing.
    `mask_class` names the class of its masks where they have one; `mask_always` that nobody may open them.
    """

    __pydantic_config__ = STRICT

    id: str
    label: str
    type: Type = "text"
    sensitivity: Sensitivity = "internal"
    mask: Mask = "none"
    mask_class: str = ""
    mask_always: bool = False
    choices: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    part: Part | None = None
    limit: int = 0
    help: str = ""
    phrases: tuple[str, ...] = ()
    carried: bool = True
    own: bool = False
    retention: str = "case"

    @property
    def sealed(self) -> bool:
        return self.sensitivity != "open"

    @property
    def length(self) -> int:
        if self.limit:
            return self.limit
        return {"long_text": 20_000, "table": 200, "text": 200, "name": 100, "address": 200}.get(self.type, 100)


@dataclass(frozen=True, slots=True)
class Dictionary(Mapping[str, Fact]):
    """All facts by id."""

    facts: Mapping[str, Fact]

    def __getitem__(self, key: str) -> Fact:
        return self.facts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def sealed(self, fact: str) -> bool:
        """Whether the value of a fact is kept apart; a fact that is not known any more is."""
        entry = self.facts.get(fact)
        return entry is None or entry.sealed

    def of_part(self, part: Part) -> tuple[str, ...]:
        return tuple(key for key, entry in self.facts.items() if entry.part == part)
