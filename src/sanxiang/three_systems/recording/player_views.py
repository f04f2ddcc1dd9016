"""Looking at a file of the record (查看、播放): the purpose, the player, who looked, stills, secrecy."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanxiang.casework import levels, uploads, whys
from sanxiang.casework.access import find_case, is_guest, may_see
from sanxiang.casework.models import CaseRow
from sanxiang.casework.uses import OFFERED, stated
from sanxiang.casework.views.common import following, page, staff
from sanxiang.core.casefile import Gap, fold_recording
from sanxiang.core.events.looking import FileClassified
from sanxiang.core.values.media import kind_of
from sanxiang.core.values.origin import GRADES, grade_of
from sanxiang.store.blobs import CHUNK, NotThere, shelf
from sanxiang.store.film.asking import CannotSay
from sanxiang.store.objects import Away

from . import examining, looking, serving
from .attached import OWN_FILES
from .capture import interrupting
from .models import RecordingRow
from .origins import files_origin

PURPOSES = ("办理本案", "审核本案", "当事人申请查阅", *OFFERED)
MOST = 200


def found_or_404(request: Any, owner: UUID, event: UUID, index: int) -> looking.Seen:
    found = looking.seen(request.user, owner, event, index)
    if found is None:
        raise Http404
    return found


@require_safe
@staff
def look(request: Any, owner: UUID, event: UUID, index: int) -> HttpResponse:
    """The page of one file: played or shown under a watermark, with what was found in it."""
    found = found_or_404(request, owner, event, index)
    looking.looked(found, "view")
    known = examining.examined(found.file["sha256"])
    if known is None and examining.media_in([found.file]):
        examining.look_into([found.file])
    context = {
        "found": found, "file": found.file, "known": known, "remarks": examining.remarks(known, found.file),
        "kind": shown_as(found), "office": kind_of(str(found.file["type"])) == "office",
        "place": place_of(request, found, bytes_of(found, known)),
        "small": place_of(request, found, "small") if known and known.small else "",
        "download": "" if found.guest else place_of(request, found, "original") + "?download",
        "told": told(found, known), "grade": (grade := graded(found)), "origin": GRADES.get(grade, ""),
        "at": asked(request, "t"), "sheet": asked(request, "page"),
        "mark": f"{request.reader.name} {request.reader.agency_name} {timezone.localtime():%Y-%m-%d %H:%M}",
        "still": reverse("recording:still", args=[owner, event, index]) if takes_stills(found) else "",
        "levels": levels.LEVELS, "may_mark": levels.may_mark(request.reader, found.agency),
    }  # fmt: skip
    return page(request, "recording/look.html", context)


@require_safe
@staff
def play(request: Any, owner: UUID, index: int) -> HttpResponse:
    """On to the file of a recording at its place, whichever event names it."""
    place = looking.recording_of(request.user, request.reader, owner)
    named = next((one for one in reversed(place[0]) if one.event.files), None) if place else None
    if named is None:
        raise Http404
    where = reverse("recording:look", args=[owner, named.id, index])
    return redirect(f"{where}?t={at}" if (at := asked(request, "t")) else where)


def asked(request: Any, name: str) -> int:
    """The second (t) or page that a link wants opened; 0 where it says none or nonsense."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


def shown_as(found: looking.Seen) -> str:
    """image, audio, video, pdf: what the page shows in place; empty for what is only fetched."""
    kind = kind_of(found.file["type"])
    return kind if kind in ("image", "audio", "video", "pdf") else ""


def bytes_of(found: looking.Seen, known: Any) -> str:
    """Under which name the file process gives what the page shows: photos and papers as a copy with a watermark."""
    if found.runs:
        return "play" if known and known.copy else "original"
    return "view"


def place_of(request: Any, found: looking.Seen, what: str) -> str:
    names = [found.owner, found.event, found.index, what]
    return files_origin(request) + reverse("files:bytes", args=names)


