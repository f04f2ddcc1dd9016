"""Drafts of opinions (审核意见草稿): kept while somebody works, his own, gone when the review has ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict

from sanxiang.core.rulebook.values import CONTROL

from .models import ReviewDraft

LARGEST = 200_000
"""Characters of all fields together; more than every field of an opinion may hold."""
FIELDS = 400
OF_DRAFT = ("review_points.", "review_outcome", "review_opinion", "review_in_form", "review_return_reason")


class NotKept(ValueError):
    """What was sent is not a draft; the text says why."""


def cleaned(sent: QueryDict | Mapping[str, Any]) -> dict[str, str]:
    """The fields of a draft as plain texts; raises NotKept for what is too much or cannot be kept."""
    found = {
        str(name): str(value)
        for name, value in sent.items()
        if str(name).startswith(OF_DRAFT) and len(str(name)) <= 60 and value not in (None, "")
    }
    if len(found) > FIELDS or sum(map(len, found.values())) > LARGEST:
        raise NotKept("草稿太长，没有保存：请把长的内容作为文书附卷，意见里只写要点")
    if any(CONTROL.search(value.replace("\r", "")) for value in found.values()):
        raise NotKept("草稿里有不能保存的控制字符，请删去")
    return found


def keep(officer: str, stream: str, round: str, sent: QueryDict | Mapping[str, Any], at: datetime) -> None:
    """Put a draft in place of the one before. Raises NotKept."""
    body = cleaned(sent)
    values = {"round": round, "at": at, "body": body}
    ReviewDraft.objects.update_or_create(officer=officer, stream=stream, defaults=values)


def kept(officer: str, stream: str, round: str) -> ReviewDraft | None:
    """The draft of this reviewer for this round; one of an earlier round is none."""
    return ReviewDraft.objects.filter(officer=officer, stream=stream, round=round).first()


def forget(stream: str) -> None:
    """The review has ended: nobody's draft of it is of use any more."""
    ReviewDraft.objects.filter(stream=stream).delete()
