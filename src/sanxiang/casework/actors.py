"""Who acts (办理人): an officer as the registers knew him at the time."""

from __future__ import annotations

from datetime import datetime

from sanxiang.core.registers import Registers
from sanxiang.core.values import Actor, legal_day


def actor_of(registers: Registers, officer_id: str, at: datetime, post: str = "") -> Actor:
    """The officer as he was on that day: name, agency, department, post, certificate."""
    officer = registers.officer(officer_id)
    if officer is None:
        return Actor(officer=officer_id, name="", agency="", department="", post="", certificate=None)
    day = legal_day(at)
    posts = sorted(officer.posts_on(day), key=lambda held: held.post != post)
    card = officer.certificate(day)
    return Actor(
        officer=officer.id,
        name=officer.name,
        agency=officer.agency,
        department=posts[0].department if posts else "",
        post=posts[0].post if posts else "",
        certificate=card.number if card else None,
    )
