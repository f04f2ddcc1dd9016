"""Judging the record again: an honest record stands; rules, registers or events changed afterwards are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sanxiang.casework.auditing import Difference, RegisterHistory, replay, replay_case
from sanxiang.config import demo
from sanxiang.core.calendar import Calendar
from sanxiang.core.rulebook import Condition, Dictionary, Gate, Instrument, Library
from tests.support.theatre import Theatre

STORIES = ("ordinary", "corrected", "defended", "lenient", "revoked", "sealed", "summary", "heard", "not_filed")


@pytest.fixture(scope="module")
def told(opened_theatre: Theatre, django_db_blocker: Any) -> dict[str, demo.Told]:
    """Every story of the demonstration, and one case that was reported with its breaches."""
    from django.db import connections

    with django_db_blocker.unblock():
        cases = {story: played(opened_theatre, story) for story in STORIES}
        cases["reported"] = opened_theatre.played(before="submit_review")
        assert opened_theatre.tries(cases["reported"], "decide", after=timedelta(days=20), report=True).done
        connections.close_all()
    return cases


def played(theatre: Theatre, story: str) -> demo.Told:
    case = theatre.begin(story, start="2025-03-03")
    theatre.go_on(case, next((n for n in map(name_of, case.steps) if n in ("archive", "archive_revoked")), ""))
    return case


def name_of(step: Mapping[str, Any]) -> str:
    return str(step.get("name", step["act"]))


def found(theatre: Theatre, case: demo.Told, library: Library) -> list[Difference]:
    history = RegisterHistory(theatre.connection)
    return [one for one in replay_case(case.stream, theatre.events(case), library, history) if one is not None]


def test_the_whole_record_stands(theatre: Theatre, told: dict[str, demo.Told]) -> None:
    """Cases that other tests carried on under rules of their own are told as such, and no other."""
    outcome = list(replay(theatre.connection, theatre.book))
    assert len(outcome) > 100
    found = [one for one in outcome if one is not None]
    assert [one for one in found if not one.text.startswith("适用的规定与当时记载的不是同一版本")] == []
    assert not {one.stream for one in found} & {case.stream for case in told.values()}


@pytest.mark.parametrize("story", [*STORIES, "reported"])
def test_every_story_stands(theatre: Theatre, told: dict[str, demo.Told], story: str) -> None:
    assert found(theatre, told[story], theatre.book) == []


# ── rules that were changed ──────────────────────────────────────────────────────────────────────────────────────────


def with_instrument(library: Library, name: str, change: Callable[[Instrument], Instrument]) -> Library:
    return replace(library, versions={**library.versions, name: tuple(map(change, library.versions[name]))})


def edited(instrument: Instrument) -> Instrument:
    return replace(instrument, digest="0" * 64)


def without_gates(instrument: Instrument) -> Instrument:
    """No gate left, and the digest of before: somebody changed the rules in the program's memory."""
    return replace(instrument, clauses=tuple(replace(clause, gates=()) for clause in instrument.clauses))


def stricter(instrument: Instrument) -> Instrument:
    gate = Gate(emits=("decision.made",), needs=(Condition("event", ("hearing.held",)),), say="演示：未经听证不得决定")
    return replace(instrument, clauses=(replace(instrument.clauses[0], gates=(gate,)), *instrument.clauses[1:]))


def test_an_edited_rule_file_is_found_in_every_event(theatre: Theatre, told: dict[str, demo.Told]) -> None:
    library = with_instrument(theatre.book, "penalty-law", edited)
    differences = found(theatre, told["ordinary"], library)
    assert len(differences) == len(theatre.events(told["ordinary"]))
    assert all("规则文件被改动" in one.text for one in differences)


def test_a_gate_that_was_taken_away_shows_where_it_refused(theatre: Theatre, told: dict[str, demo.Told]) -> None:
    library = with_instrument(theatre.book, "penalty-law", without_gates)
    assert found(theatre, told["ordinary"], library) == []
    (one,) = found(theatre, told["reported"], library)
    assert one.act == "decide"
    assert "PL-58" in one.text


