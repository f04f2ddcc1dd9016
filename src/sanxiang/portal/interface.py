"""The addresses for programs and what they answer, as a description that programs read (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from .views import CATEGORIES


@require_safe
@cache_control(public=True, max_age=60)
def description(request: HttpRequest) -> JsonResponse:
    """The addresses for programs and what they answer for programs."""
    return JsonResponse(described(request.build_absolute_uri("/")), json_dumps_params={"ensure_ascii": False})


TEXT = {"type": "string", "maxLength": 100}
DAY = {"type": "string", "format": "date"}
NO_DAY = {"type": ["string", "null"], "format": "date"}
ID = {"type": "string", "format": "uuid"}

CHOICES = {
    "q": ("要找的词，每个词至少两个字，用空格隔开", TEXT),
    "category": ("执法类别", {"type": "string", "enum": list(CATEGORIES)}),
    "agency": ("机关全称", TEXT), "since": ("决定日期不早于", DAY), "until": ("决定日期不晚于", DAY),
    "after": ("从这一页之后接着取，用上一次应答的 next", TEXT),
}  # fmt: skip

CORRECTION = {
    "type": "object",
    "properties": {
        "on": DAY, "note": {"type": "string"},
        "changes": {
            "type": "array",
            "items": {"properties": {key: {"type": "string"} for key in ("field", "before", "after")}},
        },
    },
}  # fmt: skip

DECISION = {
    "type": "object",
    "required": ["id", "url", "number", "category", "decided_on", "published_on", "fields"],
    "properties": {
        "id": ID, "url": {"type": "string", "format": "uri"}, "number": {"type": "string"},
        "category": {"type": "string"}, "published_on": DAY,
        "place": {"type": "string", "description": "公示的平台"},
        **dict.fromkeys(("decided_on", "until", "corrected_on"), NO_DAY),
        "corrections": {"type": "array", "items": CORRECTION, "description": "更正记录，新的在前"},
        "fields": {"type": "object", "description": "网页上的各栏，键为栏目名称"},
        "full_text": {"type": "string", "description": "决定书全文（PDF）的地址；只公示基本要素的为空"},
    },
}  # fmt: skip

LINES = {"type": "array", "items": {"type": "string"}, "description": "决定书全文，一段一行；只公示基本要素的没有"}
LATER = {
    "type": "array", "description": "许可以后的变化（变更、延续、撤回、撤销、注销），新的在前；没有的不列",
    "items": {"properties": {"decision": ID, "number": {"type": "string"}, "became": {"type": "string"},
                             "decided_on": NO_DAY}},
}  # fmt: skip
WHOLE = {
    **DECISION,
    "properties": {**DECISION["properties"], "full_text_lines": LINES, "later": LATER},  # type: ignore[dict-item]
}

FOUND = {
    "type": "object",
    "required": ["count", "more", "next", "decisions"],
    "properties": {
        "count": {"type": "integer", "description": "共有几条，数到一千为止"},
        "more": {"type": "boolean", "description": "超过一千条"},
        "next": {"type": "string", "description": "下一页的地址，没有时为空"},
        "decisions": {"type": "array", "items": {"$ref": "#/components/schemas/decision"}},
    },
}


def described(server: str) -> dict[str, Any]:
    """The OpenAPI description of the public addresses."""
    asked = [
        {"name": name, "in": "query", "description": what, "schema": kind} for name, (what, kind) in CHOICES.items()
    ]
    feed = {"description": "Atom", "content": {"application/atom+xml": {}}}
    decision = {
        "200": answers("公示的内容", "whole"),
        "410": answers("已经撤下，只留撤下说明", "decision"),
        "404": {"description": "没有这一条"},
    }
    one = {"name": "id", "in": "path", "required": True, "schema": ID}
    paths = {
        "/search.json": address("查询", asked, {"200": answers("查到的信息", "found")}),
        "/search.atom": address("同样的查询，Atom 订阅", asked[:-1], {"200": feed}),
        "/d/{id}.json": address("一条公示信息", [one], decision),
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "行政执法公示信息", "version": "1", "description": "只读，不用登录。按公示时间从新到旧。"},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": {"decision": DECISION, "whole": WHOLE, "found": FOUND}},
    }


def address(what: str, asked: list[dict[str, Any]], answered: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"summary": what, "parameters": asked, "responses": answered}}


def answers(what: str, schema: str) -> dict[str, Any]:
    return {
        "description": what,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
