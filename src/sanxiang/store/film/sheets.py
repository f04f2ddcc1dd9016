"""The pages of a PDF as pictures, and a masked copy made of such pictures (脱敏副本). Runs in the process of `worker`
only: what it opens was made by others.

A page is drawn, then covered, then becomes the one picture of a new page: no text, no layer, no earlier version and no
property of the original is left that could lie beneath."""

from __future__ import annotations

import io
from math import sqrt
from typing import Any

import pikepdf
import pypdfium2
from PIL import ImageDraw

from .reading import Faulty
from .telling import Teller

DPI, POINTS = 200, 72
PIXELS_MAX, SHOWN_PX = 24_000_000, 1200
PAGES_MAX = 1000
QUALITY = 85


def count(asked: dict[str, Any]) -> dict[str, Any]:
    """How many `pages` there are."""
    source = _opened(asked)
    return {"pages": len(source)}


def page(asked: dict[str, Any]) -> dict[str, Any]:
    """One `page` (from 1) as a JPEG to be looked at."""
    source = _opened(asked)
    if not 1 <= asked["page"] <= len(source):
        raise Faulty("page")
    drawn = _drawn(source, asked["page"], SHOWN_PX)[0]
    drawn.save(asked["out"], "JPEG", quality=QUALITY)
    return {"width": drawn.width, "height": drawn.height, "pages": len(source)}


def covered(asked: dict[str, Any]) -> dict[str, Any]:
    """The copy `out` of those `pages` (none: all) with the rectangles of `shapes` black. Tells `type`, `pages`."""
    source, teller = _opened(asked), Teller()
    wanted = asked["pages"] or list(range(1, len(source) + 1))
    if not all(1 <= one <= len(source) for one in (*wanted, *(shape["page"] for shape in asked["shapes"]))):
        raise Faulty("page")
    with pikepdf.new() as out:
        for done, number in enumerate(wanted):
            picture, width, height = _drawn(source, number)
            for one in asked["shapes"]:
                if one["page"] == number:
                    _black(picture, one)
            _put(out, picture, width, height)
            teller.tell(done * 100 / len(wanted))
        out.save(asked["out"], deterministic_id=True)
    return {"type": "application/pdf", "pages": len(wanted)}


def _opened(asked: dict[str, Any]) -> Any:
    try:
        source = pypdfium2.PdfDocument(asked["path"])
        source.init_forms()
        pages = len(source)
    except pypdfium2.PdfiumError as fault:
        raise Faulty("locked" if "assword" in str(fault) else "broken") from fault
    if not 0 < pages <= PAGES_MAX:
        raise Faulty("pages")
    return source


def _drawn(source: Any, number: int, side: int = 0) -> tuple[Any, float, float]:
    """A page as it is seen, filled fields and remarks too, and its size in points."""
    try:
        found = source[number - 1]
        width, height = found.get_size()
        scale = min(DPI / POINTS, sqrt(PIXELS_MAX / max(1.0, width * height)))
        if side:
            scale = min(scale, side / max(1.0, width))
        picture = found.render(scale=scale).to_pil().convert("RGB")
        found.close()
    except pypdfium2.PdfiumError as fault:
        raise Faulty("broken") from fault
    return picture, width, height


def _black(picture: Any, one: dict[str, int]) -> None:
    left, top = one["x"] * picture.width // 1000, one["y"] * picture.height // 1000
    right = -(-(one["x"] + one["w"]) * picture.width // 1000)
    bottom = -(-(one["y"] + one["h"]) * picture.height // 1000)
    ImageDraw.Draw(picture).rectangle((left, top, right, bottom), fill="black")


def _put(out: pikepdf.Pdf, picture: Any, width: float, height: float) -> None:
    coded = io.BytesIO()
    picture.save(coded, "JPEG", quality=QUALITY)
    sheet = out.add_blank_page(page_size=(max(3.0, width), max(3.0, height)))
    image = out.make_stream(
        coded.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=picture.width,
        Height=picture.height, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode, ColorSpace=pikepdf.Name.DeviceRGB,
    )  # fmt: skip
    sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=image))
    sheet.Contents = out.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Page Do Q".encode())
