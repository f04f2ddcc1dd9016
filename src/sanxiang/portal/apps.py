"""The app of the public site (公示门户)."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """No tables of its own: it reads what disclosure published."""

    name = "sanxiang.portal"
    label = "portal"
    verbose_name = "公示门户"
