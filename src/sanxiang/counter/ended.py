"""What the counter keeps of a case ends with its content (案件内容销毁以后): what was sent about it, its slips, and the
papers that its party could open. The party's page is a projection and goes with the facts."""

from __future__ import annotations

from collections.abc import Sequence

from sanxiang.core.events import Recorded

from .models import HeldOut, IntakeFile, Outcome, PartyPaperContent, Slip


def hear(agency: str, recorded: Sequence[Recorded]) -> None:
    """Forget it in the transaction of the act that destroyed the content."""
    streams = [one.stream for one in recorded if one.kind == "archive.destroyed"]
    if streams:
        sent = Outcome.objects.filter(stream__in=streams)
        for sent_with in (IntakeFile, Slip):
            sent_with.objects.filter(receipt__in=sent.values("receipt")).delete()
        sent.update(body=b"", answer="", reasons=[], factor="")
        for kept in (HeldOut, PartyPaperContent):
            kept.objects.filter(stream__in=streams).delete()
