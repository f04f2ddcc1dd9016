"""The publisher's pane (脱敏和审核): original and public text side by side, gone through by keyboard."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanxiang.casework import desk, forms, judging
from sanxiang.casework.commands import Answer, Command, RecordRefused, VersionConflict, handle
from sanxiang.casework.commands import situation as situation_of
from sanxiang.casework.comparing import Changed
from sanxiang.casework.models import DutyRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.case import Opened, act_names, opened
from sanxiang.casework.views.common import acting_post, page, staff
from sanxiang.core.casefile import PUBLICATION_STATES
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Verdict, earliest
from sanxiang.core.gates.choosing import CHOICES, united
from sanxiang.core.gates.fulltext import FULL, deciders, texts_of
from sanxiang.core.rulebook import Act
from sanxiang.core.values import legal_day
from sanxiang.core.values.differing import difference

from . import board
from . import pane as panes

ACTS = {
    "draft": ("prepare_publication", "withhold_publication"),
    "masking": ("prepare_publication", "withhold_publication"),
    "check": ("publish", "check_publication", "return_publication", "prepare_publication"),
    "ready": ("publish", "return_publication", "prepare_publication"),
    "published": ("correct_publication", "uphold_publication", "question_publication", "withdraw_publication"),
    "corrected": ("correct_publication", "uphold_publication", "question_publication", "withdraw_publication"),
    "withdrawn": ("prepare_publication",),
    "expired": ("prepare_publication",),
}
"""What may come next in each state; the first is what the pane is for."""
EMPTY = 4
ALWAYS_SHOWN = (
    "correction_fixes",
    "credit_class",
    "credit_class_reason",
    "public_until",
    "secrecy_checked",
    "correction_note",
)
MASKS = ("prepare_publication", "correct_publication")
ELSEWHERE = ("withhold_publication", "withdraw_publication", "question_publication", "uphold_publication")
"""Acts with a page of their own."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def pane(request: Any, stream: UUID) -> HttpResponse:
    """The pane; a form that was sent is handed on, checked, published, returned or corrected."""
    found = opened(request, stream)
    if found.case.decision is None or found.case.publication not in PUBLICATION_STATES:
        raise Http404
    acts = [act for name in ACTS.get(found.case.publication, ()) if (act := act_of(found, name)) is not None]
    if request.method != "POST":
        return shown(request, found, acts)
    wanted = next((act for act in acts if act.id == request.POST.get("do") and act.id not in ELSEWHERE), None)
    if wanted is None:
        return shown(request, found, acts, problem="这一步已经办过，或者现在不能办；下面是最新的情况。", status=409)
    try:
        answer = handle(connections["default"], library(), command_of(request, found, wanted), at=timezone.now())
    except (VersionConflict, RecordRefused) as conflict:
        return shown(request, opened(request, stream), acts, problem=str(conflict), status=409)
    if not answer.done:
        return shown(request, found, acts, answer=answer, wanted=wanted, status=422)
    messages.success(request, f"已办理：{wanted.name} {found.row.title}")
    following = board.following(request.reader, str(stream))
    return redirect("disclosure:pane", stream=following) if following else redirect("disclosure:board")


def act_of(found: Opened, name: str) -> Act | None:
    return found.rules.act(found.case.procedure, name)


def command_of(request: Any, found: Opened, wanted: Act, typed: Any = None) -> Command:
    """The act that a form of the pane means."""
    post = request.POST if typed is None else typed
    names = [name for name in asked(found, wanted) if name != CHOICES]
    facts = forms.typed_facts(post, [found.rules.dictionary[name] for name in names])
    if wanted.id in MASKS and (rows := panes.chosen(post, panes.sorts_of(found.rules))):
        facts[CHOICES] = rows
    expected = post.get("expected", "")
    return Command(
        act=wanted.id,
        officer=request.reader.officer,
        stream=str(found.row.stream),
        expected=int(expected) if expected.isdecimal() and len(expected) < 9 else None,
        facts=facts,
        post=acting_post(request, wanted),
    )


def asked(found: Opened, wanted: Act) -> list[str]:
    fill, held = forms.fields_of(found.rules, found.case, wanted, {}, {})
    return [one.fact.id for one in (*fill, *held)]


