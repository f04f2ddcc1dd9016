"""Predicates about people: who handles, who may act, who must not (执法资格与职责分离)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sanxiang.core.registers import Officer
from sanxiang.core.values import chinese_date

from .delegating import DELEGATIONS, fits, in_person, reviews_for
from .predicates import evaluate, word
from .situation import Situation
from .truth import YES, Truth, all_of, holds, no


@word("officers")
def officers(value: Mapping[str, Any], s: Situation) -> Truth:
    """At least so many different officers, each with a certificate valid on the day of the act."""
    named = tuple(dict.fromkeys(s.proposal.officers))
    problems = []
    if len(named) < value["at_least"]:
        problems.append(f"执法人员不少于 {value['at_least']} 人（现有 {len(named)} 人）")
    if value.get("certified", True):
        problems += [text for name in named if (text := certificate_problem(s.registers.officer(name), s))]
    return YES if not problems else no(*problems)


def certificate_problem(officer: Officer | None, s: Situation) -> str:
    """Why an officer may not take part on that day; empty where he may."""
    if officer is None or not officer.id:
        return "登记在册的执法人员"
    if officer.agency != s.case.agency or not officer.serving(s.day):
        return f"{officer.name}不是本机关在职执法人员"
    if officer.certificate(s.day):
        return ""
    last = max(officer.certificates, key=lambda card: card.valid_until, default=None)
    if last is None:
        return f"{officer.name}没有执法证"
    if last.suspended_on and last.suspended_on <= s.day:
        return f"{officer.name}的执法证已于{chinese_date(last.suspended_on)}停用"
    if last.valid_until < s.day:
        return f"{officer.name}的执法证已于{chinese_date(last.valid_until)}到期"
    return f"{officer.name}的执法证自{chinese_date(last.valid_from)}起才有效"


def _review_department(s: Situation) -> Truth:
    """The actor belongs to a department whose function is review; where the agency names departments, to one of
    these."""
    agency, officer = s.registers.agency(s.case.agency), s.officer
    if agency is None or officer is None:
        return no("由法制审核机构办理")
    allowed = agency.with_function("review", s.day)
    return holds(bool(officer.departments(s.day) & allowed), "由法制审核机构的人员办理")


def _reviewer_qualified(s: Situation) -> Truth:
    officer = s.officer
    if officer is None:
        return no("登记在册的审核人员")
    post = next((held for held in officer.posts_on(s.day) if held.post == "reviewer"), None)
    if post is None:
        return no(f"{officer.name}没有法制审核岗位")
    if not post.first_time:
        return YES
    problems = []
    if not officer.passed("judicial", s.day):
        problems.append(f"{officer.name}初次从事法制审核，应当通过国家统一法律职业资格考试")
    if not officer.certified(s.day):
        problems.append(f"{officer.name}应当取得行政执法资格")
    return no(*problems) if problems else YES


def _archivist(s: Situation) -> Truth:
    officer = s.officer
    named = officer is not None and any(
        held.post == "archivist" and held.department == s.case.department for held in officer.posts_on(s.day)
    )
    return holds(named, "由承办机构明确的专门人员办理")


def _function(function: str, name: str) -> Callable[[Situation], Truth]:
    def check(s: Situation) -> Truth:
        agency, officer = s.registers.agency(s.case.agency), s.officer
        inside = (
            agency is not None
            and officer is not None
            and bool(officer.departments(s.day) & agency.with_function(function, s.day))
        )
        return holds(inside, f"由{name}办理")

    return check


def _certified(s: Situation) -> Truth:
    problem = certificate_problem(s.officer, s)
    return no(problem) if problem else YES


def _handling_unit(s: Situation) -> Truth:
    officer = s.officer
    return holds(officer is not None and s.case.department in officer.departments(s.day), "由本案承办机构办理")


def _head(s: Situation) -> Truth:
    return holds(fits(s, "head"), "由机关负责人办理")


def _may_answer(s: Situation) -> Truth:
    """The judgement is one that the rules ask, and the actor holds one of the posts that may answer it."""
    bound = s.rules.judgements.get(str(s.proposal.extra.get("judgement", "")))
    if bound is None:
        return no("规定中列明的判断事项")
    fit = any(fits(s, post) for post in bound.rule.by)
    return holds(fit, f"由{'、'.join(s.rules.posts.get(post, post) for post in bound.rule.by)}判断")


def _assigned(s: Situation) -> Truth:
    """Where the review was given to somebody, it is his, or of whom he has stand in."""
    holder = s.registers.officer(s.case.reviewer)
    mine = s.officer is not None and (s.case.reviewer in ("", s.officer.id) or reviews_for(s))
    return holds(mine, f"由分配的审核人员{holder.name if holder else ''}办理")


def _invited(s: Situation) -> Truth:
    me = s.proposal.actor.officer
    if me in s.case.advised:
        return no("您已经提出意见；要再提意见的，由审核人员再次邀请")
    return holds(me in s.case.advisers, "由受邀参与本案审核的法律顾问、公职律师办理")


def _post(post: str, name: str) -> Callable[[Situation], Truth]:
    def check(s: Situation) -> Truth:
        return holds(fits(s, post), f"由{name}办理")

    return check


def _not_reviewer(s: Situation) -> Truth:
    first = s.case.opinion.reviewer if s.case.opinion else ""
    return holds(s.officer is not None and s.officer.id != first, "由原审核人员以外的人复查")


WHO: dict[str, Callable[[Situation], Truth]] = {
    "certified": _certified,
    "head": _head,
    "in_person": in_person,
    "may_answer": _may_answer,
    "review_department": _review_department,
    "reviewer_qualified": _reviewer_qualified,
    "archivist": _archivist,
    "disclosure_department": _function("disclosure", "负责信息公开审核的机构"),
    "handling_unit": _handling_unit,
    "assigned_reviewer": _assigned,
    "invited_adviser": _invited,
    "officer": _post("officer", "执法人员"),
    "reviewer": _post("reviewer", "法制审核人员"),
    "adviser": _post("adviser", "登记在册的法律顾问、公职律师"),
    "not_first_reviewer": _not_reviewer,
    "handling_function": _function("handling", "承担该项执法职能的科室"),
}


@word("actor")
def actor(value: tuple[str, ...], s: Situation) -> Truth:
    return all_of([WHO[name](s) for name in value])


@word("named")
def named(value: Any, s: Situation) -> Truth:
    """Exactly one person is named, and the condition holds of him as if he did the act."""
    people = tuple(dict.fromkeys(s.proposal.officers))
    if len(people) != 1:
        return no("选一位人员")
    proposal = replace(s.proposal, actor=replace(s.proposal.actor, officer=people[0]))
    return evaluate(value, replace(s, proposal=proposal, memo={}))


@word("reviewer")
def reviewer(value: Mapping[str, Any], s: Situation) -> Truth:
    """What a new reviewer must have: one appointed for the first time, or appointed on `new_since` or later."""
    officer = s.officer
    post = next((held for held in officer.posts_on(s.day) if held.post == "reviewer"), None) if officer else None
    if officer is None or post is None:
        return no("法制审核岗位")
    late = "new_since" in value and post.since >= date.fromisoformat(str(value["new_since"]))
    if not (post.first_time or late):
        return YES
    lacking = []
    if value.get("exam") and not officer.passed("judicial", s.day):
        lacking.append(f"{officer.name}应当通过国家统一法律职业资格考试")
    if value.get("training") and not any(done <= s.day for _, done, _ in officer.trainings):
        lacking.append(f"{officer.name}应当经过培训")
    if value.get("certified") and not officer.certified(s.day):
        lacking.append(f"{officer.name}应当取得行政执法资格")
    return no(*lacking) if lacking else YES


@word("agency_fact")
def agency_fact(value: str, s: Situation) -> Truth:
    agency = s.registers.agency(s.case.agency)
    return holds(agency is not None and bool(agency.facts.get(value)), s.label(value))


def _exam_passed(s: Situation) -> Truth:
    subject = s.registers.officer(s.proposal.link)
    passed = subject is not None and subject.passed("enforcement", s.day)
    return holds(passed, "执法资格考试合格")


def _issuer_known(s: Situation) -> Truth:
    """The issuer of a certificate is one of those that the jurisdiction accepts; where it names none, any."""
    accepted = s.rules.setting("certificate_issuers", ())
    issuer = getattr(s.proposal.extra.get("event"), "issuer", "")
    named = accepted if isinstance(accepted, tuple) else (str(accepted),)
    return holds(not accepted or issuer in named, f"由{'、'.join(named)}制发的执法证件")


SUBJECT: dict[str, Callable[[Situation], Truth]] = {
    "exam_passed": _exam_passed,
    "issuer_accepted": _issuer_known,
    **DELEGATIONS,
}


@word("subject")
def subject(value: tuple[str, ...], s: Situation) -> Truth:
    """About the officer whom a fact for the register concerns."""
    return all_of([SUBJECT[name](s) for name in value])


@word("actor_not")
def actor_not(value: tuple[str, ...], s: Situation) -> Truth:
    officer = s.officer
    name = officer.name if officer else s.proposal.actor.name
    mine = officer.departments(s.day) if officer else frozenset({s.proposal.actor.department})
    problems = []
    if "recused" in value and s.proposal.actor.officer in s.case.recused:
        problems.append(f"{name}已经声明回避本案的审核，应由其他审核人员办理")
    if "handler" in value and s.proposal.actor.officer in s.case.handlers:
        problems.append(f"{name}承办本案，应由其他人办理")
    elif "handling_department" in value and mine & s.case.handling_departments:
        problems.append(f"{name}属于本案承办机构，应由承办机构以外的人办理")
    if "preparer" in value and s.proposal.actor.officer == s.case.prepared_by:
        problems.append(f"{name}准备了这份公示内容，应由其他人审核")
    return no(*problems) if problems else YES
