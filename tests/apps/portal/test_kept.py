"""Kept pages: answered without making them again, for as long as nothing public has changed and not a moment longer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.session import SessionStorage
from django.db import connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from sanxiang.portal import kept, views
from sanxiang.three_systems.disclosure.models import PublicChange, Published
from tests.support.theatre import Theatre


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    kept._pages.clear()
    yield
    kept._pages.clear()


def asked(address: str, **cookies: str) -> tuple[int, str, int]:
    """Status, page, and how many queries it took."""
    client = Client()
    for name, value in cookies.items():
        client.cookies[name.replace("_", "-")] = value
    with CaptureQueriesContext(connections["portal"]) as public:
        answer = client.get(address)
    return answer.status_code, answer.content.decode(), len(public)


@pytest.mark.parametrize(
    "address", ["/", "/search/?q=演示", "/search.json?q=演示", "/search.atom?q=演示", "/d/{red}/", "/d/{red}.json"]
)
def test_a_page_is_made_once_while_nothing_changes(address: str, site: dict[str, str], theatre: Theatre) -> None:
    address = address.format(**site)
    first, second = asked(address), asked(address)
    assert first[2] > 1
    assert second[2] == 1, "one small query tells that it stands"
    assert first[:2] == second[:2]


def test_what_is_withdrawn_is_gone_with_the_commit(theatre: Theatre) -> None:
    played = theatre.played(
        "revoked", before="withdraw_publication", start="2025-03-03", fill={"party_name": "演示缓存商行"}
    )
    page, found, data = f"/d/{played.stream}/", "/search/?q=演示缓存商行", f"/d/{played.stream}.json"
    assert [asked(one)[0] for one in (page, found, data)] == [200, 200, 200]
    assert "演示缓存商行" in asked(found)[1]
    theatre.go_on(played)
    assert asked(page)[0] == asked(data)[0] == 410
    assert f"/d/{played.stream}/" not in asked(found)[1]
    assert "演示缓存商行" not in asked(data)[1]


def test_every_write_to_what_the_pages_read_counts(site: dict[str, str], theatre: Theatre) -> None:
    owner = connections["owner"]
    for table in ("published", "public_certificate", "public_agency"):
        before = PublicChange.objects.get().n
        with owner.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET stream = stream")
        assert PublicChange.objects.get().n == before + 1, table
    assert PublicChange.objects.count() == 1


def test_a_look_and_a_day_have_pages_of_their_own(
    site: dict[str, str], theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "sx-large" not in asked("/")[1].split("<body")[0]
    assert "sx-large" in asked("/", sx_look="large")[1].split("<body")[0]
    assert asked("/")[2] == 1
    monkeypatch.setattr(kept, "localdate", lambda: __import__("datetime").date(2031, 1, 1))
    assert asked("/")[2] > 1, "a page of yesterday is made again"


def test_how_much_is_kept_is_bounded(site: dict[str, str], theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "PAGES_MAX", 5)
    for at in range(12):
        asked(f"/search/?q=演示{at}")
    assert len(kept._pages) == 5
    monkeypatch.setattr(kept, "PAGE_MAX", 10)
    kept._pages.clear()
    asked("/")
    assert not kept._pages


def test_what_is_not_there_is_not_kept(site: dict[str, str], theatre: Theatre) -> None:
    import uuid

    for _ in range(3):
        assert asked(f"/d/{uuid.uuid5(uuid.NAMESPACE_URL, 'nowhere')}/")[0] == 404
    assert not kept._pages


def test_the_portal_cannot_change_the_count(site: dict[str, str], theatre: Theatre) -> None:
    from django.db import Error

    with pytest.raises(Error, match="permission denied"):
        PublicChange.objects.using("portal").update(n=0)
    connections["portal"].close()


def test_a_kept_page_has_the_head_lines_of_the_first(site: dict[str, str], theatre: Theatre) -> None:
    first, second = (Client().get("/") for _ in range(2))
    assert dict(first.items()) == dict(second.items())
    assert Published.objects.using("portal").exists()


def test_who_asks_by_another_name_is_answered_by_it(site: dict[str, str], theatre: Theatre, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    here = Client().get("/search.json?q=演示", headers={"host": "one.example"}).content.decode()
    there = Client().get("/search.json?q=演示", headers={"host": "two.example"}).content.decode()
    assert "two.example" not in here
    assert "one.example" not in there


def test_nothing_of_one_reader_is_kept_for_all(site: dict[str, str], theatre: Theatre) -> None:
    request: Any = RequestFactory().get("/")
    request.session, request.user = {}, AnonymousUser()
    request._messages = SessionStorage(request)
    messages.success(request, "只给这一个人看的话")
    assert "只给这一个人看的话" not in kept.kept(views.front)(request).content.decode()
    assert [str(one) for one in messages.get_messages(request)] == ["只给这一个人看的话"], "it waits for his own page"
