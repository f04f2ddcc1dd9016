"""The ordinary penalty of a place played through the door of the product to any act, and gone on with from there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanxiang.casework.play import Performance, Stage, take
from sanxiang.casework.scenario import Step
from sanxiang.core.gates import Duty, Verdict, duties
from sanxiang.core.rulebook import Library
from sanxiang.core.values import CHINA
from sanxiang.store.rulebooks.library import default_folder
from tests.support.rules import LIBRARY, scenario

POINTS = {
    "luoyang": ("执法主体", "执法职权", "人员资格", "执法程序", "法律适用", "案件事实", "证据", "裁量", "执法文书"),
    "wuding": ("主体合法与人员资格", "程序合法", "事实清楚与证据合法充分", "法律适用准确与裁量适当", "权限合法",
               "文书完备规范", "是否涉嫌犯罪需要移送"),
    "urumqi": ("主体合法与人员资格", "程序合法", "事实清楚与证据合法充分", "依据准确与裁量适当", "权限合法",
               "文书规范齐备", "是否涉嫌犯罪需要移送"),
    "changning": ("主体", "人员资格", "职权", "程序", "事实", "证据", "法律适用", "裁量", "文书", "移送"),
}  # fmt: skip


MITIGATED = {
    "discretion_grade": "减轻", "lenity_ground": ["主动消除或者减轻违法行为危害后果"],
    "lenity_evidence": "召回记录第一页",
}  # fmt: skip
"""A penalty below the least of its range, with the ground for it and what proves that (行政处罚法第三十二条)."""


class Played:
    """A case of a place after `through` (inclusive); `without` leaves acts out, `facts` overlays what acts state."""

    def __init__(
        self, place: str, through: str, *, without: tuple[str, ...] = (), facts: dict[str, Any] | None = None,
        library: Library = LIBRARY,
    ) -> None:  # fmt: skip
        folder = default_folder() / place / "three-systems" / "scenarios"
        told = scenario(folder / "ordinary-penalty.yaml")
        last = max(at for at, step in enumerate(told.steps) if step.act == through)
        self.place, self.stage, self.performance = place, Stage(library, told), Performance(told)
        for step in told.steps[: last + 1]:
            if step.act not in without:
                more = (facts or {}).get(step.act, {})
                self.do(step.act, step.at, by=step.by, officers=step.officers, link=step.link, extra=step.extra,
                        **{**step.facts, **more})  # fmt: skip

    def ask(
        self, act: str, at: datetime | str, *, by: str = "head", officers: tuple[str, ...] = (), link: str = "",
        extra: Any = None, **facts: Any,
    ) -> Verdict:  # fmt: skip
        """The verdict of an act; where it is allowed it is done."""
        moment = at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=CHINA)
        step = Step(act=act, at=moment, by=by, officers=officers, link=link, extra=extra or {}, facts=facts)
        return take(self.stage, self.performance, step).verdict

    def do(self, act: str, at: datetime | str, **more: Any) -> Played:
        """An act that has to be allowed."""
        verdict = self.ask(act, at, **more)
        assert verdict.allowed, [(r.clause, r.text, r.missing) for r in verdict.reasons] or verdict.questions
        return self

    def judged(self, name: str, at: str, *, answer: bool = True) -> Played:
        extra = {"judgement": name, "answer": answer}
        return self.do("answer_judgement", at, by="unit", extra=extra, judgement_reason="演示")

    def submitted(self, at: str, **facts: Any) -> Played:
        return self.do("submit_review", at, by="unit", **{**PACKAGE, **facts})

    def concluded(self, at: str, outcome: str = "同意") -> Played:
        """An opinion; one that does not pass finds fault with the first point."""
        points = [{"point": name, "finding": "合法", "anchor": "调查终结报告第1页"} for name in POINTS[self.place]]
        if outcome != "同意":
            points[0] |= {"finding": "存在问题", "note": "演示的问题"}
        return self.do(
            "conclude_review", at, by="reviewer", review_outcome=outcome, review_opinion=outcome, review_points=points
        )

    def decide(self, at: str, **facts: Any) -> Verdict:
        return self.ask("decide", at, by="head", decision_reasons="事实清楚", **facts)

    def duties(self, name: str) -> list[Duty]:
        found = duties(self.performance.events, self.stage.rules)
        return [duty for duty in found if duty.binding.duty == name]


PACKAGE = {
    "review_materials": [{"name": "案件调查终结报告", "pages": 3}, {"name": "证据材料"}],
    "review_promise": True,
}


def clauses(verdict: Verdict) -> set[str]:
    return {reason.clause for reason in verdict.reasons}
