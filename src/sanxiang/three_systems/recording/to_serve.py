"""Which papers a proof of service or a public notice names (送达回证、送达公告)."""

from __future__ import annotations

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates.announcing import unserved
from sanxiang.core.rulebook import RuleSet

from .documents import catalogue

ANNOUNCEMENT = "service_announcement"


def to_serve(template: str, recorded: Recorded, case: CaseFile, rules: RuleSet) -> list[dict[str, str]]:
    """The papers that this act served; for a public notice those that are still to be served, without its own. What
    stays inside is not served."""
    if template == ANNOUNCEMENT:
        found = unserved(rules, case)
    else:
        link, forms = getattr(recorded.event, "served", ""), catalogue()
        found = tuple(
            paper
            for paper in case.papers
            if paper["act"] == link and forms[str(paper["template"])].use != ("internal",)
        )
    return [{"title": str(paper["title"]), "number": str(paper["number"])} for paper in found]
