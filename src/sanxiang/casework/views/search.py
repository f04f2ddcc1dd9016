"""One box that finds everything one may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from sanxiang.casework import finding
from sanxiang.core.values.searching import QUERY_MAX, words

from .common import page, staff


@require_safe
@staff
def search(request: Any) -> HttpResponse:
    """The first few hits of every kind, or one kind page by page; every choice stands in the address."""
    query, kind = request.GET.get("q", "")[:QUERY_MAX], request.GET.get("kind", "")
    kind = kind if kind in finding.KINDS else ""
    found = finding.look(request.reader, query, kind, request.GET.get("after", "")[:120])
    context = {
        "query": query, "kind": kind, "searched": bool(words(query)), "found": found,
        "hits": any(hits.hits for _, hits in found), "more": any(hits.next for _, hits in found),
        "asked": urlencode({"q": query}),
        "kinds": list(finding.KINDS.values()), "alone": bool(kind), "supervises": request.reader.everywhere,
    }  # fmt: skip
    return page(request, "casework/search.html", context)
