"""The code at the door of an enterprise (扫码入企): the officer scans it and the approved inspection opens; whoever
stands there scans the same one and reads who came today, for what, and where to complain.

A code names one enterprise under a keyed hash, so that nobody makes or guesses one. It tells nothing of what is
planned, nor of another day: only an inspection whose officers have entered is there, until the end of that day.
国办发〔2024〕54号 (条号须核定)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connections

from sanxiang.casework import following, inspecting, judging
from sanxiang.casework.access import Reader
from sanxiang.casework.codes import token
from sanxiang.casework.commands import Command, preflight
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Reason
from sanxiang.core.gates.disclosure import public_text
from sanxiang.core.registers import Registers
from sanxiang.core.values import CHINA, legal_day
from sanxiang.store import reading
from sanxiang.store.runtime import current

from .models import Showing
from .sealed import key_of, opened, seal

ACT, ENTERED, APPROVAL = "enter_site", "site.entered", "approve_inspection"
OVER = "inspection_over_reason"
CATEGORY = "检查"
MAC, LETTERS, MOST = 10, 18, 20


def code_of(credit_code: str) -> str:
    """The code of an enterprise: its number and ten bytes of a keyed hash of it, in base64url."""
    body = credit_code.encode()
    return base64.urlsafe_b64encode(body + _mac(body)).decode().rstrip("=")


def enterprise_of(code: str) -> str:
    """The number behind a code; empty for one that this installation did not make."""
    try:
        raw = base64.b64decode(code[:60] + "=" * (-len(code[:60]) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return ""
    body, mac = raw[:-MAC], raw[-MAC:]
    known = len(code) <= 60 and len(body) == LETTERS and hmac.compare_digest(mac, _mac(body))
    return body.decode() if known else ""


def mark_of(credit_code: str) -> str:
    """By which a page tells the code of its party once the party has typed its number, and tells neither before."""
    return hashlib.sha256(f"door mark {code_of(credit_code)}".encode()).hexdigest()[:32]


def _mac(body: bytes) -> bytes:
    return token("door", body.hex())[:MAC]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An inspection of the enterprise that the agency has open: whether the reader may enter for it now, or why
    not; `approves` whether he may approve it here, `over` why the cap keeps him from it until he writes a reason."""

    row: CaseRow
    item: str
    reasons: tuple[Reason, ...]
    officers: tuple[str, ...]
    entered: datetime | None
    approved: bool = False
    approves: bool = False
    over: tuple[Reason, ...] = ()


def waiting(connection: Any, reader: Reader, credit_code: str, *, at: datetime) -> list[Waiting]:
    """The open inspections of an enterprise by the reader's agency; those that he may enter for first."""
    found = []
    for row in of_enterprise(credit_code, agency=reader.agency or None):
        case = fold(reading.load(connection, str(row.stream)))
        team = judging.handlers_of(case, legal_day(at))
        officers = tuple(dict.fromkeys((reader.officer, *team)))
        asked = preflight(connection, library(), command(str(row.stream), reader.officer, officers, credit_code), at=at)
        last = case.acts.get(ACT)
        today = last is not None and legal_day(last.occurred_at) == legal_day(at)
        may, over = _approval(connection, reader, case, at)
        found.append(
            Waiting(row, str(case.facts.get("inspection_item") or ""), asked.verdict.reasons, officers,
                    last.occurred_at if last is not None and today else None, APPROVAL in case.acts, may, over)
        )  # fmt: skip
    return sorted(found, key=lambda one: (bool(one.reasons), -one.row.opened_at.timestamp()))


def _approval(connection: Any, reader: Reader, case: CaseFile, at: datetime) -> tuple[bool, tuple[Reason, ...]]:
    """Whether the reader holds the post by which the rules have an inspection approved, and what keeps it from being
    approved without a word: the yearly cap. Whatever else is missing is for the desk."""
    rules = library().on(case.jurisdiction, legal_day(at))
    act = rules.act(case.procedure, APPROVAL)
    if act is None or APPROVAL in case.acts or not reader.posts & set(act.by):
        return False, ()
    asked = preflight(connection, library(), approval(case.id, reader.officer, ""), at=at)
    given = preflight(connection, library(), approval(case.id, reader.officer, "写明理由"), at=at)
    if not given.verdict.allowed:
        return False, ()
    return True, asked.verdict.reasons


def approval(stream: str, officer: str, reason: str) -> Command:
    """The act of approving, with the reason why the cap is gone beyond."""
    return Command(act=APPROVAL, officer=officer, stream=stream, facts={OVER: reason} if reason else {})


