"""The grade of origin that a file bears (来源等级)."""

from __future__ import annotations

import pytest

from sanxiang.core.gates.attachments import described
from sanxiang.core.values.origin import GRADES, grade_of

FILE = {"name": "a.png", "sha256": "0" * 64, "size": 1, "type": "image/png"}


def test_a_file_of_which_nothing_is_said_came_from_elsewhere() -> None:
    assert grade_of(FILE) == "C"
    assert [grade_of({**FILE, "grade": grade}) for grade in GRADES] == ["A", "B", "C", "D"]


@pytest.mark.parametrize(("grade", "taken"), [("A", True), ("D", True), ("E", False), ("", False)])
def test_no_other_grade_is_taken(grade: str, taken: bool) -> None:
    assert described({**FILE, "grade": grade}) is taken
