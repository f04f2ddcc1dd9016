"""Recording afterwards what already happened (事后补录): which act, when and why so late.

What it breaks is shown before it is confirmed, because it stays in the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import judging, reporting
from sanxiang.casework.commands import DECIDING, Answer, Command, preflight, situation
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.gates import Reason, Verdict, breaches_of
from sanxiang.core.rulebook import Act
from sanxiang.core.values import CHINA

from .case import Opened, opened
from .common import page, staff

NOT_YOURS = "补录由当时或者现在有权办理这一环节的人员填报。"


@dataclass(frozen=True, slots=True)
class Late:
    """A late entry as its form shows it: when, why, whether the person is asked to confirm, and what it would break.
    `seen` stands for exactly these breaches: a confirmation of others is none."""

    occurred_at: str = ""
    reason: str = ""
    wrong: str = ""
    asked: bool = False
    breaches: tuple[Reason, ...] = ()
    unnumbered: bool = False

    @property
    def seen(self) -> str:
        return seen(self.breaches)


def seen(breaches: Sequence[Reason]) -> str:
    return sha256(repr([(one.code, one.text, one.missing) for one in breaches]).encode()).hexdigest()[:16]


def broken(verdict: Verdict) -> tuple[Reason, ...]:
    """What the record would hold as breaches."""
    return tuple(
        Reason(**{**breach, "missing": tuple(breach["missing"])})  # the form in which they stand in the event
        for breach in breaches_of(verdict)
    )


def moment_of(found: Opened, typed: str, now: datetime) -> tuple[datetime | None, str]:
    """When it happened, or what is wrong with what was typed."""
    try:
        moment = datetime.fromisoformat(typed[:16]).replace(tzinfo=CHINA)
    except ValueError:
        return None, "补录要写明实际办理的日期和时间。"
    if moment > now:
        return None, "实际办理的时间不能晚于现在。"
    if found.case.opened_at is not None and moment < found.case.opened_at:
        opened_at = found.case.opened_at.astimezone(CHINA)
        return None, f"实际办理的时间不能早于案件登记的时间（{opened_at:%Y年%-m月%-d日 %H:%M}）。"
    return moment, ""


def reported(
    request: Any, found: Opened, wanted: Act, command: Command, now: datetime
) -> tuple[Command, Answer | None, str, bool]:
    """The command at its true time; the answer it would get; what is wrong; whether it was confirmed as it stands."""
    moment, problem = moment_of(found, request.POST.get("occurred_at", ""), now)
    if moment is None:
        return command, None, problem, False
    command = replace(command, occurred_at=moment)
    s, _ = situation(connections["default"], library(), command, found.case, now)
    answer = preflight(connections["default"], library(), command, at=now)
    if not reporting.may_report(replace(s, act=wanted), now):
        return command, answer, NOT_YOURS, False
    if reporting.REASON in answer.problems:
        return command, answer, f"{reporting.UNEXPLAINED}。", False
    confirmed = request.POST.get("confirmed") == seen(broken(answer.verdict))
    return command, answer, "", confirmed and not answer.problems


def shown(request: Any, wanted: Act, command: Command, verdict: Verdict, *, asked: bool) -> Late | None:
    """What the form says of a late entry; None for an act that is done now."""
    if not command.report:
        return None
    typed = str(command.facts.get(reporting.REASON) or "")
    wrong = "" if typed or request.method != "POST" else reporting.UNEXPLAINED
    breaches = broken(verdict) if asked else ()
    unnumbered = wanted.emits in DECIDING
    return Late(request.POST.get("occurred_at", ""), typed, wrong, asked, breaches, unnumbered)


@require_safe
@staff
def late(request: Any, stream: UUID) -> HttpResponse:
    """Which act was done and not recorded: those of the reader's posts, in the order of the procedure."""
    found, now = opened(request, stream), timezone.now()
    people = (request.reader.officer, *judging.people_of(found.case))
    registers = registers_for(connections["default"], found.case.agency, people)
    procedure = found.rules.procedures[found.case.procedure].rule
    groups: dict[str, list[judging.Option]] = {stage.name: [] for stage in procedure.stages}
    names = {stage.id: stage.name for stage in procedure.stages}
    for act in found.rules.acts_of(found.case.procedure):
        again = not (act.once and act.id in found.case.acts)
        mine = request.reader.agency == found.case.agency and request.reader.posts & set(act.by)
        if act.id != procedure.opening.id and again and mine and reportable(act):
            one = judging.option(found.rules, found.case, registers, act, request.reader.officer, now)
            groups.setdefault(names.get(act.stage, "其他"), []).append(one)
    context = {"row": found.row, "groups": [(name, options) for name, options in groups.items() if options]}
    return page(request, "casework/late.html", context)


def reportable(act: Act) -> bool:
    """A judgement is made when it is made; everything else may have happened before it was recorded."""
    return not act.emits.startswith("judgement.")
