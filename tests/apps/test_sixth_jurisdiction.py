"""An agency of a jurisdiction that is made only of a rule file works through the one write path: from the source of a
case to the bound volume, its own periods on the record, its papers in its name. All of it is rolled back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from sanxiang.casework.models import CaseRow, DutyRow
from sanxiang.casework.projections import library
from sanxiang.config import demo
from sanxiang.store.rulebooks.beginning import Beginning, begin
from sanxiang.store.rulebooks.library import default_folder, load_library
from sanxiang.three_systems.disclosure.models import Published
from tests.support.theatre import Theatre

OWN = Path(__file__).parents[1] / "law" / "sixth"
NEW = Beginning(
    id="yanshan-eco", name="演示省生态环境厅（演示）", title="演示省生态环境行政执法三项制度实施办法（演示）",
    authority="演示省生态环境厅（演示）", effective=date(2024, 1, 1), prefix="YS",
)  # fmt: skip


@pytest.fixture
def elsewhere(
    opened_theatre: Theatre, django_db_blocker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Theatre]:
    """The people of Luoyang once more, in an agency of the sixth jurisdiction, until the test ends."""
    folder = Path(shutil.copytree(default_folder(), tmp_path / "rulebooks"))
    begin(folder, load_library(folder), NEW)
    shutil.copytree(OWN, folder / NEW.id / "three-systems", dirs_exist_ok=True)
    monkeypatch.setenv("SANXIANG_RULEBOOKS", str(folder))
    library.cache_clear()
    told = demo.read("world.yaml")
    told["agencies"] = told["agencies"][:1]
    told["agencies"][0]["jurisdiction"] = NEW.id
    told["agencies"][0]["facts"] |= {"agency_name": "演示省生态环境局（演示）", "agency_mark": "演环六"}
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            yield Theatre(demo.enter_world(connections["default"], library(), told))
            transaction.set_rollback(True)
    finally:
        library.cache_clear()


POINTS = demo.read("stories.yaml")["local"]["changning"]["fill"]["review_points"]
"""Changning binds to the points of the State Council's opinion alone, as the sixth does."""
CASE: dict[str, Any] = {"fill": {"review_points": POINTS}, "without": ["submit_document", "pass_document"]}


def test_a_case_goes_from_its_source_to_its_volume(elsewhere: Theatre) -> None:
    told = elsewhere.played("ordinary", **CASE)
    row = CaseRow.objects.get(stream=told.stream)
    assert (row.jurisdiction, row.state) == (NEW.id, "archived")
    assert row.case_number.startswith("演环六案〔2026〕")
    clauses = {duty.duty: duty.clause for duty in DutyRow.objects.filter(stream=told.stream)}
    assert (clauses["publish"], clauses["review"], clauses["archive"]) == ("YS-01", "YS-02", "YS-04")
    published = Published.objects.get(stream=told.stream)
    assert (published.jurisdiction, published.agency_name) == (NEW.id, "演示省生态环境局（演示）")


def test_what_its_own_file_asks_is_refused_in_its_name(elsewhere: Theatre) -> None:
    told = elsewhere.played("ordinary", before="submit_review", **CASE)
    answer = elsewhere.tries(told, "decide")
    assert not answer.done
    assert any("演示省生态" in reason.law for reason in answer.verdict.reasons)
