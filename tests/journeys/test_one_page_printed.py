"""The sheet of a case is one page A4 on paper, whatever stands in the case."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest

from tests.support.desk import Desk
from tests.support.visits import links

from .conftest import Moved

A4 = (595, 842)
LONGER = """() => { for (const one of document.querySelectorAll('.sx-onepage p, .sx-onepage dd, .sx-onepage li'))
  one.append('演示很长的内容。'.repeat(60)); }"""


def pages(page: Any) -> list[tuple[int, int]]:
    """The sizes of the pages that a printer would get, in points."""
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as made:
        return [(round(float(one.mediabox[2])), round(float(one.mediabox[3]))) for one in made.pages]


@pytest.mark.browser
@pytest.mark.journeys("casework.one_page")
def test_every_case_is_one_page_however_long(page: Any, product: Moved) -> None:
    product.now()
    product.wait_until_filled()
    Desk(page, product, "ly-head")
    for listed in ("/work/cases/?state=archived", "/work/cases/?state=open"):
        case = links(page, product.url + listed, "/work/cases/<uuid>/")[0]
        page.goto(f"{product.url}{case}sheet/")
        assert [(abs(wide - A4[0]) < 3, abs(high - A4[1]) < 3) for wide, high in pages(page)] == [(True, True)]
        page.evaluate(LONGER)
        assert len(pages(page)) == 1, "what does not fit is cut off"
        page.emulate_media(media="print")
        assert page.locator(".sx-onepage footer").is_visible()
        page.emulate_media(media="null")
