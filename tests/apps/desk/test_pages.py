"""The desk and the public site over a played world: who sees what, how many queries, what is said."""

from __future__ import annotations

import io
import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test.utils import CaptureQueriesContext

QUERIES_MAX = 25
LEAKS = ("欧阳演示", "41030519840717854X", "13900001234")


def as_(client, login):
    client.force_login(get_user_model().objects.get(username=login))
    return client


def queries(client, address):
    with (
        CaptureQueriesContext(connections["default"]) as default,
        CaptureQueriesContext(connections["portal"]) as portal,
    ):
        response = client.get(address)
    return response, len(default) + len(portal)


PAGES = [
    ("ly-officer", "/work/"), ("ly-head", "/work/"), ("ly-review", "/work/"), ("ly-check", "/work/"),
    ("ly-archive", "/work/"), ("ly-supervise", "/work/"), ("ly-officer", "/work/cases/"),
    ("ly-officer", "/work/cases/?q=演示&state=archived&overdue=1&mine=1"), ("ly-officer", "/work/duties/"),
    ("ly-officer", "/work/cases/new/"), ("ly-officer", "/work/cases/new/?procedure=penalty.ordinary"),
    ("ly-head", "/work/cases/{archived}/"), ("ly-review", "/work/cases/{reviewing}/"),
    ("ly-review", "/work/cases/{reviewing}/do/conclude_review/"), ("ly-head", "/work/cases/{reviewing}/do/decide/"),
    ("ly-officer", "/work/cases/{reviewing}/do/serve/"), ("ly-head", "/work/cases/{filing}/do/approve_filing/"),
    ("ly-head", "/work/cases/{archived}/do/answer_judgement/?judgement=complex"),
    ("", "/"), ("", "/search/?q=演示"), ("", "/search/?category=处罚&since=2024-01-01"), ("", "/d/{archived}/"),
    ("", "/about/"), ("", "/login/"),
]  # fmt: skip


def test_every_page_answers_within_its_queries(world, client):
    over = {}
    for login, address in PAGES:
        client.logout()
        if login:
            as_(client, login)
        response, count = queries(client, address.format(**world.cases))
        assert response.status_code == 200, (login, address)
        if count > QUERIES_MAX:
            over[address] = count
    assert over == {}


def whole_list(client):
    """Every page of the register of cases, however many cases other tests opened."""
    text, after = "", ""
    while True:
        response = client.get("/work/cases/", {"after": after})
        assert response.status_code == 200
        text += response.content.decode()
        after = response.context["next"]
        if not after:
            return text


def test_who_may_see_a_case(world, client):
    """Access matrix: the same rule for the page, the list and the papers."""
    case = world.cases["reviewing"]
    expected = {
        "ly-officer": 200, "ly-unit": 200, "ly-review": 200, "ly-head": 200, "ly-check": 200, "ly-supervise": 200,
        "ly-officer3": 404, "ly-unit2": 404, "wd-officer": 404, "wd-head": 404, "dxh-supervise": 404,
    }  # fmt: skip
    found = {}
    for login in expected:
        as_(client, login)
        client.post(f"/work/cases/{case}/purpose/", {"purpose": "日常监督检查"})
        status = client.get(f"/work/cases/{case}/").status_code
        listed = case in whole_list(client)
        paper = client.get(f"/files/package/{case}.zip").status_code
        assert listed == (status == 200), login
        assert (paper != 404 or "没有案卷包" in client.get(f"/files/package/{case}.zip").content.decode()) == (
            status == 200
        )
        found[login] = status
    assert found == expected
    client.logout()
    assert client.get(f"/work/cases/{case}/").status_code == 302


def test_an_account_without_a_post_sees_nothing(world, client):
    stranger = get_user_model().objects.create_user("stranger", password="x")
    client.force_login(stranger)
    assert client.get("/work/").status_code == 403
    assert client.get(f"/work/cases/{world.cases['archived']}/").status_code == 403


