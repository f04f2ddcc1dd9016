"""Binding a volume (立卷): cover, catalogue, papers in order, closing note; one PDF with page numbers and bookmarks.

Order and page numbers follow the customs for case files (行政执法案卷立卷规范, 须核定): a number on every page with
content, at the outer upper corner, none on cover, catalogue and closing note.

Every leaf that we make is PDF/A by Typst's own check. Joining keeps what the claim rests on (fonts inside, one sRGB
output intent, no encryption, no scripts, no forms) and writes the claim anew. A part from elsewhere (a scan, a picture,
another agency's file) comes as pictures of its pages, whatever it claims, and the catalogue says so: what we did not
make we cannot vouch for. Tags do not survive joining, so the volume is 2b, never 2a.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, count
from typing import Any

import pikepdf

from . import scans
from .fonts import FontSet
from .model import DocumentError, Json, Rendered
from .registry import catalogue
from .rendering import together, typeset

PAGES_MAX = 200
COPIED = "影印"
PAINTS = {"Tj", "TJ", "'", '"', "Do", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "INLINE IMAGE"}
SHOWN = re.compile(rb"(?:^|[>\])\s])(?:Tj|TJ|Do)$", re.MULTILINE)
# PDF/A-3 differs from 2 in its attachments only, and those stay behind.
CLAIMS = {"1", "2", "3"}
RGB = 3
SLIP = 10
"""So many points wide is no page of a volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One paper of a volume: its bytes and its line in the catalogue (`on` ISO day). `template` gives its volume and
    place; `of` is the template whose place it takes (a service receipt that follows what it served); a paper that is
    not from a template (a PDF or a picture from elsewhere) says `volume` and `place` itself. `ready`: its pages were
    made for the volume already (`attaching`)."""

    title: str
    pdf: bytes
    on: str = ""
    number: str = ""
    responsible: str = ""
    note: str = ""
    template: str = ""
    of: str = ""
    volume: str = ""
    place: int = 0
    ready: bool = False

    @property
    def standing(self) -> tuple[str, int]:
        """Volume (main or supplementary) and place in it. DocumentError where nothing tells."""
        if self.volume:
            return self.volume, self.place
        if not (self.of or self.template):
            raise DocumentError(f"“{self.title}”没有写明归入正卷还是副卷")
        form = catalogue()[self.of or self.template]
        return form.volume, form.place


@dataclass(frozen=True, slots=True)
class Volume:
    """A bound volume: `pdf` its bytes, `pages` of the numbered papers, `first_pages` the page each part begins on
    (the catalogue's 页号), `pictured` the titles of parts from elsewhere, which stand in it as pictures of their
    pages."""

    pdf: bytes
    pages: int
    first_pages: tuple[int, ...]
    pictured: tuple[str, ...] = ()
    missing_glyphs: tuple[str, ...] = ()


def arrange(parts: Sequence[Part], volume: str) -> tuple[Part, ...]:
    """The parts of this volume (main 正卷 or supplementary 副卷) in the order of the file. A paper with `of` comes
    after what it follows; else equal places keep the order given."""
    return tuple(sorted((p for p in parts if p.standing[0] == volume), key=lambda p: (p.standing[1], bool(p.of))))


def split(parts: Sequence[Part], limit: int = PAGES_MAX) -> tuple[tuple[Part, ...], ...]:
    """The parts in as many volumes as keep each within `limit` pages; a paper is never torn apart."""
    volumes: list[list[Part]] = []
    room = 0
    for part in parts:
        with _opened(part) as pdf:
            size = len(pdf.pages)
        if not volumes or size > room:
            volumes.append([])
            room = limit
        volumes[-1].append(part)
        room -= size
    return tuple(map(tuple, volumes))


def bind(parts: Sequence[Part], data: Mapping[str, Json], *, fonts: FontSet) -> Volume:
    """One volume of these parts in the order given.

    `data` as for `render`, with what cover and closing note ask for (document.date, volume_title, volume_number …);
    counts of papers and pages and the catalogue are filled in here. MissingFields; DocumentError for no part, or for
    one that is not a PDF or is encrypted.
    """
    if not parts:
        raise DocumentError("没有可以立卷的文件")
    with ExitStack() as sources:
        out = sources.enter_context(pikepdf.new())
        opened = [sources.enter_context(_opened(part)) for part in parts]
        pictured = [_foreign(part, pdf) for part, pdf in zip(parts, opened, strict=True)]
        opened = [
            sources.enter_context(_as_pictures(part, pdf)) if foreign else pdf
            for part, pdf, foreign in zip(parts, opened, pictured, strict=True)
        ]
        parts = [_copied(part) if foreign else part for part, foreign in zip(parts, pictured, strict=True)]
        sizes = [_append(out, pdf.pages) for pdf in opened]
        numbers = _numbers(out)
        total = max(number or 0 for number in numbers)
        first = tuple(_first(numbers, start, total) for start in accumulate([0, *sizes[:-1]]))
        frame = _frame(parts, data, first, total, fonts)
        stamps = sources.enter_context(pikepdf.open(io.BytesIO(_stamps(tuple(numbers), fonts))))
        for page, stamp, number in zip(out.pages, stamps.pages, numbers, strict=True):
            if number:
                _overlay(out, page, stamp)
        front = 0
        leaves = sources.enter_context(pikepdf.open(io.BytesIO(frame.pdf)))
        *before, after = _between_slips(leaves)
        for leaf in before:
            front = _append(out, leaf, front)
        _append(out, after)
        _bookmarks(out, parts, [front + start for start in accumulate([0, *sizes[:-1]])])
        _describe(out, leaves, data)
        saved = io.BytesIO()
        out.save(saved, deterministic_id=True, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    named = tuple(part.title for part, foreign in zip(parts, pictured, strict=True) if foreign)
    return Volume(saved.getvalue(), total, first, named, frame.missing_glyphs)


def _opened(part: Part) -> pikepdf.Pdf:
    data = part.pdf
    if not part.template and not data.startswith(b"%PDF") and scans.is_picture(data):
        data = scans.of_picture(data, part.title)
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise DocumentError(f"“{part.title}”加了密，不能立卷") from None
    except pikepdf.PdfError:
        raise DocumentError(f"“{part.title}”不是完好的 PDF 文件") from None
    if pdf.is_encrypted or not pdf.pages:
        pdf.close()
        raise DocumentError(f"“{part.title}”加了密或者没有页面，不能立卷")
    return pdf


def _foreign(part: Part, pdf: pikepdf.Pdf) -> bool:
    """Whether the pages have to be pictured: what is not from a template of ours, or lost its claim on the way."""
    return not part.ready and not (part.template and _claims(pdf))


def _as_pictures(part: Part, pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """The pages as pictures; a picture that was brought is one already."""
    if not part.pdf.startswith(b"%PDF"):
        return pdf
    empty = tuple(not _painted(page) for page in pdf.pages)
    return pikepdf.open(io.BytesIO(scans.of_pdf(part.pdf, part.title, empty)))


def _copied(part: Part) -> Part:
    return replace(part, note="；".join(filter(None, (part.note, COPIED))))


def _claims(pdf: pikepdf.Pdf) -> bool:
    """Whether the file says it is PDF/A and its colours rest on an RGB intent, as ours do."""
    # Only read: a metadata that is entered is written anew when it is left.
    if pdf.open_metadata().get("pdfaid:part") not in CLAIMS:
        return False
    intents: Any = pdf.Root.get("/OutputIntents", [])
    return all(int(intent.DestOutputProfile.N) == RGB for intent in intents if "/DestOutputProfile" in intent)


def _append(out: pikepdf.Pdf, pages: Sequence[pikepdf.Page] | pikepdf.PageList, at: int | None = None) -> int:
    """Add the pages, at the end or from this place on. Returns the place after them (the count, where `at` is None).
    What points into the structure, the attachments or the actions of the source does not come along."""
    start = len(out.pages) if at is None else at
    for place, page in enumerate(pages, start):
        out.pages.insert(place, page)
        for key in ("/StructParents", "/AF", "/AA", "/Tabs"):
            if key in out.pages[place].obj:
                del out.pages[place].obj[key]
        _without_fields(out.pages[place])
    return len(pages) + (at or 0)


def _without_fields(page: pikepdf.Page) -> None:
    """Leave the fields of forms and signatures behind: a signature does not hold on a page that gets a number."""
    kept = [note for note in page.obj.get("/Annots", []) if note.get("/Subtype") != "/Widget"]
    if kept:
        page.obj.Annots = pikepdf.Array(kept)
    elif "/Annots" in page.obj:
        del page.obj["/Annots"]


def _numbers(out: pikepdf.Pdf) -> list[int | None]:
    """The page number of every page: 1, 2, 3 …; None for a page on which nothing is painted."""
    following = count(1)
    return [next(following) if _painted(page) else None for page in out.pages]


def _painted(page: pikepdf.Page) -> bool:
    """Whether anything stands on the page. Text or a picture is seen at once, the rest by reading every step."""
    whole = page.obj.get("/Contents")
    if isinstance(whole, pikepdf.Stream) and SHOWN.search(whole.read_bytes()):
        return True
    return any(str(step.operator) in PAINTS for step in pikepdf.parse_content_stream(page))


def _first(numbers: Sequence[int | None], start: int, total: int) -> int:
    """The number on the first page with content from this place on; the last number where there is none."""
    return next((number for number in numbers[start:] if number), total)


def _frame(
    parts: Sequence[Part], data: Mapping[str, Json], first: Sequence[int], total: int, fonts: FontSet
) -> Rendered:
    document = {**data.get("document", {}), "pages": total, "papers": len(parts)}
    lines = [
        {
            "number": part.number,
            "responsible": part.responsible,
            "title": part.title,
            # Catalogues of files write a day in eight digits (DA/T 22-2015).
            "on": part.on.replace("-", ""),
            "page": page,
            "note": part.note,
        }
        for part, page in zip(parts, first, strict=True)
    ]
    whole = {**data, "document": document, "lists": {**data.get("lists", {}), "catalogue": lines}}
    return together("_frame", ("volume_cover", "catalogue", "closing_note"), whole, fonts=fonts)


def _between_slips(leaves: pikepdf.Pdf) -> list[list[pikepdf.Page]]:
    """The pages of cover, catalogue and closing note, which lie between slips of paper in `_frame.typ`."""
    found: list[list[pikepdf.Page]] = [[]]
    for page in leaves.pages:
        if float(page.mediabox[2]) > SLIP:
            found[-1].append(page)
        elif found[-1]:
            found.append([])
    return found


@lru_cache(maxsize=128)
def _stamps(numbers: tuple[int | None, ...], fonts: FontSet) -> bytes:
    """The sheets with these numbers. Most volumes have what an earlier one had, and the day of the file stays behind
    when a sheet is laid over a page."""
    any_day = {"document": {"date": "2000-01-01"}}
    return typeset("_stamps", {"numbers": [number or 0 for number in numbers]}, any_day, fonts, "a-2b")


def _overlay(out: pikepdf.Pdf, page: pikepdf.Page, stamp: pikepdf.Page) -> None:
    """Put the stamp on the page, upright and to its size. The library's own way names the stamp by chance, and the
    same parts must give the same bytes."""
    form = out.copy_foreign(stamp.as_form_xobject())
    for key in ("/StructParents", "/StructParent"):
        if key in form:
            del form[key]
    resources = page.resources
    if "/XObject" not in resources:
        resources.XObject = pikepdf.Dictionary()
    name = next(key for key in map("/PageNumber{}".format, count()) if key not in resources.XObject)
    resources.XObject[name] = form
    box = pikepdf.Rectangle(page.trimbox)
    page.contents_add(b"q\n", prepend=True)
    place = page.calc_form_xobject_placement(
        form, pikepdf.Name(name), box, invert_transformations=True, allow_shrink=True, allow_expand=True
    )
    page.contents_add(b"Q\n" + place)


def _bookmarks(out: pikepdf.Pdf, parts: Sequence[Part], places: Sequence[int]) -> None:
    with out.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("卷宗封面", 0))
        outline.root.append(pikepdf.OutlineItem("卷内文件目录", 1))
        for part, place in zip(parts, places, strict=True):
            title = f"{part.title} {part.number}".strip()
            outline.root.append(pikepdf.OutlineItem(title, place))
        outline.root.append(pikepdf.OutlineItem("卷内备考表", len(out.pages) - 1))


def _describe(out: pikepdf.Pdf, ours: pikepdf.Pdf, data: Mapping[str, Json]) -> None:
    """Language, colours and metadata of the volume, and its claim to PDF/A-2b."""
    out.Root.Lang = pikepdf.String("zh-CN")
    out.Root.OutputIntents = out.copy_foreign(ours.Root.OutputIntents)
    day = f"{data['document']['date']}T00:00:00+08:00"
    with out.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
        about["dc:title"] = f"{data['case']['name']} {data['document']['volume_title']}"
        about["dc:creator"] = [str(data["agency"]["name"])]
        about["xmp:CreateDate"] = about["xmp:ModifyDate"] = day
        about["pdfaid:part"], about["pdfaid:conformance"] = "2", "B"
    if "/Info" in out.trailer:
        del out.trailer["/Info"]
