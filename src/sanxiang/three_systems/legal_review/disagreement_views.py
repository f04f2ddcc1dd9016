"""A disagreement on one page (分歧): each point of the opinion beside the objection to it, and what the coordination
came to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from sanxiang.casework import telling
from sanxiang.casework.views.case import Opened, opened
from sanxiang.casework.views.common import page, staff


@require_safe
@staff
def disagreement(request: Any, stream: UUID) -> HttpResponse:
    """Every objection of a case with both views side by side, the latest first."""
    found = opened(request, stream)
    rounds = disputes(found)
    if not rounds:
        raise Http404
    context = {
        "row": found.row,
        "disputes": rounds[::-1],
        "waiting": found.case.disputed_seq > found.case.coordinated_seq,
    }
    return page(request, "legal_review/disagreement.html", context)


def disputes(found: Opened) -> list[dict[str, Any]]:
    """For each objection the opinion it is about, its points with what was objected, the coordination, and what the
    review said afterwards."""
    made: list[dict[str, Any]] = []
    opinion = None
    for one in found.events:
        if one.kind == "review.concluded":
            opinion = one
            if made and "after" not in made[-1]:
                made[-1]["after"] = one
        elif one.kind == "review.disputed" and opinion is not None:
            points = beside(opinion, one)
            made.append({
                "opinion": opinion, "objection": one, "points": [line for line in points if line["grounds"]],
                "agreed": [line for line in points if not line["grounds"]],
            })  # fmt: skip
        elif one.kind == "review.coordinated" and made:
            made[-1]["coordination"] = one
            made[-1]["result"] = telling.told(found.rules, one.event.facts)
    return made


def beside(opinion: Any, objection: Any) -> list[dict[str, Any]]:
    """The points of an opinion with the grounds that were raised against each; an objection to what is no point of it
    stands by itself. What is disputed comes first."""
    grounds: dict[str, list[str]] = {}
    for line in objection.event.facts.get("review_disputed_points") or ():
        grounds.setdefault(str(line.get("point", "")), []).append(str(line.get("ground", "")))
    lines = [
        {**line, "grounds": grounds.pop(str(line.get("point", "")), [])}
        for line in opinion.event.facts.get("review_points") or ()
    ]
    lines += [{"point": point, "grounds": raised} for point, raised in grounds.items()]
    return sorted(lines, key=lambda line: not line["grounds"])
