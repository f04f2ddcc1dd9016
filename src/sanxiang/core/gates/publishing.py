"""Predicates about a publication and its masks (公示的阶段、脱敏)."""

from __future__ import annotations

from sanxiang.core.casefile import PUBLICATION_STATES

from .choosing import KEEP, rows_of
from .completing import as_masked
from .disclosure import known_of, passages, public_record
from .fulltext import FULL, full_passages, full_text, texts_of
from .predicates import word
from .situation import Situation
from .truth import YES, Truth, holds, no


@word("publication")
def publication(value: tuple[str, ...], s: Situation) -> Truth:
    """Where the publication stands is one of these."""
    names = "、".join(PUBLICATION_STATES[one] for one in value)
    return holds(s.case.publication in value, f"公示的状态是{names}（现在是{PUBLICATION_STATES[s.case.publication]}）")


@word("questioned")
def questioned(value: bool, s: Situation) -> Truth:
    """Whether somebody said that what is public is wrong, and nobody has answered."""
    return holds((s.case.questioned is not None) == value, "还没有答复的更正线索")


@word("masks")
def masks(value: str, s: Situation) -> Truth:
    """`lawful` nothing is kept open that nobody may open; `found` what was marked stands in the text; `secret` what is
    marked a state secret was hidden; `changed` a correction changes something; `current` the text that was prepared is
    what would be prepared now."""
    if value == "current":
        return _current(s)
    if value == "changed":
        return holds(bool(s.proposal.extra.get("changes")), "要更正的地方：改写的文字，或者要遮蔽的文字")
    if value == "secret":
        kinds = s.value("secrecy_kind") or ()
        hidden = [mask.get("sort") for mask in s.proposal.extra.get("masks", ())]
        return holds("国家秘密" not in kinds or "国家秘密" in hidden, "逐处隐去国家秘密的内容（类别选“国家秘密”）")
    stated = s.memo.get("stated_choices", ())
    if value == "found":
        return _found(s, [str(row["text"]) for row in stated if row.get("text")])
    firm = {one.value for one in known_of(s.rules, as_masked(s), s.registers) if one.firm}
    opened = [row for row in rows_of(s.proposal.facts) if row.get("choice") == KEEP]
    wrong = [str(row.get("sort", "")) for row in opened if any(one in str(row.get("text", "")) for one in firm)]
    return YES if not wrong else no(*(f"把{sort}的一处改回遮蔽" for sort in dict.fromkeys(wrong)))


def _found(s: Situation, wanted: list[str]) -> Truth:
    """What is to be hidden stands in the text as it will be, what is to be put right in that of its field."""
    fixes = s.memo.get("stated_fixes", ())
    if not wanted and not fixes:
        return YES
    before = {name: text for name, text, _ in passages(s.rules, s.case, s.registers)}
    before[FULL] = "\n".join(one.text for one in full_passages(s.rules, s.case, s.registers))
    after = [text for _, text, _ in passages(s.rules, as_masked(s), s.registers)]
    after += [one.text for one in full_passages(s.rules, as_masked(s), s.registers)]
    missing = [f"公示的原文里没有“{one[:20]}”" for one in wanted if not any(one in text for text in after)]
    for row in fixes:
        name, wrong = str(row.get("field", "")), str(row.get("wrong", ""))
        if wrong not in before.get(name, ""):
            missing.append(f"“{name}”的原文里没有“{wrong[:20]}”")
    return YES if not missing else no(*missing)


def _current(s: Situation) -> Truth:
    if s.case.prepared is None:
        return YES
    now, _ = public_record(s.rules, s.case, s.registers)
    before = s.case.prepared
    changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    full, _ = full_text(s.rules, s.case, s.registers)
    was, now = texts_of(s.rules.dictionary, s.case.prepared_full), texts_of(s.rules.dictionary, full)
    changed += [name for name in {**was, **now} if was.get(name) != now.get(name)]
    changed += [FULL] if not changed and full != s.case.prepared_full else []
    return YES if not changed else no(*(f"“{name}”的重新脱敏" for name in changed))
