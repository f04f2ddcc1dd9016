"""Certificates shown by a code on the officer's phone (亮证码): ten minutes, used once.

The officer holds it out; the party opens it on a phone of its own, reads who is there, why, on what basis and which
rights it has, and confirms. The confirmation comes in through the intake and becomes an event of the case. Law:
Administrative Penalty Law, art. 55; 国办发〔2018〕118号 二(五)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import segno
from django.db import transaction

from sanxiang.casework.codes import case_code, mark_of, spelled, token
from sanxiang.casework.commands import Command, handle, preflight
from sanxiang.casework.projections import library
from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates import Reason
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day

from .models import HeldOut, Intake, Outcome, Showing
from .sealed import key_of, opened, seal
from .taking import Item, Refused, Taken, kind, moment_of, take_in
from .words import RIGHTS

VALID = timedelta(minutes=10)
ACT, CONFIRMED = "confirm_identity", "showing.confirmed"
PARTY = "当事人（扫码确认）"
PROVED = (
    "certificate_shown", "reason_told", "basis_told", "rights_told", "defence_told", "hearing_right_told",
    "avoidance_told", "remedies_told", "remedy_procedure_told", "remedy_channel_told", "cooperation_told",
)  # fmt: skip
"""What the page shows and tells; a paper and the uniform it does not."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an officer wants to hold out: for which activities, with whom, why and on what basis."""

    officers: tuple[str, ...]
    shown_for: tuple[str, ...]
    matter: str
    basis: str

    def facts(self) -> dict[str, Any]:
        told: dict[str, Any] = dict.fromkeys(PROVED, True)
        stated = {"shown_for": list(self.shown_for), "shown_matter": self.matter, "shown_basis": self.basis}
        return told | {name: value for name, value in stated.items() if value} | {"shown_manner": "当事人扫码确认"}


def command(stream: str, officers: tuple[str, ...], facts: Mapping[str, Any], receipt: str = "") -> Command:
    """The act that a confirmation makes."""
    return Command(act=ACT, officer="", party=PARTY, stream=stream, officers=officers, facts=facts, receipt=receipt)


def reasons(connection: Any, stream: str, wanted: Wanted, *, at: datetime) -> tuple[Reason, ...]:
    """Why a confirmation would be refused: a certificate that is not valid today, something left out."""
    asked = preflight(connection, library(), command(stream, wanted.officers, wanted.facts()), at=at)
    return asked.verdict.reasons


def hold_out(
    connection: Any, case: CaseFile, rules: RuleSet, registers: Registers, wanted: Wanted, *, by: str, at: datetime
) -> HeldOut:
    """A new code, with what the party will read under it."""
    code = secrets.token_urlsafe(16)
    content = page_of(case, rules, registers, wanted, at)
    secret = secret_of(code)
    with transaction.atomic(using=connection.alias):
        forget(connection, at)
        Showing.objects.create(key=key_of(secret), until=at + VALID, sealed=seal(secret, content))
        return HeldOut.objects.create(
            key=key_of(secret), stream=case.id, by=by, officers=list(wanted.officers), facts=wanted.facts(), code=code,
            at=at, until=at + VALID,
        )  # fmt: skip


def page_of(case: CaseFile, rules: RuleSet, registers: Registers, wanted: Wanted, at: datetime) -> dict[str, Any]:
    """What the party reads: nothing of the case but the matter, and nobody but the officers."""
    agency, day = registers.agency(case.agency), legal_day(at)
    facts = agency.facts if agency else {}
    people = [registers.officer(name) for name in wanted.officers]
    return {
        "agency": agency.name if agency else "",
        "phone": str(facts.get("agency_complaint_phone") or facts.get("agency_phone") or ""),
        "review_body": str(facts.get("agency_review_body") or ""),
        "court": str(facts.get("agency_court") or ""),
        "day": day.isoformat(),
        "officers": [
            {"name": one.name, "number": card.number, "until": card.valid_until.isoformat()}
            for one in people
            if one is not None and (card := one.certificate(day)) is not None
        ],
        "shown_for": list(wanted.shown_for),
        "matter": wanted.matter,
        "basis": wanted.basis,
        "rights": [[one.title, one.text, one.law] for one in RIGHTS],
        "second": second_language(rules),
        "known": mark_of(case_code(case.id)),
    }


def second_language(rules: RuleSet) -> list[str]:
    """The text of the second language that the place confirmed (`showing_second_language`, 须核定) and its tag; empty
    where there is none."""
    text = str(rules.setting("showing_second_language")).strip()
    return [str(rules.setting("showing_second_language_tag") or "und"), text] if text else []


def secret_of(code: str) -> bytes:
    return hashlib.sha256(f"showing {code}".encode()).digest()


def receipt_of(key: str) -> str:
    """The number that a confirmation of this code gets."""
    return spelled(token("receipt", CONFIRMED, key))


def read(code: str, *, at: datetime) -> tuple[str, dict[str, Any]] | None:
    """The row and the content of a code, through the portal's role; None where it is used up, too old or no code."""
    secret = secret_of(code[:60])
    row = Showing.objects.using("portal").filter(pk=key_of(secret), until__gt=at).first()
    content = opened(secret, bytes(row.sealed)) if row else None
    return (row.key, content) if row and content is not None else None


def forget(connection: Any, at: datetime) -> None:
    """Codes that nobody can confirm any more; the agency's side of them a day longer, for what is still in the
    intake."""
    Showing.objects.using(connection.alias).filter(until__lte=at).delete()
    HeldOut.objects.using(connection.alias).filter(until__lte=at - timedelta(days=1)).delete()


@kind(CONFIRMED)
def confirmed(connection: Any, item: Item, at: datetime) -> Taken | Refused:
    """The party confirmed what it was shown."""
    key = key_of(secret_of(str(item.payload.get("code", ""))[:60]))
    held = HeldOut.objects.using(connection.alias).filter(pk=key).first()
    if held is None or receipt_of(key) != item.receipt:
        return Refused(("没有这个亮证码",), keep=False)
    Showing.objects.using(connection.alias).filter(pk=key).delete()
    stream, people = str(held.stream), tuple(held.officers)
    if item.sent_at > held.until:
        return Refused(("亮证码超过十分钟，确认没有记录",), stream=stream, keep=False)
    wanted = command(stream, people, held.facts, item.receipt)
    answer = handle(connection, library(), moment_of(wanted, item, at), at=at)
    if not answer.done:
        return Refused(tuple(one.text for one in answer.verdict.reasons), agency=answer.case.agency, stream=stream)
    return Taken(stream, answer.events[-1].id, answer.case.agency)


def state_of(connection: Any, held: HeldOut, *, at: datetime) -> Outcome | None:
    """What became of a code that is held out; takes its confirmation in where it has come, so that the officer does
    not wait for the worker."""
    receipt = receipt_of(held.key)
    if Intake.objects.using(connection.alias).filter(pk=receipt).exists():
        take_in(connection, at=at, only=receipt)
    return Outcome.objects.using(connection.alias).filter(pk=receipt).first()


def drawn(address: str) -> str:
    """The code as SVG that stands in the page."""
    image = segno.make(address, error="m", micro=False)
    return str(image.svg_inline(border=2, omitsize=True, dark="#000", light="#fff"))
