"""Pages of the desk about recordings: those of a case with what interrupted them, exemptions, third parties; and what
was done on a phone and could not be done by the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import levels
from sanxiang.casework.access import Reader
from sanxiang.casework.models import BroughtEvidence, CaseRecording, CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.recordings import Noted
from sanxiang.casework.registers import registers_for
from sanxiang.casework.telling import plain_flag
from sanxiang.casework.views.case import Opened, opened
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import Recording, fold_recording
from sanxiang.core.gates import exempting as freeing
from sanxiang.core.gates.asking import states_times
from sanxiang.core.gates.covering import at_start
from sanxiang.core.registers.blanks import ENDS, STATES
from sanxiang.core.values import CHINA, legal_day
from sanxiang.core.values.media import kind_of
from sanxiang.core.values.origin import GRADES
from sanxiang.store import reading
from sanxiang.three_systems.recording import examining, looking
from sanxiang.three_systems.recording.activities import activities_of
from sanxiang.three_systems.recording.documents.rendering import qr_drawing
from sanxiang.three_systems.recording.models import ArrivedAct, BlankRow, RecordingRow

from . import afterwards, arriving, blanks, engaging, exempting, explaining, packages, vouching
from .takes import NotTaken

MOST = 100
STATED = {
    "explain": explaining.EXPLAINED,
    "notice": ("notice_late_reason",),
    "exempt": ("exempt_ground", "exempt_reason"),
    "entrust": ("third_party_name", "third_party_person", "third_party_contract", "third_party_reason"),
}
DONE = {
    "explain": "已说明", "notice": "已记下告知的位置", "link": "已关联", "unlink": "已取消关联，回到没有归属的录音录像",
    "exempt": "已申请免予录音录像", "approve": "已批准", "refuse": "已退回",
    "entrust": "已登记第三方记录", "end": "已终止",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def of_case(request: Any, stream: UUID) -> HttpResponse:
    """The recordings of a case: whether they are whole, each interruption with its explanation."""
    found, noted = opened(request, stream), Noted()
    if request.method == "POST":
        if request.reader.agency != found.case.agency or not request.reader.posts & {"officer", "unit_head", "head"}:
            raise Http404
        noted = done(request, found)
        if noted.done:
            messages.success(request, DONE[request.POST["do"]])
            return redirect("recording:of-case", stream=stream)
    states = recordings_of(request.reader, found.row)
    return page(request, "recording/capture/case.html", shown(request, found, states, noted),
                status=422 if noted.reasons else 200)  # fmt: skip


def recordings_of(reader: Reader, row: CaseRow) -> list[Recording]:
    """The recordings of a case; files of levels that the reader has not are left out, and exemptions and engagements
    whose content was destroyed."""
    ids = CaseRecording.objects.filter(case=row.stream).order_by("began").values_list("stream", flat=True)[:MOST]
    used = BroughtEvidence.objects.filter(stream=row.stream).values_list("recordings", flat=True)
    wanted = dict.fromkeys((*map(str, ids), *(name for names in used for name in names)))
    streams = reading.load_many(connections["default"], list(wanted))
    known = (levels.visible(reader, row, events) for events in streams.values())
    states = (fold_recording(events) for events in known)
    told = (one for one in states if one.sort == "recording" or one.state != "destroyed")
    return sorted(told, key=lambda one: str(one.began))


def shown(request: Any, found: Opened, states: list[Recording], noted: Noted) -> dict[str, Any]:
    acts = {act.id: act.name for act in found.rules.acts_of(found.case.procedure)}
    rule, dictionary = freeing(found.rules), found.rules.dictionary
    made = [one for one in states if one.sort == "recording" and (one.files or one.state != "sealed")]
    looked_into = inspected(made)
    mine = RecordingRow.objects.filter(pk__in=packages.loose(request.reader.officer)).order_by("began")
    known = [str(row.stream) for row in looking.knowable(request.reader, mine)]
    loose = reading.load_many(connections["default"], known)
    return {
        "row": found.row, "reasons": noted.reasons, "typed": request.POST, "acts": acts,
        "made": [(one, acts.get(one.activity, one.activity), looked_into.get(one.id, ""), GRADES.get(one.grade, ""))
                 for one in made],
        "late": found.case.unexplained, "notice_within": round(at_start(found.rules).total_seconds()),
        "loose": [fold_recording(events) for events in loose.values()],
        "exemptions": [(one, acts.get(one.activity, ""), one.approver == request.reader.officer)
                       for one in states if one.sort == "exemption"],
        "engagements": [(one, acts.get(one.activity, ""), address_of(request, one))
                        for one in states if one.sort == "engagement"],
        "rule": rule, "approvers": heads_of(found, rule) if rule else [],
        "choices": {name: dictionary[name].choices for name in ("gap_cause", "gap_given")},
        "on_site": [(act.id, act.name) for act in found.rules.acts_of(found.case.procedure)
                    if act.activity in packages.ON_SITE or states_times(found.rules, act)],
        "activities": [one for one in activities_of(found.events) if not one.closed],
        "may": request.reader.agency == found.case.agency
        and bool(request.reader.posts & {"officer", "unit_head", "head"}),
    }  # fmt: skip


def inspected(made: list[Recording]) -> dict[str, str]:
    """How far the worker has looked into each sealed recording: waiting (待检验), failed, broken, done."""
    media = {
        one.id: [str(file["sha256"]) for file in one.files if kind_of(str(file.get("type", ""))) in ("video", "audio")]
        for one in made
        if one.sealed and one.medium != "photo"
    }
    known = examining.known(digest for digests in media.values() for digest in digests)
    found = {}
    for stream, digests in media.items():
        states = {known[one].state if one in known else "waiting" for one in digests}
        found[stream] = next((state for state in ("waiting", "broken", "failed") if state in states), "done")
    return found


def heads_of(found: Opened, rule: Any) -> list[dict[str, str]]:
    """Who may approve an exemption today."""
    return exempting.approvers(connections["default"], found.case.agency, rule.rule.by, timezone.now())


def address_of(request: Any, one: Recording) -> dict[str, str]:
    """Where a third party begins: an address with its pass behind the sign that no server sees."""
    if one.state != "running" or one.valid_until is None or one.valid_until < timezone.now():
        return {}
    place = request.build_absolute_uri(reverse("recording:capture")) + "#third=" + engaging.pass_of(one).signed()
    return {"place": place, "code": qr_drawing(place)}


def done(request: Any, found: Opened) -> Noted:
    """What a form of the page means."""
    post, connection, now = request.POST, connections["default"], timezone.now()
    wanted, officer = post.get("do", ""), request.reader.officer
    facts = {name: post[name] for name in STATED.get(wanted, ()) if post.get(name)}
    activity = post.get("activity", "")[:60]
    if wanted == "exempt":
        return explaining.exempt(connection, officer, found.row, activity, facts, post.get("approver", "")[:60], at=now)
    if wanted == "entrust":
        term = (instant(post.get("valid_from", "")), instant(post.get("valid_until", "")))
        return engaging.entrust(connection, request.reader, found.row, activity, facts, term, at=now)
    return about(post, found, wanted, facts, officer, activity, now)


def about(
    post: Any, found: Opened, wanted: str, facts: Mapping[str, str], officer: str, activity: str, now: datetime
) -> Noted:
    """What is said about one that is there: one of this case, or a loose one of the officer's own."""
    connection = connections["default"]
    try:
        stream = UUID(post.get("recording", ""))
    except ValueError:
        raise Http404 from None
    row = CaseRecording.objects.filter(pk=stream).first()
    mine = row is not None and (row.case == found.row.stream or (row.case is None and officer in row.people))
    if not mine:
        raise Http404
    if wanted == "explain":
        noted = explaining.explain(connection, stream, post.get("gap", "")[:60], facts, officer=officer, at=now)
        if noted.done:
            arriving.again(connection, str(stream), at=now)
        return noted
    if wanted == "notice":
        noted = explaining.notice(connection, stream, post.get("second", ""), facts, officer=officer, at=now)
        if noted.done:
            arriving.again(connection, str(stream), at=now)
        return noted
    if wanted in ("link", "unlink"):
        case = str(found.row.stream) if wanted == "link" else ""
        act, _, event = post.get("activity", "")[:100].partition("/") if case else ("", "", "")
        return afterwards.link(connection, str(stream), case, act, about=event, officer=officer, at=now)
    if wanted in ("approve", "refuse"):
        noted = explaining.answer_exemption(connection, stream, refused=wanted == "refuse", officer=officer, at=now)
        if noted.done:
            exempting.answered(connection, noted.recording, at=now)
        return noted
    if wanted == "end":
        return engaging.end(connection, str(stream), officer=officer, at=now)
    raise Http404


