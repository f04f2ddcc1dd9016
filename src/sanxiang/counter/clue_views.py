"""The pages of clues: the list, registering one, and one with what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections, transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import desk, telling
from sanxiang.casework.forms import Field, typed_facts
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.common import page, staff
from sanxiang.casework.views.files import bring
from sanxiang.core.calendar import Due, working_days_left
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values import legal_day
from sanxiang.core.values.searching import plain
from sanxiang.store import reading
from sanxiang.store.errors import RecordRefused, VersionConflict
from sanxiang.three_systems.recording import serving

from . import clue_ends, clues
from .models import ClueRow

PAGE = 50
PROCEDURE = "penalty.ordinary"
"""What a clue of a violation mostly leads to; another may be chosen."""
LATER = "别人刚刚处理过，请看现在的情况"


@require_safe
@staff
def listed(request: Any) -> HttpResponse:
    """The clues that one looks after: those that wait for an answer or a decision first to be seen."""
    state, query = request.GET.get("state", ""), request.GET.get("q", "")[:60]
    today = legal_day(timezone.now())
    rows = clues.visible(request.reader)
    if state in clues.STATES:
        rows = rows.filter(state=state)
    elif state == "answer":
        rows = rows.filter(waits=True)
    elif state == "over":
        rows = clue_ends.over(rows, library().on(request.reader.jurisdiction, today), today)
    for word in query.split()[:4]:
        rows = rows.filter(text__contains=plain(word))
    order = ("answer_by", "stream") if state == "answer" else ("-registered_at", "stream")
    begin = int(request.GET.get("from", "0")) if request.GET.get("from", "0").isdecimal() else 0
    found = list(rows.order_by(*order)[begin : begin + PAGE + 1])
    rules = library().on(request.reader.jurisdiction, today)
    context = {
        "rows": [(row, due(row, rules), check(row, rules)) for row in found[:PAGE]], "state": state, "query": query,
        "states": {**clues.STATES, "answer": "等待答复", "over": "保管期满"},
        "next": begin + PAGE if len(found) > PAGE else 0,
        "registers": bool(request.reader.posts & clues.OF_DEPARTMENT),
    }  # fmt: skip
    return page(request, "counter/clues.html", context)


def due(row: ClueRow, rules: RuleSet) -> tuple[str, str] | None:
    """How the answer stands, as a sign and in words; None where none is due."""
    if row.answer_by is None:
        return None
    if row.answered_on:
        late = row.answered_on > row.answer_by
        return ("bad", "逾期后答复") if late else ("ok", "已按期答复")
    return left(row.answer_by, rules)


def check(row: ClueRow, rules: RuleSet) -> tuple[str, str] | None:
    """How looking into it stands, while it waits."""
    return left(row.check_by, rules) if row.check_by and row.state == "waiting" else None


def left(until: date, rules: RuleSet) -> tuple[str, str]:
    """The days left, as a sign and in words."""
    today = legal_day(timezone.now())
    return desk.remaining(until, working_days_left(today, Due(until), rules.calendar), today)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: Any) -> HttpResponse:
    """Register a clue, once."""
    reader, now = request.reader, timezone.now()
    if not reader.posts & clues.OF_DEPARTMENT:
        raise Http404
    rules = library().on(reader.jurisdiction, legal_day(now))
    brought = bring(request, opening(rules), "")
    problems: Mapping[str, str] = {}
    department = request.POST.get("department", "") or next(iter(sorted(reader.departments)), "")
    if request.method == "POST":
        try:
            if brought.problems:
                raise clues.NotDone({"files": "；".join(brought.problems)})
            facts = typed_facts(request.POST, [rules.dictionary[name] for name in clues.ASKED])
            with transaction.atomic():
                stream = clues.receive(connections["default"], reader, department, facts, brought.files, at=now)
            brought.forget()
            messages.success(request, "线索已经登记")
            return redirect("counter:clue", stream=stream)
        except clues.NotDone as wrong:
            problems = wrong.problems
    agency = registers_for(connections["default"], reader.agency, ()).agency(reader.agency)
    named = agency.departments if agency else {}
    typed = request.POST if request.method == "POST" else {"source_on": legal_day(now).isoformat()}
    context = {
        "fields": fields(rules, clues.ASKED, typed, problems, (*clues.NEEDED,)), "problems": problems.values(),
        "files": brought, "department": department,
        "departments": {key: named[key].name for key in sorted(reader.departments) if key in named},
    }  # fmt: skip
    return page(request, "counter/clue_new.html", context, status=422 if problems else 200)


def opening(rules: RuleSet) -> Act:
    """The act that opens a case of a violation: what it takes for files, a clue takes."""
    return rules.procedures[PROCEDURE].rule.opening


def fields(
    rules: RuleSet, names: tuple[str, ...], post: Any, problems: Mapping[str, str], needed: tuple[str, ...]
) -> list[Field]:
    """The fields of a form, with what was typed and what is wrong with it."""
    return [Field(rules.dictionary[name], post.get(name, ""), name in needed, problems.get(name, "")) for name in names]


PROPOSED, APPROVED = (clue_ends.REASON,), (clue_ends.APPROVAL,)
ENDED, ANSWERED = ("clue_ended_because", "clue_ended_note"), ("clue_answer_manner", "clue_answered_on", "clue_answer")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff
def clue(request: Any, stream: UUID) -> HttpResponse:
    """One clue: open a case from it, end it without one, answer whoever sent it, look up who reported it."""
    row = clues.one(request.reader, stream)
    if row is None:
        raise Http404
    rules = library().on(row.jurisdiction, legal_day(timezone.now()))
    problems, who = {}, None
    if request.method == "POST":
        try:
            with transaction.atomic():
                who = done(request, row, rules)
            if who is None:
                return redirect("counter:clue", stream=stream)
        except clues.NotDone as wrong:
            problems = wrong.problems
        except VersionConflict:
            problems = {"": LATER}
        except RecordRefused as refused:
            problems = {"": str(refused)}
    events = reading.load(connections["default"], str(stream))
    hidden = {"clue_reporter", "clue_reporter_contact"}
    facts = {name: value for name, value in events[0].event.facts.items() if name not in hidden}
    order = {name: at for at, name in enumerate(clues.ASKED)}
    facts = dict(sorted(facts.items(), key=lambda one: order.get(one[0], 99)))
    later = [
        (one.occurred_at, one.actor.name, WORDS[one.kind], telling.told(rules, one.event.facts)) for one in events[1:]
    ]
    context = {
        "clue": row, "facts": telling.told(rules, facts), "later": later, "due": due(row, rules), "who": who,
        "state": clues.STATES[row.state], "problems": problems, "event": events[0].id,
        "files": events[0].event.files if row.state != "disposed" else (),
        "case": CaseRow.objects.filter(pk=row.case).first() if row.case else None, "procedure": PROCEDURE,
        "opens": row.state == "waiting" and bool(row.department) and "officer" in request.reader.posts,
        "ending": fields(rules, ENDED, request.POST, problems, ENDED),
        "answering": fields(rules, ANSWERED, request.POST, problems, ANSWERED),
        "check": check(row, rules), "departments": clues.handling(request.reader.agency, timezone.now()),
        "assigns": row.state == "waiting" and bool(request.reader.posts & clues.WHO),
        "may_ask_who": bool(request.reader.posts & clues.WHO), "kept_until": clue_ends.kept_until(row, rules),
        "today": legal_day(timezone.now()), **disposing(request, row, rules, problems),
    }  # fmt: skip
    return page(request, "counter/clue.html", context, status=422 if problems else 200)


def disposing(request: Any, row: ClueRow, rules: RuleSet, problems: Mapping[str, str]) -> dict[str, Any]:
    """The form to propose the disposal of a clue whose period is over, or to approve it."""
    until, posts = clue_ends.kept_until(row, rules), request.reader.posts
    if until is None or until >= legal_day(timezone.now()):
        return {}
    if row.state == "set_aside" and posts & clue_ends.PROPOSES:
        return {"disposes": "propose", "disposing": fields(rules, PROPOSED, request.POST, problems, PROPOSED)}
    if row.state == "disposing" and posts & clue_ends.APPROVES:
        return {"disposes": "dispose", "disposing": fields(rules, APPROVED, request.POST, problems, APPROVED)}
    return {}


@require_safe
@staff
def file(request: Any, stream: UUID, index: int) -> HttpResponseBase:
    """A file that came with a clue."""
    row = clues.one(request.reader, stream)
    kept = row is not None and row.state != "disposed"
    files = reading.load(connections["default"], str(stream))[0].event.files if kept else ()
    if index >= len(files):
        raise Http404
    return serving.evidence(request, files[index])


WORDS = {
    "clue.assigned": "分办", "clue.used": "已经立案登记", "clue.set_aside": "不立案", "clue.answered": "已经答复",
    "clue.reporter_seen": "查看了举报人", "clue.disposal_proposed": "拟销毁", "clue.disposed": "批准销毁，内容已经销毁",
}  # fmt: skip


def done(request: Any, row: ClueRow, rules: RuleSet) -> tuple[str, str] | None:
    """What a button of the page does; who reported it, where that was asked."""
    now, connection, does = timezone.now(), connections["default"], request.POST.get("do", "")
    if does == "who":
        return clues.reporter(connection, request.reader, row, request.POST.get("why", ""), at=now)
    if does == "end":
        facts = typed_facts(request.POST, [rules.dictionary[name] for name in ENDED])
        clues.set_aside(connection, request.reader, row, facts, at=now)
        messages.success(request, "已经记下，不立案")
    elif does == "assign":
        clues.assign(connection, request.reader, row, request.POST.get("department", ""), at=now)
        messages.success(request, "已经分办")
    elif does == "propose":
        facts = typed_facts(request.POST, [rules.dictionary[name] for name in PROPOSED])
        clue_ends.propose(connection, request.reader, row, facts, at=now)
        messages.success(request, "已经提出，等机关负责人批准")
    elif does == "dispose":
        facts = typed_facts(request.POST, [rules.dictionary[name] for name in APPROVED])
        clue_ends.approve(connection, request.reader, row, facts, at=now)
        messages.success(request, "已经批准，内容已经销毁；附件随后由后台删除")
    elif does == "answer":
        facts = typed_facts(request.POST, [rules.dictionary[name] for name in ANSWERED])
        clues.answer(connection, request.reader, row, facts, at=now)
        messages.success(request, "答复已经记下")
    return None
