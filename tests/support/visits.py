"""Addresses that journeys visit, as shapes: in each, `<uuid>`, `<n>`, `<name>` and `<query>` stand for what differs from
one installation to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, resolve

Trail = tuple[str, ...]
"""A page, the shape of a link on it, and shapes of further pages that have the same id as the page it leads to."""

_PARTS = {
    "<uuid>": ("[0-9a-f-]{36}", str(UUID(int=0))), "<n>": (r"\d+", "1"), "<name>": ("[^/?]+", "x"),
    "<query>": (r"(?:\?.*)?", ""),
}  # fmt: skip


def _told(shape: str, which: int) -> str:
    parts = re.split("(<[a-z]+>)", shape)
    return "".join(_PARTS[part][which] if part in _PARTS else part if which else re.escape(part) for part in parts)


def fits(address: str, shape: str) -> bool:
    return re.fullmatch(_told(shape, 0), address) is not None


def view_of(shape: str) -> str:
    """The name of the view that answers such an address."""
    return str(resolve(_told(shape, 1).partition("?")[0]).view_name)


def links(page: Any, url: str, shape: str) -> list[str]:
    """The addresses of this shape that a page links to, once each."""
    page.goto(url)
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    return [href for href in dict.fromkeys(found) if fits(href, shape)]


def followed(page: Any, url: str, trails: Iterable[Trail]) -> list[str]:
    """The addresses that trails lead to; a trail may begin where one before it came to. Each must lead somewhere."""
    reached: list[str] = []
    for start, shape, *further in trails:
        place = next(one for one in (*reversed(reached), start) if fits(one, start))
        found = links(page, url + place, shape)
        assert found, f"{place} has no link like {shape}"
        reached.append(found[0])
        ids = re.search(_PARTS["<uuid>"][0], found[0])
        reached += [one.replace("<uuid>", ids[0]) if ids else one for one in further]
    return reached


def shapes(trails: Iterable[Sequence[str]]) -> Iterator[str]:
    """Where trails lead to."""
    for _, *to in trails:
        yield from to


def names(resolver: Any = None, space: str = "") -> Iterator[str]:
    """The views of the product by name."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from names(one, one.namespace or space)
        elif isinstance(one, URLPattern):
            yield f"{space}:{one.name}" if space else str(one.name)
