"""What of a case is still to be served, and on whom (待送达的文书)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates.supposing import known
from sanxiang.core.rulebook import Act, RuleSet

SERVES = "document.served"
WHOM = "served_party"
"""Which of two parties a paper is served on (行政裁决)."""


@dataclass(frozen=True, slots=True)
class Owed:
    """The papers of one act that were not served since they were made: title and number of each, and on which of two
    parties; none where there is one party."""

    act: str
    papers: tuple[tuple[str, str], ...]
    whom: tuple[str, ...] = ()

    @property
    def titles(self) -> str:
        return "、".join(dict.fromkeys(title for title, _ in self.papers))


def owed(rules: RuleSet, case: CaseFile, serve: Act) -> Iterator[Owed]:
    """What an act of service may be about, in the order in which it was made; what stays inside is not served."""
    inside = {(act.id, paper.template) for act in rules.acts_of(case.procedure) for paper in act.papers if paper.inside}
    made: dict[str, list[tuple[str, str]]] = {}
    for paper in case.papers:
        if (paper["act"], paper["template"]) not in inside:
            made.setdefault(str(paper["act"]), []).append((str(paper["title"]), str(paper["number"])))
    both = sides(serve, case)
    for act, papers in made.items():
        since = [
            one for one in case.done
            if one.kind == SERVES and one.link == act and (act not in case.acts or one.seq > case.acts[act].seq)
        ]  # fmt: skip
        done_for = {str(done.facts.get(WHOM)) for done in since}
        left = tuple(one for one in both.get(act, ()) if one not in done_for)
        if left or not since:
            yield Owed(act, tuple(dict.fromkeys(papers)), left)


def sides(serve: Act, case: CaseFile) -> dict[str, tuple[str, ...]]:
    """The acts whose papers bind two parties, as the act of service waits for them, and those parties; empty where the
    case has one party."""
    ask = next((one for one in serve.asks if one.fact == WHOM), None)
    if ask is None or known(ask.when, case.category, case.procedure, {}).state is False or serve.waits_when is None:
        return {}
    leaves = (one for one in serve.waits_when.leaves() if one.op == "served_on")
    return {act: tuple(one.value["whom"]) for one in leaves for act in one.value["acts"]}
