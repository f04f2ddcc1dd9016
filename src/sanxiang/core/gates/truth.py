"""The value of a condition: yes, no with what is missing, or unknown until a question is answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truth:
    """`state` True, False or None (unknown); `missing` what would have to be there, `questions` judgement ids."""

    state: bool | None
    missing: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


YES = Truth(True)


def no(*missing: str) -> Truth:
    return Truth(False, missing)


def ask(judgement: str) -> Truth:
    return Truth(None, (), (judgement,))


def holds(test: bool, missing: str) -> Truth:
    return YES if test else Truth(False, (missing,))


def all_of(parts: list[Truth]) -> Truth:
    """Kleene conjunction: one no makes no; what is missing and asked is gathered from all."""
    missing = tuple(text for part in parts for text in part.missing if part.state is False)
    if any(part.state is False for part in parts):
        return Truth(False, missing)
    questions = tuple(question for part in parts for question in part.questions)
    return Truth(None, (), questions) if any(part.state is None for part in parts) else YES


def any_of(parts: list[Truth]) -> Truth:
    """Kleene disjunction: one yes is enough; unknown before no."""
    if any(part.state for part in parts):
        return YES
    if any(part.state is None for part in parts):
        return Truth(None, (), tuple(question for part in parts for question in part.questions))
    missing = tuple(text for part in parts for text in part.missing)
    return Truth(False, (" 或者 ".join(missing),) if missing else ())


def negated(part: Truth) -> Truth:
    if part.state is None:
        return part
    return Truth(False, ()) if part.state else YES
