"""Partners of the exchange: their keys, and how often they may ask (共享对象)."""

from __future__ import annotations

import ipaddress
import re
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer

from sanxiang.interchange.credit.keeping import seal
from sanxiang.interchange.keys import digest
from sanxiang.interchange.models import Partner

from .sender import Failed, placed

PREFIX = "sxp_"
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{0,2000}")
A_MINUTE = 120
"""How often a partner may ask in one minute."""


class BadPartner(ValueError):
    """The partner cannot be entered; the text says why."""


def enter(
    name: str,
    *,
    days: int,
    at: datetime,
    jurisdiction: str = "",
    categories: Sequence[str] = (),
    address: str = "",
    token: str = "",
    networks: Sequence[str] = (),
    platform: bool = False,
) -> tuple[Partner, str]:
    """A new partner and its key; the key is shown once, never stored. Raises BadPartner."""
    if not name.strip() or Partner.objects.filter(name=name).exists():
        raise BadPartner("共享对象要有名称，而且不能重名")
    if not TOKEN.fullmatch(token):
        raise BadPartner("令牌只能用字母、数字和 -._~+/= 这些符号")
    try:
        inside = [str(ipaddress.ip_network(one)) for one in networks]
        if address:
            placed(address)
    except (ValueError, Failed) as wrong:
        raise BadPartner(str(wrong)) from wrong
    identity = uuid.uuid4()  # noqa: TID251  identifiers are made here, at the edge
    key = PREFIX + secrets.token_urlsafe(32)
    wrapped, held = seal(identity, token.encode()) if token else (None, None)
    partner = Partner.objects.create(
        id=identity, name=name[:100], jurisdiction=jurisdiction, categories=list(categories), digest=digest(key),
        created_at=at, expires_at=at + timedelta(days=days), address=address, networks=inside, key=wrapped, token=held,
        platform=platform,
    )  # fmt: skip
    return partner, key


def taken_one(partner: Partner, at: datetime) -> bool:
    """Count one question; whether it may be asked. All processes count together."""
    start = at.replace(second=0, microsecond=0)
    same = Q(minute=start)
    asked = Case(When(same, then=F("asked") + 1), default=Value(1))
    rows = Partner.objects.filter(pk=partner.pk).filter(~same | Q(minute=None) | Q(asked__lt=A_MINUTE))
    return bool(rows.update(asked=asked, minute=start, asked_at=at))


class ByPartner(HttpBearer):
    """`Authorization: Bearer sxp_…`: a partner whose key is neither expired nor revoked. It is no account: nothing but
    the exchange is open to it."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        now = timezone.now()
        found = Partner.objects.filter(digest=digest(token), revoked_at=None, expires_at__gt=now).first()
        if found is None:
            return None
        if not taken_one(found, now):
            raise HttpError(429, f"一分钟最多 {A_MINUTE} 次，请稍后再取")
        return found
