"""The way in (登录): name and password, slowed down after failures."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.core.exceptions import ValidationError

FAILURES_MAX = 8
PAUSE_S = 300


class LoginForm(AuthenticationForm):
    """Says nothing about whether a name exists; after eight failures the name or the address waits five minutes."""

    def clean(self) -> dict[str, Any]:
        keys = [f"login:{part}" for part in (self.data.get("username", "")[:150], self._address())]
        if any(cache.get(key, 0) >= FAILURES_MAX for key in keys):
            raise ValidationError("失败次数太多，请五分钟后再试。")
        try:
            return dict(super().clean())
        except ValidationError:
            for key in keys:
                cache.add(key, 0, PAUSE_S)
                cache.incr(key)
            raise ValidationError("用户名或者密码不对。") from None

    def _address(self) -> str:
        return str(self.request.META.get("REMOTE_ADDR", "")) if self.request else ""


class Login(LoginView):
    """The login page; leads to the desk."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        return "/work/"
