"""A paper of a case as it was issued (签发的文书): made from the record under the rules of its day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanxiang.casework.projections import library
from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.values import legal_day

from .documents import render
from .gathering import is_demonstration, registers_of
from .papers import Paper, paper_data
from .volumes import fonts_of


def made(connection: Any, events: Sequence[Recorded], paper: Paper, place: str = "") -> bytes:
    """The PDF of a paper that bears no electronic seal, under the rules of `place`, else of the case's own. Raises
    DocumentError."""
    day = legal_day(events[paper.seq - 1].occurred_at)
    rules = library().on(place or fold(events).jurisdiction, day)
    data = paper_data(paper, events, rules, registers_of(connection, events), demo=is_demonstration(connection))
    return render(paper.template, data, fonts=fonts_of()).pdf
