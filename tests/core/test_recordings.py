"""What a recording proves of its activity: whole, covered from start to end, every interruption explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.casefile import Recording, fold, fold_recording
from sanxiang.core.events import UnknownKind, coverage
from sanxiang.core.events import recording as told
from sanxiang.core.events.case import CaseFiled
from sanxiang.core.gates import complete, consider, consider_recording, event_of
from sanxiang.core.gates.covering import uncovered
from sanxiang.core.gates.weighing import items_of, names_of
from sanxiang.core.rulebook import Ask, Clause, Condition, Gate, Procedure, Record, RuleSet, Stage
from sanxiang.core.values import CHINA
from tests.core.world import act, actor, case_of, officer, opened, proposing, recorded, registers, rules

TEN = datetime(2024, 9, 3, 10, 0, tzinfo=CHINA)
OF = {"jurisdiction": "test", "agency": "agency", "department": "work"}
SAID = {"gap_cause": "电话呼入", "gap_text": "接了一个电话", "gap_given": "在录像中说明"}


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def begun(since: float = 0, **more: object) -> told.RecordingStarted:
    return told.RecordingStarted(
        **{**OF, "case": "case", "activity": "visit", "maker": "zhang", "began": at(since).isoformat(), "notice": True,
           "device": "手机", "officers": ("zhang", "li"), **more}
    )  # fmt: skip


def sealed(since: float, until: float, **more: object) -> told.RecordingSealed:
    return told.RecordingSealed(
        began=at(since).isoformat(), ended=at(until).isoformat(), not_before="", not_after="", segments=3, head="ab",
        seconds=round((until - since) * 60), **more,
    )  # fmt: skip


def gap(since: float, until: float, name: str = "g1") -> dict[str, str]:
    return {
        "id": name,
        "from": at(since).isoformat(),
        "to": at(until).isoformat(),
        "cause": "后台",
        "found_by": "server",
    }


def made(*events: object, stream: str = "rec") -> Recording:
    return fold_recording(recorded(seq, event, stream=stream, at=TEN) for seq, event in enumerate(events, 1))


VISIT = act("visit", "activity.done", after=("open",), activity="inspection",
            asks=tuple(Ask(fact=name, required=False) for name in
                       ("recording_mode", "recording_place", "recording_reason")))  # fmt: skip
PLACE = Procedure(
    id="ordinary", name="检查", category="处罚", stages=(Stage(id="work", name="办理"),),
    acts=(act("open", "source.registered", once=True), VISIT),
)  # fmt: skip


def ruled(duty: str = "full", *more: Record, place: Procedure = PLACE) -> RuleSet:
    gate = Gate(needs=(Condition("recording", "explained"),), activities=("inspection",), say="中断要说明原因")
    records = (Record(duty=duty, activities=("inspection",)), *more)
    clause = Clause(id="T-1", at="第二条", kind="gate", text="全程音像记录", procedures=(place,), gates=(gate,),
                    records=records)  # fmt: skip
    return rules(clause)


TIMES = {"started_on_site": at(0).isoformat(), "ended_on_site": at(30).isoformat()}


def judged(*states: Recording, book: RuleSet | None = None, **facts: object):
    s = proposing(book or ruled(), case_of(opened()), "visit", at=at(120), facts=facts)
    s.recordings = states
    s = complete(s)
    s.act = s.rules.act("ordinary", "visit")
    return s, consider(s)


def test_a_whole_recording_states_itself_and_lets_the_act_pass():
    s, verdict = judged(made(begun(), sealed(0, 30)), **TIMES)
    assert verdict.allowed
    assert s.proposal.facts["recording_mode"] == "全程录音录像"
    assert s.proposal.facts["recording_place"] == "本系统证据存储，编号rec"
    assert event_of(s).recordings == ("rec",)


def test_an_act_remembers_its_recordings_in_the_case():
    s, _ = judged(made(begun(), sealed(0, 30)))
    assert case_of(opened(), event_of(s)).recordings == {"rec": "case-2"}


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        (made(begun()), "10:00:00开始的录音录像还没有全部传到并封存"),
        (
            made(begun(), told.RecordingInterrupted(gaps=(gap(5, 6),)), sealed(0, 30)),
            "10:05:00–10:06:00录音录像中断的原因",
        ),
    ],
)
def test_what_has_not_arrived_and_what_is_not_explained_stand_in_the_way(state, missing):
    times = TIMES if state.sealed else {}
    _, verdict = judged(state, recording_mode="全程录音录像", recording_place="云平台", **times)
    assert verdict.reasons[0].missing == (missing,)


def test_an_explained_interruption_lets_the_act_pass_and_is_told_with_it():
    events = (begun(), told.RecordingInterrupted(gaps=(gap(5, 6),)), sealed(0, 30))
    state = made(*events, told.RecordingExplained(gap="g1", facts=SAID))
    s, verdict = judged(state, **TIMES)
    assert verdict.allowed
    assert s.proposal.facts["recording_reason"] == "10:05:00–10:06:00中断：电话呼入，接了一个电话"


def test_a_recording_shorter_than_the_activity_is_no_recording_of_its_full_length():
    times = {"started_on_site": at(0).isoformat(), "ended_on_site": at(40).isoformat()}
    s, verdict = judged(made(begun(2), sealed(2, 30)), **times)
    assert s.proposal.facts["recording_mode"] == "部分录音录像"
    assert not verdict.allowed
    _, claimed = judged(made(begun(2), sealed(2, 30)), recording_mode="全程录音录像", **times)
    assert claimed.reasons[0].missing == ("10:00:00–10:02:00的录音录像", "10:30:00–10:40:00的录音录像")


def test_no_recording_says_when_the_activity_began_and_ended():
    """Five minutes of an inspection are not all of it, because nobody said that it took forty."""
    s, verdict = judged(made(begun(), sealed(0, 5)))
    assert s.proposal.facts["recording_mode"] == "部分录音录像"
    assert not {"started_on_site", "ended_on_site"} & set(s.proposal.facts)
    assert {"started_on_site", "ended_on_site"} <= set(verdict.reasons[0].missing)
    for one in TIMES:
        _, half = judged(made(begun(), sealed(0, 30)), **{one: TIMES[one]})
        assert half.reasons[0].missing[-1] == next(name for name in TIMES if name != one)


TURNED = {"started_on_site": TIMES["ended_on_site"], "ended_on_site": TIMES["started_on_site"]}


@pytest.mark.parametrize("told", [{}, {"started_on_site": TIMES["started_on_site"]}, TURNED, TIMES])
def test_a_statement_of_full_length_needs_both_times_too(told):
    _, verdict = judged(recording_mode="全程录音录像", recording_place="执法记录仪平台", **told)
    assert verdict.allowed is (told == TIMES)


def test_linked_recordings_count_whatever_place_is_typed():
    """A recording on other media is a statement of the officer where nothing that stands here contradicts it."""
    said = {"recording_mode": "全程录音录像", "recording_place": "执法记录仪平台"}
    times = {"started_on_site": at(0).isoformat(), "ended_on_site": at(40).isoformat()}
    _, short = judged(made(begun(2), sealed(2, 30)), **said, **times)
    assert short.reasons[0].missing == ("10:00:00–10:02:00的录音录像", "10:30:00–10:40:00的录音录像")
    assert judged(made(begun(), sealed(0, 40)), **said, **times)[1].allowed
    assert judged(**said, **times)[1].allowed


def test_times_as_a_form_sends_them_are_those_of_the_clock_in_china():
    typed = {"started_on_site": "2024-09-03T10:00", "ended_on_site": "2024-09-03T10:40"}
    _, short = judged(made(begun(), sealed(0, 30)), recording_mode="全程录音录像", **typed)
    assert short.reasons[0].missing == ("10:30:00–10:40:00的录音录像",)
    assert judged(made(begun(), sealed(0, 40)), **typed)[1].allowed


def test_where_a_recording_is_chosen_one_without_times_is_a_part_if_the_act_asks_for_them():
    asks = (*VISIT.asks, *(Ask(fact=name, required=False) for name in TIMES))
    place = replace(PLACE, acts=(PLACE.acts[0], replace(VISIT, asks=asks)))
    book = ruled("as_needed", place=place)
    s, verdict = judged(made(begun(), sealed(0, 5)), book=book)
    assert (verdict.allowed, s.proposal.facts["recording_mode"]) == (True, "部分录音录像")
    _, claimed = judged(made(begun(), sealed(0, 5)), book=book, recording_mode="全程录音录像", recording_place="云平台")
    assert not claimed.allowed
    s, verdict = judged(made(begun(), sealed(0, 5)), book=ruled("as_needed"))
    assert (verdict.allowed, s.proposal.facts["recording_mode"]) == (True, "全程录音录像"), "nothing else is asked"


def test_photographs_are_no_recording_of_the_process():
    s, verdict = judged(made(begun(medium="photo"), sealed(0, 0)))
    assert "recording_mode" not in s.proposal.facts
    assert not verdict.allowed


EXEMPT = Record(duty="exempt", grounds=("易燃易爆", "无菌"), by=("head",))
ASKED = told.RecordingExempted(
    **OF, case="case", activity="visit", approver="head", facts={"exempt_ground": "无菌", "exempt_reason": "手术室"}
)


def test_an_exemption_counts_once_it_is_approved_and_where_a_rule_knows_its_ground():
    asked, approved = made(ASKED), made(ASKED, told.ExemptionApproved())
    refused = made(ASKED, told.ExemptionApproved(refused=True))
    book = ruled("full", EXEMPT)
    assert [judged(one, book=book)[1].allowed for one in (asked, approved, refused)] == [False, True, False]
    assert not judged(approved, book=ruled("full", replace(EXEMPT, grounds=("易燃易爆",))))[1].allowed
    assert judged(approved, book=book)[0].proposal.facts["recording_reason"] == "无菌，手术室"


def refused(state: Recording, event: object, *, by: str = "zhang", book: RuleSet | None = None) -> list[str]:
    people = registers(officer("wang"), officer("boss", "unit_head"))
    who = actor(by)
    return [one.code for one in consider_recording(book or ruled("full", EXEMPT), people, state, event, who, TEN)]


def test_who_explains_a_gap_and_what_he_has_to_say():
    state = made(begun(), told.RecordingInterrupted(gaps=(gap(5, 6),)), sealed(0, 30))
    explain = told.RecordingExplained(gap="g1", facts=SAID)
    assert refused(state, explain) == refused(state, explain, by="li") == refused(state, explain, by="boss") == []
    assert refused(state, explain, by="wang") == ["recording.explained/who"]
    assert refused(state, replace(explain, facts={})) == ["recording.explained/facts"]
    assert refused(state, replace(explain, facts=SAID | {"gap_given": "事后书面说明"})) == ["recording.explained/facts"]
    assert refused(state, replace(explain, gap="other")) == ["recording.explained/gap"]
    assert refused(made(begun(), told.RecordingInterrupted(gaps=(gap(5, 6),)), explain), explain) == [
        "recording.explained/once"
    ]


def marked(since: float, second: float) -> Recording:
    """A recording of half an hour with the mark of the notice."""
    mark = {"at": at(since + second / 60).isoformat(), "kind": "开始告知", "note": ""}
    return made(begun(since, notice=False), sealed(since, 30, marks=(mark,)), stream=f"rec{since}")


def untold(*states: Recording, **facts: object) -> str:
    gate = Gate(needs=(Condition("recording", "told"),), activities=("inspection",), say="开始时要告知")
    clause = Clause(id="T-1", at="第二条", kind="gate", text="告知", procedures=(PLACE,), gates=(gate,))
    _, verdict = judged(*states, book=rules(clause), **facts)
    return "；".join(text for one in verdict.reasons for text in one.missing)


def test_the_notice_stands_at_the_start_of_a_recording():
    bare = made(begun(notice=False), sealed(0, 30))
    assert "告知当事人的位置" in untold(bare, recording_told=True), "what is typed does not count beside it"
    assert untold(made(begun(), sealed(0, 30))) == "", "the device told it at its beginning"
    assert untold(marked(0, 60)) == ""
    assert "开始后 61 秒才告知的原因" in untold(marked(0, 61))
    assert untold() == "", "nothing stands here"
    assert untold(made(begun(notice=False))) == "", "another gate asks for what has not come"


def test_of_two_cameras_the_mark_of_one_is_enough_where_both_began_then():
    bare = made(begun(0.5, notice=False), sealed(0.5, 30), stream="other")
    assert untold(bare, marked(0, 40)) == ""
    assert "告知当事人的位置" in untold(bare, marked(0, 20)), "that was before the other began"
    later = made(begun(10, notice=False), sealed(10, 30), stream="later")
    assert "告知当事人的位置" in untold(later, marked(0, 20))


def test_somebody_who_looked_says_where_the_notice_is():
    bare = made(begun(notice=False), sealed(0, 30))
    said = told.RecordingNoticeStated(second=8)
    assert refused(bare, said) == refused(bare, said, by="li") == refused(bare, said, by="boss") == []
    assert refused(bare, said, by="wang") == ["recording.notice_stated/who"]
    assert refused(bare, replace(said, second=1801)) == [
        "recording.notice_stated/second",
        "recording.notice_stated/late",
    ]
    assert refused(made(begun()), said) == ["recording.notice_stated/state"]
    late = replace(said, second=61)
    assert refused(bare, late) == ["recording.notice_stated/late"]
    assert refused(bare, replace(late, facts={"notice_late_reason": "先劝架"})) == []
    state = made(begun(notice=False), sealed(0, 30), late)
    assert (state.told_after, untold(state)) == (61, "")


def test_who_approves_an_exemption():
    assert refused(Recording(), ASKED) == []
    assert refused(Recording(), replace(ASKED, approver="li")) == ["recording.exempted/approver"]
    assert refused(Recording(), replace(ASKED, facts=ASKED.facts | {"exempt_ground": "太远"})) == [
        "recording.exempted/ground"
    ]
    assert refused(Recording(), ASKED, book=ruled()) == ["recording.exempted/rule"]
    assert refused(made(ASKED), told.ExemptionApproved(), by="head") == []
    assert refused(made(ASKED), told.ExemptionApproved()) == ["recording.exemption_approved/who"]
    assert refused(made(ASKED, told.ExemptionApproved()), told.ExemptionApproved(), by="head") == [
        "recording.exemption_approved/state"
    ]


def test_nobody_enters_what_the_system_finds_out():
    assert refused(made(begun()), sealed(0, 1)) == ["recording.sealed/kind"]


def test_a_recording_that_an_act_rests_on_cannot_be_moved():
    used = made(begun(), told.RecordingLinked(case="case", activity="visit", event="e"))
    assert refused(used, told.RecordingLinked(case="other")) == ["recording.linked/used"]


def test_one_that_was_laid_beside_its_act_afterwards_can_be_moved_and_taken_back():
    joined = made(begun(), told.RecordingLinked(case="case", activity="visit", event="e", afterwards=True))
    assert refused(joined, told.RecordingLinked(case="other")) == []
    back = made(
        begun(),
        told.RecordingLinked(case="case", activity="visit", event="e", afterwards=True),
        told.RecordingLinked(),
    )
    assert (back.case, back.activity, back.event, back.afterwards) == ("", "", "", False)


def filed(*later: object):
    """A case whose second event is an act that rests on `rec`, with what was noted since."""
    s, _ = judged(made(begun(), sealed(0, 30)))
    return case_of(opened(), event_of(s), *later)


def test_a_recording_laid_beside_an_act_belongs_to_it_until_it_is_taken_away():
    join = coverage.CoverageJoined(recording="film", about="case-2")
    case = filed(join)
    assert case.recordings == {"rec": "case-2", "film": "case-2"}
    assert case.acts["visit"].recordings == case.done[-1].recordings == ("rec", "film")
    again = filed(join, coverage.CoverageParted(recording="film", about="case-2"))
    assert (again.recordings, again.done, again.joined) == (filed().recordings, filed().done, {})
    assert filed(coverage.CoverageParted(recording="rec", about="case-2")).recordings == {"rec": "case-2"}


def test_what_was_found_in_a_recording_that_was_taken_away_breaks_nothing_here():
    join = coverage.CoverageJoined(recording="film", about="case-2")
    found = coverage.CoverageInterrupted(recording="film", about="case-2", gaps=(gap(5, 6),))
    events = [recorded(1, opened()), recorded(2, join), replace(recorded(3, found), breaches=({"code": "gap"},))]
    assert (len(fold(events).unexplained), fold(events).breaches) == (1, ({"code": "gap"},))
    parted = recorded(4, coverage.CoverageParted(recording="film", about="case-2"))
    assert (fold([*events, parted]).interrupted, fold([*events, parted]).breaches) == ({}, ())


def test_the_name_of_a_recording_stays_its_own_when_another_is_taken_away():
    joined = [coverage.CoverageJoined(recording=name, about="case-2") for name in ("film", "late")]
    case = filed(*joined, coverage.CoverageParted(recording="film", about="case-2"))
    films = {name: item.event for name, item in items_of(ruled(), case).items() if name.startswith("录音录像")}
    assert films == {"录音录像1": "rec", "录音录像3": "late"}
    s, _ = judged(made(begun(), sealed(0, 30)))
    events = [recorded(seq, one) for seq, one in enumerate((opened(), event_of(s), *joined), 1)]
    assert names_of(events) == {"rec": "录音录像1", "film": "录音录像2", "late": "录音录像3"}


def test_a_recording_holds_nothing_else():
    with pytest.raises(UnknownKind):
        made(CaseFiled())


spans = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40)), min_size=1, max_size=5)


@given(spans)
def test_what_is_left_out_and_what_is_covered_make_the_whole(found):
    """Minute by minute: left out is exactly what lies in no recording, between the stated start and end."""
    states = [made(begun(a), sealed(a, a + n), stream=f"r{i}") for i, (a, n) in enumerate(found)]
    s = proposing(ruled(), case_of(opened()), "visit", facts={"started_on_site": at(0).isoformat(),
                                                             "ended_on_site": at(100).isoformat()})  # fmt: skip
    s.recordings = tuple(states)
    left = {m for since, until in uncovered(s) for m in range(100) if since <= at(m) < until}
    assert left == {m for m in range(100) if not any(a <= m < a + n for a, n in found)}


@given(st.permutations([begun(), told.RecordingInterrupted(gaps=(gap(5, 6),)),
                        told.RecordingInterrupted(gaps=(gap(5, 6), gap(1, 2, "g2")))]))  # fmt: skip
def test_the_same_gap_found_twice_is_one_gap(events):
    assert [one.id for one in made(*events).gaps] == ["g2", "g1"]
