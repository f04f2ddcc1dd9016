"""The registrar's forms: each act through the one door, with its refusals, its nonsense and its conflicts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events import registry
from sanxiang.core.registers import fold_agency, fold_item, fold_officer
from sanxiang.one_platform.registry.models import AgencyRow, ItemRow, OfficerRow
from sanxiang.store import reading
from tests.apps.registry.test_pages import client
from tests.apps.registry.world import ITEM, Body, body, certified, credit_code, enter, identity, iso, now, printed

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db: None) -> Body:
    made = body()
    made.add("张三", "officer", "e1", registry.ExamPassed(exam="enforcement"))
    return made


@pytest.fixture
def desk(bureau: Body) -> Client:
    return client(bureau.people["登记员"])


def folded(stream: str) -> Any:
    return fold_officer(reading.load(connections["default"], stream))


def send(desk: Client, place: str, status: int = 302, **typed: Any) -> Any:
    answer = desk.post(f"/registry/{place}/", typed)
    assert answer.status_code == status, answer.content.decode()
    return answer


def test_an_officer_from_registration_to_leave(bureau: Body, desk: Client) -> None:
    number = identity()
    answer = send(desk, f"agencies/{bureau.id}/register_officer", officer_name="李四", officer_id_number=number)
    place = answer["Location"].removeprefix("/registry/").rstrip("/")
    stream = place.rpartition("/")[2]
    send(desk, f"{place}/pass_exam", exam="enforcement", on=iso(-50))
    send(
        desk,
        f"{place}/issue_certificate",
        number="豫c-9",
        issuer="河南省人民政府",
        valid_from=iso(-40),
        valid_until=iso(400),
    )
    send(desk, f"{place}/appoint", post="officer", department="e1", on=iso(-30))
    send(desk, f"{place}/complete_training", training="新法培训", hours="8", on=iso(-20))
    send(desk, f"{place}/change_officer", officer_name="李四", officer_post="科员")
    officer, today = folded(stream), now().date()
    assert (officer.facts["officer_id_number"], officer.facts["officer_post"]) == (number, "科员")
    assert officer.certificate(today).number == "豫C-9"
    assert officer.holds("officer", today)
    assert officer.trainings[0][2] == 8
    send(desk, f"{place}/suspend_certificate", number="豫C-9", on=iso(0))
    send(desk, f"{place}/end_post", held="officer@e1", on=iso(0))
    send(desk, f"{place}/leave", on=iso(0))
    officer = folded(stream)
    assert (officer.certificate(today), officer.holds("officer", today), officer.serving(today)) == (None, False, False)
    assert officer.holds("officer", today - timedelta(days=1))
    told = [line.text for line in desk.get(f"/registry/{place}/").context["history"]]
    assert set(told) == {
        "登记", "执法资格考试合格", f"颁发执法证 豫C-9（{printed(-40)}至{printed(400)}，河南省人民政府制发）", "任综合执法一科执法人员",
        "完成培训“新法培训”，8 学时", "更新职务", "停用执法证 豫C-9",
        "免去综合执法一科执法人员", "离任",
    }  # fmt: skip
    assert [line["row"].name for line in desk.get("/registry/officers/", {"only": "left"}).context["lines"]] == ["李四"]


def test_departments_begin_and_end(bureau: Body, desk: Client) -> None:
    place = f"agencies/{bureau.id}"
    send(desk, f"{place}/add_department", department_name="综合执法二科", functions=["handling"], on=iso(0))
    assert (
        "已有同名"
        in send(desk, f"{place}/add_department", 422, department_name="综合执法二科", on=iso(0)).content.decode()
    )
    agency = fold_agency(reading.load(connections["default"], bureau.id))
    new = next(part for part in agency.departments.values() if part.name == "综合执法二科")
    assert new.functions == {"handling"}
    assert "还有人员" in send(desk, f"{place}/end_department", 422, department="e1", on=iso(0)).content.decode()
    send(desk, f"{place}/end_department", department=new.id, on=iso(0))
    assert not fold_agency(reading.load(connections["default"], bureau.id)).departments[new.id].exists(now().date())


def test_items_are_listed_changed_and_removed(bureau: Body, desk: Client) -> None:
    place = f"agencies/{bureau.id}/list_item"
    answer = send(desk, place, 422, code="P1", category="处罚", item_name="名", item_basis="依据", on=iso(0))
    assert "现在不能办理" in answer.content.decode(), "what the local rules ask of an item"
    send(desk, place, code="p1", category="处罚", on=iso(-1), **ITEM)
    row = ItemRow.objects.get(agency=bureau.id, code="P1")
    assert "已经在清单上" in send(desk, place, 422, code="P1", category="处罚", on=iso(0), **ITEM).content.decode()
    assert "没有改动" in send(desk, f"items/{row.stream}/change_item", 422, **ITEM).content.decode()
    send(desk, f"items/{row.stream}/change_item", **{**ITEM, "item_term": "60 日"})
    send(desk, f"items/{row.stream}/remove_item", on=iso(0))
    item = fold_item(reading.load(connections["default"], str(row.stream)))
    assert (item.facts["item_term"], item.removed_on) == ("60 日", now().date())
    assert desk.get("/registry/items/").context["lines"] == []


def test_the_leading_registrar_opens_an_agency(bureau: Body) -> None:
    leader = body(leads=True)
    desk = client(leader.people["登记员"])
    typed = {"agency_name": "新局演示", "agency_credit_code": credit_code(), "agency_kind": "行政机关"}
    send(desk, f"agencies/{leader.id}/register_agency", **typed)
    made = AgencyRow.objects.get(name="新局演示")
    assert made.jurisdiction == "luoyang"
    send(desk, f"agencies/{made.stream}/add_department", department_name="办公室", on=iso(0))
    refused = send(client(bureau.people["登记员"]), f"agencies/{bureau.id}/register_agency", 422, **typed)
    assert "新设机关由主管登记的机关办理" in refused.content.decode()


NONSENSE = [
    ("register_officer", {"officer_name": "", "officer_id_number": identity()}, "请填写这一项"),
    ("register_officer", {"officer_name": "某", "officer_id_number": "41031119900307001X"}, "校验码"),
    ("register_officer", {"officer_name": "某" * 51, "officer_id_number": identity()}, "最多 50 个字"),
    ("register_officer", {"officer_name": "某\x00", "officer_id_number": identity()}, "控制字符"),
    ("list_item", {"code": "x" * 61, "category": "处分", "on": "明天"}, "请从列出的选项中选择"),
    ("add_department", {"department_name": "甲", "on": iso(1)}, "还没有到这一天"),
    ("add_department", {"department_name": "甲", "functions": ["rule"], "on": iso(0)}, "请从列出的选项中选择"),
]


@pytest.mark.parametrize(("act", "typed", "says"), NONSENSE)
def test_nonsense_is_refused_in_its_field(
    bureau: Body, desk: Client, act: str, typed: dict[str, Any], says: str
) -> None:
    before = OfficerRow.objects.count(), ItemRow.objects.count()
    assert says in send(desk, f"agencies/{bureau.id}/{act}", 422, **typed).content.decode()
    assert (OfficerRow.objects.count(), ItemRow.objects.count()) == before


OFFICER_NONSENSE = [
    ("pass_exam", {"exam": "enforcement", "on": iso(0)}, "合格"),
    ("pass_exam", {"exam": "driving", "on": iso(0)}, "请从列出的选项中选择"),
    ("appoint", {"post": "officer", "department": "e1", "on": iso(0)}, "已任这个岗位"),
    ("appoint", {"post": "king", "department": "e1", "on": iso(0)}, "请从列出的选项中选择"),
    ("appoint", {"post": "head", "department": "nowhere", "on": iso(0)}, "请从列出的选项中选择"),
    ("issue_certificate", {"number": "豫C-占", "valid_from": iso(0), "valid_until": iso(9)}, "另一名人员"),
    ("issue_certificate", {"number": "豫C-1", "valid_from": iso(0), "valid_until": iso(-9)}, "早于发证日期"),
    (
        "issue_certificate",
        {"number": "豫C-1", "valid_from": iso(-500), "valid_until": iso(9)},
        "早于执法资格考试合格日期",
    ),
    ("suspend_certificate", {"number": "豫C-占", "on": iso(0)}, "请从列出的选项中选择"),
    ("end_post", {"held": "head@e1", "on": iso(0)}, "请从列出的选项中选择"),
    ("leave", {"on": "2024-02-30"}, "不是日期"),
]


@pytest.mark.parametrize(("act", "typed", "says"), OFFICER_NONSENSE)
def test_nonsense_about_an_officer_is_refused(
    bureau: Body, desk: Client, act: str, typed: dict[str, Any], says: str
) -> None:
    bureau.add("他人", "officer", "e1", *certified("豫C-占"))
    stream = bureau.people["张三"]
    assert says in send(desk, f"officers/{stream}/{act}", 422, **typed).content.decode()
    assert folded(stream).version == 3


def test_two_registrars_at_once_the_second_is_told(bureau: Body, desk: Client) -> None:
    stream = bureau.people["张三"]
    seen = desk.get(f"/registry/officers/{stream}/change_officer/").context["version"]
    send(desk, f"officers/{stream}/change_officer", officer_name="张三", officer_post="科员", version=seen)
    answer = send(
        desk, f"officers/{stream}/change_officer", 409, officer_name="张三", officer_post="科长", version=seen
    )
    assert "刚刚被他人更新" in answer.content.decode()
    assert answer.context["version"] == seen + 1
    assert folded(stream).facts["officer_post"] == "科员"


@pytest.mark.clauses("WD-05")
def test_no_certificate_without_a_passed_exam_and_none_of_another_issuer() -> None:
    county = body("wuding")
    desk, stream = client(county.people["登记员"]), county.add("孔某", "publisher")
    card = {"number": "云-1", "valid_from": iso(0), "valid_until": iso(900)}
    text = send(desk, f"officers/{stream}/issue_certificate", 422, issuer="云南省人民政府", **card).content.decode()
    assert "经执法资格考试合格，才能颁发执法证件" in text
    assert "缺：执法资格考试合格" in text
    send(desk, f"officers/{stream}/pass_exam", exam="enforcement", on=iso(-5))
    text = send(desk, f"officers/{stream}/issue_certificate", 422, issuer="河南省人民政府", **card).content.decode()
    assert "缺：由云南省人民政府" in text
    assert folded(stream).certificates == ()
    send(desk, f"officers/{stream}/issue_certificate", issuer="云南省人民政府", **card)
    assert folded(stream).certified(now().date())


@pytest.mark.clauses("WD-05")
def test_a_direct_call_of_the_write_path_is_refused_too() -> None:
    county = body("wuding")
    stream = county.add("孔某", "publisher")
    issued = registry.CertificateIssued(number="云-2", valid_from=iso(0), valid_until=iso(9), issuer="云南省人民政府")
    command = RegisterCommand(
        kind="officer", entries=(Entry(event=issued, occurred_at=now()),), agency=county.id, stream=stream,
        officer=county.people["登记员"],
    )  # fmt: skip
    done = register(connections["default"], library(), command, at=now())
    assert (done.done, [reason.clause for reason in done.verdict.reasons]) == (False, ["WD-05"])


def forged(bureau: Body, **other: Any) -> RegisterCommand:
    """A registrar's command on a subject, with something about it forged."""
    left = Entry(event=registry.OfficerLeft(), occurred_at=now())
    plain = {"kind": "officer", "entries": (left,), "agency": bureau.id, "stream": bureau.people["张三"],
             "officer": bureau.people["登记员"]}  # fmt: skip
    return RegisterCommand(**{**plain, **other})


def test_forged_commands_are_refused(bureau: Body) -> None:
    other = body()
    stranger = other.add("外人", "officer", "e1")
    left = Entry(event=registry.OfficerLeft(), occurred_at=now())
    opened = Entry(event=registry.OfficerRegistered(agency=other.id, facts={"officer_name": "混"}), occurred_at=now())
    for command in (
        forged(bureau, stream=stranger),
        forged(bureau, stream=stranger, agency=other.id),
        forged(bureau, stream="", entries=(opened,)),
        forged(bureau, stream="", entries=(left,)),
        forged(bureau, stream=bureau.id),
        forged(bureau, kind="agency", stream=other.id),
        forged(bureau, kind="case"),
        forged(bureau, kind="item"),
        forged(bureau, entries=()),
        forged(bureau, stream="00000000-0000-4000-8000-000000000000"),
        forged(bureau, officer=bureau.people["张三"]),
        forged(bureau, officer=""),
    ):
        done = register(connections["default"], library(), command, at=now())
        assert not done.done, command
        assert done.verdict.reasons
    assert (
        enter("officer", registry.OfficerLeft(), agency=bureau.id, stream=bureau.people["张三"])
        == bureau.people["张三"]
    )
