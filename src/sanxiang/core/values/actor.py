"""Who acted, as of that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who did an act (执法人员), with the agency, department, post and certificate of that day.

    `officer` is the officer's id; `certificate` the number of the enforcement certificate (行政执法证), None for
    a person without one.

    >>> clerk = Actor("o-1", "张明（演示）", "洛阳市市场监督管理局", "执法一科", "officer", None)
    >>> Actor.from_dict(clerk.to_dict()) == clerk
    True
    """

    officer: str
    name: str
    agency: str
    department: str
    post: str
    certificate: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """Every field by its name, ready for JSON."""
        return {
            "officer": self.officer,
            "name": self.name,
            "agency": self.agency,
            "department": self.department,
            "post": self.post,
            "certificate": self.certificate,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Actor:
        """What `to_dict` wrote. ValueError for a missing or unknown field and for a value that is not text."""
        if data.keys() != NAMES:
            raise ValueError(f"an actor has the fields {sorted(NAMES)}, not {sorted(map(str, data))}")
        for name, value in data.items():
            if not isinstance(value, str) and not (name == "certificate" and value is None):
                raise ValueError(f"field {name} of an actor is text, not {type(value).__name__}")
        return cls(**data)


NAMES = frozenset(item.name for item in fields(Actor))
"""Of an actor's fields; every event of a history is read with them."""
