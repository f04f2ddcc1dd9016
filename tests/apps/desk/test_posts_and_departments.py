"""A post opens its own department: whoever has several, in several departments, opens with each only where he has it."""

from __future__ import annotations

import uuid

import pytest

from sanxiang.casework.access import Reader, may_see, scopes
from sanxiang.casework.models import CaseRow
from sanxiang.three_systems.recording.keeping import ranges

AGENCY = str(uuid.uuid4())


def reader(*held: tuple[str, str]) -> Reader:
    posts, departments = frozenset(post for post, _ in held), frozenset(department for _, department in held)
    return Reader(str(uuid.uuid4()), "演示", AGENCY, "演示局", "luoyang", posts, departments, held=frozenset(held))


def case_in(department: str) -> CaseRow:
    return CaseRow(agency=AGENCY, department=department, handlers=[], review_due=False, review_state="")


@pytest.mark.parametrize(
    ("held", "opened"),
    [
        ((("officer", "first"),), {"first"}),
        ((("officer", "first"), ("archivist", "second")), {"first", "second"}),
        ((("officer", "first"), ("reviewer", "second")), {"first"}),
        ((("archivist", "first"), ("adviser", "second")), {"first"}),
        ((("reviewer", "first"),), set()),
        ((("head", "first"),), {"first", "second"}),
    ],
)
def test_a_post_opens_its_own_department_alone(held: tuple[tuple[str, str], ...], opened: set[str]) -> None:
    who = reader(*held)
    assert {one for one in ("first", "second") if may_see(who, case_in(one))} == opened
    listed = [str(one) for one in scopes(who)]
    for one in ("first", "second"):
        alone = any(f"'department', '{one}'" in text for text in listed)
        assert alone == (one in opened and "head" not in who.posts), "the list says the same"


def test_the_archive_lists_what_an_archivist_keeps_and_not_what_he_handles() -> None:
    who = reader(("archivist", "first"), ("officer", "second"))
    assert "first" in str(ranges(who))
    assert "second" not in str(ranges(who))