def takes_stills(found: looking.Seen) -> bool:
    """Whether a still can go into the file: film, of a case that he handles."""
    if kind_of(found.file["type"]) != "video" or found.case is None:
        return False
    return found.reader.officer in found.case.handlers and found.case.state not in ("closed", "archived")


def graded(found: looking.Seen) -> str:
    """How far the origin of a file can be shown: that of the recording it belongs to, else its own; empty of a paper
    that the system made."""
    if found.events[0].kind.startswith("recording."):
        return fold_recording(found.events).grade
    named = next(one for one in found.events if one.id == found.event)
    return "" if named.kind in OWN_FILES else grade_of(found.file)


def told(found: looking.Seen, known: Any) -> dict[str, Any]:
    """For the bar of the player: {"wave", "marks": [[second, words]], "spans": [[from, until, kind, words]]}."""
    seen = known.found if known and known.state == "found" else {}
    spans = [[*span, "gap", "时间戳中断"] for span in seen.get("gaps", [])]
    spans += [[*span, "quiet", "没有声音"] for span in seen.get("silence", [])]
    spans += [[*span, "black", "画面全黑"] for span in seen.get("black", [])]
    marks, gaps = _recorded(found)
    return {"wave": seen.get("wave", []), "marks": marks, "spans": spans + gaps, "duration": seen.get("duration", 0)}


def _recorded(found: looking.Seen) -> tuple[list[list[Any]], list[list[Any]]]:
    """Bookmarks and interruptions that a recording of ours holds, in the time of the file that is shown: each run is a
    file of its own, and what lies in another stands there. An interruption between two runs is the end of the one and
    the beginning of the other."""
    span = _span(found)
    if span is None:
        return [], []
    one, (began, ended) = fold_recording(found.events), span

    def second(at: datetime) -> float:
        return round((at - began).total_seconds(), 2)

    marks = [
        [second(at), " ".join(filter(None, (mark.get("kind"), mark.get("note"))))]
        for mark in one.marks
        if str(mark.get("at", ""))[:4].isdigit() and began <= (at := datetime.fromisoformat(mark["at"])) <= ended
    ]
    gaps = [
        [second(max(gap.since, began)), second(min(gap.until, ended)), "gap", _interrupted(gap)]
        for gap in one.gaps
        if gap.since <= ended and gap.until >= began
    ]
    return marks, gaps


def _span(found: looking.Seen) -> tuple[datetime, datetime] | None:
    """From when until when the file lasts; None of what is no run of a recording, or where that cannot be told."""
    if not found.events[0].kind.startswith("recording.") or not found.runs:
        return None
    one = fold_recording(found.events)
    films = [str(file["sha256"]) for file in one.files if kind_of(str(file.get("type", ""))) in ("audio", "video")]
    try:
        spans = interrupting.spans_of(one)
    except (NotThere, Away, ValueError):  # without the list of the chain no place is better than a wrong one
        return None
    place = films.index(str(found.file["sha256"])) if str(found.file["sha256"]) in films else len(spans)
    return spans[place] if place < len(spans) else None


def _interrupted(gap: Gap) -> str:
    return f"中断 {examining.clock(gap.seconds)}：{gap.cause or '原因未说明'}"


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def why(request: Any, stream: UUID) -> HttpResponse:
    """Ask for the purpose of looking, once a case and day; with it, on to the file."""
    row, title = CaseRow.objects.filter(pk=stream).first(), ""
    if row is not None:
        title = row.title if may_see(request.reader, row) or is_guest(request.reader, row) else ""
    elif looking.recording_of(request.user, request.reader, stream) is not None:
        title = "录音录像"
    if not title:
        raise Http404
    typed, problem = stated(request.POST), ""
    if request.method == "POST":
        problem = whys.wrong(typed)
        if not problem:
            whys.note(request.reader, [stream], typed)
            return following(request, reverse("casework:case", args=[stream]) if row else reverse("casework:home"))
    asked = request.POST.get("next") or request.GET.get("next", "")
    first = typed or whys.last(request.reader, stream)
    offered = tuple(dict.fromkeys((*([first] if first and not typed else []), *PURPOSES)))
    context = {"title": title, "first": first, "problem": problem, "next": asked, "purposes": offered}
    return page(request, "recording/why.html", context, status=422 if problem else 200)


