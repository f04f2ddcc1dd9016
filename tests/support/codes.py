"""Printed and shown codes (二维码) read back by a reader that has nothing to do with what drew them."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import typst
import zxingcpp
from PIL import Image

DOTS = 200 / 72
"""200 dots an inch: what an office scanner takes."""


def on_paper(pdf: bytes) -> list[str]:
    """What the codes on the pages of a PDF say, in the order of the pages."""
    with pypdfium2.PdfDocument(pdf) as paper:
        pages = [page.render(scale=DOTS).to_pil() for page in paper]
    return [text for page in pages for text in on_picture(page)]


def on_screen(svg: str | bytes, folder: Path, millimetres: int = 40) -> list[str]:
    """What a code of a page says, drawn as large as this on a screen."""
    drawing = folder / "code.svg"
    drawing.write_bytes(svg.encode() if isinstance(svg, str) else svg)
    sheet = folder / "code.typ"
    sheet.write_text(f'#set page(width: auto, height: auto, margin: 8mm)\n#image("code.svg", width: {millimetres}mm)')
    picture = folder / "code.png"
    typst.compile(sheet, output=picture, format="png", ppi=200)
    with Image.open(picture) as shown:
        return on_picture(shown)


def on_picture(picture: Image.Image) -> list[str]:
    """What the codes on a picture say."""
    grey = picture.convert("L")
    return [one.text for one in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)]