@pytest.mark.clauses("LY-30", "LY-36", "LY-37")
def test_a_refusal_names_the_clause_what_is_missing_and_the_button(world, client):
    address = f"/work/cases/{world.cases['reviewing']}/do/decide/"
    response = as_(client, "ly-head").post(address, {"decision_reasons": "事实清楚。"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "没有经过法制审核，不得作出决定" in page
    assert "洛政办〔2019〕37号 三(三)" in page
    assert "去办理：送法制审核" in page
    assert "事实清楚。" in page, "what was typed is kept"


HOSTILE = ["<script>alert(1)</script>", "'; DROP TABLE record.event; --", "😀" * 50, "a" * 30_000, "\x00", "{{ 7*7 }}"]


@pytest.mark.parametrize("text", HOSTILE)
def test_bad_text_is_refused_or_shown_as_it_is(world, client, text):
    address = f"/work/cases/{world.cases['filing']}/do/change_handlers/"
    as_(client, "ly-head")
    opened = "/work/cases/new/?procedure=penalty.ordinary"
    as_(client, "ly-officer")
    typed = {"procedure": "penalty.ordinary", "department": "enforcement", "source_kind": text, "source_summary": text,
             "party_name": text, "party_credit_code": text, "source_on": text, "officers": text}  # fmt: skip
    response = client.post(opened, typed)
    assert response.status_code == 422
    assert "<script>alert" not in response.content.decode()
    assert "49" not in re.findall(r'name="party_name"[^>]*value="([^"]*)"', response.content.decode())
    assert client.post(address, {"link": text, "expected": text}).status_code in (404, 422)


def test_unknown_things_are_not_there(world, client):
    as_(client, "ly-officer")
    case = world.cases["filing"]
    for address in (f"/work/cases/{case}/do/fly/", "/work/cases/00000000-0000-0000-0000-000000000000/", f"/d/{case}/"):
        assert client.get(address).status_code == 404
    for query in ("after=x", "after=2024-01-01_zzz", "state=none", "q=" + "x" * 5000, "as=pdf"):
        assert client.get(f"/work/cases/?{query}").status_code == 200


def test_two_people_on_the_same_page(world, client):
    """The second is told, and what was typed stays."""
    address = f"/work/cases/{world.cases['filing']}/do/inspect/"
    as_(client, "ly-officer")
    response = client.post(address, {"expected": "1", "inspection_findings": "现场有人。"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "刚刚被他人更新" in page
    assert "现场有人。" in page


def test_a_spreadsheet_that_does_not_hold_every_case_says_so(world, client, monkeypatch):
    from sanxiang.casework.views import lists

    monkeypatch.setattr(lists, "EXPORT_MAX", 2)
    text = b"".join(as_(client, "ly-head").get("/work/cases/?as=csv").streaming_content).decode("utf-8-sig")
    assert [line.startswith("只导出了前 2 件") for line in text.splitlines()] == [False, False, False, True]


def test_the_list_goes_into_a_spreadsheet_without_formulas(world, client):
    from sanxiang.casework.models import CaseRow

    text = b"".join(as_(client, "ly-head").get("/work/cases/?as=csv").streaming_content).decode("utf-8-sig")
    rows = io.StringIO(text).read().splitlines()
    assert rows[0].startswith("案号,案件名称")
    mine = CaseRow.objects.filter(agency=world.people["luoyang"][""])
    assert mine.filter(stream__in=world.cases.values()).count() == len(world.cases)
    assert len(rows) == 1 + mine.count()
    from sanxiang.casework.views.lists import harmless

    assert harmless("=1+1") == "'=1+1"


@pytest.mark.clauses("LY-13", "LY-15")
def test_a_withdrawn_decision_leaves_a_notice_and_nothing_else(world, client):
    response = client.get(f"/d/{world.cases['revoked']}/")
    page = response.content.decode()
    assert response.status_code == 410
    assert "已经撤下" in page
    assert "洛阳演示商贸有限公司" not in page
    assert world.cases["revoked"] not in client.get("/search/?q=演示商贸").content.decode()


def test_nothing_masked_is_public_anywhere(world, client):
    """Names and numbers of a natural person in every public page."""
    pages = [f"/d/{world.cases['person']}/", "/", "/search/?q=演示", "/search/?q=欧阳", "/search/?q=欧阳演示"]
    everything = "".join(client.get(address).content.decode() for address in pages)
    assert "欧阳某某" in everything
    shown = re.sub(r'value="[^"]*"|<title>.*?</title>', "", everything)
    assert [leak for leak in LEAKS if leak in shown] == []
    assert client.get("/search/?q=欧阳演示").content.decode().count("sx-public-list") == 0


def test_the_public_site_reads_published_tables_only(world):
    with connections["portal"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published")
    for table in ("case_row", "case_duty", "account", "record.event", "keyring.subject_key", "django_session"):
        with pytest.raises(Exception, match="permission denied"), connections["portal"].cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} LIMIT 1")
        connections["portal"].rollback() if not connections["portal"].in_atomic_block else None


def test_a_paper_opens_for_who_may_see_it(world, client):
    page = as_(client, "ly-head").get(f"/work/cases/{world.cases['archived']}/").content.decode()
    links = re.findall(r'href="(/recording/[^"]+\.pdf)"', page)
    assert len(links) >= 10
    client.post(f"/recording/{world.cases['archived']}/why/", {"purpose": "办理本案"})
    for link in links:
        paper = client.get(link)
        assert paper.status_code == 200, paper.content.decode()[:200]
        assert paper.content.startswith(b"%PDF-")
    assert as_(client, "wd-head").get(links[0]).status_code == 404


def test_login_is_slowed_down_and_says_nothing_about_names(world, client):
    from django.core.cache import cache

    cache.clear()
    answers = [client.post("/login/", {"username": "ly-head", "password": "wrong"}).content.decode() for _ in range(9)]
    assert "用户名或者密码不对" in answers[0]
    assert "请五分钟后再试" in answers[-1]
    unknown = client.post(
        "/login/", {"username": "nobody", "password": "wrong"}, REMOTE_ADDR="10.0.0.9"
    ).content.decode()
    assert "用户名或者密码不对" in unknown
    cache.clear()
