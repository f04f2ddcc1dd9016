"""What came in is looked through piece by piece, to its end, however much of it there is."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.test import Client

from sanxiang.casework import access
from sanxiang.counter import finding, inbox_views
from sanxiang.counter.models import Outcome
from tests.support.theatre import Theatre

NEWEST, WORD, TWICE = datetime(2099, 1, 1, tzinfo=UTC), "琥珀匣子", "砚台与镇纸"


@pytest.fixture
def role(theatre: Theatre) -> str:
    posts = {name: access.reader_of(theatre.account(name)).posts for name in ("unit", "head", "publisher", "li")}
    return next(name for name, held in posts.items() if held & inbox_views.ANSWERERS)


@pytest.fixture
def sent(theatre: Theatre, role: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Twenty letters that the record refused, two of one moment; the twelfth and the last hold a word of their own."""
    monkeypatch.setattr(finding, "AT_ONCE", 3)
    agency = UUID(str(access.reader_of(theatre.account(role)).agency))
    rows = [
        Outcome(
            receipt=f"FIND-{at:02d}", kind="defence", sent_at=NEWEST, at=NEWEST - timedelta(days=at // 2),
            state=Outcome.REFUSED, agency=agency, reasons=["已经结案"],
            body=orjson.dumps({"text": f"{WORD if at in (11, 19) else '其他的话'}{TWICE}第{at}件"}),
        )
        for at in range(20)
    ]  # fmt: skip
    Outcome.objects.bulk_create(rows)
    yield rows
    Outcome.objects.filter(receipt__startswith="FIND-").delete()


@pytest.mark.usefixtures("sent")
def test_what_is_older_is_found_by_going_on(theatre: Theatre, role: str) -> None:
    client = Client()
    client.force_login(theatre.account(role))
    everything = client.get("/work/search/", {"q": WORD}).content.decode()
    assert "以来的里面没有" in everything, "the newest three hold it not, and that is said"
    assert "没有找到" not in everything
    page, found, pages = everything, [], 0
    while onward := re.search(r'rel="next" href="([^"]+kind=letter[^"]+)"', page):
        pages += 1
        page = client.get("/work/search/" + html.unescape(onward[1])).content.decode()
        found += re.findall(r"/counter/inbox/(FIND-\d\d)/|(FIND-\d\d)</span>", page)
        assert pages < 9
    assert {name for pair in found for name in pair if name} == {"FIND-11", "FIND-19"}


@pytest.mark.usefixtures("sent")
def test_each_is_found_once_and_none_is_left_out(theatre: Theatre, role: str) -> None:
    reader = access.reader_of(theatre.account(role))
    found: list[str] = []
    after = ""
    while True:
        hits = finding.letters(reader, [TWICE], 2, after)
        found += [one.about for one in hits.hits]
        after = hits.next
        if not after:
            break
    assert found == [f"FIND-{at:02d}" for at in range(20)]


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("after", ["x", "2099-13-01_x", "_", "2099-01-01T00:00:00+00:00", "9" * 100])
def test_a_bent_address_begins_anew_or_ends(theatre: Theatre, role: str, after: str) -> None:
    client = Client()
    client.force_login(theatre.account(role))
    done = client.get("/work/search/", {"q": TWICE, "kind": "letter", "after": after})
    assert done.status_code == 200
