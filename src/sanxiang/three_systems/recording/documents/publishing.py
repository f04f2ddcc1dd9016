"""The public full text of a decision (决定书全文): the same form set again from facts that are masked already, as PDF/A
and as lines of text. Nothing of the original paper is at hand here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from .fonts import FontSet
from .model import Json
from .preparing import BOX
from .rendering import content_of, queried, render

SELECTOR = "selector(heading).or(par)"


@dataclass(frozen=True, slots=True)
class Line:
    """One heading or paragraph."""

    kind: Literal["heading", "text"]
    text: str


def public_pdf(full: Mapping[str, Json], *, address: str, fonts: FontSet) -> bytes:
    """The full text as PDF/A-2b; its code opens `address`. DocumentError."""
    return render(str(full["template"]), _data(full, address), fonts=fonts).pdf


def public_lines(full: Mapping[str, Json], *, fonts: FontSet) -> list[Line]:
    """The full text line by line, as the form sets it: between the number at its head and the name at its foot.
    DocumentError."""
    template = str(full["template"])
    told = json.loads(queried(template, content_of(template, _data(full, "")), fonts, SELECTOR))
    lines = [Line("heading" if one["func"] == "heading" else "text", "".join(_signs(one["body"]))) for one in told]
    return [line for line in lines if line.text.strip()]


def _data(full: Mapping[str, Json], address: str) -> dict[str, Json]:
    name = str(full.get("agency", {}).get("name", ""))
    return {
        **{key: full[key] for key in ("agency", "case", "party", "officers", "facts") if key in full},
        "document": {**full["document"], "public": True},
        "activity": {},
        "lists": {},
        "signatures": [],
        "demo": "演示" in name,
        "qr": address,
    }


def _signs(content: Json) -> Iterator[str]:
    """The text of set content; a gap that people fill in by hand is empty."""
    if isinstance(content, list):
        for part in content:
            yield from _signs(part)
    elif isinstance(content, Mapping):
        if content.get("func") == "space":
            yield " "
        elif "text" in content and isinstance(content["text"], str):
            yield content["text"].replace("\u200b", "").replace(BOX, "")
        else:
            for key in ("body", "children", "child"):
                yield from _signs(content.get(key, []))
