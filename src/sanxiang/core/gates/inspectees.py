"""What must hold of the standing list of objects of inspection (检查对象名录库), and of a draw that takes its list from
there."""

from __future__ import annotations

from sanxiang.core.registers.inspectees import Inspectee

from .people import SUBJECT
from .situation import Situation
from .truth import YES, Truth, holds, no

ENTERPRISES = ("法人及非法人组织", "个体工商户")
"""Whom an agency keeps on its list: who has a unified social credit code."""
CODE = "party_credit_code"


def _kept(s: Situation) -> Truth:
    """It is listed once, keeps its code and is an enterprise."""
    held, facts = s.registers.inspectees.get(s.proposal.link, Inspectee()), s.proposal.facts
    opens = s.proposal.act == "inspectee.listed"
    if opens and held.listed:
        return no("还没有列入名录库的检查对象")
    if not opens and not held.listed:
        return no("名录库里的检查对象")
    if (held.id or not opens) and CODE in facts and facts[CODE] != held.code:
        return no("原来的统一社会信用代码（代码不同的另行列入）")
    kind = facts.get("party_kind", ENTERPRISES[0])
    return holds(kind in ENTERPRISES, f"类别为{'或者'.join(ENTERPRISES)}")


def _listed(s: Situation) -> Truth:
    """A draw that says its list is the register's of a day holds exactly what the register held then."""
    event = s.proposal.extra.get("event")
    listed_on = str(getattr(event, "listed_on", ""))
    if not listed_on:
        return YES
    if listed_on > s.day.isoformat():
        return no("不晚于固定之日的名录日期")
    item, levels = str(s.proposal.facts.get("draw_item") or ""), getattr(event, "levels", ())
    held = {one.code for one in s.registers.inspectees.values() if one.drawn_for(item, levels)}
    told = {str(row.get("code") or "") for row in s.proposal.facts.get("draw_objects") or ()}
    if told == held:
        return YES
    return no(f"与 {listed_on} 的检查对象名录库一致的名录（名录库 {len(held)} 家，名录 {len(told)} 家）")


SUBJECT |= {"inspectee_kept": _kept, "draw_listed": _listed}