def shown(
    request: Any, found: Opened, acts: list[Act], *, answer: Answer | None = None, wanted: Act | None = None,
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page: both texts, what has to be looked at, the fields of what comes next, and what stands in the way."""
    case, reader, now = found.case, request.reader, timezone.now()
    registers = registers_for(connections["default"], case.agency, (reader.officer, *deciders(case)))
    options = {act.id: judging.option(found.rules, case, registers, act, reader.officer, now) for act in acts}
    act = wanted or next((act for act in acts if act.id == request.GET.get("do")), next(iter(acts), None))
    posted, view = request.POST if wanted else None, case
    if wanted is not None and wanted.id in MASKS:
        view = case.copied()
        rows = panes.chosen(request.POST, panes.sorts_of(found.rules))
        view.facts = {**case.facts, CHOICES: united(case.facts.get(CHOICES) or (), rows)}
    whole = panes.laid(found.rules, view, registers)
    verdict = answer.verdict if answer else Verdict(reasons=(), questions=(), finding={})
    duty = DutyRow.objects.filter(stream=found.row.stream, duty__in=board.CLOCKS, met_at=None, excused=False).first()
    context = {
        "row": found.row, "case": case, "act": act, "laid": whole, "expected": case.version, "posted": bool(posted),
        "state": PUBLICATION_STATES[case.publication], "problem": problem, "reasons": verdict.reasons,
        "problems": answer.problems if answer else {}, "masks_here": act is not None and act.id in MASKS,
        "option": options.get(act.id) if act else None, "sorts": panes.sorts_of(found.rules),
        "others": [one for one in acts if options[one.id].open and (act is None or one.id != act.id)],
        "elsewhere": ELSEWHERE, "masking": MASKS, **fields(request, found, act, posted, answer),
        "clock": desk.clock(duty, legal_day(now), found.rules.calendar) if duty else None,
        "objection": objection(found),
        "returned": case.facts.get("publication_return_reason", "") if case.publication == "masking" else "",
        "again": since_returned(found) if case.publication in ("check", "ready") else None,
        "full": any(line.name.startswith(FULL) for line in whole.lines), "manual": manual(posted, whole),
        "names": act_names(found),
        "changed": [line.name for line in whole.lines if line.changed],
    }  # fmt: skip
    return page(request, "disclosure/pane.html", context, status=status)


def objection(found: Opened) -> dict[str, Any] | None:
    """What is said to be wrong with what is public, where nobody has answered yet."""
    asked = found.case.questioned
    event = next((one.event for one in found.events if asked is not None and one.id == asked.event), None)
    if asked is None or event is None:
        return None
    return {"at": asked.occurred_at, **event.facts, "receipt": getattr(event, "receipt", "")}


def since_returned(found: Opened) -> tuple[Recorded, list[Changed]] | None:
    """Why the text was sent back last, and line by line what the public would read otherwise now; None where it never
    was, or was not prepared again."""
    back = next((one for one in reversed(found.events) if one.kind == "publication.returned"), None)
    texts = [one for one in found.events if one.kind == "publication.prepared"]
    if back is None or texts[-1].seq < back.seq:
        return None
    old: Any = next(one.event for one in reversed(texts) if one.seq < back.seq)
    new: Any = texts[-1].event
    left, right = ({**one.public, **texts_of(found.rules.dictionary, one.full)} for one in (old, new))
    lines = {name: (str(left.get(name, "")), str(right.get(name, ""))) for name in {**left, **right}}
    return back, [Changed(name, *two, difference(*two)) for name, two in lines.items() if two[0] != two[1]]


def manual(posted: Any, whole: panes.Laid) -> list[dict[str, Any]]:
    """The rows in which somebody marks passages himself: what he typed and is not in the text, then empty ones."""
    placed = {spot.text for spot in whole.spots}
    typed = [
        {key: posted.get(f"m.{number}.{key}", "") for key in ("text", "sort", "reason")}
        for number in range(1, panes.ROWS_MAX + 1)
        if posted is not None and posted.get(f"m.{number}.text", "").strip() not in ("", *placed)
    ]
    return [{**row, "number": number} for number, row in enumerate([*typed, *[{}] * EMPTY], 1)]


def fields(request: Any, found: Opened, act: Act | None, posted: Any, answer: Answer | None) -> dict[str, Any]:
    """What the act asks beside the masks: `fields` what it always needs, `seldom` what few cases do. The last day of
    publicity comes with the earliest that the rules allow."""
    if act is None:
        return {"fields": [], "seldom": []}
    typed = dict(command_of(request, found, act).facts) if posted is not None else {}
    if act.id == "publish" and "public_until" not in typed:
        command = Command(act=act.id, officer=request.reader.officer, stream=str(found.row.stream))
        s, _ = situation_of(connections["default"], library(), command, found.case, timezone.now())
        s.act = act
        day = earliest("public_until", s)
        typed |= {"public_until": day.isoformat()} if day else {}
    empty = forms.left_empty(found.rules, answer.verdict) if answer else {}
    problems = {**empty, **(answer.problems if answer else {})}
    fill, _ = forms.fields_of(found.rules, found.case, act, typed, problems)
    fill = [one for one in fill if one.fact.id != CHOICES]
    first = [one for one in fill if one.required or one.fact.id in ALWAYS_SHOWN]
    return {
        "fields": forms.grouped(first),
        "seldom": forms.grouped(one for one in fill if one not in first),
        "unfold": any(one.value not in ("", None, []) or one.problem for one in fill if one not in first),
    }