def test_a_gate_that_was_put_in_shows_where_it_would_refuse(theatre: Theatre, told: dict[str, demo.Told]) -> None:
    library = with_instrument(theatre.book, "penalty-law", stricter)
    (one,) = found(theatre, told["ordinary"], library)
    assert (one.act, one.seq) == ("decide", 12)
    assert "当时准予办理" in one.text
    assert found(theatre, told["heard"], library) == []


def with_calendar(library: Library, days: timedelta) -> Library:
    """Every day off of the country moved."""

    def moved(calendar: Calendar) -> Calendar:
        layers = tuple(
            replace(
                layer,
                years=tuple(
                    replace(
                        year,
                        days_off=tuple(replace(d, first=d.first + days, last=d.last + days) for d in year.days_off),
                    )
                    for year in layer.years
                ),
            )
            for layer in calendar.layers
        )
        return Calendar(calendar.id, calendar.name, layers)

    return replace(library, calendars={name: moved(one) for name, one in library.calendars.items()})


def with_fact(library: Library, name: str, **changes: Any) -> Library:
    facts = {**library.dictionary.facts, name: replace(library.dictionary.facts[name], **changes)}
    return replace(library, dictionary=Dictionary(facts))


def test_the_digest_covers_dictionary_calendar_posts_and_settings(theatre: Theatre) -> None:
    book, day = theatre.book, demo.date_of("2025-03-03")
    place = book.jurisdictions["luoyang"]
    changed = {
        "dictionary": with_fact(book, "violation_facts", part=None),
        "calendar": with_calendar(book, timedelta(days=1)),
        "posts": replace(book, posts={**book.posts, "head": "另一个名称"}),
        "settings": replace(
            book, jurisdictions={**book.jurisdictions, "luoyang": replace(place, settings={**place.settings, "x": 1})}
        ),
    }
    own = book.on("luoyang", day)
    seen = {name: library.on("luoyang", day) for name, library in changed.items()}
    assert len({own.digest, *(rules.digest for rules in seen.values())}) == 5
    assert {rules.law for rules in seen.values()} == {own.law}
    assert replace(book).on("luoyang", day).digest == own.digest


def test_a_changed_dictionary_is_named_where_it_changes_a_verdict(theatre: Theatre, told: dict[str, demo.Told]) -> None:
    """A fact that does not carry over any more is missing where it was stated once."""
    library = with_fact(theatre.book, "party_name", carried=False)
    differences = found(theatre, told["ordinary"], library)
    assert differences
    assert all("填写字典、日历或者法域设置与当时不同" in one.text for one in differences)


# ── a record that was changed ────────────────────────────────────────────────────────────────────────────────────────


def test_a_certificate_that_never_was_is_found(theatre: Theatre, told: dict[str, demo.Told]) -> None:
    """The registers as somebody would like them to have been: the officers hold no certificate."""

    class Empty(RegisterHistory):
        def at(self, recorded: Any, case: Any, others: Any = ()) -> Any:
            registers = super().at(recorded, case, others)
            officers = {name: replace_cards(one) for name, one in registers.officers.items()}
            return type(registers)(officers, registers.agencies)

    def replace_cards(officer: Any) -> Any:
        changed = officer.copied() if hasattr(officer, "copied") else officer
        changed.certificates = ()
        return changed

    case = told["ordinary"]
    history = Empty(theatre.connection)
    lost = [one for one in replay_case(case.stream, theatre.events(case), theatre.book, history) if one is not None]
    assert {"inspect", "inquire", "take_evidence"} <= {one.act for one in lost}


def test_an_event_cut_out_of_the_record_is_found(theatre: Theatre, told: dict[str, demo.Told]) -> None:
    case, history = told["ordinary"], RegisterHistory(theatre.connection)
    events = [event for event in theatre.events(case) if event.kind != "review.concluded"]
    lost = [one for one in replay_case(case.stream, events, theatre.book, history) if one is not None]
    assert "decide" in {one.act for one in lost}
    assert any("PL-58" in one.text or "LY-30" in one.text for one in lost)


def test_a_breach_that_was_wiped_off_is_found(theatre: Theatre, told: dict[str, demo.Told]) -> None:
    case, history = told["reported"], RegisterHistory(theatre.connection)
    events = [replace(event, breaches=()) for event in theatre.events(case)]
    (one,) = (one for one in replay_case(case.stream, events, theatre.book, history) if one is not None)
    assert one.act == "decide"
    assert "LY-30" in one.text