def instant(text: str) -> str:
    """A time of the browser's field with its zone; empty for none."""
    try:
        return datetime.fromisoformat(text[:30]).replace(tzinfo=CHINA).isoformat()
    except ValueError:
        return ""


@require_safe
@staff
def arrived(request: Any) -> HttpResponse:
    """What the reader did on his phone and what became of it."""
    rows = ArrivedAct.objects.filter(officer=request.reader.officer).order_by("-arrived")[:MOST]
    return page(request, "recording/capture/arrived.html", {"rows": rows, "key": vouching.fingerprint()})


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def arrived_act(request: Any, key: UUID) -> HttpResponse:
    """One act as it came in, why it could not be done, and the two ways on."""
    found = ArrivedAct.objects.filter(pk=key, officer=request.reader.officer).first()
    if found is None:
        raise Http404
    if request.method == "POST" and found.state != "done":
        found = arriving.attempt(
            connections["default"], found, at=timezone.now(), as_it_is=request.POST.get("do") == "as_it_is"
        )
        if found.state == "done":
            messages.success(request, "已办成，记入案卷")
            return redirect("casework:case", stream=found.case)
    facts = stated(found.sent.get("facts", {}))
    case = CaseRow.objects.filter(pk=found.case).first() if found.case else None
    unseen = levels.hidden(request.reader, case, found.case) if case else frozenset()
    files = [file for file in found.sent.get("files", ()) if file["sha256"] not in unseen]
    text = (found.sent.get("signed") or {}).get("text") or found.sent.get("shown", "")
    return page(request, "recording/capture/arrived_act.html", {
        "found": found, "facts": facts, "files": files, "case": case, "sender": other_sender(found),
        "read": text.split("\n") if text else [],
    })  # fmt: skip


