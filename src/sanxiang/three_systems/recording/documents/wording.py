"""A set paper as running text (文书的全文), for whoever reads it on a small screen: what stands on its pages, paragraph
by paragraph, without what only a sheet needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import DocumentError
from .scans import drawing

SHEET = re.compile("— [0-9]+ —|系统生成|演 示")
"""What stands on a sheet beside its text: page number, note of the system, the mark of a demonstration."""
NOTICE = "演示数据，不具有法律效力"
LABEL = re.compile("[^，。；：“]{2,14}：")
"""How a line begins that is one of a list, not the rest of another."""
ENDS = "。；：！？"
SLACK = 3.8
"""So many characters may be missing from a full line: an indent, and what may not stand at its end."""


def text_of(pdf: bytes) -> str:
    """The text of a paper that was set here. DocumentError."""
    import pypdfium2

    with drawing:
        try:
            source = pypdfium2.PdfDocument(pdf)
            try:
                pages = [page.get_textpage().get_text_range() for page in source]
            finally:
                source.close()
        except pypdfium2.PdfiumError:
            raise DocumentError("文书的文字读不出来") from None
    return "\n".join(paragraphs([line.strip() for page in pages for line in page.splitlines()]))


def paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines that were broken at the edge of the sheet, joined again."""
    kept = [line for line in lines if line and not SHEET.fullmatch(line)]
    if NOTICE in kept:
        yield NOTICE
    body = [line for line in kept if line != NOTICE]
    full = max(map(width, body), default=0.0) - SLACK
    held = ""
    for line in body:
        if held and LABEL.match(line):
            yield held
            held = ""
        held += line
        if width(line) < full or line[-1] in ENDS:
            yield held
            held = ""
    if held:
        yield held


def width(line: str) -> float:
    """How many characters wide; Latin letters and digits take half."""
    return sum(0.5 if ord(sign) < 0x2E80 else 1.0 for sign in line)
