"""Predicates about review, draft, recording, service and publication (审核、拟稿、记录、送达、公示)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .binding import bound_of, changed_parts
from .covering import FULL, NONE, claims, exemption, linked, pictured, trouble, untimed, untold, waiting
from .predicates import evaluate, word
from .situation import Situation
from .truth import YES, Truth, holds, no


def current_bound(s: Situation) -> tuple[str, ...]:
    """The digests of facts, evidence, basis and sanction as they would stand after the act."""
    if "bound" not in s.memo:
        s.memo["bound"] = bound_of(s.rules.dictionary, s.facts_after())
    found: tuple[str, ...] = s.memo["bound"]
    return found


RECORDING_STATES = ("full", "chosen", "explained", "settled", "told", "held", "pictured")
REVIEW_STATES = (
    "open", "closed", "concluded", "adverse", "reviewed", "unchanged", "passed", "disputed", "coordinated", "sampled",
    "unsampled",
)  # fmt: skip
MEASURE_STATES = ("running", "not_extended")


@word("review")
def review(value: str, s: Situation) -> Truth:
    """The state of the review; `unchanged` a pass that still covers what would be decided, `passed` also confirmed
    after defence and hearing."""
    case, opinion = s.case, s.case.opinion
    if value == "open":
        return holds(case.reviewing, "已经送审、尚未作出审核意见的案件")
    if value == "closed":
        return holds(not case.reviewing, "审核正在进行，等待审核意见")
    if value == "concluded":
        return holds(opinion is not None, "法制审核意见")
    if value == "adverse":
        return holds(opinion is not None and not opinion.passes, "未通过的审核意见")
    if value == "disputed":
        return holds(case.disputed_seq > case.coordinated_seq, "承办机构对审核意见的异议")
    if value == "coordinated":
        return holds(case.disputed_seq <= case.coordinated_seq, "对异议的协调结果")
    if value == "sampled":
        return holds(bool(case.sampled) and not case.checked, "抽中复查、尚未复查的审核")
    if value == "unsampled":
        return holds(opinion is not None and opinion.passes and not case.sampled, "通过的、还没有抽中过的审核")
    if value == "reviewed":
        return _reviewed(s)
    return _passed(s, need_confirmation=value == "passed")


def _reviewed(s: Situation) -> Truth:
    """What would be decided has been reviewed, whatever the opinion says; one that does not pass is another matter."""
    case, opinion = s.case, s.case.opinion
    if opinion is None:
        return no("法制审核意见（审核还没有结束）" if case.reviewing else "法制审核意见（尚未送审）")
    if not opinion.passes:
        return YES
    if case.reviewing:
        return no("重新送审后的审核意见")
    changed = changed_parts(opinion.bound, current_bound(s))
    return holds(not changed, f"对变更后的{'、'.join(changed)}的法制审核")


def _passed(s: Situation, *, need_confirmation: bool) -> Truth:
    """A pass that still covers what would be decided; `need_confirmation` also after defence and hearing."""
    case, opinion = s.case, s.case.opinion
    if opinion is None:
        return no("法制审核意见（尚未送审）" if not case.reviewing else "法制审核意见（审核还没有结束）")
    if case.reviewing:
        return no("重新送审后的审核意见")
    if not opinion.passes:
        return no(f"通过的审核意见（审核结论是“{opinion.outcome}”）")
    changed = changed_parts(opinion.bound, current_bound(s))
    if changed:
        return no(f"与审核时相同的{'、'.join(changed)}（审核后已变更，应重新送审）")
    heard_later = case.defended_seq > max(opinion.seq, opinion.confirmed_seq)
    if need_confirmation and heard_later:
        return no("听取陈述申辩或者听证后，审核人员的确认")
    return YES


@word("same_as_draft")
def same_as_draft(value: bool, s: Situation) -> Truth:
    if s.case.draft is None:
        return no("调查终结报告和拟处理意见")
    changed = changed_parts(s.case.draft.bound, current_bound(s))
    return holds(not changed, f"与拟处理意见相同的{'、'.join(changed)}")


@word("recording")
def recording(value: str, s: Situation) -> Truth:
    """`full` a recording of the whole length, from the start to the end that somebody states; `chosen` a recording, or
    the reason why there is none; `explained` that the recordings which stand here are whole and every interruption has
    its explanation; `settled` that nothing found in one after its act waits for an explanation; `told` that each
    which stands here holds the notice to the party; `held` that one stands here at all; `pictured` that a photograph
    shows it."""
    if value == "pictured":
        return holds(pictured(s), "记录送达过程的照片（手机页面拍的或者导入的，有拍摄时间和来源等级）")
    if value == "held":
        return holds(bool(linked(s)), "关联到本次办理的录音录像")
    if value == "explained":
        missing = tuple(trouble(s))
        return YES if not missing else no(*missing)
    if value == "settled":
        missing = tuple(waiting(s))
        return YES if not missing else no(*missing)
    if value == "told":
        missing = tuple(untold(s))
        return YES if not missing else no(*missing)
    mode = s.value("recording_mode")
    if left := claims(s, mode):
        return no(*left)
    if value == "full":
        if exemption(s) is not None and mode == NONE:
            return holds(bool(s.value("recording_reason")), "免予录音录像的理由")
        kept = () if mode == FULL and s.value("recording_place") else ("全程录音录像及其存放位置",)
        missing = (*kept, *untimed(s))
        return no(*missing) if missing else YES
    if mode is None:
        return no("选择是否录音录像")
    if mode == NONE:
        return holds(bool(s.value("recording_reason")), "不录音录像的理由")
    return holds(bool(s.value("recording_place")), "录音录像的存放位置")


@word("link")
def link(value: tuple[str, ...], s: Situation) -> Truth:
    """The paper that is served is that of one of these acts, and the act is done."""
    served = s.proposal.link
    names = "、".join(s.act_name(name) for name in value if name in s.case.acts) or "要送达的文书"
    return holds(served in value and served in s.case.acts, f"选明送达的文书：{names}")


@word("same")
def same(value: Mapping[str, Any], s: Situation) -> Truth:
    """Two facts state the same; none of them is left out."""
    first, second = s.value(value["fact"]), s.value(value["than"])
    return holds(bool(first) and first == second, f"“{s.label(value['fact'])}”与本案的“{s.label(value['than'])}”相同")


@word("not_over")
def not_over(value: Mapping[str, Any], s: Situation) -> Truth:
    """A sum is no greater than another one; both are stated."""
    first, second = s.value(value["fact"]), s.value(value["than"])
    both = type(first) is int and type(second) is int
    return holds(both and first <= second, f"“{s.label(value['fact'])}”不超过“{s.label(value['than'])}”")


@word("measure")
def measure(value: str, s: Situation) -> Truth:
    """`running` the measure that the act names has not been lifted; `not_extended` nor extended yet."""
    named = s.case.measures.get(s.proposal.link)
    if named is None:
        return no("选明所涉的强制措施")
    if value == "not_extended":
        return holds(named.extended == 0, "还没有延长过的强制措施")
    return holds(named.lifted_at is None, "还没有解除的强制措施")


@word("measures_ended")
def measures_ended(value: bool, s: Situation) -> Truth:
    running = [measure for measure in s.case.measures.values() if measure.lifted_at is None]
    return holds(not running, f"{len(running)} 项强制措施的处理")


@word("served")
def served(value: tuple[str, ...], s: Situation) -> Truth:
    missing = [s.act_name(name) for name in value if name in s.case.acts and name not in s.case.served]
    return YES if not missing else no(*(f"“{name}”的送达" for name in missing))


@word("served_on")
def served_on(value: Mapping[str, Any], s: Situation) -> Truth:
    """What binds two parties is served when each of them has it: the papers of those of the acts that were done, since
    they were last made."""
    missing = [
        f"向{whom}送达“{s.act_name(name)}”的文书"
        for name in value["acts"]
        if (made := s.case.acts.get(name)) is not None
        for whom in value["whom"]
        if not any(
            one.kind == "document.served" and one.link == name and one.seq > made.seq
            and one.facts.get("served_party") == whom
            for one in s.case.done
        )
    ]  # fmt: skip
    return no(*missing) if missing else YES


@word("published")
def published(value: bool, s: Situation) -> Truth:
    public = s.case.public is not None and not s.case.withdrawn
    return holds(public == value, "已经公示的决定" if value else "尚未公示")


@word("public_fields")
def public_fields(value: bool, s: Situation) -> Truth:
    """Every field that any layer wants in a publication of this category."""
    public: Mapping[str, Any] = s.proposal.extra.get("public") or s.case.prepared or {}
    missing = [
        name
        for bound in s.rules.contents
        if bound.rule.of == "publication" and evaluate(bound.rule.when, s).state
        for name in bound.rule.fields
        if not public.get(name)
    ]
    return YES if not missing else no(*dict.fromkeys(missing))


@word("duty_done")
def duty_done(value: str, s: Situation) -> Truth:
    return holds(value in s.case.excused, "该项义务的履行")
