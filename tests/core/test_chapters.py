"""Acts that several procedures share are written once and stand in each where its stages put them."""

from __future__ import annotations

from sanxiang.core.rulebook import Act, Chapter, Procedure, Stage


def act(name: str, stage: str, **more: object) -> Act:
    return Act(id=name, name=name, emits="activity.done", stage=stage, by=("officer",), **more)  # type: ignore[arg-type]


STAGES = tuple(Stage(id=name, name=name) for name in ("start", "review", "end"))
REVIEW = Chapter(
    id="review",
    acts=(
        act("submit", "review", after=("draft|find",), not_after=("decide", "decide_on_spot")),
        act("conclude", "review", after=("submit",)),
        act("appeal", "elsewhere"),
    ),
)


def whole(*acts: Act, includes: tuple[str, ...] = ("review",)) -> Procedure:
    rule = Procedure(id="p", name="p", category="处罚", stages=STAGES, acts=acts, includes=includes)
    return rule.with_chapters({"review": REVIEW})


def test_shared_acts_stand_before_the_later_stages() -> None:
    made = whole(act("draft", "start"), act("decide", "end"))
    assert [one.id for one in made.acts] == ["draft", "submit", "conclude", "decide"]


def test_a_stage_that_the_procedure_lacks_leaves_its_acts_out() -> None:
    assert "appeal" not in {one.id for one in whole(act("draft", "start")).acts}


def test_what_the_procedure_lacks_does_not_count() -> None:
    submit = whole(act("draft", "start"), act("decide", "end")).act("submit")
    assert submit is not None
    assert (submit.after, submit.not_after) == (("draft",), ("decide",))


def test_an_own_act_takes_the_place_of_a_shared_one() -> None:
    made = whole(act("draft", "start"), act("submit", "review", help="own"), act("decide", "end"))
    assert [one.id for one in made.acts].count("submit") == 1
    found = made.act("submit")
    assert found is not None
    assert found.help == "own"


def test_without_chapters_nothing_changes() -> None:
    rule = Procedure(id="p", name="p", category="处罚", stages=STAGES, acts=(act("draft", "start"),))
    assert rule.with_chapters({"review": REVIEW}) is rule
