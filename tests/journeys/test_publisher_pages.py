"""The pages of publishers, and the public ones that lead on from them, that `test_accessibility` does not visit: no
violation of WCAG 2.2 AA as axe finds it, on a screen, at 320 px and at 200 %, and none scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.desk import Desk
from tests.support.visits import Trail, followed, links

from .conftest import Moved
from .test_accessibility import all_broken, told

TWICE = {"width": 720, "height": 450}
"""A screen of 1440 by 900 at 200 %."""
PUBLISHERS = {
    "ly-publish": (
        *("/exchange/credit/?kind=permit", "/exchange/credit/?state=faulty", "/exchange/credit/?state=stop"),
        *("/disclosure/by-period/", "/counter/inbox/", "/exchange/withdrawals/"),
    ),
    "dxh-check": ("/disclosure/", "/disclosure/by-period/", "/disclosure/pages/"),
    "cn-publish": ("/disclosure/", "/disclosure/pages/", "/exchange/partners/", "/exchange/credit/"),
    "ur-publish": ("/disclosure/", "/disclosure/pages/"),
    "wd-publish": ("/disclosure/", "/disclosure/pages/"),
}
PUBLIC_TRAILS: tuple[Trail, ...] = (
    ("/reports/", "/reports/<uuid>/<name>/<n>/"),
    ("/agencies/", "/agencies/<uuid>/"),
    ("/agencies/<uuid>/", "/agencies/<uuid>/<name>/"),
)
BESIDE = ("/reports/", "/counter/paper/nothing/", "/search/?q=许可&category=许可")
WITHDRAWN: Trail = ("/exchange/withdrawals/", "/exchange/withdrawals/<uuid>/<query>")


def twice_as_large(page: Any, product: Moved, places: Iterable[str]) -> list[str]:
    """What is wrong where a reader has made everything twice as large."""
    page.set_viewport_size(TWICE)
    found = []
    for place in places:
        page.goto(product.url + place)
        found += told(page, place)
    return found


@pytest.mark.browser
@pytest.mark.parametrize("login", PUBLISHERS)
def test_every_page_of_a_publisher(page: Any, product: Moved, login: str) -> None:
    product.now()
    product.wait_until_filled()
    Desk(page, product, login)
    places = list(PUBLISHERS[login])
    places += links(page, f"{product.url}/disclosure/", "/disclosure/<uuid>/<query>")[:2]
    sections = links(page, f"{product.url}/disclosure/pages/", "/disclosure/pages/<uuid>/<name>/")
    assert sections
    places += [sections[0], sections[-1]]
    if login == "ly-publish":
        published = links(page, f"{product.url}/", "/d/<uuid>/")
        places.append(f"/disclosure/{published[0].split('/')[2]}/?do=correct_publication")
        places += followed(page, product.url, (WITHDRAWN,))
    assert all_broken(page, product, places) == []
    assert twice_as_large(page, product, places) == []


@pytest.mark.browser
def test_the_public_pages_that_lead_on(page: Any, product: Moved) -> None:
    product.now()
    product.wait_until_filled()
    agency = links(page, f"{product.url}/agencies/", "/agencies/<uuid>/")[0]
    places = [*BESIDE, *followed(page, product.url, PUBLIC_TRAILS)]
    places += links(page, product.url + agency, "/agencies/<uuid>/<name>/")[1:3]
    assert all_broken(page, product, places) == []
    assert twice_as_large(page, product, places) == []
