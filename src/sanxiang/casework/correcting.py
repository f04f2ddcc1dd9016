"""The corrections of signed papers as pages show them (文书补正): beside the original wherever it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates.correcting import numbered
from sanxiang.core.rulebook import RuleSet


def corrected_by(case: CaseFile, event: str, index: int) -> list[str]:
    """What stands beside a paper that was corrected: by which notice, oldest first."""
    return [f"已由{one.number}补正" for one in case.corrections if (one.paper, one.index) == (event, index)]


def told(papers: Iterable[dict[str, Any]], case: CaseFile) -> list[dict[str, Any]]:
    """The papers of a case, each with the notices that corrected it: event, place, number and the rows."""
    return [
        {**paper, "corrections": [
            {"event": one.event, "number": one.number, "rows": one.rows}
            for one in case.corrections if (one.paper, one.index) == (paper["event"], paper["index"])
        ]}
        for paper in papers
    ]  # fmt: skip


def links(rules: RuleSet, case: CaseFile) -> list[tuple[str, str]]:
    """The signed papers that a correction may be about, by the act that made them."""
    return [(act, f"{paper['title']} {paper['number']}") for act, (_, _, paper) in numbered(rules, case).items()]


def lines(rules: RuleSet) -> tuple[str, ...]:
    """The lines of a paper that the rules let a correction put right, as the dictionary calls them."""
    fields = [
        name
        for bound in rules.gates
        for need in bound.rule.needs
        for leaf in need.leaves()
        if leaf.op == "clerical"
        for name in leaf.value
    ]
    known = rules.dictionary
    return tuple(dict.fromkeys(known[name].label for name in fields if name in known))


def public_note(case: CaseFile) -> str:
    """What the public is told of the corrections of signed papers, to begin with: by which notices and why."""
    return "；".join(f"文书中写错的文字已由{one.number}补正" for one in case.corrections) + "。"
