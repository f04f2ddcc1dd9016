"""The publishers' board and pane: what they show, what a form of theirs does, what is refused and says why."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sanxiang.core.casefile import fold
from sanxiang.core.gates.masking import HIDDEN
from tests.support.theatre import Theatre

PHONE, PLATE = "13900001111", "豫C12345"
TOLD = f"经查，当事人的送货员电话{PHONE}，驾驶{PLATE}，进货价每袋三元二角，属实。"
TEXT = {"conclude_investigation": {"violation_facts": TOLD}}
CLASS = {"credit_class": "一般", "credit_class_reason": "普通程序作出的罚款"}
CLEAN = {"conclude_investigation": {"violation_facts": "经查，当事人销售超过保质期的面包，属实。"}}


def desk(theatre: Theatre, role: str, agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def state(theatre: Theatre, told: Any) -> str:
    return fold(theatre.events(told)).publication


def place(told: Any) -> str:
    return f"/disclosure/{told.stream}/"


def form(page: str) -> dict[str, str]:
    """The hidden fields of the pane by name."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def decided(theatre: Theatre, start: str = "2026-08-03", facts: Any = TEXT) -> Any:
    return theatre.played(before="prepare_publication", start=start, facts=facts)


def prepared(theatre: Theatre, told: Any, **more: str) -> Any:
    client = desk(theatre, "publisher")
    page = client.get(place(told)).content.decode()
    return client.post(place(told), form(page) | {"do": "prepare_publication"} | CLASS | more)


def number_of(page: str, text: str) -> str:
    match = re.search(rf'name="s\.(\d+)\.text" value="{re.escape(text)}"', page)
    assert match is not None, f"{text} was not found"
    return match[1]


def test_both_texts_stand_side_by_side_and_every_passage_has_class_and_reason(theatre: Theatre) -> None:
    told = decided(theatre)
    page = desk(theatre, "publisher").get(place(told)).content.decode()
    original, public = page.split("data-public")[0], re.sub(r'data-text="[^"]*"', "", page.split("data-public")[1])
    public = public.split("</section>")[0]
    for text in (PHONE, PLATE):
        assert text in original
        assert text not in public
    for sort in ("手机号码", "车牌号码"):
        assert sort in page
    assert page.count("请看") == 2


@pytest.mark.clauses("LY-03")
@pytest.mark.journeys("disclosure.sensitive", "disclosure.masking")
def test_what_is_kept_hidden_and_marked_by_hand_goes_out_as_decided_and_stands_on_the_record(theatre: Theatre) -> None:
    told = decided(theatre)
    page = desk(theatre, "publisher").get(place(told)).content.decode()
    phone, plate = number_of(page, PHONE), number_of(page, PLATE)
    answer = prepared(theatre, told, **{
        f"s.{phone}.choice": "遮蔽", f"s.{phone}.reason": "个人电话",
        f"s.{plate}.choice": "保留", f"s.{plate}.reason": "涉案车辆，执法信息应当公开",
        "m.1.text": "每袋三元二角", "m.1.sort": "商业秘密", "m.1.reason": "当事人声明是商业秘密",
    })  # fmt: skip
    assert answer.status_code == 302
    assert state(theatre, told) == "check"
    event = theatre.events(told)[-1].event
    assert event.public["违法事实"] == TOLD.replace(PHONE, HIDDEN).replace("每袋三元二角", HIDDEN)
    rows = {row["text"]: row for row in event.facts["mask_choices"]}
    assert (rows[PLATE]["choice"], rows[PLATE]["reason"]) == ("保留", "涉案车辆，执法信息应当公开")
    assert rows["每袋三元二角"]["sort"] == "商业秘密"
    assert {"手机号码", "商业秘密"} <= {mask["sort"] for mask in event.masks}
    seen = desk(theatre, "checker").get(place(told)).content.decode()
    assert "涉案车辆" in seen, "whoever checks reads why something was kept"


def test_kept_without_a_reason_or_marked_where_nothing_stands_is_refused_and_nothing_typed_is_lost(
    theatre: Theatre,
) -> None:
    told = decided(theatre)
    page = desk(theatre, "publisher").get(place(told)).content.decode()
    plate = number_of(page, PLATE)
    answer = prepared(theatre, told, **{f"s.{plate}.choice": "保留", f"s.{plate}.reason": ""})
    assert answer.status_code == 422
    assert "缺“理由”" in answer.content.decode()
    answer = prepared(theatre, told, **{"m.1.text": "没有这句话", "m.1.sort": "商业秘密", "m.1.reason": "演示"})
    assert answer.status_code == 422
    assert "政府信息公开条例" in answer.content.decode()
    assert 'value="没有这句话"' in answer.content.decode()
    assert state(theatre, told) == "draft"


def test_who_prepared_neither_checks_nor_publishes_and_the_page_says_which_article(theatre: Theatre) -> None:
    told = decided(theatre)
    assert prepared(theatre, told).status_code == 302
    page = desk(theatre, "publisher").get(place(told)).content.decode()
    assert "准备人以外的人" in page
    assert "第十七条" in page
    answer = desk(theatre, "publisher").post(place(told), form(page) | {"do": "publish", "public_until": "2027-01-01"})
    assert answer.status_code == 422
    assert state(theatre, told) == "check"