def of_enterprise(credit_code: str, **where: Any) -> list[CaseRow]:
    rows = CaseRow.objects.filter(
        category=CATEGORY, state="open", party_token=current().sealer.party_token(credit_code), **where
    )
    return list(rows.order_by("-opened_at", "stream")[:MOST])


def command(stream: str, officer: str, officers: Sequence[str], credit_code: str) -> Command:
    """The act of entering."""
    facts = {"entered_code": credit_code}
    return Command(act=ACT, officer=officer, stream=stream, officers=tuple(officers), facts=facts)


def hear(agency: str, recorded: Sequence[Recorded]) -> None:
    """Put what whoever stands at the door may read in place, in the transaction of the act of entering; and of the
    approval that follows an urgent entry on the same day."""
    for last in recorded:
        one = _entry(last)
        if one is not None:
            connection = connections["default"]
            case = fold(reading.load(connection, one.stream))
            put(str(case.facts.get("party_credit_code") or ""), told(one, case, agency), legal_day(one.occurred_at))


def put(credit_code: str, entry: Mapping[str, Any], day: date) -> None:
    """Lay what is there beside what came before it that day, in the open transaction."""
    secret = secret_of(code_of(credit_code))
    row = Showing.objects.filter(pk=key_of(secret)).first()
    before = (opened(secret, bytes(row.sealed)) or {}).get("here", []) if row else []
    kept = [each for each in before if each["day"] == day.isoformat() and each["case"] != entry["case"]]
    until = datetime.combine(day + timedelta(days=1), time(), CHINA)
    sealed = seal(secret, {"here": [*kept, entry]})
    Showing.objects.update_or_create(key=key_of(secret), defaults={"until": until, "sealed": sealed})


def _entry(last: Recorded) -> Recorded | None:
    """The entry that an act makes or tells more of."""
    if last.kind == ENTERED:
        return last
    if last.event.act != APPROVAL:
        return None
    events = reading.load(connections["default"], last.stream)
    same = (one for one in reversed(events) if one.kind == ENTERED)
    return next((one for one in same if legal_day(one.occurred_at) == legal_day(last.occurred_at)), None)


def told(one: Recorded, case: CaseFile, agency: str) -> dict[str, Any]:
    """What the page says of an inspection that is there: agency, item, officers with their certificates, since when;
    whether it is approved, how many there were this year against the cap, and the reason where it goes beyond."""
    people = tuple(dict.fromkeys((one.actor.officer, *one.event.officers)))
    registers, day = registers_for(connections["default"], agency, people), legal_day(one.occurred_at)
    body = registers.agency(agency)
    facts = body.facts if body else {}
    cards = [(officer, officer.certificate(day)) for officer in map(registers.officer, people) if officer is not None]
    notice: Mapping[str, Any] = next((paper for paper in case.papers if paper["act"] == "notify_inspection"), {})
    return {
        "case": apart(one.stream), "day": day.isoformat(), "since": one.occurred_at.isoformat(),
        "agency": body.name if body else "", "item": str(case.facts.get("inspection_item") or ""),
        "sort": str(case.facts.get("inspection_kind") or ""), "notice": str(notice.get("number") or ""),
        "officers": [{"name": officer.name, "number": card.number} for officer, card in cards if card is not None],
        "phone": str(facts.get("agency_complaint_phone") or facts.get("agency_phone") or ""),
        "approved": APPROVAL in case.acts,
        **_frequency(case, registers, agency, day),
    }  # fmt: skip


def _frequency(case: CaseFile, registers: Registers, agency: str, day: date) -> dict[str, Any]:
    """How often the agency was there before this year, the published cap, why it comes although that is reached: with
    the masks of public text, since whoever stands at the door may read it."""
    rules, code = library().on(case.jurisdiction, day), str(case.facts.get("party_credit_code") or "")
    cap = inspecting.cap_of(rules, registers.agency(agency), str(case.facts.get(inspecting.LEVEL) or ""))
    before = inspecting.visits(agency, code, day, but=case.id).count if cap else 0
    over = public_text(rules, case, registers, str(case.facts.get(OVER) or ""))
    return {"before": before, "cap": cap, "over": over}


def apart(stream: str) -> str:
    """What tells one case from another, and nothing of it."""
    return token("door case", stream).hex()[:16]


def secret_of(code: str) -> bytes:
    return hashlib.sha256(f"door {code}".encode()).digest()


def here(code: str, *, at: datetime) -> list[dict[str, Any]]:
    """The inspections that are there today, through the portal's role."""
    secret = secret_of(code)
    row = Showing.objects.using("portal").filter(pk=key_of(secret), until__gt=at).first()
    content = opened(secret, bytes(row.sealed)) if row else None
    return list((content or {}).get("here", []))


following.register(hear)
