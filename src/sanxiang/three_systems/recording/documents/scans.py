"""Pages from elsewhere as PDF/A (扫描件、外来文件入卷): each page becomes one picture on a page of ours.

What another program wrote may hold fonts that are not inside, colours without a profile, scripts, transparency, or a
claim to PDF/A that is not true, and no library mends all of that. A picture of the page has none of it. The original is
not thrown away: it lies beside the volume as the file that it was.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import repeat
from math import sqrt
from pathlib import Path
from threading import Lock
from typing import Any

import pikepdf
from PIL import Image, ImageChops, ImageOps, ImageSequence

from .model import DocumentError

DPI = 200
POINTS = 72
PIXELS_MAX = 24_000_000
"""A page is drawn with no more than these, however large its paper."""
PAGES_MAX = 1000
QUALITY = 85
SHORT, LONG = 595.276, 841.89
"""A4 in points."""
drawing = Lock()
"""PDFium draws for one thread at a time."""


def is_picture(data: bytes) -> bool:
    """Whether these bytes are a picture that can be read, by their content."""
    try:
        with Image.open(io.BytesIO(data)) as found:
            return bool(found.format) and found.format != "PDF"
    except (OSError, ValueError, Image.DecompressionBombError):
        return False


def of_picture(data: bytes | Path, title: str) -> bytes:
    """A PDF of A4 pages with the frames of a picture, upright as its camera held it. DocumentError."""
    try:
        with Image.open(io.BytesIO(data) if isinstance(data, bytes) else data) as found:
            _few(getattr(found, "n_frames", 1), title)
            return _pdf(_frames(found))
    except DocumentError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise DocumentError(f"“{title}”不是完好的图片") from None


def of_pdf(data: bytes | Path, title: str, empty: tuple[bool, ...] = ()) -> bytes:
    """A PDF of the same pages, each as a picture; an `empty` one stays empty, where that is not told one without a
    mark on it. DocumentError."""
    import pypdfium2

    _few(len(empty), title)
    with drawing:
        try:
            source = pypdfium2.PdfDocument(data)
            try:
                _few(len(source), title)
                return _pdf(_drawn(source, empty))
            finally:
                source.close()
        except pypdfium2.PdfiumError as problem:
            if "password" in str(problem).lower():
                raise DocumentError(f"“{title}”加了密，不能立卷") from None
            raise DocumentError(f"“{title}”的页面画不出来，不能立卷") from None


def _few(pages: int, title: str) -> None:
    if pages > PAGES_MAX:
        raise DocumentError(f"“{title}”有 {pages} 页，超过 {PAGES_MAX} 页，请分开以后再立卷")


Sheet = tuple[float, float, Image.Image | None]
"""Width and height of a page in points, and its picture."""


def _drawn(source: Any, empty: tuple[bool, ...]) -> Iterator[Sheet]:
    for page, blank in zip(source, empty or repeat(None, len(source)), strict=True):
        width, height = page.get_size()
        scale = min(DPI / POINTS, sqrt(PIXELS_MAX / max(1.0, width * height)))
        picture = None if blank else page.render(scale=scale).to_pil()
        if blank is None and picture is not None and picture.convert("L").getextrema() == (255, 255):
            picture = None
        yield width, height, picture
        page.close()


def _frames(found: Image.Image) -> Iterator[Sheet]:
    for frame in ImageSequence.Iterator(found):
        picture = ImageOps.exif_transpose(frame) or frame
        if picture.width * picture.height > PIXELS_MAX:
            smaller = sqrt(PIXELS_MAX / (picture.width * picture.height))
            picture = picture.resize((int(picture.width * smaller), int(picture.height * smaller)))
        width, height = (LONG, SHORT) if picture.width > picture.height else (SHORT, LONG)
        yield width, height, picture


def _pdf(sheets: Iterator[Sheet]) -> bytes:
    with pikepdf.new() as out:
        for width, height, picture in sheets:
            page = out.add_blank_page(page_size=(width, height))
            if picture is not None:
                _put(out, page, picture, width, height)
        saved = io.BytesIO()
        out.save(saved, deterministic_id=True)
    return saved.getvalue()


def _put(out: pikepdf.Pdf, page: pikepdf.Page, picture: Image.Image, width: float, height: float) -> None:
    """The picture as large as the page lets it, in the middle."""
    plain = _plain(picture)
    coded = io.BytesIO()
    plain.save(coded, "JPEG", quality=QUALITY)
    page.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(
            Page=out.make_stream(
                coded.getvalue(),
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=plain.width, Height=plain.height,
                BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
                ColorSpace=pikepdf.Name.DeviceGray if plain.mode == "L" else pikepdf.Name.DeviceRGB,
            )
        )
    )  # fmt: skip
    scale = min(width / plain.width, height / plain.height)
    w, h = plain.width * scale, plain.height * scale
    x, y = (width - w) / 2, (height - h) / 2
    page.Contents = out.make_stream(f"q {w:.3f} 0 0 {h:.3f} {x:.3f} {y:.3f} cm /Page Do Q".encode())


def _plain(picture: Image.Image) -> Image.Image:
    """Without transparency, on white; grey where there is no colour."""
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    if picture.mode == "RGB":
        flat = picture
    else:
        held = picture.convert("RGBA")
        flat = Image.alpha_composite(Image.new("RGBA", held.size, "white"), held).convert("RGB")
    grey = flat.convert("L")
    return flat if ImageChops.difference(flat, grey.convert("RGB")).getbbox() else grey
