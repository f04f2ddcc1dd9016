"""What a regulation leaves to the agency (机关自定事项): whether the agency settled on it, and who may settle it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import Bound, Review, RuleSet

from .people import SUBJECT
from .predicates import word
from .situation import Situation
from .truth import Truth, holds, no

ONLINE = "review_online"


def online_rule(rules: RuleSet) -> Bound[Review] | None:
    """The clause that lets the online record of a review stand in place of a written opinion (网上流转代替意见书)."""
    return next((bound for bound in rules.reviews if bound.rule.online_instead_of_paper), None)


@word("review_online")
def review_online(value: bool, s: Situation) -> Truth:
    """The regulation lets the online record stand in place of the paper, and the agency settled that it does."""
    agency = s.registers.agency(s.case.agency)
    settled = online_rule(s.rules) is not None and agency is not None and agency.holds(ONLINE, s.day)
    return holds(settled == value, "网上审核的记录代替书面审核意见")


def _settling(
    check: Callable[[Situation, Agency, str, bool, date], bool], missing: str
) -> Callable[[Situation], Truth]:
    """A question about the agency, the setting, its value and the day from which it is to hold."""

    def asked(s: Situation) -> Truth:
        event, agency = s.proposal.extra.get("event"), s.registers.agency(s.case.agency)
        try:
            effective = date.fromisoformat(str(getattr(event, "effective", "")))
        except ValueError:
            return no("生效日期")
        if agency is None:
            return no(missing)
        found = check(s, agency, str(getattr(event, "setting", "")), bool(getattr(event, "value", False)), effective)
        return holds(found, missing)

    return asked


def _allowed(s: Situation, agency: Agency, setting: str, value: bool, effective: date) -> bool:
    return setting == ONLINE and online_rule(s.rules) is not None


def _own(s: Situation, agency: Agency, setting: str, value: bool, effective: date) -> bool:
    return s.officer is not None and s.officer.agency == agency.id


def _ahead(s: Situation, agency: Agency, setting: str, value: bool, effective: date) -> bool:
    return effective >= s.day


def _new(s: Situation, agency: Agency, setting: str, value: bool, effective: date) -> bool:
    later = any(one.setting == setting and one.effective > effective for one in agency.settled)
    return later or agency.holds(setting, effective) != value


SUBJECT |= {
    "setting_allowed": _settling(_allowed, "本地规定中允许由机关自定的条款"),
    "setting_own": _settling(_own, "由本机关的负责人设定"),
    "setting_ahead": _settling(_ahead, "不早于今天的生效日期"),
    "setting_new": _settling(_new, "与那一天原来不同的设定"),
}
