"""Predicates about electronic monitoring (电子技术监控): equipment reviewed and published before its record counts,
records reviewed before they are evidence, the party told. Administrative Penalty Law, art. 41."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from sanxiang.core.casefile import CaseFile
from sanxiang.core.casefile.state import Done
from sanxiang.core.registers import Agency, Monitor, Section, Siting
from sanxiang.core.registers.monitors import LEGAL, TECHNICAL
from sanxiang.core.values import CHINA

from .people import SUBJECT
from .predicates import word
from .situation import Situation
from .truth import YES, Truth, all_of, holds, no

PAGE, CONTENT = "monitors", "page_monitors"
DEVICE, RECORDED_AT = "monitor_device", "monitor_recorded_at"
OUTCOME, FIT = "monitor_record_outcome", "符合要求"
TAKEN, REVIEWED, TOLD = "evidence.taken", "monitor_record.reviewed", "monitor_record.told"
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


def monitors_of(s: Situation) -> Mapping[str, Monitor]:
    agency = s.registers.agency(s.case.agency)
    return agency.monitors if agency else {}


def records(case: CaseFile) -> Iterator[tuple[Done, Done | None, bool]]:
    """Every record of monitoring that the case holds, the review of it (None: not reviewed), and whether the party was
    told of it. Each is reviewed before the next is taken in."""
    mine = [one for one in case.done if one.kind in (REVIEWED, TOLD) or (one.kind == TAKEN and one.facts.get(DEVICE))]
    for place, one in enumerate(mine):
        if one.kind == TAKEN:
            later = mine[place + 1 :]
            yield (
                one,
                next((done for done in later if done.kind == REVIEWED), None),
                any(done.kind == TOLD for done in later),
            )


def fit(review: Done | None) -> bool:
    return review is not None and review.facts.get(OUTCOME) == FIT


def unfit(case: CaseFile) -> frozenset[str]:
    """The events of the records that a review found not to be what the law asks: no evidence (不得作为证据)."""
    return frozenset(one.event for one, review, _ in records(case) if review is not None and not fit(review))


def approved(case: CaseFile) -> frozenset[str]:
    """The events of the records that a review found to be what the law asks."""
    return frozenset(one.event for one, review, _ in records(case) if fit(review))


def _moment(s: Situation) -> datetime | None:
    stated = s.value(RECORDED_AT)
    moment = datetime.fromisoformat(str(stated)) if stated else None
    return moment.replace(tzinfo=CHINA) if moment is not None and moment.tzinfo is None else moment


def _siting(s: Situation) -> tuple[str, datetime | None, Siting | None]:
    """The equipment whose record is proposed, when it recorded, and where it stood then."""
    code, at = str(s.value(DEVICE) or ""), _moment(s)
    held = monitors_of(s).get(code)
    return code, at, held.siting(at) if held is not None and at is not None else None


def published(agency: Agency, code: str, place: str, at: datetime) -> bool:
    """Whether the public could read at an instant that this equipment stands at this place."""
    versions = agency.sections.get(PAGE, Section()).versions
    issued = [one for one in versions if one.issued_at is not None and one.issued_at <= at]
    content = issued[-1].content if issued else ()
    rows = content if isinstance(content, list | tuple) else ()
    return any(row.get("code") == code and row.get("place") == place for row in rows)


def offered(agency: Agency | None) -> tuple[str, ...]:
    """The equipment that a form offers: all that ever stood somewhere, what is in use first. The gate looks at the
    instant of the record."""
    held = agency.monitors.items() if agency else ()
    return tuple(code for code, one in sorted(held, key=lambda pair: (pair[1].ended, pair[0])))


def _standing(s: Situation) -> Truth:
    code, at, siting = _siting(s)
    if at is not None and at > s.at:
        return no("记录的时间晚于登记的时间")
    return holds(siting is not None, f"记录时登记在用的电子技术监控设备（“{code[:40] or '没有选'}”不是）")


def _reviewed(s: Situation) -> Truth:
    code, at, siting = _siting(s)
    if siting is None or at is None:
        return no("设备的法制审核和技术审核")
    lacking = siting.lacking(at)
    return YES if not lacking else no(*(f"{code}记录时有效的{review}" for review in lacking))


def _published(s: Situation) -> Truth:
    code, at, siting = _siting(s)
    agency = s.registers.agency(s.case.agency)
    there = agency is not None and siting is not None and at is not None and published(agency, code, siting.place, at)
    return holds(there, f"{code}的设置地点在记录之前已经向社会公布")


def _settled(s: Situation) -> Truth:
    waiting = sum(1 for _, review, _ in records(s.case) if review is None)
    return holds(not waiting, f"{waiting} 份监控记录的审核（真实、清晰、完整、准确）")


def _waiting(s: Situation) -> Truth:
    return holds(_settled(s).state is False, "等待审核的监控记录")


def _fit(s: Situation) -> Truth:
    return holds(any(fit(review) for _, review, _ in records(s.case)), "经审核符合要求的监控记录")


def _untold(s: Situation) -> Truth:
    return holds(any(fit(review) and not told for _, review, told in records(s.case)), "还没有告知当事人的监控记录")


def _told(s: Situation) -> Truth:
    return holds(_untold(s).state is False, "监控记录的违法事实告知当事人")


def _other_hand(s: Situation) -> Truth:
    last = next((one for one, review, _ in records(s.case) if review is None), None)
    mine = last is not None and last.actor == s.proposal.actor.officer
    return holds(not mine, "由登记记录的人以外的人审核")


STATES: Mapping[str, Callable[[Situation], Truth]] = {
    "standing": _standing,
    "reviewed": _reviewed,
    "published": _published,
    "waiting": _waiting,
    "settled": _settled,
    "fit": _fit,
    "untold": _untold,
    "told": _told,
    "other_hand": _other_hand,
}


@word("monitor")
def monitor(value: tuple[str, ...], s: Situation) -> Truth:
    return all_of([STATES[name](s) for name in value])


def _subject(s: Situation) -> tuple[str, Monitor | None]:
    """The equipment that a fact for the register is about."""
    code = str(getattr(s.proposal.extra.get("event"), "monitor", ""))
    return code, monitors_of(s).get(code)


def _named(s: Situation) -> Truth:
    return holds(bool(CODE.fullmatch(_subject(s)[0])), "设备编号：字母、数字、点和横线，不超过 40 个")


def _in_use(s: Situation) -> Truth:
    _, held = _subject(s)
    return holds(held is not None and not held.ended, "登记在册、没有停用的电子技术监控设备")


def _legal(s: Situation) -> Truth:
    posts = ("reviewer", "legal_head")
    fits = s.officer is not None and any(s.officer.holds(post, s.day) for post in posts)
    return holds(fits, "由法制审核人员或者法制机构负责人办理")


def _hand(s: Situation) -> Truth:
    """Whoever entered the equipment reviews it in neither way, and nobody reviews it in both."""
    _, held = _subject(s)
    review = str(s.proposal.facts.get("monitor_review") or "")
    other = held.now.last(TECHNICAL if review == LEGAL else LEGAL) if held else None
    me = s.proposal.actor.officer
    mine = held is not None and (held.now.by == me or (other is not None and other.by == me))
    return holds(not mine, "登记、法制审核、技术审核由不同的人办理")


def _reviewed_rows(s: Situation) -> Truth:
    """What is to be published of the places names equipment that is reviewed, where it stands."""
    if getattr(s.proposal.extra.get("event"), "section", "") != PAGE:
        return YES
    wrong = []
    for row in s.proposal.facts.get(CONTENT) or ():
        code, held = str(row.get("code") or ""), monitors_of(s).get(str(row.get("code") or ""))
        siting = held.siting(s.at) if held else None
        if siting is None or siting.place != row.get("place"):
            wrong.append(f"“{code[:40]}”与登记的设备和地点不一致")
        else:
            wrong += [f"“{code}”的{review}" for review in siting.lacking(s.at)]
    return no(*wrong) if wrong else YES


SUBJECT |= {
    "monitor_named": _named,
    "monitor_in_use": _in_use,
    "monitor_legal": _legal,
    "monitor_hand": _hand,
    "monitor_rows": _reviewed_rows,
}
