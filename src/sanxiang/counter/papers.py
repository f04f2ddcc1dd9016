"""The page behind the code on a paper (文书核验): what the paper is, that this installation made it, what became of
its decision in public, and by which notice it was corrected since. Nothing about the matter and nobody's name."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure.models import CorrectedPaper, PublicAgency, PublishedNumber
from sanxiang.three_systems.recording.documents import catalogue
from sanxiang.three_systems.recording.marks import BLANK, mark_of
from sanxiang.three_systems.recording.packages import VERIFIER

from . import proofs


@never_cache
@require_safe
def checked(request: HttpRequest, code: str) -> HttpResponse:
    """What a code says; 404 for one that was not made here."""
    mark = mark_of(code)
    if mark is None:
        return render(request, "counter/paper_unknown.html", status=404)
    agency = PublicAgency.objects.using("portal").filter(pk=mark.agency).first()
    form = next((one for one in catalogue() if one.id == mark.template), None)
    rows = PublishedNumber.objects.using("portal").filter(agency=mark.agency)
    if mark.template == BLANK:
        decision = rows.filter(blank=mark.number).first()
        return render(request, "counter/blank.html", {"mark": mark, "agency": agency, "decision": decision})
    rows = rows.filter(number=mark.number)
    put_right = CorrectedPaper.objects.using("portal").filter(
        agency=mark.agency, template=mark.template, number=mark.number
    )
    context = {
        "mark": mark, "agency": agency, "title": form.title if form else "",
        "digest": " ".join(mark.digest[at : at + 4] for at in range(0, len(mark.digest), 4)),
        "decision": rows.first() if mark.number else None,
        "code": code if proofs.kept(code) else "",
        "corrections": put_right.order_by("corrected_on", "notice") if mark.number else (),
    }  # fmt: skip
    return render(request, "counter/paper.html", context)


@never_cache
@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of a paper, for whoever holds the paper. Http404 where none lies ready."""
    told = proofs.opened(code) if mark_of(code) is not None else None
    if told is None:
        raise Http404
    return _file(told, "application/json", "文书回执.paper-proof")


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The one file that checks papers, receipts, ledgers and packages without us."""
    return _file(VERIFIER.read_bytes(), "text/x-python; charset=utf-8", "verify.py")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer
