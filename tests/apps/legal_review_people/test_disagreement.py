"""Disagreement, accountability and second readings through their pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.three_systems.legal_review.models import FaultRow, SampleRow
from sanxiang.three_systems.legal_review.sampling import CannotSample, bounds, sample, urn
from tests.apps.legal_review_people.people import clauses_of, client, does, start


@pytest.mark.clauses("WD-22", "CN-21", "LY-37")
def test_a_disagreement_is_coordinated_and_still_has_to_pass(theatre: Any) -> None:
    told = theatre.played("disputed", before="coordinate_review", start=start(60))
    refused = theatre.tries(told, "decide")
    assert "LY-37" in clauses_of(refused)
    again = theatre.tries(told, "submit_again")
    assert not again.done
    assert any("协调" in reason.text for reason in again.verdict.reasons)
    place = f"/review/{told.stream}/disagreement/"
    head = client(theatre, "head")
    assert f"/work/cases/{told.stream}/do/coordinate_review/" in head.get("/work/").content.decode()
    theatre.step(told)
    shown = head.get(place).content.decode()
    for part in ("裁量理由不充分", "认为足够", "政策法规科科长", "听取双方意见", "按审核意见补充裁量理由"):
        assert part in shown, part
    assert "LY-37" in clauses_of(theatre.tries(told, "decide", after=timedelta(minutes=30)))
    theatre.go_on(told, "give_notice")
    assert theatre.events(told)[-1].event.passes
    assert "周演示" in client(theatre, "unit").get(place).content.decode()
    assert client(theatre, "unit", "wuding").get(place).status_code == 404


THREE = {
    "accountability_not_followed": "没有送审就作出决定。",
    "accountability_wrong_decision": "认定的当事人错误。",
    "accountability_grave_effect": "企业停产两个月，损失重大。",
}
PERSONS = [{"name": "张演示", "part": "承办人", "ground": "没有核对主体，见现场检查笔录"}]


@pytest.mark.clauses("LY-40")
@pytest.mark.journeys("review.accountability")
def test_accountability_needs_all_three_findings_and_is_handed_on(theatre: Any) -> None:
    told = theatre.played("revoked", start="2025-02-03")
    assert not [one for one in theatre.events(told) if one.kind.startswith("accountability.")], "a reversal opens none"
    for left_out in THREE:
        facts = {name: text for name, text in THREE.items() if name != left_out}
        refused = does(theatre, told, "open_accountability", "reviewer2", accountability_persons=PERSONS, **facts)
        label = theatre.book.dictionary[left_out].label
        assert "LY-40" in clauses_of(refused)
        assert any(label in reason.missing for reason in refused.verdict.reasons if reason.clause == "LY-40")
    assert not does(theatre, told, "hand_on_accountability", "reviewer2", accountability_receiver="演示纪检").done
    opened = does(theatre, told, "open_accountability", "reviewer2", accountability_persons=PERSONS, **THREE)
    assert opened.done, opened.verdict
    handed = {"accountability_receiver": "演示纪检监察组", "accountability_receipt": "收文1号"}
    assert does(theatre, told, "hand_on_accountability", "head", **handed).done
    place = f"/work/cases/{told.stream}/"
    for role in ("head", "reviewer2"):
        assert "演示纪检监察组" in client(theatre, role).get(place).content.decode(), role
    for role in ("zhang", "unit", "publisher"):
        text = client(theatre, role).get(place).content.decode()
        assert "演示纪检监察组" not in text
        assert "企业停产两个月" not in text
    assert "谁负责" in client(theatre, "zhang").get(place).content.decode()


def last_month() -> str:
    return (timezone.now().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


@pytest.mark.clauses("LY-36")
def test_a_month_is_sampled_once_and_read_by_a_second_person(theatre: Any) -> None:
    month = last_month()
    begin, end = bounds(month)
    told = theatre.played("ordinary", start=(begin - timedelta(days=9)).date().isoformat(), before="serve_notice")
    assert begin <= next(one for one in theatre.events(told) if one.kind == "review.concluded").occurred_at < end
    people = theatre.people["luoyang"]
    found = urn(people[""], month)
    assert told.stream in found
    given = {"officer": people["reviewer2"], "agency": people[""], "jurisdiction": "luoyang", "month": month}
    now = timezone.now()
    with pytest.raises(CannotSample, match="种子"):
        sample(theatre.connection, **given, at=now, seed="xyz")
    with pytest.raises(CannotSample, match="还没有结束"):
        sample(theatre.connection, **{**given, "month": f"{now:%Y-%m}"}, at=now)
    refused = sample(theatre.connection, **{**given, "officer": people["zhang"]}, at=now, seed="00c0ffee00c0ffee")
    assert set(refused.refused) == set(refused.cases) != set()
    page = client(theatre, "reviewer2").post("/review/quality/", {"month": month, "seed": "00c0ffee00c0ffee"})
    assert page.status_code == 302, page.content.decode()[:2000]
    drawn = sorted(str(row.stream) for row in SampleRow.objects.filter(agency=people[""], month=month))
    assert drawn == list(refused.cases), "the same seed, the same sample"
    other = client(theatre, "reviewer2").post("/review/quality/", {"month": month, "seed": "0123456789abcdef"})
    assert other.status_code == 422
    assert "不能换种子" in other.content.decode()
    reader(theatre, drawn[0])


def reader(theatre: Any, stream: str) -> None:
    """The second reading of a drawn case: not by the first reviewer; its faults are counted and traced."""

    class Drawn:
        agency = "luoyang"

    Drawn.stream = stream  # type: ignore[attr-defined]
    told = Drawn()
    faults = [{"point": "裁量", "kind": "结论没有依据", "note": "没有引用裁量基准"}]
    events = theatre.events(told)
    first = next(one.actor.officer for one in reversed(events) if one.kind == "review.concluded")
    names = {stream: name for name, stream in theatre.people["luoyang"].items()}
    own = does(theatre, told, "check_review", names[first], check_result="审核质量合格")
    assert not own.done
    assert any("原审核人员以外" in text for reason in own.verdict.reasons for text in reason.missing)
    second = next(name for name in ("reviewer", "reviewer2") if theatre.people["luoyang"][name] != first)
    assert does(theatre, told, "check_review", second, check_result="审核有瑕疵", check_faults=faults).done
    assert FaultRow.objects.filter(stream=stream).count() == 1
    text = client(theatre, "head").get("/review/quality/").content.decode()
    assert "结论没有依据" in text
    assert f"/work/cases/{stream}/" in text
