"""A fold reads events and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.casefile import fold
from sanxiang.core.casefile.fold import REDUCERS
from sanxiang.core.events import KINDS, UnknownKind, from_payload, to_payload
from sanxiang.core.events import case as acts
from sanxiang.core.events.registry import OfficerLeft
from sanxiang.core.events.sealing import PaperSealed
from tests.core.world import opened, recorded

CASE_KINDS = sorted(set(REDUCERS) - {"source.registered", "application.received"})
EXTRA = {"judgement.answered": {"judgement": "j"}, "period.extended": {"duty": "d"}, "waiver.given": {"duty": "d"},
         "review.concluded": {"outcome": "同意"}, "review.confirmed": {"review": "r"},
         "publication.expired": {"until": "2024-01-01"},
         "coverage.interrupted": {"recording": "r", "about": "a", "gaps": ({"id": "g", "from": "2024-08-07T09:12:00+08:00",
                                                                            "to": "2024-08-07T09:15:00+08:00"},)},
         "coverage.explained": {"recording": "r", "about": "a", "gap": "g"},
         "coverage.joined": {"recording": "r", "about": "a"}, "coverage.parted": {"recording": "r", "about": "a"},
         "paper.sealed": {"paper": "e", "index": 0, "certificate": "c"},
         "paper.issued": {"paper": "e", "index": 0}, "access.decided": {"about": "a"},
         "access.given": {"about": "a"}, "access.used": {"about": "a"},
         "paper.corrected": {"about": "a"}, "avoidance.decided": {"about": "a"}, "clock.resumed": {"about": "a"},
         **{kind: {"about": "a"} for kind in ("remedy.accepted", "remedy.answered", "remedy.decided", "remedy.ended",
                                              "execution.stopped", "execution.resumed")}}  # fmt: skip

facts = st.dictionaries(
    st.sampled_from(["party_name", "violation_facts", "sanctions"]), st.text(max_size=8), max_size=3
)


def event_of(kind: str, stated: dict[str, str]) -> object:
    return KINDS[kind](act=kind, facts=stated, **EXTRA.get(kind, {}))


histories = st.lists(st.builds(event_of, st.sampled_from(CASE_KINDS), facts), max_size=12)


@given(histories, st.data())
def test_folding_a_prefix_and_then_the_rest_equals_folding_all(history, data):
    events = [recorded(seq, event) for seq, event in enumerate([opened(), *history], 1)]
    cut = data.draw(st.integers(0, len(events)))
    assert fold(events[cut:], fold(events[:cut])) == fold(events)


@given(histories)
def test_an_earlier_state_is_not_changed_by_going_on(history):
    events = [recorded(seq, event) for seq, event in enumerate([opened(), *history], 1)]
    first = fold(events[:1])
    fold(events[1:], first)
    assert first == fold(events[:1])


@given(st.sampled_from(sorted(KINDS)), facts)
def test_every_event_survives_the_record(kind, stated):
    needed = {"owner": "o", "event": "e", "sha256": "s", "jurisdiction": "x", "agency": "a", "department": "d", "category": "c", "procedure": "p",
              "judgement": "j", "duty": "d", "outcome": "o", "review": "r", "post": "p", "exam": "e", "training": "t",
              "number": "n", "monitor": "m", "valid_from": "2024-01-01", "valid_until": "2024-12-31", "item": "i", "rulebook": "r",
              "digest": "d", "effective": "2024-01-01", "year": 2024, "calendar": "c", "day": "2024-01-01",
              "paper": "e", "index": 0, "certificate": "c", "setting": "s", "section": "duties",
              "device": "d", "device_kind": "k", "plan": "2027", "report": "annual-public", "period": "2024",
              "since": "2024-01-01", "receiver": "r", "objects_wanted": 1, "officers_wanted": 2, "entry": 0, "size": 1,
              "root": "r", "seed": "s", "code": "c", "substitute": "s", "case": "c", "recording": "r", "gap": "g",
              "until": "2024-01-01", "numbers": ("n",), "proposal": "p", "officer": "o", "about": "a", "source": "s", "generated": "2024-01-01T00:00:00+08:00"}  # fmt: skip
    cls = KINDS[kind]
    event = cls(facts=stated, **{k: v for k, v in needed.items() if k in cls.__dataclass_fields__})
    assert from_payload(kind, cls.VERSION, to_payload(event)) == event


def test_a_case_cannot_hold_an_event_of_the_registers():
    with pytest.raises(UnknownKind, match=r"officer\.left"):
        fold([recorded(1, OfficerLeft())])


def test_an_unknown_kind_a_newer_version_and_an_unknown_field_are_refused():
    with pytest.raises(UnknownKind, match="no.such"):
        from_payload("no.such", 1, {})
    with pytest.raises(UnknownKind, match="newer"):
        from_payload("case.filed", 2, {})
    with pytest.raises(UnknownKind, match="unheard"):
        from_payload("case.filed", 1, {"unheard": 1})


def test_handlers_are_all_who_took_part_and_their_departments():
    case = fold([recorded(1, opened()), recorded(2, acts.ActivityDone(act="inspect", officers=("wang",)), by="zhao")])
    assert case.handlers == {"zhang", "li", "wang", "zhao"}
    assert case.handling_departments == {"work"}


def test_a_measure_runs_until_it_is_lifted():
    taken = [recorded(1, opened()), recorded(2, acts.MeasureTaken(act="seal", measure="m"))]
    assert fold(taken).measures["m"].lifted_at is None
    lifted = recorded(3, acts.MeasureLifted(act="lift", measure="m"))
    assert fold([*taken, lifted]).measures["m"].lifted_at == lifted.occurred_at


def test_a_seal_is_no_act_and_changes_nothing_but_where_the_paper_stands():
    before = fold([recorded(1, opened())])
    noted = recorded(2, PaperSealed(paper="e1", index=0, certificate="c", files=({"name": "n", "sha256": "s"},)))
    after = fold([noted], before)
    assert after.sealed == {"e1/0": noted.id}
    assert after.version == 2
    after.sealed, after.version = before.sealed, before.version
    assert after == before
