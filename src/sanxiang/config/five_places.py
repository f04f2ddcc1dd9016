"""The same penalty under five regulations (同一件处罚在五地): one page of the reference, made by really playing it.

The case is the one that stands beside the law of Luoyang: a fine of 5,000 yuan, all six questions answered no. It is
taken to the draft; then a decision is tried unreviewed, it is sent to review, people try to review it, an opinion that
does not pass is given, and a decision is tried again. Where the case is outside the scope it is judged complex first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sanxiang.casework.play import Performance, Stage, situation, take
from sanxiang.casework.scenario import Step, load_scenario
from sanxiang.core.gates import Situation, Verdict, criteria, duties, scope_of
from sanxiang.core.gates.packaging import required
from sanxiang.core.rulebook import Library, RuleSet
from sanxiang.core.rulebook.ruleset import LAYER_ORDER
from sanxiang.core.values import legal_day
from sanxiang.store.rulebooks.library import default_folder, load_library

PLACES = {
    "luoyang": "洛阳",
    "dongxihu": "东西湖",
    "wuding": "武定",
    "urumqi": "高新区（乌鲁木齐）",
    "changning": "长宁",
}
OTHERWISE = {"dongxihu": "penalty-out-of-scope.yaml"}
REVIEWING = ("submit_review", "conclude_review")
MATERIALS = {"review_materials": [{"name": "案件调查终结报告", "pages": 3}], "review_promise": True}
HEAD = """# 同一件处罚在五地怎样法制审核

由 `make docs` 真正演练一遍后生成，请勿手改。案情都相同（罚款 5000 元的普通程序处罚，虚构），见
[洛阳的情景](../../rulebooks/luoyang/three-systems/scenarios/ordinary-penalty.yaml)。“拒绝”后面是说不行的条款。
拒绝决定的条款里，PL-44、PL-57、PL-62 说的是还没有告知、没有研究，与审核无关。
条款写作编号；原文出处见 `sanxiang clauses`。标有“须核定”的数额和清单要由各机关核定。

