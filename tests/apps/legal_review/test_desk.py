"""The review desk through its pages: who may open it, what keeps an opinion from being signed, drafts, the queue."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.core.gates import points_of
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.legal_review import queue
from sanxiang.three_systems.legal_review.models import ReviewDraft, ReviewRow


def client(theatre: Any, role: str, agency: str = "luoyang") -> Client:
    found = Client()
    found.force_login(theatre.account(role, agency))
    return found


def start() -> str:
    """So long ago that the case lies with the review today, within its five working days or past them."""
    return (timezone.now() - timedelta(days=40)).date().isoformat()


@pytest.fixture
def told(theatre: Any) -> Any:
    """A case of Luoyang that waits for its review."""
    return theatre.played("ordinary", before="conclude_review", start=start())


def place(told: Any, more: str = "") -> str:
    return f"/review/{told.stream}/{more}"


PAGE = "材料4《调查终结报告》第1页"
POINTS = ("执法主体", "执法职权", "人员资格", "执法程序", "法律适用", "案件事实", "证据", "裁量", "执法文书")


def form(
    told: Any, theatre: Any, *, outcome: str = "同意", do: str = "conclude_review", **changes: str
) -> dict[str, str]:
    """The form of the desk with every point filled in; `changes` by p3_finding and so on, empty to leave out."""
    typed = {"do": do, "review_outcome": outcome, "review_opinion": "事实清楚，同意拟处理意见。"}
    typed["expected"] = str(theatre.events(told)[-1].seq)
    for at, point in enumerate(POINTS):
        line = {"point": point, "finding": "合法", "anchor": PAGE, "note": "", "earlier": ""}
        line |= {name: value for name in line if (value := changes.get(f"p{at}_{name}")) is not None}
        typed |= {f"review_points.{at}.{name}": value for name, value in line.items()}
    return typed


def kinds(theatre: Any, told: Any) -> list[str]:
    return [event.kind for event in reading.load(theatre.connection, told.stream)]


@pytest.mark.clauses("LY-36", "LY-37", "LY-39")
def test_an_opinion_is_signed_at_the_desk_and_shows_number_and_paper(theatre: Any, told: Any) -> None:
    reviewer = client(theatre, "reviewer")
    shown = reviewer.get(place(told)).content.decode()
    assert all(point in shown for point in POINTS)
    assert "一般程序的处罚决定" in shown, "why the case is major"
    assert "5个工作日" in shown
    assert all(outcome in shown for outcome in ("同意", "纠正", "撤销", "移送司法机关"))
    assert reviewer.post(place(told), form(told, theatre)).status_code == 302
    ended = theatre.events(told)[-1]
    assert ended.kind == "review.concluded"
    assert ended.event.facts["review_points"][6] == {"point": "证据", "finding": "合法", "anchor": PAGE}
    after = reviewer.get(place(told)).content.decode()
    assert ended.event.number in after
    assert f"/recording/{told.stream}/paper/{ended.id}/0.pdf" in after
    assert "代替" not in after, "here the opinion is a paper of its own"


@pytest.mark.clauses("LY-36")
def test_beside_the_points_stands_the_law_of_the_day_of_submission(theatre: Any, told: Any) -> None:
    reviewer, book = client(theatre, "reviewer"), theatre.book
    earlier = theatre.played("ordinary", before="conclude_review", start="2024-03-04")
    shown: dict[str, set[str]] = {}
    for one in (told, earlier):
        page = reviewer.get(place(one)).content.decode()
        sent = next(event for event in reversed(theatre.events(one)) if event.kind == "review.submitted")
        day = legal_day(sent.occurred_at)
        assert f"{day.year}年{day.month}月{day.day}日有效的规定" in page
        in_force = {
            instrument.short or instrument.title
            for instrument, clause in book.on("luoyang", day).clauses()
            if clause.system == "review" or clause.review or instrument.layer == "national"
        }
        shown[one.stream] = set(re.findall(r"<details>\s*<summary>(.+?) <span class=\"sx-muted\">\d+ 条</span>", page))
        assert shown[one.stream] == in_force
    assert shown[told.stream] - shown[earlier.stream], "what came into force since is not shown for the earlier day"


@pytest.mark.clauses("LY-36")
@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"p3_finding": ""}, "“执法程序”的结论"),
        ({"p3_anchor": ""}, "“执法程序”的出处"),
        ({"p7_finding": "存在问题"}, "“裁量”的问题的说明"),
        ({"p0_point": "别的要点"}, "“执法主体”的结论"),
    ],
)
def test_nothing_is_signed_with_a_point_open_and_the_page_says_which(
    theatre: Any, told: Any, changes: dict[str, str], missing: str
) -> None:
    before = kinds(theatre, told)
    answer = client(theatre, "reviewer").post(place(told), form(told, theatre, **changes))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert missing in shown
    assert "洛政办〔2019〕37号" in shown
    assert shown.count(PAGE) >= 7, "what was typed is still there"
    assert kinds(theatre, told) == before


@pytest.mark.clauses("LY-37")
def test_only_the_outcomes_of_the_regulation_can_be_signed(theatre: Any, told: Any) -> None:
    answer = client(theatre, "reviewer").post(place(told), form(told, theatre, outcome="存在问题"))
    assert answer.status_code == 422
    assert "审核结论只有同意、纠正、撤销、移送司法机关四种" in answer.content.decode()


@pytest.mark.clauses("DXH-22", "WD-21", "UR-18", "CN-19")
@pytest.mark.parametrize(
    ("place", "count", "outcomes"),
    [
        ("dongxihu", 5, ("同意", "存在问题")), ("wuding", 7, ("同意", "存在问题")), ("urumqi", 7, ("同意", "存在问题")),
        ("changning", 10, ("同意", "存在问题")), ("luoyang", 9, ("同意", "纠正", "撤销", "移送司法机关")),
    ],
)  # fmt: skip
def test_the_desk_asks_the_points_and_offers_the_outcomes_of_each_regulation(
    theatre: Any, place: str, count: int, outcomes: tuple[str, ...]
) -> None:
    from sanxiang.core.gates import outcomes_of
    from sanxiang.core.values import legal_day

    rules = theatre.book.on(place, legal_day(timezone.now()))
    assert len(points_of(rules)) == count
    assert tuple(one.name for one in outcomes_of(rules)) == outcomes


def test_material_is_returned_from_the_desk_with_its_reason(theatre: Any, told: Any) -> None:
    reviewer = client(theatre, "reviewer")
    empty = reviewer.post(place(told), {"do": "return_review", "review_return_reason": ""})
    assert empty.status_code == 422
    assert "退回的理由" in empty.content.decode()
    sent = {"do": "return_review", "review_return_reason": "缺少进货票据原件"}
    assert reviewer.post(place(told), sent).status_code == 302
    assert theatre.events(told)[-1].kind == "review.returned"
    assert "已退回补充材料" in reviewer.get(place(told)).content.decode()


def test_who_handled_the_case_is_refused_with_the_clause(theatre: Any, told: Any) -> None:
    handler = client(theatre, "zhang")
    for answer in (handler.get(place(told)), handler.post(place(told), form(told, theatre))):
        assert answer.status_code == 403
        assert "由法制审核机构的人员办理" in answer.content.decode()
        assert "国办发〔2018〕118号" in answer.content.decode()
    assert handler.get("/review/").status_code == 403
    assert handler.post(place(told, "draft/"), "{}", content_type="application/json").status_code == 404
    assert kinds(theatre, told)[-1] == "review.submitted"


@pytest.mark.parametrize(("role", "agency"), [("reviewer", "dongxihu"), ("zhang", "dongxihu"), ("wang", "luoyang")])
def test_others_do_not_find_it(theatre: Any, told: Any, role: str, agency: str) -> None:
    if role == "zhang":
        role = "officer"
    stranger = client(theatre, role, agency)
    assert stranger.get(place(told)).status_code == 404
    assert stranger.post(place(told), {"do": "conclude_review"}).status_code == 404
    assert told.stream not in stranger.get("/review/").content.decode()


def test_without_login_there_is_no_desk(told: Any) -> None:
    for address in ("/review/", place(told)):
        assert Client().get(address)["Location"].startswith("/login/")


def test_the_head_of_the_unit_sees_why_he_cannot(theatre: Any, told: Any) -> None:
    assert client(theatre, "unit").get(place(told)).status_code == 403


def test_a_draft_is_kept_for_its_reviewer_alone_and_is_no_event(theatre: Any, told: Any) -> None:
    reviewer, other, before = client(theatre, "reviewer"), client(theatre, "reviewer2"), kinds(theatre, told)
    body = {
        "review_points.2.finding": "存在问题",
        "review_points.2.note": "证件过期了<b>",
        "review_opinion": "写到一半",
    }
    kept = reviewer.post(place(told, "draft/"), json.dumps(body), content_type="application/json")
    assert kept.status_code == 200
    shown = reviewer.get(place(told)).content.decode()
    assert "写到一半" in shown
    assert "证件过期了&lt;b&gt;" in shown
    assert "写到一半" not in other.get(place(told)).content.decode()
    assert kinds(theatre, told) == before
    assert reviewer.post(place(told), form(told, theatre)).status_code == 302
    assert not ReviewDraft.objects.filter(stream=told.stream).exists()
    late = reviewer.post(place(told, "draft/"), json.dumps(body), content_type="application/json")
    assert late.status_code == 409


def test_without_script_the_draft_is_kept_by_its_button(theatre: Any, told: Any) -> None:
    reviewer = client(theatre, "reviewer")
    assert reviewer.post(place(told), form(told, theatre, do="keep", p1_note="先记下")).status_code == 302
    assert "先记下" in reviewer.get(place(told)).content.decode()


def test_each_press_of_the_button_is_a_version_of_the_opinion_that_stays(theatre: Any, told: Any) -> None:
    reviewer, versions = client(theatre, "reviewer"), f"/work/cases/{told.stream}/drafts/conclude_review/"
    for note in ("证据第三项不清", "证据第四项不清"):
        assert reviewer.post(place(told), form(told, theatre, do="keep", p1_note=note)).status_code == 302
    page = reviewer.get(versions).content.decode()
    assert "<del>三</del><ins>四</ins>" in page
    assert versions in reviewer.get(place(told)).content.decode()
    other = client(theatre, "reviewer2").get(versions)
    assert other.status_code == 404 or "证据第" not in other.content.decode()


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", '"text"', "{", "[" * 100_000, json.dumps({"review_opinion": "长" * 300_000}),
     json.dumps({"review_opinion": "坏\u0007字符"}), json.dumps({f"review_points.{at}.note": "x" for at in range(900)})],
)  # fmt: skip
def test_a_hostile_draft_is_refused_and_nothing_is_kept(theatre: Any, told: Any, body: str) -> None:
    answer = client(theatre, "reviewer").post(place(told, "draft/"), body, content_type="application/json")
    assert answer.status_code == 422
    assert not ReviewDraft.objects.filter(stream=told.stream).exists()


def test_a_hostile_form_changes_nothing(theatre: Any, told: Any) -> None:
    reviewer, before = client(theatre, "reviewer"), kinds(theatre, told)
    for typed in (
        {"do": "decide"}, {"do": "conclude_review", "expected": "9" * 40}, {"do": "conclude_review", "expected": "1"},
        form(told, theatre, p0_note="长" * 60_000), {"do": "submit_review"}, {"do": "../"},
    ):  # fmt: skip
        assert reviewer.post(place(told), typed).status_code in (302, 409, 422)
    assert kinds(theatre, told) == before


def test_somebody_else_was_faster(theatre: Any, told: Any) -> None:
    reviewer, late = client(theatre, "reviewer"), form(told, theatre)
    sent = {"do": "return_review", "review_return_reason": "缺少票据"}
    assert client(theatre, "reviewer2").post(place(told), sent).status_code in (302, 422)
    if kinds(theatre, told)[-1] != "review.returned":
        assert reviewer.post(place(told), sent).status_code == 302
    answer = reviewer.post(place(told), late)
    assert answer.status_code == 409
    assert "已经结束" in answer.content.decode()


def test_the_case_page_and_the_home_of_a_reviewer_lead_here(theatre: Any, told: Any) -> None:
    reviewer = client(theatre, "reviewer")
    assert f'href="{place(told)}"' in reviewer.get(f"/work/cases/{told.stream}/").content.decode()
    home = reviewer.get("/work/").content.decode()
    assert 'href="/review/"' in home
    assert "打开审核台" in home
    assert "打开审核台" not in client(theatre, "zhang").get(f"/work/cases/{told.stream}/").content.decode()


def test_the_queue_tells_why_until_when_and_whose(theatre: Any, told: Any) -> None:
    shown = client(theatre, "reviewer").get("/review/?view=unassigned").content.decode()
    row = ReviewRow.objects.get(pk=told.stream)
    assert row.waiting
    assert told.stream in shown
    assert "一般程序的处罚决定" in shown
    assert "综合执法一科" in shown
    assert told.stream not in client(theatre, "reviewer").get("/review/?view=mine").content.decode()
    ReviewRow.objects.filter(pk=told.stream).update(assigned=theatre.people["luoyang"]["reviewer"])
    mine = client(theatre, "reviewer").get("/review/?view=mine").content.decode()
    assert told.stream in mine
    assert "周演示" in mine


def test_the_queue_is_paged_by_key_without_gap_or_repeat(theatre: Any, told: Any, monkeypatch: Any) -> None:
    from sanxiang.three_systems.legal_review import queue

    theatre.played("ordinary", before="conclude_review", start=start(), cast="luoyang2")
    monkeypatch.setattr(queue, "PAGE", 1)
    reviewer, seen, address = client(theatre, "reviewer"), [], "/review/"
    while address:
        answer = reviewer.get(address)
        seen += [str(line.row.stream) for line in answer.context["lines"]]
        following = answer.context["next"]
        address = f"/review/?after={following.replace('+', '%2B')}" if following else ""
    wanted = ReviewRow.objects.filter(waiting=True, agency=theatre.people["luoyang"][""])
    assert len(seen) == len(set(seen))
    assert seen == [str(row.stream) for row in wanted.order_by("due_on", "received_at", "stream")]
    assert reviewer.get("/review/?after=nonsense_x&view=<script>").status_code == 200


def test_the_queue_as_a_table_is_no_formula(theatre: Any, told: Any) -> None:
    ReviewRow.objects.filter(pk=told.stream).update(title="=HYPERLINK(1)")
    sent = client(theatre, "reviewer").get("/review/?as=csv")
    rows = list(csv.reader(io.StringIO(b"".join(sent.streaming_content).decode().lstrip("\ufeff"))))
    assert rows[0][0] == "案号"
    assert "'=HYPERLINK(1)" in [row[1] for row in rows]


def test_a_table_of_the_queue_that_is_cut_says_so(theatre: Any, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "EXPORT_MAX", 0)
    sent = client(theatre, "reviewer").get("/review/?as=csv")
    lines = b"".join(sent.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("只导出了前 0 件")


def test_pages_keep_to_their_budget(theatre: Any, told: Any, django_assert_max_num_queries: Any) -> None:
    reviewer = client(theatre, "reviewer")
    reviewer.get("/review/")
    with django_assert_max_num_queries(25):
        assert reviewer.get("/review/").status_code == 200
    with django_assert_max_num_queries(25):
        assert reviewer.get(place(told)).status_code == 200
