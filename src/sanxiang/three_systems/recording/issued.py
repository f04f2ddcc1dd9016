"""A paper of a case as it was issued (签发的文书): made from the record under the rules of its day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sanxiang.casework.projections import library
from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.values import legal_day

from .documents import render
from .gathering import is_demonstration, registers_of
from .marks import code_of
from .papers import Paper, mark_on, paper_data
from .proofs import kept
from .volumes import fonts_of


def made(connection: Any, events: Sequence[Recorded], paper: Paper, place: str = "") -> bytes:
    """The PDF of a paper that bears no electronic seal: the bytes that went out where the record names them, else made
    under the rules of `place`, else of the case's own. Raises DocumentError."""
    case = fold(events)
    sent = kept(paper, case, {one.id: one for one in events})
    return sent or render(paper.template, _data(connection, events, paper, place), fonts=fonts_of()).pdf


def bare(connection: Any, events: Sequence[Recorded], paper: Paper) -> bytes:
    """The PDF of a paper without its codes, to be read as text. Raises DocumentError."""
    data = _data(connection, events, paper) | dict.fromkeys(("qr", "party_qr", "party_code", "digest"), "")
    return render(paper.template, data, fonts=fonts_of()).pdf


def codes(connection: Any, events: Sequence[Recorded], papers: Sequence[Paper]) -> list[str]:
    """The codes on papers of a case, each under the rules of its own place."""
    read = _reader(connection, events)
    marks = (mark_on(one, events[one.seq - 1], fold(events[: one.seq]), str(read(one)["digest"])) for one in papers)
    return [code_of(mark) for mark in marks]


def digest(connection: Any, events: Sequence[Recorded], paper: Paper) -> str:
    """The digest of what a paper says; its first digits are printed on it (核验码)."""
    return str(_data(connection, events, paper)["digest"])


def _data(connection: Any, events: Sequence[Recorded], paper: Paper, place: str = "") -> dict[str, Any]:
    return _reader(connection, events)(paper, place)


def _reader(connection: Any, events: Sequence[Recorded]) -> Callable[..., dict[str, Any]]:
    """What tells what a paper of the case says; the registers are looked up once for all of them."""
    registers, demo, own = registers_of(connection, events), is_demonstration(connection), fold(events).jurisdiction

    def read(paper: Paper, place: str = "") -> dict[str, Any]:
        rules = library().on(place or own, legal_day(events[paper.seq - 1].occurred_at))
        return paper_data(paper, events, rules, registers, demo=demo)

    return read
