"""What the code on a paper opens (文书核验): an address that says what the paper is and that this installation made it.

The address itself holds what its page shows — agency, day, kind and number of the paper, the beginning of its digest —
under a keyed hash, so that nothing has to be looked up, nobody can leaf through papers, nothing personal is told. It
is printed only where it is known at which address the public finds the site; a wrong address is worse than none.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from sanxiang.casework.codes import token

FORM, MAC, LONGEST = 1, 10, 400
BLANK = "blank"
"""The kind of a numbered blank that was handed out before it was filled in: what it says is not known yet, so that it
has no digest."""
DIGEST = 12
"""So many hex digits of the digest stand on a paper."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A paper as its code tells it: `template` the kind, `number` empty where it has none, `digest` 12 hex digits."""

    agency: UUID
    day: date
    template: str
    number: str
    digest: str


def code_of(mark: Mark) -> str:
    """The mark as letters of an address.

    Form 1: a byte 1, the agency (16 bytes), the day (3 bytes, its proleptic Gregorian ordinal), the digest (6 bytes),
    kind, a zero byte, number (UTF-8); 10 bytes of the keyed hash; in base64url without filling."""
    body = b"".join((
        bytes([FORM]), mark.agency.bytes, mark.day.toordinal().to_bytes(3, "big"), bytes.fromhex(mark.digest),
        mark.template.encode(), b"\0", mark.number.encode(),
    ))  # fmt: skip
    return base64.urlsafe_b64encode(body + _mac(body)).decode().rstrip("=")


def mark_of(code: str) -> Mark | None:
    """The mark behind a code; None for one that this installation did not make."""
    try:
        raw = base64.b64decode(code[:LONGEST] + "=" * (-len(code[:LONGEST]) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[:-MAC], raw[-MAC:]
    if len(code) > LONGEST or not hmac.compare_digest(mac, _mac(body)) or body[:1] != bytes([FORM]):
        return None
    template, _, number = body[26:].partition(b"\0")
    day = date.fromordinal(int.from_bytes(body[17:20], "big"))
    return Mark(UUID(bytes=body[1:17]), day, template.decode(), number.decode(), body[20:26].hex())


def _mac(body: bytes) -> bytes:
    return token("paper", body.hex())[:MAC]


def public(path: str) -> str:
    """An address of ours as it may be printed; empty where nobody said at which address the public finds the site."""
    return f"{settings.SANXIANG_PUBLIC_URL}{path}" if settings.SANXIANG_PUBLIC_URL else ""


def absolute(request: Any, path: str) -> str:
    """An address of ours for a screen: the public one, else the one at which we were asked."""
    return public(path) or str(request.build_absolute_uri(path))


def check_address(mark: Mark) -> str:
    """Where a paper is checked; empty where that is not known."""
    return public(reverse("counter:paper", args=[code_of(mark)]))


def party_address(code: str) -> str:
    """The party's page with its code filled in; empty for no code, or where that is not known."""
    return public(f"{reverse('counter:find')}?{urlencode({'code': code})}") if code else ""
