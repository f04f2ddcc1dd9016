"""Giving and checking access keys (接口密钥)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from .models import AccessKey

PREFIX = "sx_"


def digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def give(account: Any, label: str, *, days: int, at: datetime) -> str:
    """A new key for an account; shown once, never stored."""
    key = PREFIX + secrets.token_urlsafe(32)
    AccessKey.objects.create(
        digest=digest(key), account=account.pk, label=label[:100], created_at=at, expires_at=at + timedelta(days=days)
    )
    return key


class ByKey(HttpBearer):
    """`Authorization: Bearer sx_…`: the account of a key that is neither expired nor revoked."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = AccessKey.objects.filter(digest=digest(token), revoked_at=None, expires_at__gt=timezone.now()).first()
        if found is None:
            return None
        account = get_user_model().objects.filter(pk=found.account, is_active=True).first()
        if account is not None:
            request.user = account
        return account
