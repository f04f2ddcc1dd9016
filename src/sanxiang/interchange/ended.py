"""The credit record of a case ends with its content (案件内容销毁以后的双公示记录): it names the party."""

from __future__ import annotations

from collections.abc import Sequence

from sanxiang.core.events import Recorded

from .models import CreditRecord


def hear(agency: str, recorded: Sequence[Recorded]) -> None:
    """Forget it in the transaction of the act that destroyed the content; what platforms were sent they keep or give
    back by their own rules."""
    streams = [one.stream for one in recorded if one.kind == "archive.destroyed"]
    if streams:
        CreditRecord.objects.filter(stream__in=streams).delete()
