"""The publishers' board, and the batch of clean publications."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from sanxiang.casework.access import visible
from sanxiang.casework.commands import Command, RecordRefused, VersionConflict, handle
from sanxiang.casework.commands import situation as situation_of
from sanxiang.casework.judging import people_of
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import fold
from sanxiang.core.gates import earliest
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from . import batches as batching
from . import board as boards
from . import pane

MOST = 40


@require_safe
@staff
def board(request: Any) -> HttpResponse:
    """What must be out, what must come down, what waits in which state."""
    if not boards.may_publish(request.reader):
        raise PermissionDenied("公示看板由公示发布人员和公示审核人员使用")
    now = timezone.now()
    rules = library().on(request.reader.jurisdiction, legal_day(now))
    found = boards.laid_out(request.reader, rules, now)
    batch = any(one.clean and one.mine for one in checked(found))
    context = {"board": found, "batch": batch, "by_period": bool(batching.batched(rules))}
    return page(request, "disclosure/board.html", context)


@require_safe
@staff
def by_period(request: Any) -> HttpResponse:
    """What falls due together, batch by batch; one act takes a batch out."""
    if not boards.may_publish(request.reader):
        raise PermissionDenied("成批公示由公示发布人员和公示审核人员使用")
    now = timezone.now()
    rules = library().on(request.reader.jurisdiction, legal_day(now))
    kinds = batching.batched(rules)
    context = {
        "batches": batching.batches(request.reader, rules, now), "kinds": list(kinds),
        "how": {bound.citation: rules.setting(bound.rule.batch) for bound in kinds.values()}.items(),
    }  # fmt: skip
    return page(request, "disclosure/by_period.html", context)


def checked(found: boards.Board) -> list[boards.Card]:
    """The cards that wait to be checked or to go out."""
    return [card for column in found.columns[1:3] for card in column.cards]


@require_POST
@staff
def batch(request: Any) -> HttpResponse:
    """Publish several clean ones; each is an act of its own, and what is refused is told with its clause."""
    if not boards.may_publish(request.reader):
        raise PermissionDenied("公示由公示审核人员发布")
    back = "disclosure:by-period" if request.POST.get("back") == "by-period" else "disclosure:board"
    if request.POST.get("secrecy_checked") != "true":
        messages.error(request, "没有发布：请先确认已经作过保密审查（政府信息公开条例第十七条）。")
        return redirect(back)
    wanted = [one for one in request.POST.getlist("stream") if is_uuid(one)][:MOST]
    rows = {str(row.stream): row for row in visible(request.reader).filter(stream__in=wanted)}
    done = [row for stream in wanted if (row := rows.get(stream)) and published(request, row)]
    if done:
        messages.success(
            request, f"已发布 {len(done)} 件：" + "、".join(row.decision_number or row.title for row in done)
        )
    if not wanted:
        messages.error(request, "没有选要发布的公示。")
    return redirect(back)


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def published(request: Any, row: CaseRow) -> bool:
    """Publish one, or say why not; one in which somebody has to decide anything is left for the pane."""
    connection, now, stream = connections["default"], timezone.now(), str(row.stream)
    case = fold(reading.load(connection, stream))
    rules = library().on(row.jurisdiction, legal_day(now))
    registers = registers_for(connection, case.agency, (request.reader.officer, *people_of(case)))
    if case.decision is None or not pane.laid(rules, case, registers).clean:
        messages.error(request, f"没有发布 {row.title}：还有要人看的地方，请打开逐处确认。")
        return False
    command = Command(act="publish", officer=request.reader.officer, stream=stream, expected=case.version)
    s, _ = situation_of(connection, library(), command, case, now)
    s.act = rules.act(case.procedure, "publish")
    until = earliest("public_until", s)
    facts = {"secrecy_checked": True, **({"public_until": until.isoformat()} if until else {})}
    command = Command(act="publish", officer=request.reader.officer, stream=stream, expected=case.version, facts=facts)
    try:
        answer = handle(connection, library(), command, at=now)
    except (VersionConflict, RecordRefused) as conflict:
        messages.error(request, f"没有发布 {row.title}：{conflict}")
        return False
    for reason in answer.verdict.reasons if not answer.done else ():
        missing = f"；缺{'、'.join(reason.missing)}" if reason.missing else ""
        messages.error(request, f"没有发布 {row.title}：{reason.text}（{reason.law}）{missing}")
    return answer.done
