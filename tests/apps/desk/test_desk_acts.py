"""The desk at work: homes by post, what stands in the way, judgements, late entries, purposes of supervisors."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework import judging
from sanxiang.casework.models import AccessNote, CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import fold
from sanxiang.core.values import CHINA
from sanxiang.store import reading

from .conftest import World


def logged(login: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(username=login))
    return client


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def events(case: str) -> tuple[Any, ...]:
    return reading.load(connections["default"], case)


def ids(world: World, agency: str, *names: str) -> list[str]:
    return [world.people[agency][name] for name in names]


NOW = timezone.localtime(timezone.now() - timedelta(minutes=5), CHINA)
RECORDED = {
    "started_on_site": f"{NOW - timedelta(minutes=40):%Y-%m-%dT%H:%M}", "ended_on_site": f"{NOW:%Y-%m-%dT%H:%M}",
    "recording_mode": "全程录音录像", "recording_place": "云平台（演示）", "recording_on": "2026-11-02",
    "recording_maker": "杨演示", "recording_method": "执法记录仪", "recording_elsewhere": "回机关后由采集站导入",
}  # fmt: skip
TOLD = dict.fromkeys(
    ("certificate_worn", "certificate_shown", "document_shown", "reason_told", "basis_told", "rights_told"), "true"
)


def benefit(world: World) -> str:
    """A benefit of Dongxihu entered through the pages up to its draft; its address."""
    officer, unit = logged("dxh-officer"), logged("dxh-unit")
    both = {"officers": ids(world, "dongxihu", "officer", "officer2")}
    opened = officer.post("/work/cases/new/", {
        "procedure": "benefit", "department": "public_legal", "party_kind": "自然人", "party_name": "申屠演",
        "party_id_number": "11010519491231002X", "benefit_kind": "法律援助补贴", "benefit_ground": "承办法律援助案件一件。",
    })  # fmt: skip
    assert opened.status_code == 302, text(opened)
    case = str(opened["Location"])
    for client, act, facts in (
        (unit, "accept", {}),
        (officer, "verify", both | TOLD | RECORDED | {"place": "演示路2号", "inspection_findings": "齐全。", "signature": "已签名"}),
        (officer, "conclude_investigation", both | {
            "case_name": "申屠演申请补贴", "benefit_facts": "已承办一件。", "benefit_amount": "2000",
            "evidence_list.0.name": "结案报告", "legal_basis.0.law": "法律援助法", "legal_basis.0.article": "第五十二条",
        }),
    ):  # fmt: skip
        answer = client.post(f"{case}do/{act}/", facts)
        assert answer.status_code == 302, (act, text(answer))
    return case


@pytest.mark.clauses("DXH-19", "DXH-20")
def test_open_norms_are_asked_in_the_page_and_answered_by_those_who_may(world: World) -> None:
    case = benefit(world)
    head, unit = logged("dxh-head"), logged("dxh-unit")
    page = head.get(f"{case}do/decide/")
    asked = page.context["questions"]
    assert [one["question"].id for one in asked][:2] == ["major_public_interest", "major_social_effect"]
    assert "要由人判断的问题（6）" in text(unit.get(case))

    answered = {f"judge.{one['question'].id}": "no" for one in asked}
    reasons = {f"judge.{one['question'].id}.reason": "金额小，只关系一人。" for one in asked}
    silent = unit.post(f"{case}do/answer_judgement/", {})
    assert silent.status_code == 422
    assert "判断不能由系统代作" in text(silent)
    nothing = unit.post(f"{case}do/answer_judgement/", answered)
    assert nothing.status_code == 422, "an answer without its reason is not taken"
    assert "判断的理由" in text(nothing)
    assert unit.post(f"{case}do/answer_judgement/", answered | reasons).status_code == 302

    judged = [one.event for one in events(case.split("/")[3]) if one.kind == "judgement.answered"]
    assert {one.judgement for one in judged} == {one["question"].id for one in asked}
    assert {one.facts["judgement_reason"] for one in judged} == {"金额小，只关系一人。"}
    assert head.get(f"{case}do/decide/").context["questions"] == []


def test_a_judgement_and_the_act_that_asked_for_it_go_in_one_step(world: World) -> None:
    """The officer's own page of an act takes both; an act that is refused afterwards leaves the judgement made."""
    case = benefit(world)
    unit = logged("dxh-unit")
    names = [one["question"].id for one in unit.get(f"{case}do/answer_judgement/").context["questions"]]
    typed = {f"judge.{name}": "no" for name in names} | {f"judge.{name}.reason": "不涉及。" for name in names}
    version = CaseRow.objects.get(pk=case.split("/")[3]).version
    answer = unit.post(f"{case}do/submit_review/", typed | {"expected": version, "review_materials.0.name": "报告"})
    assert answer.status_code == 422, "nothing of this draft falls under review any more"
    assert sum(one.kind == "judgement.answered" for one in events(case.split("/")[3])) == len(names)


