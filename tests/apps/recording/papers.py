"""Sample papers of one case: the case once (`_case.json`), what differs per template, and what must come out.

`python -m tests.apps.recording.papers` writes the golden files and the table of templates anew; look at the papers before you commit them.
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
PAGE = FOLDER.parents[2] / "docs" / "reference" / "documents.md"
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


def table() -> str:
    """The table of templates in docs/reference/documents.md."""
    uses = {"internal": "内部", "served": "送达", "external": "外送", "public": "公开"}
    volumes = {"main": "正卷", "supplementary": "副卷", "frame": "卷"}
    rows = ["| id | 文书 | 文种字 | 去向 | 卷 | 必须载明 |", "| --- | --- | --- | --- | --- | --- |"]
    forms = catalogue()
    for form in forms:
        use, needs = "、".join(uses[u] for u in form.use), "、".join(forms.label(path) for path in form.needs)
        cells = (f"`{form.id}`", form.title, form.mark or "—", use, volumes[form.volume], needs)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def with_table(page: str) -> str:
    """The page with the table as it should be."""
    head, tail = page.split("<!-- begin: table -->")[0], page.split("<!-- end: table -->")[1]
    return f"{head}<!-- begin: table -->\n{table()}\n<!-- end: table -->{tail}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text()))
    for form in catalogue():
        paper = render(form.id, sample(form.id), fonts=FONTS)
        outcome = {"change": golden(form.id).get("change", {}), "pages": paper.pages, "text": text_of(paper.pdf)}
        (FOLDER / f"{form.id}.json").write_text(json.dumps(outcome, ensure_ascii=False, indent=1) + "\n")
