"""The records are used for six things, each with figures of its own that follow from the record, and with an export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from openpyxl import load_workbook

from sanxiang.casework.commands import Command, handle
from sanxiang.casework.models import CaseRow
from sanxiang.casework.uses import OFFERED, USES, use_of
from sanxiang.core.casefile import fold
from sanxiang.one_platform.statistics import use_views
from tests.support.theatre import Theatre

PAGE = "/statistics/uses/"
Figures = dict[tuple[str, str, str], tuple[float, float]]


def desk(theatre: Theatre, role: str, agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def rows_of(client: Client, query: str = "") -> list[list[str]]:
    answer = client.get(f"{PAGE}?as=csv{query}")
    assert answer.status_code == 200, answer.content.decode()
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert tuple(lines[0]) == use_views.HEAD
    return lines[1:]


def figures(client: Client, query: str = "") -> Figures:
    """(use, part, label) → (value, out of)."""
    return {(one[0], one[1], one[2]): (float(one[3]), float(one[5] or 0)) for one in rows_of(client, query)}


def grown(before: Figures, after: Figures, *key: str) -> tuple[float, float]:
    old, new = before.get(key, (0.0, 0.0)), after.get(key, (0.0, 0.0))  # type: ignore[arg-type]
    return new[0] - old[0], new[1] - old[1]


def unit(theatre: Theatre, department: str = "", agency: str = "luoyang") -> str:
    return f"&unit={theatre.people[agency]['']}/{department}"


def late(theatre: Theatre) -> str:
    """A case whose inspection was entered afterwards, without a word of how it was recorded, with a doubtful day."""
    told = theatre.played(before="inspect", start="2026-03-30", fill={"party_name": "用途演示乙商行"})
    whole = theatre.command(told, "inspect")
    bare = {key: value for key, value in whole.facts.items() if not key.startswith("recording_")}
    when = theatre.moment(told)
    command = Command(
        act="inspect", officer=whole.officer, stream=told.stream, officers=whole.officers, report=True,
        occurred_at=when, facts={**bare, "late_entry_reason": "演示：补录", "recording_on": "2026-12-31"},
    )  # fmt: skip
    assert handle(theatre.connection, theatre.book, command, at=when + timedelta(hours=5)).done
    return told.stream


@pytest.fixture(scope="module")
def grew(opened_theatre: Theatre, django_db_blocker: Any) -> Iterator[Any]:
    """The figures before and after: a whole case, one with a gap, one with a refused act, and looks for each use."""
    theatre = opened_theatre
    with django_db_blocker.unblock():
        head, supervisor = desk(theatre, "head"), desk(theatre, "supervisor")
        before = figures(head)
        whole = theatre.played(start="2026-03-02", fill={"party_name": "用途演示甲商行"})
        gap = late(theatre)
        looked = []
        for reason in (*OFFERED, "其他"):
            told = theatre.played(before="request_filing", start="2026-06-01", fill={"party_name": "用途演示丙商行"})
            typed = {"purpose": reason, "other": "演示：核对一件事"}
            assert supervisor.post(f"/work/cases/{told.stream}/purpose/", typed).status_code == 302
            looked.append(told)
        command = replace(theatre.command(looked[0], "request_filing"), officer=theatre.who(looked[0], "publisher"))
        assert not handle(theatre.connection, theatre.book, command, at=looked[0].at + timedelta(days=1)).done
        assert desk(theatre, "publisher").post("/exchange/credit/").status_code == 302
        yield before, figures(head), whole, gap, looked
        connections.close_all()


@pytest.mark.clauses("LY-28")
@pytest.mark.journeys("statistics.uses")
def test_each_use_has_figures_that_grow_with_the_record(theatre: Theatre, grew: Any) -> None:
    before, after, whole, gap, looked = grew
    acts = {stream: len(theatre.events(_told(stream))) for stream in (whole.stream, gap)}
    assert {key[0] for key in after} == set(USES.values())
    assert grown(before, after, "案卷评查", "", "归档的案卷") == (1, 0)
    missing = grown(before, after, "案卷评查", "", "缺证明的环节")
    assert missing[0] == 1, "the inspection without its recording"
    assert missing[1] >= acts[whole.stream]
    assert [key for key in after if key[:1] == ("案卷评查",) and key[2] == "缺的是" and "音像" in key[1]]
    assert grown(before, after, "执法监督", "", "补录的环节")[0] == 1
    assert grown(before, after, "执法监督", "", "时间可疑的环节")[0] == 1
    assert grown(before, after, "执法监督", "", "被拒绝的办理")[0] == 1
    whole_acts = grown(before, after, "评议考核", "综合执法一科", "证明齐全的环节")
    assert whole_acts[1] - whole_acts[0] == 1, "one of them lacks its proof"
    assert grown(before, after, "评议考核", "综合执法一科", "按时完成的期限")[0] >= 1
    assert grown(before, after, "行政决策", "行政处罚", "作出决定") == (1, 0)
    row = CaseRow.objects.get(pk=whole.stream)
    fined = sum(line.get("amount", 0) for line in fold(theatre.events(whole)).facts["sanctions"])
    assert row.decided_on is not None
    assert fined > 0
    assert grown(before, after, "行政决策", "", "罚没金额")[0] * 100 == fined
    assert grown(before, after, "信用建设", "", "公示的处罚决定") == (1, 0)
    classes = [grown(before, after, "信用建设", "", f"其中{one}失信")[0] for one in ("轻微", "一般", "严重")]
    assert sum(classes) == 1
    assert grown(before, after, "信用建设", "行政处罚", "双公示记录")[0] >= 1
    sources = sum(grown(before, after, "舆情应对", "", f"{one}的案源")[0] for one in ("媒体反映", "投诉举报"))
    told = [one.event.facts.get("source_kind") for case in (whole, *looked) for one in theatre.events(case)]
    told += [one.event.facts.get("source_kind") for one in theatre.events(_told(gap))]
    assert sources == sum(one in ("媒体反映", "投诉举报") for one in told)


def _told(stream: str) -> Any:
    class Held:
        pass

    Held.stream = stream  # type: ignore[attr-defined]
    return Held


@pytest.mark.clauses("LY-28")
@pytest.mark.journeys("statistics.uses")
def test_who_looks_states_the_use_and_it_counts_as_that(theatre: Theatre, grew: Any) -> None:
    before, after, *_ = grew
    for use, name in USES.items():
        times = sum(use_of(reason) == use for reason in OFFERED)
        assert grown(before, after, name, "", "为此调阅案件")[0] == times, "the reason 其他 counts for none"
    form = desk(theatre, "supervisor").get(f"/work/cases/{grew[2].stream}/purpose/").content.decode()
    assert [reason for reason in OFFERED if f'<option value="{reason}">' not in form] == []
    assert use_of("行政决策参考：明年的检查计划") == "decision"
    assert use_of("我想看看案卷评查") == ""


@pytest.mark.clauses("LY-28")
@pytest.mark.journeys("statistics.uses")
def test_page_and_both_exports_tell_the_same_and_one_use_goes_out_alone(theatre: Theatre, grew: Any) -> None:
    head = desk(theatre, "head")
    page = head.get(PAGE).content.decode()
    for name in USES.values():
        assert f">{name}</h2>" in page
    told = rows_of(head)
    book = load_workbook(io.BytesIO(head.get(f"{PAGE}?as=xlsx").content), read_only=True)
    cells = [["" if one is None else str(one) for one in line] for line in book.active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    assert cells[1:] == told
    numbers = [line[3] for line in book.active.iter_rows(min_row=2, values_only=True)]  # type: ignore[union-attr]
    assert all(isinstance(one, int | float) for one in numbers), "numbers that a spreadsheet can add"
    alone = rows_of(head, "&use=credit")
    assert {line[0] for line in alone} == {"信用建设"}
    assert alone == [line for line in told if line[0] == "信用建设"]
    assert head.get(f"{PAGE}?use=gossip").status_code == 404
    assert "2026年4月1日至2026年4月30日" in head.get(f"{PAGE}?since=2026-04-01&until=2026-04-30").content.decode()
    assert figures(head, "&since=2023-01-01&until=2023-01-01")["案卷评查", "", "归档的案卷"] == (0, 0)
    nothing = head.get(f"{PAGE}?since=1999-01-01&until=1999-01-02").content.decode()
    assert nothing.count("这段时间的记录里没有这方面的内容") == len(USES)
    for how in ("", "&as=csv"):
        backwards = head.get(f"{PAGE}?since=2026-05-02&until=2026-05-01{how}")
        assert (backwards.status_code, "开始日期晚于结束日期" in backwards.content.decode()) == (422, True)
    assert head.get(f"{PAGE}?since=9999-12-31&until=9999-12-31").status_code == 200


@pytest.mark.clauses("LY-28")
@pytest.mark.journeys("statistics.uses")
def test_a_figure_leads_to_its_cases(theatre: Theatre, grew: Any) -> None:
    whole = grew[2]
    head, place = desk(theatre, "head"), f"{PAGE}use.archived/?since=2026-01-01&until=2026-12-31"
    assert f"{PAGE}use.archived/?since=" in head.get(PAGE).content.decode()
    pages = [head.get(f"{place}&page={n}").content.decode() for n in range(1, 4)]
    assert any(f"/work/cases/{whole.stream}/" in page for page in pages)
    empty = head.get(f"{PAGE}use.archived/?since=1999-01-01&until=1999-01-02").content.decode()
    assert "这个数字是 0" in empty
    assert head.get(f"{PAGE}use.nothing/").status_code == 404


@pytest.mark.parametrize(
    "agency",
    [
        pytest.param("wuding", marks=pytest.mark.clauses("WD-17")),
        pytest.param("urumqi", marks=pytest.mark.clauses("UR-14")),
        pytest.param("changning", marks=pytest.mark.clauses("CN-15")),
    ],
)
@pytest.mark.journeys("statistics.uses")
def test_the_other_places_that_ask_for_it_have_it_too(theatre: Theatre, agency: str) -> None:
    theatre.everywhere()
    before = figures(desk(theatre, "head", agency))
    told = theatre.played(agency=agency, before="request_filing", start="2026-06-01")
    assert grown(before, figures(desk(theatre, "head", agency)), "案卷评查", "", "缺证明的环节")[1] == told.done
    assert {line[0] for line in rows_of(desk(theatre, "unit", agency))} == set(USES.values())


@pytest.mark.clauses("LY-28")
@pytest.mark.journeys("statistics.uses")
def test_each_sees_the_figures_of_what_he_may_see(theatre: Theatre, grew: Any) -> None:
    theatre.everywhere()
    head, officer, supervisor = (desk(theatre, role) for role in ("head", "zhang", "supervisor"))
    for place in (PAGE, f"{PAGE}use.archived/", f"{PAGE}?as=csv"):
        assert desk(theatre, "reviewer").get(place).status_code == 403, "a reviewer has no part in it"
        assert Client().get(place).status_code == 302
    own, part = figures(officer), figures(head, unit(theatre, "enforcement"))
    refused = ("执法监督", "", "被拒绝的办理")
    assert (refused in own, refused in part, refused in figures(head)) == (False, False, True)
    assert own == part, "an officer sees the figures of his department"
    assert "/recording/archive/" not in officer.get(PAGE).content.decode(), "no link to where he may not go"
    assert figures(supervisor, unit(theatre)) == figures(head, unit(theatre))
    wide = figures(supervisor)
    assert wide["行政决策", "行政处罚", "作出决定"] >= figures(head)["行政决策", "行政处罚", "作出决定"]
    for foreign in (unit(theatre, "", "wuding"), "&unit=x", "&unit=/", unit(theatre, "nowhere")):
        assert head.get(f"{PAGE}?{foreign}").status_code == 404
    assert officer.get(f"{PAGE}?{unit(theatre)}").status_code == 404, "not the whole agency"
    assert officer.get(f"{PAGE}?{unit(theatre, 'legal')}").status_code == 404
    other = rows_of(desk(theatre, "head", "wuding"))
    assert {line[8] for line in other}.isdisjoint({line[8] for line in rows_of(head)})