def test_what_a_form_can_answer_does_not_block(world: World) -> None:
    page = logged("ly-officer").get(f"/work/cases/{world.cases['filing']}/do/inspect/")
    blocked = [reason.text for reason, _ in page.context["blocked"]]
    asked = [reason for reason, _ in page.context["todo"]]
    assert any("执法证件" in reason.text for reason in asked)
    assert not any("证件" in said for said in blocked)
    decide = logged("ly-head").get(f"/work/cases/{world.cases['reviewing']}/do/decide/")
    assert any("法制审核" in reason.text for reason, _ in decide.context["blocked"])
    (todo,) = [reason for reason, _ in decide.context["todo"]]
    assert todo.missing == ("决定理由",)


def test_layers_that_miss_the_same_thing_are_told_once_with_every_law(world: World) -> None:
    page = logged("ly-head").get(f"/work/cases/{world.cases['reviewing']}/do/decide/")
    reviews = [reason for reason, _ in page.context["blocked"] if "法制审核意见（审核还没有结束）" in reason.missing]
    assert len(reviews) == 1
    assert "《行政处罚法》第五十八条" in reviews[0].law
    assert "洛政办〔2019〕37号 三(三)" in reviews[0].law


@pytest.mark.parametrize(
    ("login", "said"),
    [
        ("ly-head", "待我签批"), ("ly-officer", "等我办理"), ("ly-review", "作出审核意见"), ("ly-archive", "案件办结后会出现在这里"),
        ("ly-register", "主体、人员、事项的登记"), ("ly-supervise", "查看案件时要写明事由"), ("ly-check", "已逾期"),
    ],
)  # fmt: skip
def test_each_post_has_its_home(world: World, login: str, said: str) -> None:
    assert said in text(logged(login).get("/work/"))


def test_a_head_sees_what_he_can_sign_and_why_not_the_rest(world: World) -> None:
    page = logged("ly-head").get("/work/")
    ready = {card.waiting.wait.act: card for card in page.context["ready"]}
    assert "approve_filing" in ready
    assert ready["approve_filing"].summary
    for card in page.context["blocked"]:
        assert card.blocked
        assert all(reason.law and reason.text for reason, _ in card.blocked)


def test_a_judgement_that_others_must_make_stands_in_the_way(world: World) -> None:
    case = fold(events(benefit(world).split("/")[3]))
    rules = library().on("dongxihu", datetime.now(CHINA).date())
    publisher = world.people["dongxihu"]["publisher"]
    registers = registers_for(connections["default"], case.agency, (publisher,))
    act = rules.act("benefit", "decide")
    assert act is not None
    found = judging.option(rules, case, registers, act, publisher, datetime.now(CHINA))
    (reason,) = [one for one in found.blocked if one.code == "questions"]
    assert len(reason.missing) == 6
    assert "机关负责人" in reason.helper


def test_a_post_is_put_on_and_stands_in_the_record(world: World) -> None:
    """Who is head of the unit and officer at once acts as what the act asks for; the desk shows what he has put on."""
    client = logged("ly-unit")
    client.post("/work/post/", {"post": "unit_head", "next": "/work/cases/"})
    page = client.get("/work/")
    assert page.context["post"] == "unit_head"
    assert page.context["signing"]
    assert client.post("/work/post/", {"post": "head"})["Location"] == "/work/"
    assert client.get("/work/").context["post"] == "", "a post that is not held is not put on"
    assert client.post("/work/post/", {"post": "", "next": "https://evil.example/"})["Location"] == "/work/"
    case = world.cases["filing"]
    typed = {
        "report": "1", "occurred_at": later_than_opened(case), "place": "演示街", "inspection_findings": "无。",
        "officers": ids(world, "luoyang", "unit", "zhang"), "late_entry_reason": "现场没有网络。",
    }  # fmt: skip
    done = confirmed(client, f"/work/cases/{case}/do/inspect/", typed)
    assert done.status_code == 302, text(done)
    assert events(case)[-1].actor.post == "officer"


