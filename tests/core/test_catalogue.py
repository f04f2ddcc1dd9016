"""The list of major decisions: editions, who moves them on, and which decisions they bring under review."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.events import registry
from sanxiang.core.gates import Situation, evaluate
from sanxiang.core.gates.cataloguing import found_in
from sanxiang.core.gates.people import SUBJECT
from sanxiang.core.registers import Registers, fold_agency
from sanxiang.core.rulebook import Condition
from tests.core.world import START, case_of, officer, opened, proposing, recorded, registers, rules

ENTRY = {"name": "吊销许可证件", "category": "处罚", "sanction": "吊销许可证件"}
HEAVY = {"name": "五万元以上罚款", "category": "处罚", "sanction": "罚款", "at_least": 5_000_000}


def compiled(*entries: dict[str, object]) -> registry.CatalogueCompiled:
    return registry.CatalogueCompiled(department="work", facts={"catalogue_entries": list(entries)})


FILED = registry.CatalogueFiled(department="work", facts={"catalogue_receipt": "备〔2024〕1号"})
RETURNED = registry.CatalogueReturned(department="work", facts={"catalogue_return_reason": "缺少依据"})
PUBLISHED = registry.CataloguePublished(department="work")


def history(*events: object, by: str = "zhang"):
    base = (
        registry.AgencyRegistered(jurisdiction="test"),
        registry.DepartmentRegistered(department="work", functions=("handling",)),
        registry.DepartmentRegistered(department="legal", functions=("review",)),
    )
    return [recorded(seq, event, by=by, stream="agency") for seq, event in enumerate((*base, *events), 1)]


def agency_of(*events: object, **more: str):
    return fold_agency(history(*events, **more))


def people_with(agency) -> Registers:
    return Registers(registers(officer("super", "supervisor", "bureau", agency="bureau")).officers, {"agency": agency})


def test_an_edition_holds_from_the_day_it_is_published():
    book = agency_of(compiled(ENTRY), FILED, PUBLISHED).catalogues["work"]
    day = (START + timedelta(days=5)).date()
    assert book.in_force(day - timedelta(days=1)) is None
    edition = book.in_force(day)
    assert edition is not None
    assert (edition.number, edition.receipt, edition.state) == (1, "备〔2024〕1号", "published")


def test_an_adjusted_list_is_filed_and_published_again_while_the_old_one_holds():
    book = agency_of(compiled(ENTRY), FILED, PUBLISHED, compiled(ENTRY, HEAVY)).catalogues["work"]
    assert book.working is not None
    assert (book.working.number, book.working.state) == (2, "compiled")
    held = book.in_force(date(2030, 1, 1))
    assert held is not None
    assert held.number == 1


def test_a_returned_draft_is_replaced_by_the_next():
    book = agency_of(compiled(ENTRY), RETURNED, compiled(HEAVY)).catalogues["work"]
    assert [(one.number, one.entries[0]["name"]) for one in book.editions] == [(1, "五万元以上罚款")]


moves = st.lists(st.sampled_from([compiled(ENTRY), FILED, RETURNED, PUBLISHED]), max_size=8)


@given(moves)
def test_whatever_happens_there_is_at_most_one_working_edition(chosen):
    book = agency_of(*chosen).catalogues.get("work")
    if book is not None:
        assert [one.number for one in book.editions] == list(range(1, len(book.editions) + 1))
        assert all(one.state == "published" for one in book.editions[:-1])


def truth_of(name: str, agency, event, by: str) -> bool:
    s = proposing(rules(), case_of(opened()), "inspect", by=by, registers=people_with(agency), extra={"event": event})
    return bool(SUBJECT[name](s).state)


def test_only_the_department_itself_compiles_its_list():
    agency = agency_of()
    assert truth_of("catalogue_own", agency, compiled(ENTRY), "zhang")
    assert not truth_of("catalogue_own", agency, compiled(ENTRY), "rev")
    assert not truth_of("catalogue_own", agency, registry.CatalogueCompiled(department="nowhere"), "zhang")


@pytest.mark.parametrize(("by", "may"), [("rev", True), ("super", True), ("zhang", False), ("head", False)])
def test_the_review_department_or_the_justice_bureau_files_it(by, may):
    assert truth_of("catalogue_filer", agency_of(compiled(ENTRY)), FILED, by) is may


def test_nobody_files_what_he_compiled():
    assert not truth_of("catalogue_filer", agency_of(compiled(ENTRY), by="rev"), FILED, "rev")


def test_each_step_needs_the_one_before():
    assert truth_of("catalogue_compiled", agency_of(compiled(ENTRY)), FILED, "rev")
    assert not truth_of("catalogue_compiled", agency_of(), FILED, "rev")
    assert not truth_of("catalogue_filed", agency_of(compiled(ENTRY)), PUBLISHED, "rev")
    assert truth_of("catalogue_filed", agency_of(compiled(ENTRY), FILED), PUBLISHED, "rev")


CASES = [
    (ENTRY, {"sanctions": [{"kind": "吊销许可证件"}]}, True),
    (ENTRY, {"sanctions": [{"kind": "警告"}]}, False),
    (HEAVY, {"sanctions": [{"kind": "罚款", "amount": 5_000_000}]}, True),
    (HEAVY, {"sanctions": [{"kind": "罚款", "amount": 4_999_999}]}, False),
    ({"name": "许可", "category": "许可"}, {}, False),
    ({"name": "全部处罚", "category": "处罚"}, {}, True),
]


@pytest.mark.parametrize(("entry", "facts", "inside"), CASES)
def test_all_that_an_entry_states_must_fit(entry, facts, inside):
    agency = agency_of(compiled(entry), FILED, PUBLISHED)
    s = proposing(
        rules(), case_of(opened(**facts)), "inspect", registers=people_with(agency), at=START + timedelta(days=30)
    )
    assert evaluate(Condition("listed", True), s).state is inside
    assert found_in(s) == ((entry["name"],) if inside else ())


def test_without_registers_the_draft_tells_what_was_listed():
    s: Situation = proposing(rules(), case_of(opened()), "inspect", registers=Registers())
    assert not evaluate(Condition("listed", True), s).state
    from sanxiang.core.events import case as acts

    drafted = acts.InvestigationConcluded(act="conclude", listed=("吊销许可证件",))
    s = replace(s, case=case_of(opened(), drafted))
    assert evaluate(Condition("listed", True), s).state
