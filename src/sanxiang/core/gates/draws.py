"""What must hold of a draw of inspections (双随机抽查): who is on the lists, that the seed came after them, that the
result follows from the two, and that whoever comes in for another was not chosen."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sanxiang.core.registers import Draw
from sanxiang.core.registers.draws import drawn_of
from sanxiang.core.values.drawing import pool_digest, seed_of

from .people import SUBJECT, certificate_problem
from .situation import Situation
from .truth import YES, Truth, holds, no

ITEMS = "spot_checks"
TOLD = 3
"""So many wrong lines are told, the others counted."""


def listed_items(s: Situation) -> frozenset[str]:
    """The names on the agency's public list of what is checked at random."""
    agency = s.registers.agency(s.case.agency)
    section = agency.sections.get(ITEMS) if agency else None
    content: Any = section.public.content if section and section.public else ()
    return frozenset(str(row.get("name", "")) for row in content)


def _draw(s: Situation) -> Draw:
    return s.registers.draws.get(s.proposal.link, Draw())


def _event(s: Situation) -> Any:
    return s.proposal.extra.get("event")


def _house(s: Situation) -> Truth:
    return holds(s.officer is not None and s.officer.agency == s.case.agency, "由本机关的人员办理")


def _unit(s: Situation) -> Truth:
    mine = s.officer.departments(s.day) if s.officer else frozenset()
    return holds(str(_event(s).department) in mine, "由承办的内设机构组织")


def _item(s: Situation) -> Truth:
    stated = str(s.proposal.facts.get("draw_item") or "")
    return holds(bool(stated) and stated in listed_items(s), "已经公布的随机抽查事项清单里的一项")


def _objects(s: Situation) -> Truth:
    rows, event = list(s.proposal.facts.get("draw_objects") or ()), _event(s)
    codes = [str(row.get("code") or "") for row in rows]
    problems = [f"检查对象“{row.get('name', '')}”没有代码" for row in rows if not row.get("code")]
    twice = sorted(code for code, times in Counter(codes).items() if code and times > 1)
    problems += [f"检查对象的代码“{code}”出现了不止一次" for code in twice]
    if not 1 <= event.objects_wanted <= len(rows):
        problems.append(f"抽取的数量在 1 和名录的 {len(rows)} 家之间")
    return no(*_told(problems)) if problems else YES


def _told(problems: list[str]) -> list[str]:
    more = len(problems) - TOLD
    return [*problems[:TOLD], f"另有 {more} 处"] if more > 0 else problems


def _people(s: Situation) -> Truth:
    rows, event = list(s.proposal.facts.get("draw_officers") or ()), _event(s)
    problems = []
    if not 2 <= event.officers_wanted <= len(rows):
        problems.append(f"每次检查两名以上执法人员，名录里够人（现有 {len(rows)} 人）")
    if {row.get("officer") for row in rows} != set(event.officers) or len(rows) != len(set(event.officers)):
        problems.append("名录里的每一名执法检查人员各一次")
    for row in rows:
        officer = s.registers.officer(str(row.get("officer", "")))
        wrong = certificate_problem(officer, s)
        if not wrong and officer is not None:
            card = officer.certificate(s.day)
            wrong = "" if card and card.number == row.get("number") else f"{officer.name}现在的执法证号"
        problems += [wrong] if wrong else []
    return no(*_told(problems)) if problems else YES


def _fixed(s: Situation) -> Truth:
    event, facts = _event(s), s.proposal.facts
    codes = [str(row.get("code") or "") for row in facts.get("draw_objects") or ()]
    numbers = [str(row.get("number") or "") for row in facts.get("draw_officers") or ()]
    made = pool_digest(codes, numbers, event.objects_wanted, event.officers_wanted)
    return holds(event.digest == made, "与名录一致的摘要")


def _later(s: Situation) -> Truth:
    event = _event(s)
    return holds(0 <= event.entry < event.size and bool(event.root), "固定名录以后签发的账本检查点")


def _true(s: Situation) -> Truth:
    draw, event = _draw(s), _event(s)
    if draw.state != "committed":
        return no("已经固定名录、还没有抽取的抽查")
    if event.seed != seed_of(draw.digest, event.root):
        return no("由检查点得出的种子")
    wanted = drawn_of(event.seed, draw.objects, list(draw.people), draw.objects_wanted, draw.officers_wanted)
    told = [(str(one.get("code")), tuple(one.get("officers") or ())) for one in event.result]
    return holds(told == [(one.code, one.officers) for one in wanted], "按种子算出的结果，不能另行指定")


def _next(s: Situation) -> Truth:
    draw, event = _draw(s), _event(s)
    held = draw.holding(event.code)
    if held is None or held.case:
        return no("抽中的、还没有下达任务的检查对象")
    if event.number and event.number not in held.officers:
        return no("派给这家的执法人员")
    due = draw.next_officer(event.code) if event.number else draw.next_object()
    if event.number and not due:
        return no("名录里还可以派的执法人员")
    return holds(event.substitute == due, "按种子顺次递补，不能指定")


def _pending(s: Situation) -> Truth:
    held = _draw(s).holding(_event(s).code)
    return holds(held is not None and not held.case and bool(_event(s).case), "抽中的、还没有下达任务的检查对象")


def _drawn(s: Situation) -> Truth:
    return holds(_draw(s).state == "drawn", "已经抽取的结果")


def _unpublished(s: Situation) -> Truth:
    return holds(_draw(s).published_at is None, "还没有公开的结果")


def _settled(s: Situation) -> Truth:
    return holds(all(one.case for one in _draw(s).result), "全部下达任务以后再公开，免得走漏")


SUBJECT |= {
    "draw_house": _house,
    "draw_unit": _unit,
    "draw_item": _item,
    "draw_objects": _objects,
    "draw_people": _people,
    "draw_fixed": _fixed,
    "draw_later": _later,
    "draw_true": _true,
    "draw_next": _next,
    "draw_pending": _pending,
    "draw_drawn": _drawn,
    "draw_unpublished": _unpublished,
    "draw_settled": _settled,
}
