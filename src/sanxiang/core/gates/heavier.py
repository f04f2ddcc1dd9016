"""Whether a sanction is heavier than the party was told (不得因陈述、申辩加重；行政处罚法第四十五条第二款)."""

from __future__ import annotations

from typing import Any

from .predicates import word
from .situation import Situation
from .truth import YES, Truth, holds, no

FINDING = ("evidence.taken", "evidence.brought", "activity.done")
"""The events by which facts are found."""


@word("not_heavier")
def not_heavier(value: str, s: Situation) -> Truth:
    """The decision must not be heavier than what the party was told; a heavier one needs a new notice. Whether other
    words for the same kind of sanction are heavier, only a person can say: `value` is the fact in which the one who
    decides says why they are not."""
    heavier = _heavier(s)
    if heavier:
        return no("重新告知：" + "、".join(heavier))
    changed = _reworded(s)
    stated = s.proposal.facts.get(value)
    return YES if not changed or stated else no(f"重新告知，或者写明“{s.label(value)}”：{'、'.join(changed)}")


@word("reworded")
def reworded(value: bool, s: Situation) -> Truth:
    """A sanction that is not an amount reads otherwise than the party was told."""
    return holds(bool(_reworded(s)), "处罚的内容和告知的不同")


@word("heavier_founded")
def heavier_founded(value: bool, s: Situation) -> Truth:
    """After a defence a heavier sanction is told anew only where evidence or inquiry since the notice founds it
    (行政处罚法第四十五条第二款)."""
    case = s.case
    noticed = next((done.seq for done in reversed(case.done) if done.kind == "notice.given"), 0)
    if not noticed or case.defended_seq < noticed or not (_heavier(s) or _reworded(s)):
        return YES
    found = any(done.seq > noticed and done.kind in FINDING for done in case.done)
    return holds(found, "告知以后新取得的证据或者新的调查：" + "、".join(_heavier(s) or _reworded(s)))


def _heavier(s: Situation) -> list[str]:
    told = s.case.noticed_sanction
    if not told:
        return []
    before = _total(told)
    return [
        f"{kind}{_yuan(amount)}（告知时{_yuan(before.get(kind, -1))}）"
        for kind, amount in _total(s.value("sanctions") or []).items()
        if amount > before.get(kind, -1)
    ]


def _reworded(s: Situation) -> list[str]:
    """Kinds of sanctions other than amounts whose words are not those that the party was told."""
    told = s.case.noticed_sanction
    if not told:
        return []
    before, now = _words(told), _words(s.value("sanctions") or [])
    return [kind for kind, words in now.items() if words != before.get(kind)]


def _words(rows: Any) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for line in rows:
        if not line.get("amount"):
            words.setdefault(line.get("kind", ""), []).append(str(line.get("text") or "").strip())
    return words


def _total(rows: Any) -> dict[str, int]:
    totals: dict[str, int] = {}
    for line in rows:
        totals[line.get("kind", "")] = totals.get(line.get("kind", ""), 0) + int(line.get("amount") or 0)
    return totals


def _yuan(fen: int) -> str:
    return "没有这一项" if fen < 0 else f"{fen // 100:,}.{fen % 100:02d}元" if fen else ""
