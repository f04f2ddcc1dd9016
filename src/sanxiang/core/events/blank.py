"""Events of numbered blanks (预定格式、编有号码的当场处罚决定书): each block that an officer takes out for his phone
is a stream of its own. Every number ends once: used, spoilt or returned."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("blanks.handed_out")
@dataclass(frozen=True, slots=True, kw_only=True)
class BlanksHandedOut(Event):
    """Numbered blanks handed out (编号空白决定书的领取). Administrative Penalty Law, art. 52. `numbers` stand printed
    on them, one each; `officer` alone fills them in."""

    agency: str
    officer: str
    numbers: tuple[str, ...]


@kind("blank.used")
@dataclass(frozen=True, slots=True, kw_only=True)
class BlankUsed(Event):
    """Blank filled in and given to a party (编号决定书的使用). Administrative Penalty Law, art. 52. `case` holds the
    decision, `event` is that decision."""

    number: str
    case: str
    event: str


@kind("blank.ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class BlankEnded(Event):
    """Blank that no decision uses (编号决定书的作废、退回). Administrative Penalty Law, art. 52. `outcome` is spoilt or
    returned; the fact `blank_reason` says why; `sender` who sent it from the phone, where another was logged in."""

    number: str
    outcome: str
    sender: str = ""
