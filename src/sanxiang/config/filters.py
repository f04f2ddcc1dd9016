"""What every template may say."""

from __future__ import annotations

from django.template import Library

from sanxiang.core.values import category_name

register = Library()
register.filter("category_name", category_name)
