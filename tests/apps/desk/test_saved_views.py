"""Saved views of the registers: kept, found on the home, shared with the unit alone, exported, deleted by their owner."""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.casework.models import SavedView
from sanxiang.casework.views.saved import MOST

SAVE = "/work/views/"


@pytest.fixture(autouse=True)
def own_rows(theatre: Any) -> Any:
    """What these tests keep goes with them."""
    yield
    SavedView.objects.filter(officer__in=[one for one in theatre.people["luoyang"].values() if one]).delete()


def saved(client: Any, **changes: str) -> Any:
    return client.post(
        SAVE, {"place": "cases", "name": "在办", "query": "state=open&category=处罚&after=x"} | changes, follow=True
    )


def test_a_filter_is_kept_found_exported_and_deleted(theatre: Any, client: Any) -> None:
    theatre.played("ordinary", start="2026-09-07", before="inspect")
    client.force_login(theatre.account("zhang"))
    page = saved(client)
    assert "已保存查询“在办”" in page.content.decode()
    row = SavedView.objects.get(officer=theatre.people["luoyang"]["zhang"])
    assert row.query == "state=open&category=%E5%A4%84%E7%BD%9A"
    home = client.get("/work/").content.decode()
    assert "常用查询" in home
    assert "在办" in home
    sheet = client.get(f"/work/cases/?{row.query}&as=csv")
    lines = b"".join(sheet.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) > 1
    assert all("办理中" in line for line in lines[1:])
    saved(client, query="state=closed")
    assert SavedView.objects.get(pk=row.pk).query == "state=closed"
    assert client.post(f"{SAVE}{row.pk}/delete/", follow=True).status_code == 200
    assert not SavedView.objects.filter(pk=row.pk).exists()


def test_only_the_unit_sees_what_is_shared_and_only_its_owner_deletes_it(theatre: Any, client: Any) -> None:
    client.force_login(theatre.account("zhang"))
    saved(client, name="我的", query="mark=late")
    saved(client, name="科里的", query="mark=breach", unit="enforcement")
    saved(client, name="别科的", query="mark=breach", unit="enforcement2")
    saved(client, name="台账", place="register", query="mark=doubt", unit="enforcement")
    client.force_login(theatre.account("li"))
    home, cases = (client.get(place).content.decode() for place in ("/work/", "/work/cases/"))
    assert "科里的" in home
    assert "台账" in home
    assert "我的</a>" not in home
    assert "别科的" not in home
    assert "张演示保存" in cases
    assert ">台账</a>" in client.get("/recording/register/").content.decode()
    row = SavedView.objects.get(officer=theatre.people["luoyang"]["zhang"], name="科里的")
    assert client.post(f"{SAVE}{row.pk}/delete/").status_code == 404
    client.force_login(theatre.account("wang"))
    assert "科里的" not in client.get("/work/").content.decode()
    client.force_login(theatre.account("head", "wuding"))
    assert "科里的" not in client.get("/work/cases/").content.decode()
    assert SavedView.objects.filter(pk=row.pk).exists()


def test_what_cannot_be_kept_is_said(theatre: Any, client: Any) -> None:
    assert client.post(SAVE, {"place": "cases"}).status_code == 302
    client.force_login(theatre.account("zhang"))
    own = SavedView.objects.filter(officer=theatre.people["luoyang"]["zhang"])
    for wrong in ({"name": ""}, {"name": "长" * 31}, {"name": "a\x00b"}):
        assert "查询的名称写 1 到 30 个字" in saved(client, **wrong).content.decode()
    assert "先选好筛选条件" in saved(client, query="after=x&as=csv").content.decode()
    assert client.post(SAVE, {"place": "nowhere", "name": "x", "query": "state=open"}).status_code == 404
    assert client.get(SAVE).status_code == 405
    assert not own.exists()
    for n in range(MOST):
        saved(client, name=f"查询{n}")
    assert f"最多保存 {MOST} 个查询" in saved(client, name="又一个").content.decode()
    assert own.count() == MOST
    text = saved(client, name="查询0", query='state=open&q="><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in text
