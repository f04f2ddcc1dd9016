"""What the cases of an installation declare and hide: the values that nobody may read in public.

`python -m tests.support.hidden` tells them for the installation of its environment, as JSON: `everywhere` in no public
place at all, `cases` by case in no place that is about it."""

from __future__ import annotations

import json
from typing import Any

from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.gates.disclosure import known_of
from sanxiang.core.registers import Registers, fold_agency
from sanxiang.core.rulebook import Library
from sanxiang.core.values import legal_day
from sanxiang.store import reading

PERSON = "自然人"


def everywhere(connection: Any, book: Library) -> set[str]:
    """Numbers, addresses and the like that any case declares and that its public text must not hold."""
    found, openly, nobody = set(), set(), Registers()
    for stream in reading.streams(connection, "agency"):
        openly |= {str(value) for value in fold_agency(reading.load(connection, stream)).facts.values()}
    for case in cases(connection):
        rules = book.on(case.jurisdiction, legal_day(case.opened_at))  # type: ignore[arg-type]
        found |= {one.value for one in known_of(rules, case, nobody) if len(one.value) >= 8}
        if case.facts.get("party_kind") != PERSON:
            openly.add(str(case.facts.get("party_name", "")))
    return {value for value in found if not any(value in one for one in openly)}


def of_case(connection: Any, book: Library, case: CaseFile) -> set[str]:
    """What the public pages of one case must not hold, whatever other cases show: all that it declares and hides, and
    what a person marked. What its agency says of itself is public everywhere."""
    assert case.opened_at is not None
    agency = fold_agency(reading.load(connection, case.agency))
    rules = book.on(case.jurisdiction, legal_day(case.opened_at))
    openly = [str(value) for value in (*agency.facts.values(), case.facts.get("party_name"))]
    openly = openly if case.facts.get("party_kind") != PERSON else openly[:-1]
    registers = Registers(agencies={agency.id: agency})
    return {one.value for one in known_of(rules, case, registers) if not any(one.value in text for text in openly)}


def cases(connection: Any) -> list[CaseFile]:
    found = (fold(reading.load(connection, stream)) for stream in reading.streams(connection, "case"))
    return [case for case in found if case.opened_at is not None]


def main() -> None:
    import django

    django.setup()
    from django.db import connections

    from sanxiang.casework.projections import library
    from sanxiang.three_systems.disclosure.models import Published

    connection, public = connections["default"], set(map(str, Published.objects.values_list("pk", flat=True)))
    of_each = {case.id: sorted(of_case(connection, library(), case)) for case in cases(connection) if case.id in public}
    print(json.dumps({"everywhere": sorted(everywhere(connection, library())), "cases": of_each}))


if __name__ == "__main__":
    main()
