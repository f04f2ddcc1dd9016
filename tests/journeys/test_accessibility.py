"""No page of portal or desk breaks WCAG 2.2 AA as axe finds it, on a screen and at 320 px, and none scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.desk import Desk
from tests.support.visits import Trail, followed

from .conftest import Moved

LEVEL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
OPTIONS = {"runOnly": {"type": "tag", "values": list(LEVEL)}, "resultTypes": ["violations"]}
SIZES = ((1440, 900), (320, 640))
PORTAL = (
    *("/", "/search/", "/search/?q=演示", "/search/?q=没有这样的东西&since=2024-13-40", "/catalogues/", "/numbers/"),
    *("/officers/", "/officers/?q=豫C演示0001", "/officers/?q=没有这个人", "/procedures/", "/about/", "/login/"),
    *("/procedures/luoyang/penalty.ordinary/", "/data/", "/agencies/", "/rules/", "/rules/wuding/"),
    *("/counter/", "/counter/complain/", "/counter/report/", "/counter/s/nothing/", "/spot-checks/"),
)
PUBLIC_TRAILS: tuple[Trail, ...] = (
    ("/", "/d/<uuid>/", "/counter/correct/<uuid>/"),
    (
        *("/agencies/", "/agencies/<uuid>/", "/agencies/<uuid>/officers/", "/agencies/<uuid>/windows/1/"),
        "/agencies/<uuid>/windows/1/screen/",
    ),
    ("/catalogues/", "/catalogues/<uuid>/<name>/"),
    ("/numbers/", "/numbers/<uuid>/<n>/"),
)
STAFF = {
    "ly-officer": (
        *(
            "/work/",
            "/work/cases/",
            "/work/cases/?q=没有",
            "/work/search/?q=演示",
            "/work/duties/",
            "/work/cases/new/",
            "/devices/",
        ),
        *(
            "/recording/capture/",
            "/recording/capture/arrived/",
            "/recording/capture/blanks/",
            "/recording/register/",
            "/devices/scan/",
        ),
        *("/recording/rules/", "/registry/items/"),
    ),
    "ly-unit": ("/work/hand-over/", "/work/delegations/", "/draws/", "/draws/new/"),
    "ly-archive": ("/recording/archive/", "/recording/register/?mark=doubt"),
    "ly-device": (
        *("/devices/", "/devices/inbox/", "/devices/labels/", "/devices/need/", "/devices/register/"),
        "/devices/rules/",
        *("/devices/monitors/", "/devices/monitors/register/"),
    ),
    "ly-review": ("/review/", "/review/quality/", "/review/catalogues/", "/review/practice/", "/disclosure/pages/law/"),
    "ur-review": ("/devices/monitors/",),
    "ly-head": ("/work/", "/work/figures/", "/counter/inbox/", "/devices/need/", "/statistics/", "/statistics/uses/"),
    "ly-publish": (
        *("/disclosure/", "/disclosure/pages/", "/exchange/credit/"),
        *("/exchange/credit/import/", "/exchange/partners/", "/disclosure/by-period/"),
    ),
    "ly-check": ("/disclosure/", "/exchange/withdrawals/"),
    "ly-register": (
        "/registry/officers/",
        "/registry/agencies/",
        "/registry/items/",
        "/registry/objects/",
        "/registry/import/",
    ),
    "ly-supervise": (
        *("/work/", "/work/refusals/", "/registry/reviewers/", "/statistics/", "/statistics/request/"),
        *("/recording/archive/", "/counter/visits/", "/registry/inspections/"),
    ),
}


ARCHIVED = "/work/cases/?state=archived"
DISPUTED = "/work/cases/?q=洛阳演示建材有限公司销售不符合"
"""A case of the demonstration that was disputed, decided, sealed, archived."""
TRAILS: dict[str, tuple[Trail, ...]] = {
    "ly-officer": (
        ("/work/", "/work/cases/<uuid>/do/<name>/"),
        (
            *("/work/cases/", "/work/cases/<uuid>/", "/work/cases/<uuid>/late/", "/work/cases/<uuid>/elsewhere/"),
            "/work/cases/<uuid>/sheet/",
            *("/work/cases/<uuid>/elsewhere/?place=wuding", "/work/cases/<uuid>/purpose/", "/counter/show/<uuid>/"),
            *("/recording/<uuid>/recordings/", "/recording/<uuid>/party/", "/recording/<uuid>/looks/"),
            "/recording/<uuid>/why/",
        ),
        (DISPUTED, "/work/cases/<uuid>/", "/work/cases/<uuid>/drafts/inspect/"),
        ("/registry/officers/", "/registry/officers/<uuid>/"),
        ("/registry/officers/<uuid>/", "/registry/agencies/<uuid>/"),
    ),
    "ly-unit": (
        ("/devices/rules/", "/devices/rules/<name>/"),
        ("/devices/rules/<name>/", "/devices/rules/<name>/<name>/"),
        ("/disclosure/pages/", "/disclosure/pages/<uuid>/<name>/<name>/"),
        ("/statistics/", "/statistics/<uuid>/<name>/<n>/"),
        ("/statistics/<uuid>/<name>/<n>/", "/statistics/<uuid>/<name>/<n>/do/<name>/"),
    ),
    "ly-archive": (
        (
            *(DISPUTED, "/work/cases/<uuid>/", "/recording/<uuid>/", "/recording/<uuid>/quality/"),
            "/work/cases/<uuid>/do/request_access/",
        ),
        ("/work/cases/<uuid>/", "/recording/<uuid>/look/<uuid>/<n>/"),
        ("/work/cases/<uuid>/", "/recording/<uuid>/seal/<uuid>/<n>/"),
    ),
    "ly-device": (
        ("/devices/", "/devices/<uuid>/"),
        ("/devices/<uuid>/", "/devices/<uuid>/<name>/"),
        ("/devices/", "/devices/list/<uuid>/"),
        ("/devices/list/<uuid>/", "/devices/list/<uuid>/<name>/"),
        ("/devices/need/", "/devices/need/<n>/draw-up/"),
    ),
    "ly-review": (
        ("/review/", "/review/<uuid>/"),
        (DISPUTED, "/work/cases/<uuid>/", "/work/cases/<uuid>/matrix/"),
        ("/work/cases/<uuid>/", "/review/<uuid>/disagreement/"),
        ("/review/catalogues/", "/review/catalogues/<uuid>/<name>/"),
    ),
    "ur-review": (("/devices/monitors/", "/devices/monitors/<name>/<name>/"),),
    "ly-head": (
        (DISPUTED, "/work/cases/<uuid>/", "/work/cases/<uuid>/do/correct_paper/"),
        ("/statistics/", "/statistics/<uuid>/<name>/<n>/", "/statistics/<uuid>/"),
        ("/statistics/<uuid>/<name>/<n>/", "/statistics/<uuid>/<name>/<n>/figures/<name>/"),
        ("/statistics/uses/", "/statistics/uses/<name>/<query>"),
    ),
    "ly-publish": (
        ("/disclosure/", "/disclosure/<uuid>/", "/disclosure/<uuid>/?do=check_publication"),
        ("/disclosure/pages/", "/disclosure/pages/<uuid>/<name>/", "/disclosure/pages/<uuid>/"),
        ("/review/catalogues/", "/review/catalogues/<uuid>/enforcement2/"),
        ("/review/catalogues/<uuid>/enforcement2/", "/review/catalogues/<uuid>/enforcement2/publish/"),
    ),
    "ly-check": (("/disclosure/", "/disclosure/<uuid>/", "/disclosure/<uuid>/?do=check_publication"),),
    "ly-register": (
        ("/registry/", "/registry/agencies/<uuid>/<name>/"),
        ("/registry/officers/", "/registry/officers/<uuid>/"),
        ("/registry/officers/<uuid>/", "/registry/officers/<uuid>/<name>/"),
        ("/registry/items/", "/registry/items/<uuid>/"),
        ("/registry/items/<uuid>/", "/registry/items/<uuid>/<name>/"),
        ("/registry/objects/", "/registry/objects/<uuid>/"),
        ("/registry/objects/<uuid>/", "/registry/objects/<uuid>/<name>/"),
    ),
    "ly-supervise": (("/registry/reviewers/", "/registry/reviewers/<uuid>/"),),
}


def broken(page: Any, address: str) -> list[str]:
    """What is wrong on the page of an address; that it leads elsewhere is, and that it is refused. Where it asks why
    he looks, he says so."""
    status = page.goto(address).status
    if urlsplit(page.url).path.endswith("/why/") and not urlsplit(address).path.endswith("/why/"):
        page.locator("main [name=purpose]").first.check()
        page.click("main form button[type=submit]")
        status = page.goto(address).status
    asked, seen = (unquote(urlsplit(one).path) for one in (address, page.url))
    astray = seen != asked or (status >= 400 and "nothing" not in asked)
    return told(page, address) + ([f"{address} leads to {seen}: {status}"] if astray else [])


def told(page: Any, address: str) -> list[str]:
    """What is wrong on a page: rule, where, why; and how far it scrolls sideways."""
    width = page.viewport_size["width"]
    found = [
        f"{address} at {width}: {one['id']} at {node['target']}: {node['failureSummary']}"
        for one in Axe().run(page, options=OPTIONS).response["violations"]
        for node in one["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*found, *([f"{address} at {width}: is {wide} px wide"] if wide > width else [])]


def all_broken(page: Any, product: Moved, places: Iterable[str]) -> list[str]:
    addresses = [product.url + place for place in places]
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += [one for address in addresses for one in broken(page, address)]
    return found


@pytest.mark.browser
def test_what_is_wrong_is_found(page: Any) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content(
        "<html><head></head><body><img src='x.png'><p style='width: 400px; color: #ddd'>看不清的字</p></body></html>"
    )
    wrong = "\n".join(told(page, "here"))
    assert [rule for rule in ("image-alt", "color-contrast", "html-has-lang", "px wide") if rule not in wrong] == []


@pytest.mark.browser
def test_everything_public(page: Any, product: Moved) -> None:
    product.now()
    product.wait_until_filled()
    places = [*PORTAL, *followed(page, product.url, PUBLIC_TRAILS)]
    assert all_broken(page, product, places) == []
    for look in ("large", "contrast"):
        page.goto(f"{product.url}/look/{look}/?next=/")
    assert page.get_attribute("html", "class") == "sx-large sx-contrast"
    assert all_broken(page, product, places) == []


@pytest.mark.browser
@pytest.mark.parametrize("login", STAFF)
def test_every_desk(page: Any, product: Moved, login: str) -> None:
    product.now()
    product.wait_until_filled()
    Desk(page, product, login)
    places = [*STAFF[login], *followed(page, product.url, TRAILS[login])]
    assert all_broken(page, product, places) == []