def confirmed(client: Client, address: str, typed: dict[str, Any], **more: Any) -> Any:
    """A late entry, sent once to see what it breaks and once more to confirm exactly that."""
    asked = client.post(address, typed)
    assert asked.status_code == 200, text(asked)
    return client.post(address, typed | {"confirmed": asked.context["late"].seen}, **more)


def later_than_opened(case: str) -> str:
    opened = CaseRow.objects.get(pk=case).opened_at.astimezone(CHINA)
    return (opened + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")


def test_a_late_entry_is_taken_with_what_it_breaks_and_never_for_another_post(world: World) -> None:
    case = world.cases["filing"]
    address = f"/work/cases/{case}/do/inspect/"
    officer = logged("ly-officer")
    page = officer.get(f"{address}?report=1")
    assert "补录已经发生的事" in text(page)
    before = len(events(case))
    later = later_than_opened(case)
    typed = {
        "report": "1",
        "place": "演示街8号",
        "inspection_findings": "发现问题。",
        "officers": [world.people["luoyang"]["zhang"]],
        "late_entry_reason": "现场没有网络，回来才补。",
    }
    for wrong, said in (
        ("", "实际办理的日期和时间"), ("gestern", "实际办理的日期和时间"), ("2999-01-01T09:00", "不能晚于现在"),
        ("2001-01-01T09:00", "不能早于案件登记"),
    ):  # fmt: skip
        answer = officer.post(address, typed | {"occurred_at": wrong})
        assert answer.status_code == 422
        assert said in text(answer)
    refused = logged("ly-review").post(f"/work/cases/{case}/do/inspect/", typed | {"occurred_at": later})
    assert refused.status_code in (404, 422)
    head = logged("ly-head").post(address, typed | {"occurred_at": later})
    assert head.status_code == 422
    assert "补录由当时或者现在有权办理" in text(head)
    assert len(events(case)) == before

    unexplained = officer.post(address, typed | {"occurred_at": later, "late_entry_reason": " "})
    assert unexplained.status_code == 422
    assert "当时没有录入的原因" in text(unexplained)
    asked = officer.post(address, typed | {"occurred_at": later})
    assert asked.status_code == 200
    assert "不使它合法" in text(asked)
    for breach in asked.context["late"].breaches:
        assert breach.text in text(asked)
        assert breach.law in text(asked)
    others = officer.post(address, typed | {"occurred_at": later, "confirmed": "0" * 16})
    assert others.context["late"].asked, "a confirmation of other breaches is none"
    assert len(events(case)) == before

    done = confirmed(officer, address, typed | {"occurred_at": later}, follow=True)
    assert "已补录" in text(done)
    assert "不符合规定" in text(done)
    last = events(case)[-1]
    assert last.occurred_at == datetime.fromisoformat(later).replace(tzinfo=CHINA)
    assert last.recorded_at > last.occurred_at
    assert [breach["text"] for breach in last.breaches] == [one.text for one in asked.context["late"].breaches]
    assert last.event.facts["late_entry_reason"] == "现场没有网络，回来才补。"
    assert "违反规定" in text(officer.get(f"/work/cases/{case}/"))


def test_what_became_due_is_said_after_an_act(world: World) -> None:
    case = benefit(world)
    unit = logged("dxh-unit")
    names = [one["question"].id for one in unit.get(f"{case}do/answer_judgement/").context["questions"]]
    unit.post(
        f"{case}do/answer_judgement/",
        {f"judge.{name}": "no" for name in names} | {f"judge.{name}.reason": "不涉及。" for name in names},
    )
    assert logged("dxh-officer").post(f"{case}do/change_draft/", {}).status_code == 302
    done = logged("dxh-head").post(f"{case}do/decide/", {"decision_reasons": "符合条件。"}, follow=True)
    assert done.redirect_chain, text(done)
    assert "开始计算的期限" in text(done)
    assert "公示" in text(done)
    assert "文号" in text(done)


def test_a_row_is_added_without_a_script_and_nothing_is_recorded(world: World) -> None:
    case = world.cases["filing"]
    address, before = f"/work/cases/{case}/do/inquire/", len(events(case))
    typed = {
        "questions.0.question": "姓名？",
        "questions.0.answer": "演示",
        "questions.1.question": "时间？",
        "add": "questions",
    }
    page = logged("ly-officer").post(address, typed)
    assert page.status_code == 200
    assert page.content.decode().count('name="questions.3.question"') == 1
    assert "时间？" in page.content.decode()
    assert len(events(case)) == before


def test_missing_fields_are_named_where_they_stand_and_above(world: World) -> None:
    page = logged("ly-officer").post(f"/work/cases/{world.cases['filing']}/do/inspect/", {"place": "演示街"})
    html = page.content.decode()
    assert page.status_code == 422
    assert 'href="#f-inspection_findings"' in html
    assert re.search(r'id="f-inspection_findings"[^>]*aria-invalid="true"', html)
    assert 'role="alert" tabindex="-1" data-focus' in html


@pytest.mark.clauses("LY-37")
def test_a_supervisor_says_why_before_he_sees(world: World) -> None:
    case = world.cases["revoked"]
    address, ask = f"/work/cases/{case}/", f"/work/cases/{case}/purpose/"
    client = logged("ly-supervise")
    asked = client.get(address)
    assert asked.status_code == 302
    assert asked["Location"].startswith(ask)
    assert client.get(f"/files/package/{case}.zip")["Location"].startswith(ask)
    for wrong in ("", "看", "看" * 301, "督办\x00事项"):
        assert client.post(ask, {"purpose": wrong}).status_code == 422
    assert not AccessNote.objects.filter(stream=case).exists()
    told = "<b>督办</b>事项 '; DROP TABLE case_access_note; --"
    assert client.post(ask, {"purpose": told, "next": address})["Location"] == address
    client.post(ask, {"purpose": "同一天再写一次"})
    assert [note.purpose for note in AccessNote.objects.filter(stream=case)] == [told]
    assert client.get(address).status_code == 200
    html = logged("ly-head").get(address).content.decode()
    assert "督办&lt;/b&gt;" in html
    assert "沈演示（洛阳市市场监督管理局（演示））" in html[html.index("调阅</h2>") :], "who looked, and why"
    assert logged("dxh-supervise").get(ask).status_code == 404


def test_a_purpose_is_never_changed_by_the_web_role(world: World) -> None:
    place = settings.DATABASES["default"]
    address = {"host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"], "user": place["USER"]}
    with psycopg.connect(**address, password=place["PASSWORD"], autocommit=True) as web:
        for statement in (b"UPDATE case_access_note SET purpose = 'x'", b"DELETE FROM case_access_note"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)


