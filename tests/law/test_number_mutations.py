"""A number of the law that is one off is noticed: a scenario that shows its clause no longer goes as it says. So is a
pause, a new beginning of a period, or the condition of an end that is taken out; whole bindings are taken out in `test_mutations.py`.

A run tries all of them, in half a minute of one core; `SANXIANG_MUTANTS=3` a tenth. What no scenario notices stands in
`survivors.txt` with its reason, one change a line; the list may only become shorter, and
`python -m tests.law.test_number_mutations` writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sanxiang.casework.play import play
from sanxiang.core.rulebook import Clause, Condition, Library
from sanxiang.core.values import Period
from tests.law.test_mutations import shown
from tests.support.rules import LIBRARY

LIST = Path(__file__).with_name("survivors.txt")
TENTHS = 10
BOUND = ("gates", "deadlines", "surcharges", "scopes", "thresholds", "publicity", "retentions", "records")
"""What a clause binds that holds numbers and is met when a case is played; reports and ratios are told elsewhere."""
TAKEN = ("pauses", "restarts")
NUMBERS = frozenset({"at_least", "less_than", "at_least_fen", "permille", "most_percent", "times", "years"})

Change = tuple[str, Any]
"""What was changed, and the thing with the change in it."""


def changes(thing: Any, name: str = "") -> Iterator[Change]:
    """Every number in a thing one more and one less; every pause, new beginning and condition of an end taken out."""
    if isinstance(thing, bool) or thing is None or isinstance(thing, str):
        return
    if isinstance(thing, Period):
        for by in (-1, 1):
            if thing.count and thing.count + by:
                yield f"{name} {thing} {by:+d}", Period(thing.count + by, thing.unit)
    elif isinstance(thing, int):
        if name.rpartition(".")[2] in NUMBERS and thing:
            yield from ((f"{name} {thing} {by:+d}", thing + by) for by in (-1, 1))
    elif isinstance(thing, Condition):
        yield from ((what, Condition(thing.op, value)) for what, value in changes(thing.value, f"{name}.{thing.op}"))
    elif isinstance(thing, Mapping):
        for key, part in thing.items():
            yield from ((what, {**thing, key: value}) for what, value in changes(part, f"{name}.{key}"))
    elif isinstance(thing, tuple):
        if name.rpartition(".")[2] in TAKEN:
            yield from ((f"{name} without {at}", (*thing[:at], *thing[at + 1 :])) for at in range(len(thing)))
        for at, part in enumerate(thing):
            yield from ((what, (*thing[:at], value, *thing[at + 1 :])) for what, value in changes(part, f"{name}.{at}"))
    elif is_dataclass(thing):
        for one in fields(thing):
            part = getattr(thing, one.name)
            if one.name == "until_when" and part is not None:
                yield f"{name} always ended", replace(thing, until_when=None)  # type: ignore[type-var]
            for what, value in changes(part, f"{name}.{one.name}"):
                yield what, replace(thing, **{one.name: value})  # type: ignore[type-var]


@dataclass(frozen=True)
class Mutant:
    """A clause with one change in it, and where it stands."""

    instrument: str
    version: int
    clause: Clause
    what: str

    @property
    def name(self) -> str:
        return f"{self.clause.id} {self.what}"

    @property
    def tenth(self) -> int:
        return sha256(self.name.encode()).digest()[0] % TENTHS

    def library(self) -> Library:
        versions = list(LIBRARY.versions[self.instrument])
        whole = versions[self.version]
        clauses = tuple(self.clause if one.id == self.clause.id else one for one in whole.clauses)
        versions[self.version] = replace(whole, clauses=clauses, digest=self.name)
        return replace(LIBRARY, versions={**LIBRARY.versions, self.instrument: tuple(versions)})

    def noticed(self) -> bool:
        library = self.library()
        return any(not play(library, told).ok for told in shown().get(self.clause.id, ()))


def of_clause(clause: Clause) -> Iterator[tuple[str, Clause]]:
    for kind in BOUND:
        for what, value in changes(getattr(clause, kind), kind):
            yield what, replace(clause, **{kind: value})


@cache
def mutants() -> tuple[Mutant, ...]:
    return tuple(
        Mutant(instrument, version, changed, what)
        for instrument, versions in LIBRARY.versions.items()
        for version, whole in enumerate(versions)
        for clause in whole.clauses
        for what, changed in of_clause(clause)
    )


def tried() -> tuple[Mutant, ...]:
    """The mutants of this run."""
    wanted = os.environ.get("SANXIANG_MUTANTS", "all")
    return mutants() if wanted == "all" else tuple(one for one in mutants() if one.tenth == int(wanted) % TENTHS)


@pytest.mark.parametrize("instrument", sorted({one.instrument for one in mutants()}))
def test_a_number_that_is_one_off_is_noticed(instrument: str) -> None:
    mine = [one for one in tried() if one.instrument == instrument]
    listed = survivors()
    unseen = {one.name for one in mine if not one.noticed()}
    assert sorted(unseen - listed) == [], "no scenario notices these"
    assert sorted({one.name for one in mine} & listed - unseen) == [], "these are noticed: take them out of the list"


def survivors() -> set[str]:
    return {line for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")}


def test_the_list_names_what_is_there() -> None:
    names = {one.name for one in mutants()}
    assert sorted(survivors() - names) == []
    assert len(names) == len(mutants()), "two changes of one name could not be told apart"
    assert len(names) > 300


REASONS = {
    "surcharges": "加处罚款的数额不在场景里写，由 tests/law/test_surcharge.py 核对",
    "retentions": "保管期限不在场景里写，由 tests/apps/archive/test_retention.py 核对",
    "publicity": "公示期限只预填截止日，能不能发布由 CR-2 至 CR-4 另写；由 tests/apps/portal/test_expiry.py 核对",
    "officers": "同一个环节还有别的人数规定先起作用",
    "PL-29 gates.1": "已经有人判断为同一个行为的才到这一条，远近不再起作用；多远的只决定表单上列不列出来",
    "DXH-09": "改用的期限从同一日重新计算，再办一次还是同一天",
    "TS-2.3": "《政府信息公开条例》第二十六条同样是二十个工作日，先起作用",
}
"""Why no scenario notices a change, by what it changes; of the others no scenario falls on the edge."""
EDGE = "没有场景正好落在边上"


def reason(name: str) -> str:
    return next((why for what, why in REASONS.items() if what in name), EDGE)


def listing(unseen: Iterable[str]) -> str:
    """The list as it is kept: by reason."""
    groups: dict[str, list[str]] = {}
    for name in sorted(unseen):
        groups.setdefault(reason(name), []).append(name)
    parts = (f"# {why}\n" + "".join(f"{name}\n" for name in names) for why, names in sorted(groups.items()))
    return HEAD + "".join(parts)


HEAD = "# 改了一个数（加一、减一），去掉一项中止或者重新起算，没有场景看得出的，一行一个。只能变少。\n"

if __name__ == "__main__":
    LIST.write_text(listing(one.name for one in mutants() if not one.noticed()), "utf-8")
