"""The frame of a decision's page is that of every other public page, and what it says is told as text."""

from __future__ import annotations

import re
import socket
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from sanxiang.portal import kept
from sanxiang.portal.frames import address
from sanxiang.three_systems.disclosure.models import Published
from tests.support.theatre import Theatre

BAIT = '<script>alert("1")</script>&amp;{{ row.full }}\r\n第二行'


def page(place: str, look: str = "") -> str:
    client = Client()
    client.cookies["sx-look"] = look
    kept._pages.clear()
    answer = client.get(place)
    assert answer.status_code == 200
    return answer.content.decode()


def around(place: str, text: str) -> str:
    """All of a page but its title and what stands in its middle, whichever page it is."""
    text = re.sub(r"<title>.*?</title>", "", text).replace(f"next={quote(place)}", "next=here")
    head, _, rest = text.partition('tabindex="-1">')
    return f"{head}{rest.partition('</main>')[2]}"


@pytest.mark.parametrize("look", ["", "large", "contrast", "large.contrast"])
def test_a_decision_stands_in_the_frame_of_every_page(
    look: str, site: dict[str, str], theatre: Theatre, settings: Any
) -> None:
    mine, other = f"/d/{site['red']}/?a=1&b=<2>", "/about/?x=%E4%B8%80"
    told = mine.replace("<", "%3C").replace(">", "%3E")
    assert around(told, page(mine, look)) == around(other, page(other, look))
    assert all(f"sx-{one}" in page(mine, look).split("<body")[0] for one in look.split(".") if one)
    settings.SITE = {**settings.SITE, "host": "演示主办单位", "icp": "演示备案号"}
    assert around(told, page(mine, look)) == around(other, page(other, look))
    assert "主办单位：演示主办单位" in page(mine, look)


def test_the_address_is_what_the_addresses_say(site: dict[str, str]) -> None:
    stream = Published(stream=site["red"]).stream
    for name in ("portal:decision-pdf", "portal:decision-json", "counter:correct"):
        assert address(name, stream) == reverse(name, args=[stream])
    assert address("portal:search") == reverse("portal:search")


def test_what_a_decision_says_is_never_read_as_a_page(site: dict[str, str], theatre: Theatre) -> None:
    """Whatever a field holds, and whatever it is called."""
    row = Published.objects.get(pk=site["red"])
    bait = {**row.public, "执法对象": BAIT, "执法主体": BAIT, "违法事实": BAIT, BAIT: "甲", "数": 5, "无": None}
    Published.objects.filter(pk=row.pk).update(public=bait, number=BAIT, place=BAIT)
    try:
        text = page(f"/d/{site['red']}/")
    finally:
        Published.objects.filter(pk=row.pk).update(public=row.public, number=row.number, place=row.place)
    assert "<script>" not in text
    assert text.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;{{ row.full }}") == 9
    assert "<dt>违法事实</dt>\n    <dd>&lt;script&gt;" in text
    assert "{{ row.full }}<br>第二行</dd>" in text, "lines stay lines"
    assert "<dt>数</dt>\n    <dd>5</dd>" in text


def test_the_fields_stand_in_the_order_in_which_they_are_read(site: dict[str, str], theatre: Theatre) -> None:
    names = re.findall("<dt>(.*?)</dt>", page(f"/d/{site['red']}/"))
    first = [name for name in ("执法主体", "执法对象", "执法类别", "决定文号", "违法事实", "执法结论") if name in names]
    assert [name for name in names if name in first] == first
    assert names.index("公示日期") > names.index("执法结论")


def test_a_connection_that_died_is_opened_again(site: dict[str, str], theatre: Theatre) -> None:
    """The first question of a page tells that the connection is gone; nobody is told of a fault."""
    assert page(f"/d/{site['red']}/")
    held = connections["portal"].connection
    with socket.socket(fileno=held.pgconn.socket) as line:
        line.shutdown(socket.SHUT_RDWR)
        line.detach()
    assert "<h1>" in page(f"/d/{site['red']}/")
    assert connections["portal"].connection is not held