def test_only_the_stages_of_the_chosen_category_are_offered(world: World) -> None:
    desk, told = logged("ly-head"), {}
    for name in ("", "处罚", "收费"):
        told[name] = set(desk.get("/work/cases/", {"category": name}).context["stages"])
    assert told["处罚"] | told["收费"] < told[""]
    assert "告知听证" in told["处罚"] - told["收费"]
    assert "缴纳（履行）" in told["收费"] - told["处罚"]
    kept = desk.get("/work/cases/", {"category": "收费", "stage": "告知听证"})
    assert "告知听证" in kept.context["stages"], "what narrows the list is seen"


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ("stage=法制审核", {"reviewing"}), ("review=reviewing", {"reviewing"}), ("state=archived&q=商贸", {"archived", "revoked"}),
        ("public=withdrawn", {"revoked"}), ("q=欧阳", {"person"}), ("q=欧", None), ("stage=没有", set()), ("q=%", None),
    ],
)  # fmt: skip
def test_lists_are_narrowed_and_say_so(world: World, choice: str, found: set[str] | None) -> None:
    page = logged("ly-head").get(f"/work/cases/?{choice}")
    shown = {str(row.stream) for row, _ in page.context["rows"]}
    names = {name for name, stream in world.cases.items() if stream in shown}
    if found is None:
        assert names == set(world.cases), "one character alone narrows nothing"
    else:
        assert names == found
    assert page.context["narrowed"]


def test_pages_by_key_show_every_case_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from sanxiang.casework import desk

    monkeypatch.setattr(desk, "PAGE", 2)
    client, seen, address = logged("ly-head"), [], "/work/cases/"
    while address:
        page = client.get(address)
        seen += [str(row.stream) for row, _ in page.context["rows"]]
        after = page.context["next"]
        address = f"/work/cases/?after={after.replace('+', '%2B')}" if after else ""
    assert len(seen) == len(set(seen))
    assert set(world.cases.values()) <= set(seen)


def test_too_many_failures_slow_the_login_down(world: World) -> None:
    from django.core.cache import cache

    cache.clear()
    client = Client(REMOTE_ADDR="203.0.113.7")
    said = [
        client.post("/login/", {"username": "ly-head", "password": f"falsch{n}"}).content.decode() for n in range(9)
    ]
    assert all("用户名或者密码不对" in one for one in said[:8])
    assert "五分钟后再试" in said[8]
    cache.clear()
