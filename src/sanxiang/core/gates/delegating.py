"""Approving in somebody else's place (授权代行审批): by a letter on the record, for a time and categories of cases,
never in a case that the delegate handles or reviews, never beyond the post of whoever gave it. A reviewer has another
one do the reviews that were given to him by name (代行审核). No statute speaks of it; the clause that lets it be is
data, and where a place has none there is no delegation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sanxiang.core.events import Recorded
from sanxiang.core.registers import Lent, Officer
from sanxiang.core.rulebook import Act
from sanxiang.core.values import chinese_date

from .situation import Situation
from .truth import Truth, holds, no
from .verdict import Reason

KIND, ENDED = "post.delegated", "post.delegation_ended"
FACT = "acting_for"
BY_NAME = "reviewer"
"""The post whose work is given to somebody by name (分配审核人员): only who holds it himself stands in for him."""
WITHIN = ("legal_head", "unit_head", BY_NAME)
"""Posts whose approvals stay inside their department."""


def fits(s: Situation, post: str) -> bool:
    """Whether the actor holds a post in this case: himself, or in the place of who does."""
    officer = s.officer
    if officer is None:
        return False
    lent = officer.lent_on(s.day) if post != BY_NAME else ()
    return officer.holds(post, s.day) or any(one.post == post and not problems_of(s, officer, one) for one in lent)


def lent_for(s: Situation, posts: Collection[str]) -> Lent | None:
    """The delegation by which the actor holds one of the posts, one that is good where there is one; None where he
    holds one himself, or none at all."""
    officer = s.officer
    if officer is None or any(officer.holds(post, s.day) for post in posts):
        return None
    return _best(s, officer, [one for one in officer.lent_on(s.day) if one.post in posts and one.post != BY_NAME])


def stands_in(s: Situation) -> Lent | None:
    """The delegation by which one reviewer does the review that was given to another, one that is good where there is
    one; None where it was given to nobody, or to him."""
    officer, whose = s.officer, s.case.reviewer
    if officer is None or whose in ("", officer.id) or not officer.holds(BY_NAME, s.day):
        return None
    return _best(s, officer, [one for one in officer.lent_on(s.day) if (one.post, one.giver) == (BY_NAME, whose)])


def reviews_for(s: Situation) -> bool:
    """Whether the actor may do the review in the place of whom it was given to."""
    one = stands_in(s)
    return one is not None and s.officer is not None and not problems_of(s, s.officer, one)


def _best(s: Situation, officer: Officer, lent: list[Lent]) -> Lent | None:
    return next((one for one in lent if not problems_of(s, officer, one)), lent[0] if lent else None)


def _loan(s: Situation, act: Act) -> Lent | None:
    """By which delegation the actor does the act, in its post or as whom it was given to by name."""
    leaves = (
        leaf
        for bound in s.rules.gates_for(s.case.procedure, act)
        for need in bound.rule.needs
        for leaf in need.leaves()
    )
    if any(leaf.op == "actor" and "assigned_reviewer" in leaf.value for leaf in leaves):
        return stands_in(s)
    return lent_for(s, posts_of(s, act))


def problems_of(s: Situation, officer: Officer, one: Lent) -> list[str]:
    """Why a delegation does not hold in this case."""
    return list(_problems(s, officer, one))


def _problems(s: Situation, officer: Officer, one: Lent) -> Iterator[str]:
    post, giver = s.rules.posts.get(one.post, one.post), s.registers.officer(one.giver)
    does = f"代行{post}{'审核' if one.post == BY_NAME else '审批'}本案"
    if s.case.category and s.case.category not in one.scope:
        yield f"授权的范围是{'、'.join(one.scope)}，不包括{s.case.category}"
    if officer.id in s.case.handlers:
        yield f"{officer.name}承办本案，不能{does}"
    if one.post != BY_NAME and officer.id in (s.case.reviewer, s.case.opinion.reviewer if s.case.opinion else ""):
        yield f"{officer.name}审核本案，不能{does}"
    held = giver.posts_on(s.day) if giver else ()
    if not any((own.post, own.department) == (one.post, one.department) for own in held):
        yield f"{one.giver_name}已经不任{post}，授权随之终止"


def posts_of(s: Situation, act: Act) -> tuple[str, ...]:
    """The posts that an act is done in; of a judgement those that may answer it."""
    bound = s.rules.judgements.get(str(s.proposal.extra.get("judgement", "")))
    return bound.rule.by if bound is not None and act.emits == "judgement.answered" else act.by


def refusal(s: Situation, act: Act) -> Reason | None:
    """Why the actor may not do the act in the place of another; None where he may, or where that is not the matter."""
    one = _loan(s, act)
    if one is None or s.officer is None:
        return None
    bound = next((bound for bound in s.rules.gates if KIND in bound.rule.emits), None)
    wrong = problems_of(s, s.officer, one) if bound else ["本地规定没有授权代行"]
    if not wrong:
        return None
    clause, law = (bound.clause.id, str(bound.citation)) if bound else ("", s.rules.jurisdiction.name)
    post = s.rules.posts.get(one.post, one.post)
    return Reason(
        code=f"{act.id}/delegation", clause=clause, law=law, missing=tuple(wrong), helper=post,
        text=f"代行{post}的授权不能用于本案，由{post}本人办理",
    )  # fmt: skip


def with_mark(s: Situation) -> Situation:
    """The act with the words that it was done in the place of another, as everybody reads it later; nobody types
    them."""
    act = s.rules.act(s.case.procedure, s.proposal.act)
    one = _loan(s, act) if act is not None else None
    facts = {name: value for name, value in s.proposal.facts.items() if name != FACT}
    if one is not None:
        last = chinese_date(one.until - timedelta(days=1))
        post = s.rules.posts.get(one.post, one.post)
        facts[FACT] = f"受{one.giver_name}（{post}）授权代行，{one.letter}，至{last}"
    if one is not None or FACT in s.proposal.facts:
        s.proposal = replace(s.proposal, facts=facts)
    return s


def signed_as(recorded: Recorded) -> str:
    """The name of whoever signed, told apart where he did it in the place of another."""
    return f"{recorded.actor.name}（代行）" if recorded.event.facts.get(FACT) else recorded.actor.name


def in_person(s: Situation) -> Truth:
    """The act is done by whoever holds the post himself."""
    officer, posts = s.officer, posts_of(s, s.act) if s.act else ()
    own = officer is not None and any(officer.holds(post, s.day) for post in posts)
    return holds(own, "由本人办理，不能授权他人代行")


def own_post(s: Situation) -> Truth:
    """Whoever delegates holds that post in that department himself."""
    event, giver = s.proposal.extra["event"], s.officer
    posts = giver.posts_on(s.day) if giver else ()
    return holds(any((one.post, one.department) == (event.post, event.department) for one in posts), "自己担任的职务")


def delegate_fit(s: Situation) -> Truth:
    """Another serving officer of the agency; for a post of a department one of it, for a review another reviewer."""
    event, other = s.proposal.extra["event"], s.registers.officer(s.proposal.link)
    if other is None or not other.serving(s.day) or other.agency != s.case.agency:
        return no("本机关在职的人员")
    if s.officer is not None and other.id == s.officer.id:
        return no("自己以外的人")
    if event.post == BY_NAME and not other.holds(BY_NAME, s.day):
        return no(f"{other.name}没有法制审核岗位，不能代行审核")
    if event.post != BY_NAME and other.holds(event.post, s.day):
        return no(f"{other.name}自己就担任{s.rules.posts.get(event.post, event.post)}，不用授权")
    inside = event.post not in WITHIN or event.department in other.departments(s.day)
    return holds(inside, f"{other.name}不是同一内设机构的人员")


def delegation_bounded(s: Situation) -> Truth:
    """It says until when, not before today, and for which categories."""
    event = s.proposal.extra["event"]
    try:
        late = date.fromisoformat(str(event.until)) < s.day
    except ValueError:
        return no("授权的最后一天")
    wrong = [text for text, bad in (("授权的最后一天（今天或者以后）", late), ("执法类别", not event.scope)) if bad]
    return no(*wrong) if wrong else holds(True, "")


def delegation_open(s: Situation) -> Truth:
    """The delegation to be ended runs, and who ends it gave it."""
    event, other = s.proposal.extra["event"], s.registers.officer(s.proposal.link)
    running = [
        one for one in (other.lent if other else ())
        if (one.post, one.department) == (event.post, event.department) and one.held(s.day)
        and s.officer is not None and one.giver == s.officer.id
    ]  # fmt: skip
    return holds(bool(running), "自己作出、还没有终止的授权")


DELEGATIONS: Mapping[str, Callable[[Situation], Truth]] = {
    "delegated_post": own_post,
    "delegate_fit": delegate_fit,
    "delegation_bounded": delegation_bounded,
    "delegation_open": delegation_open,
}
"""What is asked of a delegation that is entered into the register of whoever is to act."""
