"""What the statistics of use tell about the credit exchange (信用建设): the records of the register and where each
stands with the platform."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q

from sanxiang.casework.views.common import address
from sanxiang.interchange.models import CreditRecord
from sanxiang.one_platform.statistics.ranges import Range
from sanxiang.one_platform.statistics.uses import Line

from .keeping import STATES

SEES = frozenset({"publisher", "disclosure_checker", "head"})
KINDS = {"penalty": "行政处罚", "permit": "行政许可"}
HOW = "双公示台账里决定日期在统计期间的记录；公示人员打开双公示时更新"


def lines(range_: Range) -> Iterator[Line]:
    """Records by kind and state; those of a file that was taken in belong to the agency and to no department."""
    whole = [one.agency for one in range_.units if not one.department]
    rows = CreditRecord.objects.filter(Q(agency__in=whole) | Q(stream__in=range_.cases().values("stream")))
    found = rows.filter(range_.days("decided_on")).values_list("kind", "state").annotate(n=Count("id")).order_by()
    counted = {(kind, state): times for kind, state, times in found}
    link = address("exchange:credit") if range_.whole and range_.posts & SEES else ""
    for kind, name in KINDS.items():
        of = sum(times for (one, _), times in counted.items() if one == kind)
        if of:
            yield Line("双公示记录", of, "条", part=name, how=HOW, link=link)
        for state, words in STATES.items():
            if times := counted.get((kind, state), 0):
                yield Line(words, times, "条", of, name, HOW, link)
