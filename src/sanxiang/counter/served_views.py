"""The very papers that were served (送达的文书原件), opened by their party alone: through the portal's connection, with
what this browser was let in with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from .models import PartyPaperContent
from .sealed import key_of, opened_file
from .served import address_of, secret_of

Paper = Mapping[str, Any]


def openable(opens: bytes, documents: Iterable[Paper]) -> list[dict[str, Any]]:
    """The papers of a page, each with the address at which it is opened; without one where it does not lie ready."""
    papers = list(documents)
    secrets = [secret_of(opens, str(one.get("name", ""))) for one in papers]
    keys = [key_of(one) for one in secrets]
    ready = set(PartyPaperContent.objects.using("portal").filter(pk__in=keys).values_list("key", flat=True))
    return [
        {**paper, "address": address_of(secret) if key in ready else ""}
        for paper, secret, key in zip(papers, secrets, keys, strict=True)
    ]


def paper(opens: bytes, documents: Iterable[Paper], address: str) -> HttpResponse:
    """The document at an address of this page. Its file name tells nothing of the matter. Http404."""
    names = [str(one.get("name", "")) for one in documents]
    at, secret = next(
        ((at, one) for at, name in enumerate(names, 1) if address_of(one := secret_of(opens, name)) == address),
        (0, b""),
    )
    rows = PartyPaperContent.objects.using("portal").filter(pk=key_of(secret)) if at else None
    sealed = rows.values_list("sealed", flat=True).first() if rows is not None else None
    content = opened_file(secret, bytes(sealed)) if sealed is not None else None
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, f"文书{at}.pdf")
    return answer