def other_sender(found: ArrivedAct) -> str:
    """Whose login sent an act, where it was not that of its officer."""
    if found.sender in ("", str(found.officer)):
        return ""
    sender = registers_for(connections["default"], str(found.agency), (found.sender,)).officer(found.sender)
    return sender.name if sender else found.sender


def stated(facts: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What was typed, by its label, line by line; the rows of a table each in one."""
    dictionary, found = library().dictionary, []
    for name, value in facts.items():
        lines = value if isinstance(value, list) else [value]
        found.append((dictionary[name].label if name in dictionary else name, [_plain(line) for line in lines]))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "　".join(map(str, value.values()))
    return plain_flag(value) if isinstance(value, bool) else str(value)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def blanks_out(request: Any) -> HttpResponse:
    """The numbered blanks of the agency: every number of a year and where it stands, so that the counts add up."""
    refused, reader = "", request.reader
    if request.method == "POST":
        post = request.POST
        try:
            reason = {"blank_reason": post.get("blank_reason", "")}
            blanks.end(connections["default"], reader, post.get("number", "")[:60], post.get("outcome", ""), reason,
                       at=timezone.now())  # fmt: skip
        except NotTaken as problem:
            refused = str(problem)
        else:
            messages.success(request, "已登记")
            return redirect("recording:blanks")
    year = legal_day(timezone.now()).year
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else year
    mine = BlankRow.objects.filter(agency=reader.agency or None, year=year)
    counts = dict(mine.values_list("state").annotate(Count("number")))
    rows = list(mine.order_by("-handed_out", "number")[:MOST])
    context = {
        "year": year, "refused": refused, "typed": request.POST, "rows": rows, "total": sum(counts.values()),
        "counts": [(name, counts.get(state, 0)) for state, name in STATES.items()], "states": STATES, "ends": ENDS,
        "may": bool(reader.posts & {"unit_head", "head"}), "more": sum(counts.values()) > len(rows),
    }  # fmt: skip
    return page(request, "recording/capture/blanks.html", context, status=422 if refused else 200)
