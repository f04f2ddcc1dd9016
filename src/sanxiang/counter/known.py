"""The browser of a party (已知的浏览器): one that was let in with a code, or on which the certificates of the officers
of the case were confirmed on the spot. It opens nothing by that; its tries are counted apart (`tries`)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest
from django.urls import reverse

from sanxiang.casework.codes import mark_of

NAME, SALT, LASTS = "sanxiang-party-known", "counter.party.known", timedelta(days=180)


def known_here(request: HttpRequest, code: str) -> str:
    """What this browser carries where it is known with this code; else empty."""
    carried = carried_by(request)
    return carried if secrets.compare_digest(carried.partition(".")[0], mark_of(code)) else ""


def carried_by(request: HttpRequest) -> str:
    """The mark of a code and the browser's own number; empty where there is none or it was not given here."""
    try:
        return str(request.get_signed_cookie(NAME, salt=SALT, max_age=LASTS))
    except (KeyError, BadSignature):
        return ""


def remember(request: HttpRequest, answer: Any, mark: str, number: str = "") -> None:
    """Let the browser carry the mark of a code and a number, by which its tries are counted: one of its own where none
    is given. What it carries for this code already stays."""
    carried = carried_by(request)
    own = carried if carried.partition(".")[0] == mark else f"{mark}.{number or secrets.token_hex(8)}"
    keep(answer, NAME, own, SALT, LASTS)


def keep(answer: Any, name: str, value: str, salt: str, lasts: timedelta) -> None:
    """A signed cookie that the counter alone gets back."""
    answer.set_signed_cookie(
        name, value, salt=salt, max_age=lasts, path=reverse("counter:find"), secure=settings.HTTPS, httponly=True,
        samesite="Strict",
    )  # fmt: skip
