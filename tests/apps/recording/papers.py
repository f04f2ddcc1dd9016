"""Sample papers of one case: the case once (`_case.json`), what differs per template, and what must come out.

`python -m tests.apps.recording.papers` writes the golden files anew; look at the papers before you commit them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from sanxiang.three_systems.recording.documents import FontSet, Rendered, catalogue, render

FOLDER = Path(__file__).parents[2] / "golden" / "documents"
FONTS = FontSet()


def merged(base: Any, change: Any) -> Any:
    if isinstance(base, Mapping) and isinstance(change, Mapping):
        return {key: merged(base.get(key), change[key]) if key in change else base[key] for key in {**base, **change}}
    return change


def case(**change: Any) -> dict[str, Any]:
    """The data of the sample case, with changes merged in."""
    return merged(json.loads((FOLDER / "_case.json").read_text()), change)


def golden(template: str) -> dict[str, Any]:
    path = FOLDER / f"{template}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def sample(template: str, **change: Any) -> dict[str, Any]:
    """The data of the sample paper: the case, the number of this kind of paper, what the golden file changes."""
    form = catalogue()[template]
    number = {"document": {"number": form.number("洛市监演", 2024, 3) if form.mark else ""}}
    return merged(merged(case(**number), golden(template).get("change", {})), change)


@cache
def made(template: str) -> Rendered:
    return render(template, sample(template), fonts=FONTS)


def text_of(pdf: bytes) -> list[list[str]]:
    """The lines of each page as a reader gets them."""
    return [page.extract_text().splitlines() for page in PdfReader(io.BytesIO(pdf)).pages]


def joined(pdf: bytes) -> str:
    """All text without white space, as one may search it."""
    return "".join("".join(line.split()) for page in text_of(pdf) for line in page)


if __name__ == "__main__":
    for form in catalogue():
        paper = render(form.id, sample(form.id), fonts=FONTS)
        outcome = {"change": golden(form.id).get("change", {}), "pages": paper.pages, "text": text_of(paper.pdf)}
        (FOLDER / f"{form.id}.json").write_text(json.dumps(outcome, ensure_ascii=False, indent=1) + "\n")
