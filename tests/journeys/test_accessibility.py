"""No page of portal or desk breaks WCAG 2.2 AA as axe finds it, on a screen and at 320 px, and none scrolls sideways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.desk import Desk

from .conftest import Moved

LEVEL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
OPTIONS = {"runOnly": {"type": "tag", "values": list(LEVEL)}, "resultTypes": ["violations"]}
SIZES = ((1440, 900), (320, 640))
PORTAL = (
    *("/", "/search/", "/search/?q=演示", "/search/?q=没有这样的东西&since=2024-13-40", "/catalogues/", "/numbers/"),
    *("/officers/", "/officers/?q=豫C演示0001", "/officers/?q=没有这个人", "/procedures/", "/about/", "/login/"),
    *("/procedures/luoyang/penalty.ordinary/", "/data/", "/agencies/", "/rules/", "/rules/wuding/"),
    *("/counter/", "/counter/complain/", "/counter/s/nothing/"),
)
STAFF = {
    "ly-officer": (
        *("/work/", "/work/cases/", "/work/cases/?q=没有", "/work/duties/", "/work/cases/new/", "/devices/"),
        *("/recording/capture/", "/recording/capture/arrived/", "/recording/register/", "/devices/scan/"),
    ),
    "ly-archive": ("/recording/archive/", "/recording/register/?mark=doubt"),
    "ly-device": (
        *("/devices/", "/devices/inbox/", "/devices/labels/", "/devices/need/", "/devices/register/"),
        "/devices/rules/",
    ),
    "ly-review": ("/review/", "/review/quality/", "/review/catalogues/", "/review/practice/"),
    "ly-head": ("/work/", "/work/figures/", "/counter/inbox/", "/devices/need/", "/statistics/"),
    "ly-publish": (
        *("/disclosure/", "/disclosure/pages/", "/disclosure/pages/law/", "/exchange/credit/"),
        *("/exchange/credit/import/", "/exchange/partners/", "/disclosure/by-period/"),
    ),
    "ly-check": ("/disclosure/", "/exchange/withdrawals/"),
    "ly-register": (
        "/registry/",
        "/registry/officers/",
        "/registry/agencies/",
        "/registry/items/",
        "/registry/import/",
    ),
    "ly-supervise": (
        *("/work/", "/work/refusals/", "/registry/reviewers/", "/statistics/", "/statistics/request/"),
        "/recording/archive/",
    ),
}


def broken(page: Any, address: str) -> list[str]:
    page.goto(address)
    return told(page, address)


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


def links(page: Any, product: Moved, place: str, wanted: str) -> list[str]:
    """The addresses on a page that look like this, once each."""
    page.goto(product.url + place)
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    return list(dict.fromkeys(href for href in found if re.fullmatch(wanted, href)))


@pytest.mark.browser
def test_everything_public(page: Any, product: Moved) -> None:
    product.now()
    product.wait_until_filled()
    places = list(PORTAL)
    places += links(page, product, "/", r"/d/[0-9a-f-]+/")[:1]
    places += [place.replace("/d/", "/counter/correct/") for place in places if place.startswith("/d/")]
    agency = links(page, product, "/agencies/", r"/agencies/[0-9a-f-]+/")[0]
    places += [agency, f"{agency}officers/", f"{agency}windows/1/", f"{agency}windows/1/screen/"]
    places += links(page, product, "/catalogues/", r"/catalogues/.+/.+/")[:1]
    places += links(page, product, "/numbers/", r"/numbers/[0-9a-f-]+/\d+/")[:1]
    assert len(places) == len(PORTAL) + 8
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
    places = list(STAFF[login])
    if login == "ly-officer":
        cases = links(page, product, "/work/cases/", r"/work/cases/[0-9a-f-]{36}/")
        acts = links(page, product, "/work/", r"/work/cases/[0-9a-f-]{36}/do/\w+/")
        assert cases
        assert acts
        stream = cases[0].split("/")[3]
        places += [f"/recording/{stream}/{part}/" for part in ("recordings", "party", "looks")]
        places += [cases[0], acts[0], f"{cases[0]}late/", cases[0].replace("/work/cases/", "/counter/show/")]
    if login == "ly-archive":
        kept = links(page, product, "/work/cases/?state=archived", r"/work/cases/[0-9a-f-]{36}/")
        assert kept
        stream = kept[0].split("/")[3]
        places += [f"/recording/{stream}/", f"/recording/{stream}/quality/", f"{kept[0]}do/request_access/"]
    if login == "ly-head":
        ended = links(page, product, "/work/cases/?state=archived", r"/work/cases/[0-9a-f-]{36}/")
        assert ended
        places.append(f"{ended[0]}do/correct_paper/")
    if login in ("ly-publish", "ly-check"):
        panes = links(page, product, "/disclosure/", r"/disclosure/[0-9a-f-]{36}/")
        assert panes
        places += [panes[0], panes[-1], f"{panes[0]}?do=check_publication"]
    if login == "ly-publish":
        places += links(page, product, "/exchange/credit/", r"/exchange/credit/record/[0-9a-f-]{36}/")[:1]
        places += links(page, product, "/disclosure/pages/", r"/disclosure/pages/[0-9a-f-]{36}/\w+/")[:1]
    if login == "ly-review":
        desks = links(page, product, "/review/", r"/review/[0-9a-f-]{36}/")
        assert desks
        places.append(desks[0])
    assert all_broken(page, product, places) == []
