"""Sample papers of one case: the case once (`_case.json`), what differs per template, and what must come out.

`python -m tests.apps.recording.papers` writes the golden files and the table of templates anew; look at the papers before you commit them.
"""

from __future__ import annotations

import io
import json
from functools import cache

from pypdf import PdfReader

from sanxiang.config.gallery import SAMPLES, case, golden, sample
from sanxiang.config.paths import ROOT
from sanxiang.three_systems.recording.documents import FontSet, Rendered, catalogue, render

__all__ = ["FONTS", "PAGE", "case", "golden", "joined", "made", "sample", "text_of", "with_table"]

PAGE = ROOT / "docs" / "reference" / "documents.md"
FONTS = FontSet()


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
        (SAMPLES / f"{form.id}.json").write_text(json.dumps(outcome, ensure_ascii=False, indent=1) + "\n")
