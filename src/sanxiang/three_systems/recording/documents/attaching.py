"""Leaves for files that were uploaded to a case: a picture with its caption, or the sheet that names a file of which no
page can be made."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf

from .fonts import FontSet
from .rendering import boxing

LEFT, RIGHT, BOTTOM, TOP = 71, 524, 215, 770
"""Where the picture stands on A4, in points; below is room for nine lines of caption."""
LONGEST = 96
"""So many characters of each are in the caption: two lines."""


def leaf(pictures: bytes, lines: Sequence[Sequence[str]], day: str, fonts: FontSet) -> bytes:
    """A PDF/A leaf for each page of `pictures`, with these lines below."""
    with pikepdf.open(io.BytesIO(pictures)) as given:
        few = [[label, text if len(text) <= LONGEST else f"{text[:LONGEST]}……"] for label, text in lines]
        content = {"title": lines[0][1], "picture": True, "frames": len(given.pages), "lines": few, "reason": ""}
        made, _ = boxing("_attachment", content, {"document": {"date": day}}, fonts, "a-2b")
        with pikepdf.open(io.BytesIO(made)) as out:
            for page, picture in zip(out.pages, given.pages, strict=True):
                _put(out, page, picture)
            saved = io.BytesIO()
            out.save(saved, deterministic_id=True)
    return saved.getvalue()


def sheet(lines: Sequence[Sequence[str]], reason: str, day: str, fonts: FontSet) -> bytes:
    """The sheet that stands for a file of which no faithful page can be made."""
    content = {"title": "附件说明", "picture": False, "frames": 1, "lines": lines, "reason": reason}
    return boxing("_attachment", content, {"document": {"date": day}}, fonts, "a-2b")[0]


def _put(out: pikepdf.Pdf, page: pikepdf.Page, picture: pikepdf.Page) -> None:
    form = out.copy_foreign(picture.as_form_xobject())
    if "/XObject" not in page.resources:
        page.resources.XObject = pikepdf.Dictionary()
    name = pikepdf.Name("/Uploaded")
    page.resources.XObject[name] = form
    box = pikepdf.Rectangle(LEFT, BOTTOM, RIGHT, TOP)
    placed = page.calc_form_xobject_placement(
        form, name, box, invert_transformations=True, allow_shrink=True, allow_expand=True
    )
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"Q\n" + placed)