"""


@dataclass
class Told:
    """One place: its answers by row, in the order in which they came."""

    place: str
    rows: dict[str, str] = field(default_factory=dict)


def page() -> str:
    """The whole page in Markdown."""
    library = load_library()
    found = [told(library, place) for place in PLACES]
    names = list(dict.fromkeys(name for one in found for name in one.rows))
    lines = [f"| | {' | '.join(PLACES.values())} |", f"| --- |{' --- |' * len(PLACES)}"]
    lines += [f"| {name} | {' | '.join(one.rows.get(name, '—') for one in found)} |" for name in names]
    return HEAD + "\n".join(lines) + "\n"


def told(library: Library, place: str) -> Told:
    """Play the penalty in a place."""
    folder = default_folder() / place / "three-systems" / "scenarios"
    scenario = load_scenario(folder / OTHERWISE.get(place, "ordinary-penalty.yaml"))
    stage, played, answer = Stage(library, scenario), Performance(scenario), Told(place)
    last = max((at for at, step in enumerate(scenario.steps) if step.act == "answer_judgement"), default=0)
    for step in scenario.steps[: last + 1]:
        verdict = take(stage, played, step).verdict
        if not verdict.allowed:
            answer.rows["登记这件处罚"] = refused(verdict)
            break
    else:
        answer.rows["登记这件处罚"] = "可以"
        _played(stage, played, answer)
    _stated(stage.rules(legal_day(scenario.steps[last].at)), answer)
    return answer


class _Going:
    """The case from the draft on: one act an hour, on the day after."""

    def __init__(self, stage: Stage, played: Performance) -> None:
        self.stage, self.played = stage, played
        self.at = played.events[-1].occurred_at + timedelta(days=1)

    def step(self, act: str, by: str, extra: Any = None, **facts: Any) -> Step:
        self.at += timedelta(hours=1)
        return Step(act=act, at=self.at, by=by, extra=extra or {}, facts=facts)

    def ask(self, act: str, by: str, extra: Any = None, **facts: Any) -> Verdict:
        return take(self.stage, self.played, self.step(act, by, extra, **facts)).verdict

    def situation(self, act: str = "decide") -> Situation:
        return situation(self.stage, self.played.case, self.step(act, "head"))


def _played(stage: Stage, played: Performance, answer: Told) -> None:
    """What the door answers, act by act."""
    case = _Going(stage, played)
    s = case.situation()
    inside = scope_of(s)[0].state
    answer.rows["属于审核范围吗"] = "属于" if inside else "不属于"
    answer.rows["为什么"] = grounds(s) if inside else "没有一项标准成立"
    answer.rows["判断为疑难复杂之后"] = "本来就属于"
    if not inside:
        judged = {"judgement": "complex", "answer": True}
        case.ask("answer_judgement", "unit", judged, judgement_reason="演示")
        answer.rows["判断为疑难复杂之后"] = f"属于：{grounds(case.situation())}"
    answer.rows["没有审核就决定"] = refused(case.ask("decide", "head", decision_reasons="演示"))
    sent = case.ask("submit_review", "unit", **MATERIALS)
    answer.rows["送审"] = "可以" if sent.allowed else refused(sent)
    if not sent.allowed:
        day = (case.at + timedelta(days=10)).date().isoformat()
        case.ask("submit_review", "unit", review_due_on=day, **MATERIALS)
        answer.rows["送审"] += "；写明期限后可以"
    answer.rows["送审要齐的材料"] = "、".join(required(case.situation("submit_review")))
    answer.rows["审核期限"] = _term(stage, played)
    opinion = _opinion(stage.rules(legal_day(case.at)))
    for who, name in (("inside", "承办科室的审核人员来审"), ("novice", "没有资格的初任人员来审")):
        answer.rows[name] = refused(case.ask("conclude_review", who, **opinion))
    answer.rows["法制机构的审核人员审，结论不通过"] = refused(case.ask("conclude_review", "reviewer", **opinion))
    answer.rows["没有通过就决定"] = refused(case.ask("decide", "head", decision_reasons="演示"))


def _term(stage: Stage, played: Performance) -> str:
    found = [duty for duty in duties(played.events, stage.rules) if duty.binding.duty == "review"]
    if not found:
        return "没有规定天数"
    binding = found[-1].binding
    days = f"{binding.period}" if binding.period else "送审时按件确定"
    way = binding.bound.rule.extension
    more = f"；可延长 {way.times} 次，{_plain(str(way.period))}" if way else ""
    return f"{_plain(days)}（{binding.clause}）{more}"


def _plain(period: str) -> str:
    return period.replace("working_days", "个工作日").replace("days", "日")


def _opinion(rules: RuleSet) -> dict[str, Any]:
    """An opinion that does not pass: the first point is at fault."""
    outcome = next(one for one in local(rules, "outcomes") if not one.passes)
    points = [{"point": name, "finding": "合法", "anchor": "调查终结报告第1页"} for name in local(rules, "points")]
    points[0] |= {"finding": "存在问题", "note": "演示的问题"}
    return {"review_outcome": outcome.name, "review_opinion": "演示", "review_points": points}


def _stated(rules: RuleSet, answer: Told) -> None:
    """What the regulation says of a review in general."""
    bodies = list(dict.fromkeys(name for bound in rules.reviews for name in bound.rule.departments))
    answer.rows["审核机构"] = "、".join(bodies) or "登记为审核职能的机构"
    answer.rows["审核要点"] = "、".join(local(rules, "points"))
    outcomes = (
        f"{one.name}（{'通过' if one.passes else '不通过'}：{one.leads_to}）" for one in local(rules, "outcomes")
    )
    answer.rows["结论"] = "；".join(outcomes)
    papers = ["送审表、审核意见书"]
    for bound in rules.reviews:
        if bound.rule.online_instead_of_paper:
            papers.append(f"机关设定后由网上记录代替意见书（{bound.clause.id}）")
        if bound.rule.in_approval_form:
            papers.append(f"处罚的审核可以在内部审批表中体现（{bound.clause.id}）")
    answer.rows["文书"] = "；".join(papers)
    shares = [bound for bound in rules.indicators if bound.rule.numerator == "reviewers"]
    answer.rows["审核人员比例"] = "；".join(f"{one.rule.least_percent}%（{one.clause.id}）" for one in shares)


def local(rules: RuleSet, name: str) -> tuple[Any, ...]:
    """Points or outcomes as the most local regulation names them."""
    named = [bound for bound in rules.reviews if getattr(bound.rule, name)]
    found: tuple[Any, ...] = getattr(max(named, key=lambda one: LAYER_ORDER[one.layer]).rule, name)
    return found


def grounds(s: Situation) -> str:
    return "；".join(f"{one.bound.rule.say}（{one.bound.clause.id}）" for one in criteria(s) if one.truth.state)


def refused(verdict: Verdict) -> str:
    """The clauses that refuse, those of acts and posts left out where a rule says it too."""
    if verdict.allowed:
        return "可以"
    return "拒绝：" + "、".join(_ids(verdict)) if verdict.reasons else "要先作出判断"


def _ids(verdict: Verdict) -> Iterable[str]:
    return dict.fromkeys(reason.clause for reason in verdict.reasons)
