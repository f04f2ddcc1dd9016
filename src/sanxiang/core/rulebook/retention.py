"""How long a file is kept, as data (保管期限)."""

from __future__ import annotations

from dataclasses import dataclass

from .dictionary import STRICT
from .vocabulary import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long the file of a case is kept (保管期限), where `when` holds; the longest of all that apply wins. `name` a
    choice of the fact `archive_retention`, `years` after the year in which the case ended, 0 for ever. `status` is
    须核定 where the table of the agency has to confirm it."""

    __pydantic_config__ = STRICT

    name: str
    years: int
    say: str
    when: Condition | None = None
    status: str = ""