@require_safe
@staff
def looks(request: Any, owner: UUID) -> HttpResponse:
    """Who looked at which file of a case or recording, when and why: for its owner and for supervision."""
    case = find_case(request.user, owner)
    if case is None and looking.recording_of(request.user, request.reader, owner) is None:
        raise Http404
    also = RecordingRow.objects.filter(case=owner).values_list("stream", flat=True) if case else ()
    hidden = set().union(*(levels.hidden(request.reader, case, one) for one in (owner, *also)))
    rows = [one for one in looking.looks_at(owner, list(also))[:MOST] if one.sha256 not in hidden]
    context = {"title": case.title if case else "录音录像", "case": case, "rows": rows, "most": MOST}
    return page(request, "recording/looks.html", context)


@require_POST
@staff
def still(request: Any, owner: UUID, event: UUID, index: int) -> HttpResponse:
    """Take the picture of one moment into the file: a derived PNG that waits for the next taking of evidence. The look
    tells its source by digest, and the second."""
    found = found_or_404(request, owner, event, index)
    if not takes_stills(found) or found.case is None:
        raise Http404
    looking.purpose(found)
    try:
        second = float(request.POST.get("second", "nan"))
        path, begins = examining.still(found.file["sha256"], found.file["type"], second)
    except (ValueError, NotThere, Away) as problem:
        text = str(problem) if isinstance(problem, CannotSay) else "这个时间没有画面"
        text = serving.AWAY if isinstance(problem, Away) else text
        return page(request, "recording/looks.html", {"title": found.title, "problem": text, "rows": []}, status=422)
    query = {"act": "take_evidence", "stream": str(found.case.stream)}
    name = (
        f"{found.file['name'].rpartition('.')[0]} {examining.clock(begins)}{f'{begins % 1:.3f}'[1:]} 画面.png".replace(
            ":", "-"
        )
    )
    try:
        act, stream = uploads.act_of(request.user, request.reader, query)
        with path.open("rb") as file:
            blob = shelf().stage(iter(lambda: file.read(CHUNK), b""), limit=path.stat().st_size)
        made = uuid.uuid4()  # noqa: TID251  identifiers are made here, at the edge
        row = uploads.stage_arrived(
            act,
            name,
            blob,
            made,
            officer=request.reader.officer,
            stream=stream,
            at=timezone.now(),
            grade=graded(found),
        )
        looking.looked(found, "still", second=f"{begins:.3f}", made=blob.sha256)
    except (uploads.NotTaken, LookupError):
        raise Http404 from None
    return redirect(f"{reverse('casework:act', args=[stream, act.id])}?{urlencode({'kept': row.id})}")


@require_POST
@staff
def classify(request: Any, owner: UUID, event: UUID, index: int) -> HttpResponse:
    """Mark a file 国家秘密, 商业秘密 or 个人隐私, or lift the mark, with a reason."""
    found = found_or_404(request, owner, event, index)
    said = FileClassified(
        owner=str(owner), event=str(event), index=index, sha256=found.file["sha256"], name=found.file["name"],
        level=request.POST.get("level", ""), facts={"level_reason": request.POST.get("reason", "").strip()[:500]},
    )  # fmt: skip
    try:
        levels.classify(
            request.reader, found.case, said, agency=found.agency, actor=looking.actor_of(request.reader),
            at=timezone.now(),
        )  # fmt: skip
    except levels.NotAllowed as refused:
        context = {"title": found.title, "problem": str(refused), "rows": []}
        return page(request, "recording/looks.html", context, status=422)
    still_seen = looking.seen(request.user, owner, event, index) is not None
    back = reverse("recording:look", args=[owner, event, index]) if still_seen else reverse("casework:home")
    return redirect(back)
