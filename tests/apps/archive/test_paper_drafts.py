"""Drafts of a paper: every version is kept with who and when, two are compared, an older one is taken up again; with the
act the paper is signed and nothing of it moves any more."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections, transaction
from django.db.utils import ProgrammingError
from django.test import Client

from sanxiang.casework import drafts
from sanxiang.casework.models import PaperDraft
from sanxiang.casework.projections import library
from sanxiang.config import demo
from sanxiang.core.casefile import fold
from sanxiang.core.values import legal_day
from sanxiang.store import keys
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("CN-08"), pytest.mark.journeys("documents.editor")]


def client_of(theatre: Theatre, role: str, agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def place(told: Any, act: str) -> str:
    return f"/work/cases/{told.stream}/do/{act}/"


def versions_of(told: Any, act: str) -> str:
    return f"/work/cases/{told.stream}/drafts/{act}/"


def keep(client: Client, told: Any, act: str, sent: dict[str, Any]) -> Any:
    return client.post(place(told, act), {**sent, "keep": "1"})


def rows(told: Any, act: str) -> list[PaperDraft]:
    return list(PaperDraft.objects.filter(stream=told.stream, act=act).order_by("number"))


def begun(theatre: Theatre, start: str, before: str = "inspect") -> tuple[Any, Client, dict[str, Any]]:
    """A case just before an act, who does it, and what its form would hold."""
    told = theatre.played(before=before, start=start)
    whole = theatre.command(told, before)
    typed = {key: value for key, value in whole.facts.items() if isinstance(value, str)}
    return told, client_of(theatre, "zhang"), {**typed, "officers": list(whole.officers)}


def test_every_version_stays_with_who_and_when_and_the_form_goes_on_with_the_last(theatre: Theatre) -> None:
    told, client, typed = begun(theatre, "2026-06-29")
    before = len(theatre.events(told))
    for findings in ("现场情况第一稿。", "现场情况第二稿，补了货架的数量。"):
        answer = keep(client, told, "inspect", {**typed, "inspection_findings": findings})
        assert answer.status_code == 302, answer.content.decode()
    assert len(theatre.events(told)) == before, "a draft is no act"
    one, two = rows(told, "inspect")
    assert (one.number, two.number, two.base) == (1, 2, None)
    assert str(one.officer) == theatre.people["luoyang"]["zhang"]
    assert "现场情况" not in repr(bytes(one.body)), "it is sealed under the key of the case"
    form = client.get(place(told, "inspect")).content.decode()
    assert "现场情况第二稿" in form
    assert "第 2 版" in form
    assert "现场情况第一稿" not in form
    older = client.get(place(told, "inspect") + "?draft=1").content.decode()
    assert "现场情况第一稿" in older
    assert "现场情况第" not in client.get(place(told, "inspect") + "?draft=0").content.decode(), "an empty form"
    again = keep(client, told, "inspect", {**typed, "inspection_findings": "现场情况第一稿。", "draft": "1"})
    assert again.status_code == 302
    assert [(row.number, row.base) for row in rows(told, "inspect")] == [(1, None), (2, None), (3, 1)]
    same = keep(client, told, "inspect", {**typed, "inspection_findings": "现场情况第一稿。", "draft": "3"})
    assert same.status_code == 302
    assert len(rows(told, "inspect")) == 3, "what says the same is no new version"


def test_two_versions_are_compared_word_by_word(theatre: Theatre) -> None:
    told, client, typed = begun(theatre, "2026-07-06")
    for findings in ("现场有货架三组。", "现场有货架五组。"):
        keep(client, told, "inspect", {**typed, "inspection_findings": findings})
    page = client.get(versions_of(told, "inspect")).content.decode()
    assert "<del>三</del><ins>五</ins>" in page
    back = client.get(versions_of(told, "inspect") + "?from=2&to=1").content.decode()
    assert "<del>五</del><ins>三</ins>" in back
    assert client.get(versions_of(told, "inspect") + "?from=1&to=1").content.decode().count("<del>") == 0


def test_with_the_act_the_paper_is_signed_and_its_versions_are_closed(theatre: Theatre) -> None:
    told, client, typed = begun(theatre, "2026-07-13")
    keep(client, told, "inspect", {**typed, "inspection_findings": "第一稿写的情况。"})
    theatre.step(told)
    page = client.get(versions_of(told, "inspect")).content.decode()
    assert "签发，不能改" in page
    assert "编写中" not in page
    assert "<del>第一稿写的情况。</del>" in page, "the draft is compared with what was signed"
    fresh = client.get(place(told, "inspect")).content.decode()
    assert "第一稿写的情况" not in fresh, "a new paper begins empty"
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        PaperDraft.objects.filter(stream=told.stream).update(officer_name="别人")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        PaperDraft.objects.filter(stream=told.stream).delete()


def test_one_who_handles_the_case_goes_on_and_nobody_else_sees_it(theatre: Theatre) -> None:
    told, client, typed = begun(theatre, "2026-07-20")
    theatre.everywhere()
    keep(client, told, "inspect", {**typed, "inspection_findings": "同事写的第一稿。"})
    colleague = client_of(theatre, "li")
    assert "同事写的第一稿" in colleague.get(place(told, "inspect")).content.decode()
    keep(colleague, told, "inspect", {**typed, "inspection_findings": "同事改的第二稿。", "draft": "1"})
    assert [(str(row.officer), row.base) for row in rows(told, "inspect")] == [
        (theatre.people["luoyang"]["zhang"], None), (theatre.people["luoyang"]["li"], 1),
    ]  # fmt: skip
    for role, agency in (("reviewer", "luoyang"), ("head", "luoyang"), ("officer", "changning")):
        other = client_of(theatre, role, agency)
        assert other.get(versions_of(told, "inspect")).status_code == 404, role
        assert "同事改的第二稿" not in other.get(place(told, "inspect")).content.decode(), role
        assert keep(other, told, "inspect", typed).status_code in (403, 404), role
    assert len(rows(told, "inspect")) == 2


def test_another_officers_signing_does_not_close_my_draft(theatre: Theatre) -> None:
    told, client, typed = begun(theatre, "2026-07-27")
    keep(client, told, "inspect", {**typed, "inspection_findings": "我的稿子。"})
    (mine,) = rows(told, "inspect")
    theatre.step(told)
    act = theatre.book.on("luoyang", legal_day(told.at)).act(fold(theatre.events(told)).procedure, "inspect")
    assert act is not None
    assert drafts.signed_after(theatre.events(told), act, mine) is not None
    mine.officer = theatre.people["luoyang"]["head"]
    assert drafts.signed_after(theatre.events(told), act, mine) is None


@pytest.mark.parametrize(
    ("sent", "says"),
    [({}, "还没有填写内容"), ({"inspection_findings": "坏\x07字"}, "控制字符"), ({"inspection_findings": "长" * 200_000}, "太长")],
)  # fmt: skip
def test_what_is_no_draft_is_not_kept_and_stays_in_the_form(theatre: Theatre, sent: dict[str, str], says: str) -> None:
    told, client, _ = begun(theatre, "2026-08-03")
    answer = keep(client, told, "inspect", sent)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not rows(told, "inspect")


def test_a_draft_ends_with_the_content_of_the_case(theatre: Theatre) -> None:
    told, client, typed = begun(theatre, "2026-08-10")
    keep(client, told, "inspect", {**typed, "inspection_findings": "要销毁的稿子。"})
    with transaction.atomic():
        owner = connections["default"]
        keys.destroy(owner, told.stream, because=theatre.events(told)[0].id)
        with pytest.raises(drafts.NotKept, match="销毁"):
            drafts.written_in(owner, rows(told, "inspect")[0])
        transaction.set_rollback(True)


def test_a_table_comes_back_as_it_was_typed(theatre: Theatre) -> None:
    told = theatre.played(before="conclude_investigation", start="2026-08-17")
    client = client_of(theatre, "zhang")
    sent = {"sanctions.0.kind": "罚款", "sanctions.0.amount": "5000", "violation_facts": "经查，"}
    keep(client, told, "conclude_investigation", sent)
    form = client.get(place(told, "conclude_investigation")).content.decode()
    assert 'value="5000"' in form
    keep(client, told, "conclude_investigation", {**sent, "sanctions.0.amount": "5000.00"})
    page = client.get(versions_of(told, "conclude_investigation")).content.decode()
    assert "两版填写的内容一样" in page, "an amount is compared as an amount"


def test_half_a_row_and_a_wrong_day_are_compared_as_they_were_typed(theatre: Theatre) -> None:
    told = theatre.played(before="inquire", start="2026-09-07")
    client = client_of(theatre, "zhang")
    half = {"inquiry_record.0.question": "姓名？", "inquiry_on": "昨天", "started_on_site": "不是时间"}
    asked = library().on("luoyang", legal_day(told.at)).act(fold(theatre.events(told)).procedure, "inquire")
    assert asked is not None
    table = next(n for n in asked.fact_ids() if theatre.book.dictionary[n].type == "table")
    column = theatre.book.dictionary[table].columns[0].id
    sent = {**half, f"{table}.0.{column}": "姓名？"}
    keep(client, told, "inquire", sent)
    keep(client, told, "inquire", {**sent, f"{table}.0.{column}": "单位？", "started_on_site": "也不是"})
    page = client.get(versions_of(told, "inquire"))
    assert page.status_code == 200
    assert "<del>姓名</del><ins>单位</ins>" in page.content.decode()


def test_every_paper_that_is_written_has_guidance_beside_its_long_fields() -> None:
    lacking = []
    for place_ in library().jurisdictions:
        rules = library().on(place_, legal_day(demo.now()))
        for procedure in rules.procedures:
            for act in rules.acts_of(procedure):
                facts = [rules.dictionary[name] for name in act.fact_ids() if name in rules.dictionary]
                if drafts.kept_for(act):
                    lacking += [
                        (act.id, one.id) for one in facts if one.type == "long_text" and not (one.help or one.phrases)
                    ]
    assert lacking == []


def test_set_phrases_stand_beside_short_fields_too(theatre: Theatre) -> None:
    told = theatre.played(before="take_evidence", start="2026-08-24")
    page = client_of(theatre, "zhang").get(place(told, "take_evidence")).content.decode()
    assert "当事人提供，经核对与原件一致" in page
    assert 'data-phrase="f-evidence_source"' in page


def test_a_state_secret_is_never_in_a_draft(theatre: Theatre, monkeypatch: Any) -> None:
    told, client, typed = begun(theatre, "2026-08-31")
    monkeypatch.setattr(drafts.telling, "secret", lambda _rules, name: name == "inspection_findings")
    keep(client, told, "inspect", {**typed, "inspection_findings": "不该存下的内容"})
    (row,) = rows(told, "inspect")
    held = drafts.written_in(theatre.connection, row)
    assert held.facts
    assert "不该存下的内容" not in str(held)
