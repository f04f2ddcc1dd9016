"""The page of an act: what stands in the way before anything is typed, the form, the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from sanxiang.casework import (
    bringing,
    choosing,
    consulted,
    correcting,
    desk,
    fining,
    forms,
    handing,
    inspecting,
    judging,
    lasting,
    reporting,
    returned,
    serving,
    stops,
    telling,
    uploads,
)
from sanxiang.casework.access import Reader
from sanxiang.casework.commands import Answer, Command, RecordRefused, VersionConflict, handle, preflight, situation
from sanxiang.casework.models import DutyRow
from sanxiang.casework.people import colleagues, written_names
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.gates import (
    Verdict,
    documents_due,
    lenity,
    monitoring,
    naming,
    open_asks,
    open_stops,
    public_record,
    remedies_of,
)
from sanxiang.core.gates.asking import DRAFTING
from sanxiang.core.gates.correcting import CORRECTS
from sanxiang.core.rulebook import Act
from sanxiang.core.values import legal_day
from sanxiang.store.blobs import Away, NoRoom

from . import drafts, late
from .case import Opened, act_names, opened
from .common import acting_post, page, staff
from .files import Brought, bring

FULL = 20
ABOUT = {**consulted.ASKED, bringing.KIND: "移入哪一项证据", CORRECTS: "补正哪一份文书", "handlers.changed": "由谁移交",
         "clock.resumed": "哪一项结束了", "avoidance.decided": "哪一件回避申请",
         **dict.fromkeys(stops.ABOUT_REMEDIES, "哪一件复议或者诉讼")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What the page has to say before the form: a conflict, or the answer to what was sent."""

    answer: Answer | None = None
    conflict: str = ""
    status: int = 200
    more_rows: bool = False
    asked: bool = False
    """Whether a late entry is shown with what it breaks, to be confirmed."""
    kept: bool = False
    """Whether the worker does it, because it takes long."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@staff
def act(request: Any, stream: UUID, act_id: str) -> HttpResponse:
    """Do an act, or say why not; what was typed stays in the form. What is too large is refused before a byte of it is
    read; the guard against forged requests comes after, because it reads the body."""
    found = opened(request, stream)
    wanted = found.rules.act(found.case.procedure, act_id)
    if wanted is None or wanted.id == found.rules.procedures[found.case.procedure].rule.opening.id:
        raise Http404
    refused = uploads.too_large(int(request.META.get("CONTENT_LENGTH") or 0), wanted)
    if refused and request.method == "POST":
        context = {"row": found.row, "act": wanted, "problem": refused}
        return page(request, "casework/too_large.html", context, status=413)
    return guarded(request, found, wanted)


@csrf_protect
def guarded(request: Any, found: Opened, wanted: Act) -> HttpResponse:
    """The page of the act once its request is known to be ours."""
    stream = found.row.stream
    brought = bring(request, wanted, str(stream))
    request.brought, request.drafts = brought, drafts.Beside(request, found, wanted)
    command = command_of(request, found, wanted, brought)
    if request.method != "POST":
        answer = preflight(connections["default"], library(), command, at=timezone.now())
        return form(request, found, wanted, command, Told(answer))
    if brought.problems:
        return form(request, found, wanted, command, Told(conflict="；".join(brought.problems), status=brought.status))
    if "add" in request.POST:
        return form(request, found, wanted, command, Told(more_rows=True))
    if "keep" in request.POST:
        kept = drafts.keep(request, found, wanted, command)
        if not isinstance(kept, str):
            return kept
        return form(request, found, wanted, command, Told(conflict=kept, status=422))
    try:
        command, told = attempted(request, found, wanted, command)
    except (VersionConflict, lasting.Going) as conflict:
        return form(request, opened(request, stream), wanted, command, Told(conflict=str(conflict), status=409))
    except RecordRefused as refused:
        return form(request, found, wanted, command, Told(conflict=str(refused), status=409))
    except NoRoom as full:
        return form(request, opened(request, stream), wanted, command, Told(conflict=str(full), status=507))
    except Away:
        return form(request, opened(request, stream), wanted, command, Told(conflict=Away.TEXT, status=503))
    if not told.kept and (told.answer is None or not told.answer.done):
        return form(request, opened(request, stream), wanted, command, told)
    brought.forget()
    for level, text in outcome(wanted, told.answer, command) if told.answer is not None else ():
        messages.add_message(request, level, text)
    return redirect("casework:case", stream=stream)


def attempted(request: Any, found: Opened, wanted: Act, command: Command) -> tuple[Command, Told]:
    """First the judgements that were answered on the page, each an act of its own, then the act itself."""
    now, problem, answer = timezone.now(), "", None
    judged = judgements_answered(request, found, command)
    alone = wanted.emits == "judgement.answered" and (judged or request.POST.get("answer") not in ("yes", "no"))
    if alone and not judged:
        problem = "请选择“是”或者“否”：判断不能由系统代作。"
    elif command.report:
        command, answer, problem, confirmed = late.reported(request, found, wanted, command, now)
        if answer is not None and not confirmed:
            asked = not problem and not answer.problems
            return command, Told(answer, conflict=problem, asked=asked, status=200 if asked else 422)
    if problem:
        return command, Told(conflict=problem, status=422)
    for judgement in judged:
        answer = handle(connections["default"], library(), replace(judgement, expected=command.expected), at=now)
        if not answer.done:
            return command, Told(answer, status=422)
        if command.expected is not None:
            command = replace(command, expected=answer.case.version)
    if not alone:
        long = wanted if lasting.lasts(wanted) and not command.report else None
        answer = lasting.do_kept(connections["default"], library(), command, at=now, act=long, aside=True)
    return command, Told(answer, status=422, kept=answer is None)


def judgements_answered(request: Any, found: Opened, command: Command) -> list[Command]:
    """The open norms that were answered beside the form (对不确定概念的判断)."""
    return [
        replace(
            command,
            act="answer_judgement",
            facts={"judgement_reason": request.POST.get(f"judge.{name}.reason", "")},
            officers=(),
            link="",
            files=(),
            report=False,
            occurred_at=None,
            post="",
            extra={"judgement": name, "answer": request.POST[f"judge.{name}"] == "yes"},
        )
        for name in found.rules.judgements
        if request.POST.get(f"judge.{name}") in ("yes", "no")
    ][:FULL]


def command_of(request: Any, found: Opened, wanted: Act, brought: Brought) -> Command:
    """The command that a form means; a fresh page means one with nothing typed and those who handle the case."""
    post, fresh = request.POST, request.method != "POST"
    me, source = request.reader.officer, request.GET if fresh else request.POST
    report = source.get("report") == "1" and late.reportable(wanted)
    names = [*asked(found, wanted), *([reporting.REASON] if report else [])]
    facts = [found.rules.dictionary[name] for name in names if name in found.rules.dictionary]
    begun = request.drafts.written() if fresh else None
    team = begun.officers if begun is not None and begun.officers else company(request, found, wanted)
    extra: dict[str, Any] = {}
    if wanted.emits == "judgement.answered":
        extra = {"judgement": source.get("judgement", "")[:60], "answer": post.get("answer") == "yes"}
    elif wanted.emits in ("period.extended", "waiver.given"):
        extra = {"duty": source.get("duty", "")[:60]}
    expected = post.get("expected", "")
    return Command(
        act=wanted.id,
        officer=me,
        stream=str(found.row.stream),
        expected=int(expected) if expected.isdecimal() and len(expected) < 9 else None,
        facts=begun.facts if begun is not None else forms.typed_facts(post, facts),
        officers=team if fresh else tuple(post.getlist("officers"))[:FULL],
        link=(begun.link if begun is not None and begun.link else source.get("link", ""))[:100],
        files=brought.files,
        extra=extra,
        report=report,
        post=acting_post(request, wanted),
    )


def company(request: Any, found: Opened, wanted: Act) -> tuple[str, ...]:
    """Who takes part, as a fresh form suggests it: an officer with those who handle the case. A reviewer who presides
    over a hearing must not be named among them, he would handle the case himself."""
    me = request.reader.officer
    if choosing.conditions(found.rules, found.case.procedure, wanted):
        return ()
    if not in_company(wanted):
        return (me,)
    team = judging.handlers_of(found.case, legal_day(timezone.now()))
    return tuple(dict.fromkeys((me, *team))) if "officer" in request.reader.posts else ()


def in_company(wanted: Act) -> bool:
    """Whether officers do the act together, so that the form names them."""
    return "officer" in wanted.by and wanted.emits != "judgement.answered"


def asked(found: Opened, wanted: Act) -> list[str]:
    fill, held = forms.fields_of(found.rules, found.case, wanted, {}, {})
    return [one.fact.id for one in (*fill, *held)]


def form(request: Any, found: Opened, wanted: Act, command: Command, told: Told) -> HttpResponse:
    """The page of an act with what was typed, what is missing and what must be judged."""
    answer, posted = told.answer, request.method == "POST" and not told.more_rows
    verdict = answer.verdict if answer else Verdict(reasons=(), questions=(), finding={})
    s, _ = situation(connections["default"], library(), command, found.case, timezone.now())
    blocked, asked_for = judging.split(s, wanted, verdict)
    empty = forms.left_empty(found.rules, verdict) if posted else {}
    problems = {**empty, **(answer.problems if answer else {})}
    fill, held = forms.fields_of(found.rules, found.case, wanted, command.facts, problems)
    versions = lenity.of(s) if s.case.category == "处罚" else None
    if versions is None or wanted.emits not in DRAFTING:
        fill = [one for one in fill if one.fact.id not in lenity.CHOSEN]
    fill = with_names(fill, found.case.agency)
    fill = forms.choosing(fill, monitoring.DEVICE, monitoring.offered(s.registers.agency(found.case.agency)))
    context = {
        "row": found.row, "act": wanted, "groups": forms.grouped(fill), "posted": posted,
        "held": [one for one in held if not telling.secret(found.rules, one.fact.id)],
        "blocked": [(one, judging.who_mends(found.rules, found.case.procedure, one)) for one in blocked],
        "todo": [forms.pointed(one, fill) for one in asked_for], "conflict": told.conflict,
        "questions": questions(request, found, wanted, verdict, command), "expected": found.case.version,
        "visits": inspecting.told(found.rules, found.case, command.facts, found.case.department, legal_day(s.at))
        if wanted.id in inspecting.COUNTS else None,
        "fines": fining.panel(s, request.reader),
        "versions": versions if wanted.emits in (*DRAFTING, "decision.made") else None,
        "draft": telling.draft(found.rules, found.case, wanted),
        "since": returned.since_seen(found.events, found.case, found.rules, wanted), "post_of_act": command.post,
        "people": colleagues(found.case.agency, command.officers) if in_company(wanted) else [],
        "candidates": choosing.candidates(
            connections["default"], found.rules, found.case, wanted, command.officer, s.at, command.officers),
        "links": links(request.reader, found, wanted), "link": command.link,
        "about": ABOUT.get(wanted.emits, ""), "extra": command.extra, "names": act_names(found),
        "judgement": found.rules.judgements.get(str(command.extra.get("judgement", ""))),
        "judgements": [(name, bound.rule.question) for name, bound in found.rules.judgements.items()
                       if request.reader.posts & set(bound.rule.by)] if wanted.emits == "judgement.answered" else [],
        "duties": duties(found, wanted), "preview": preview(found, wanted), "may_change": may_change(request, found),
        "late": late.shown(request, wanted, command, verdict, asked=told.asked),
        "reportable": late.reportable(wanted) and bool(request.reader.posts & set(wanted.by)),
        "files": request.brought, "drafts": request.drafts,
    }  # fmt: skip
    return page(request, "casework/act.html", context, status=told.status if posted else 200)


def with_names(fill: list[forms.Field], agency: str) -> list[forms.Field]:
    """The fields that name an own officer, to be chosen from the register."""
    asked = [one.fact.id for one in fill if one.fact.type == naming.TYPE]
    names = written_names(agency) if asked else ()
    for fact in asked:
        fill = forms.choosing(fill, fact, names)
    return fill


def questions(request: Any, found: Opened, wanted: Act, verdict: Verdict, command: Command) -> list[dict[str, Any]]:
    """What a person must judge first: whether the reader may, who else, and what was already typed. On the page of
    judging itself, all that the next acts ask."""
    asked = verdict.questions
    if wanted.emits == "judgement.answered" and not command.extra.get("judgement"):
        registers = registers_for(
            connections["default"], found.case.agency, (command.officer, *judging.people_of(found.case))
        )
        mine, others = judging.options(found.rules, found.case, registers, command.officer, timezone.now())
        asked = tuple(judging.open_questions((*mine, *others)))
    return [
        {
            "question": one,
            "mine": bool(request.reader.posts & set(one.by)),
            "by": "、".join(found.rules.posts.get(post, post) for post in one.by),
            "typed": request.POST.get(f"judge.{one.id}", ""),
            "reason": request.POST.get(f"judge.{one.id}.reason", ""),
        }
        for one in asked
    ]


def links(reader: Reader, found: Opened, wanted: Act) -> list[tuple[str, str]]:
    """What the act may be about: the papers not served yet, the measures still running."""
    if wanted.emits == serving.SERVES:
        return [(one.act, one.titles) for one in serving.owed(found.rules, found.case, wanted)]
    if wanted.emits in ("review.document_submitted", "review.document_concluded"):
        return documents(found, wanted)
    if wanted.emits == bringing.KIND:
        return bringing.links(connections["default"], library(), reader, found.row, found.case)
    if wanted.emits == CORRECTS:
        return correcting.links(found.rules, found.case)
    if handing.hands_over(found.rules, found.case.procedure, wanted):
        return handing.links(connections["default"], found.case, legal_day(timezone.now()))
    if wanted.emits in consulted.ASKED:
        return consulted.links(found.case, found.rules, wanted)
    if wanted.emits in stops.ABOUT_REMEDIES:
        open_ones = [one for one in remedies_of(found.case.done) if one.over is None]
        return [(one.sought.event, stops.remedy_named(one)) for one in open_ones]
    if wanted.emits == "avoidance.decided":
        return [(one.event, stops.asked_named(one)) for one in open_asks(found.case.done)]
    if wanted.emits == "clock.resumed":
        return [(one.event, stops.named(found.rules, found.case.procedure, one)) for one in open_stops(found.case.done)]
    if wanted.emits in ("measure.extended", "measure.lifted", "measure.approved", "measure.paused"):
        running = [one for one in telling.measures(found.events, found.case, found.rules) if one.lifted_at is None]
        return [(one.id, f"{legal_day(one.taken_at):%Y年%-m月%-d日} {one.name}") for one in running]
    return []


def documents(found: Opened, wanted: Act) -> list[tuple[str, str]]:
    """The documents of mid-procedure that may be submitted for review, or those that wait for it; of a measure that was
    taken on the spot its own."""
    case, names = found.case, act_names(found)
    done, sent = case.documents_reviewed, case.documents_submitted
    waiting = {name for name, seq in sent.items() if done.get(name, (0, False))[0] < seq}
    running = {
        one.id: f"{legal_day(one.taken_at):%Y年%-m月%-d日} {one.name}（已经采取）"
        for one in telling.measures(found.events, case, found.rules)
        if one.lifted_at is None
    }
    every = {name: names[name] for name in documents_due(found.rules, case.procedure)} | running
    wanted_here = waiting if wanted.emits == "review.document_concluded" else every.keys() - waiting
    return [(name, text) for name, text in every.items() if name in wanted_here]


def duties(found: Opened, wanted: Act) -> list[tuple[str, str]]:
    """The running duties of the case that an act may extend or excuse."""
    if wanted.emits not in ("period.extended", "waiver.given"):
        return []
    rows = DutyRow.objects.filter(stream=found.row.stream, met_at=None, excused=False).order_by("due_on")
    names = desk.DUTIES
    return [(row.duty, f"{names.get(row.duty, row.duty)}（至 {row.due_on:%Y年%-m月%-d日}，{row.law}）") for row in rows]


def preview(found: Opened, wanted: Act) -> dict[str, Any] | None:
    """What the public would see, before it is prepared or as it was prepared."""
    if wanted.emits == "publication.published":
        return dict(found.case.prepared) if found.case.prepared else None
    if wanted.emits not in ("publication.prepared", "publication.corrected"):
        return None
    registers = registers_for(connections["default"], found.case.agency, ())
    return public_record(found.rules, found.case, registers)[0]


def may_change(request: Any, found: Opened) -> bool:
    """Whether the reader may change what the draft holds now."""
    act = found.rules.act(found.case.procedure, "change_draft")
    possible = act is not None and found.case.draft is not None and found.case.decision is None
    return bool(possible and act and request.reader.posts & set(act.by))


def outcome(wanted: Act, answer: Answer, command: Command) -> list[tuple[int, str]]:
    """What was done, the numbers that were given, what became due, and what a late entry broke."""
    papers = [paper for event in answer.events for paper in event.event.documents]
    numbers = "、".join(str(paper["number"]) for paper in papers if paper.get("number"))
    done = f"已{'补录' if command.report else '办理'}：{wanted.name}"
    said = [(messages.SUCCESS, f"{done}，文号 {numbers}" if numbers else done)]
    for event in answer.events:
        started = duties_started(answer.stream, event.id)
        if started:
            said.append((messages.INFO, "开始计算的期限：" + "；".join(started)))
        if event.breaches:
            broken = "；".join(f"{breach['text']}（{breach['law']}）" for breach in event.breaches)
            said.append((messages.WARNING, f"已如实记录，同时记下 {len(event.breaches)} 项不符合规定：{broken}"))
    return said


def duties_started(stream: str, event: str) -> list[str]:
    rows = DutyRow.objects.filter(stream=stream, id__startswith=f"{event}/").order_by("due_on")
    return [f"{desk.DUTIES.get(row.duty, row.duty)}，至 {row.due_on:%Y年%-m月%-d日}（{row.law}）" for row in rows]