def test_returned_with_a_reason_masked_again_checked_and_published(theatre: Theatre) -> None:
    told = decided(theatre)
    prepared(theatre, told)
    checker = desk(theatre, "checker")
    fields = form(checker.get(place(told)).content.decode())
    returned = fields | {"do": "return_publication", "publication_return_reason": "进货价也要隐去"}
    assert checker.post(place(told), returned).status_code == 302
    page = desk(theatre, "publisher").get(place(told)).content.decode()
    assert "进货价也要隐去" in page
    assert 'id="since"' not in page, "whoever prepares knows what he does"
    by_hand = {"m.1.text": "每袋三元二角", "m.1.sort": "商业秘密", "m.1.reason": "进货价"}
    assert prepared(theatre, told, **by_hand).status_code == 302
    page = checker.get(place(told)).content.decode()
    since = page[page.index('id="since"') : page.index("</section>", page.index('id="since"'))]
    assert re.search(r"<del\s*>[^<]*三元二角[^<]*</del>", since), "word by word, what the public no longer reads"
    assert "进货价也要隐去" in since
    fields = form(page)
    assert checker.post(place(told), fields | {"do": "check_publication"}).status_code == 302
    assert state(theatre, told) == "ready"
    page = checker.get(place(told)).content.decode()
    until = re.search(r'name="public_until" value="(\d{4}-\d\d-\d\d)"', page)
    assert until is not None, "the last day is proposed, and a person confirms it"
    assert checker.post(place(told), form(page) | {"do": "publish", "public_until": until[1]}).status_code == 302
    assert state(theatre, told) == "published"
    assert "三元二角" not in Client().get(f"/d/{told.stream}/").content.decode()


def test_a_form_of_an_older_state_changes_nothing(theatre: Theatre) -> None:
    told = decided(theatre)
    old = form(desk(theatre, "publisher").get(place(told)).content.decode())
    prepared(theatre, told)
    answer = desk(theatre, "publisher").post(place(told), old | {"do": "prepare_publication"})
    assert answer.status_code == 409
    for wanted in ("", "decide", "withdraw_publication", "<script>"):
        assert desk(theatre, "publisher").post(place(told), old | {"do": wanted}).status_code == 409
    assert state(theatre, told) == "check"


def test_the_board_has_four_columns_and_a_batch_publishes_only_what_is_clean(theatre: Theatre) -> None:
    plain = [decided(theatre, start, CLEAN) for start in ("2026-08-04", "2026-08-05")]
    doubtful, waiting = decided(theatre), decided(theatre, "2026-08-06")
    for told in (*plain, doubtful):
        assert prepared(theatre, told).status_code == 302
    checker = desk(theatre, "checker")
    page = checker.get("/disclosure/").content.decode()
    columns = re.split(r'<section class="pb-column"', page)[1:]
    assert [re.search(r"<h2[^>]*>(\S+)", one)[1] for one in columns] == ["待脱敏", "待审核", "待发布", "已发布（7"]  # type: ignore[index]
    assert waiting.stream in columns[0]
    assert all(told.stream in columns[1] for told in (*plain, doubtful))
    assert f'value="{doubtful.stream}"' not in page, "nobody publishes in a batch what he has to look at"
    chosen = {"stream": [told.stream for told in (*plain, doubtful)]}
    said = checker.post("/disclosure/batch/", chosen, follow=True).content.decode()
    assert "没有发布" in said
    assert "保密审查" in said
    said = checker.post("/disclosure/batch/", chosen | {"secrecy_checked": "true"}, follow=True).content.decode()
    assert "已发布 2 件" in said
    assert [state(theatre, told) for told in (*plain, doubtful)] == ["published", "published", "check"]
    page = checker.get("/disclosure/").content.decode()
    assert all(told.stream in re.split(r'<section class="pb-column"', page)[4] for told in plain)


def test_nobody_else_sees_the_board_and_no_other_agency_the_pane(theatre: Theatre) -> None:
    told = decided(theatre)
    assert Client().get("/disclosure/").status_code == 302
    assert desk(theatre, "zhang").get("/disclosure/").status_code == 403
    theatre.everywhere()
    assert desk(theatre, "publisher", "wuding").get(place(told)).status_code == 404
    assert desk(theatre, "zhang").post("/disclosure/batch/", {"stream": [told.stream]}).status_code == 403
    for stream in ("x", "00000000-0000-0000-0000-000000000000"):
        done = desk(theatre, "checker").post("/disclosure/batch/", {"stream": [stream], "secrecy_checked": "true"})
        assert done.status_code == 302


@pytest.mark.clauses("LY-04", "WD-02")
def test_a_correction_from_the_pane_is_told_on_the_public_page_with_what_changed(theatre: Theatre) -> None:
    told = theatre.played(start="2026-05-04", facts=CLEAN, fill={"party_name": "更正演示商行", "act_of": "面包案"})
    publisher = desk(theatre, "publisher")
    page = publisher.get(place(told)).content.decode()
    nothing = publisher.post(place(told), form(page) | {"do": "correct_publication", "correction_note": "核对"})
    assert nothing.status_code == 422
    assert "没有变化的不算更正" in nothing.content.decode()
    fixed = {
        "do": "correct_publication", "correction_note": "品名有误，改正", "correction_fixes.0.field": "违法事实",
        "correction_fixes.0.wrong": "面包", "correction_fixes.0.right": "糕点",
    }  # fmt: skip
    assert publisher.post(place(told), form(page) | fixed).status_code == 302
    public = Client().get(f"/d/{told.stream}/").content.decode()
    for text in ("更正记录", "品名有误，改正", "<del>", "保质期的面包", "保质期的糕点"):
        assert text in public
    read = Client().get(f"/d/{told.stream}.json").json()
    assert read["corrections"][0]["changes"][0]["field"] == "违法事实"
    assert read["fields"]["违法事实"].count("糕点") == 1
