"""A request to consult an archived case, granted and given out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sanxiang.casework import consulted
from sanxiang.casework.commands import Command, handle
from sanxiang.core.casefile import fold
from sanxiang.core.values import legal_day
from sanxiang.store import reading


def given_out(connection: Any, book: Any, people: Mapping[str, str], stream: str, at: datetime) -> str:
    """Ask, grant and give out the first paper of a case; the id of the request."""
    extent = [{"what": consulted.names_of(fold(reading.load(connection, stream)))[0]}]
    until = (legal_day(at) + timedelta(days=30)).isoformat()
    asked = {
        "access_applicant": "监督", "access_name": "演示监督", "access_identity": "证件", "access_purpose": "核查",
        "access_extent": extent, "access_form": "查阅室查阅",
    }  # fmt: skip
    name = ""
    for act, by, facts in (
        ("request_access", "archivist", asked),
        ("approve_access", "head", {"access_extent": extent, "access_form": "查阅室查阅", "access_until": until,
                                    "access_reason": "同意"}),
        ("give_access", "archivist", {"access_identity_checked": True, "access_receipt": "签收"}),
    ):  # fmt: skip
        command = Command(act=act, officer=people[by], stream=stream, link=name, facts=facts)
        answer = handle(connection, book, command, at=at)
        assert answer.done, answer.verdict.reasons
        name = name or answer.events[-1].id
    return name
