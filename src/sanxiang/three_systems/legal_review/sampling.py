"""Drawing passed reviews for a second reading (抽取复查): a share of a month's, at random, with the seed on record."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sanxiang.casework.commands import Command, RecordRefused, handle
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.core.values import CHINA, legal_day
from sanxiang.core.values.drawing import draw, sample_size

from .models import ReviewRow, SampleRow

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


class CannotSample(ValueError):
    """Why nothing is drawn, in words."""


@dataclass(slots=True)
class Drawn:
    """What was drawn: the seed (none where the urn is empty), how many stood in the urn, the cases drawn, those of them
    that were refused and why."""

    month: str
    seed: str
    of: int
    cases: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)


def urn(agency: str, month: str) -> list[str]:
    """The cases whose review passed in a month, and still stands as passed, in order. A case that was drawn for an
    earlier month, before it was reviewed again, is not drawn twice."""
    start, end = bounds(month)
    concluded = ReviewRow.objects.filter(agency=agency, concluded_at__gte=start, concluded_at__lt=end)
    before = SampleRow.objects.filter(agency=agency).exclude(month=month).values_list("stream", flat=True)
    streams = [row.stream for row in concluded.exclude(stream__in=before).only("stream")]
    passed = CaseRow.objects.filter(stream__in=streams, review_state="passed").values_list("stream", flat=True)
    return sorted(str(stream) for stream in passed)


def bounds(month: str) -> tuple[datetime, datetime]:
    """The first instant of a month and of the next, in Chinese time. Raises CannotSample."""
    found = MONTH.fullmatch(month)
    if not found or not 1949 <= int(found[1]) <= 9998:
        raise CannotSample("月份要写成 2026-10 这样")
    year, number = int(found[1]), int(found[2])
    following = (year + number // 12, number % 12 + 1)
    return datetime(year, number, 1, tzinfo=CHINA), datetime(*following, 1, tzinfo=CHINA)


def sample(connection: Any, *, officer: str, agency: str, jurisdiction: str, month: str, at: datetime,
           seed: str = "") -> Drawn:  # fmt: skip
    """Draw the sample of a month that has ended and write each draw into its case, as `officer` (whom the gate judges).

    A month is drawn with one seed: the same seed again completes what was cut off, another is refused, so that nobody
    draws until he likes the sample. Raises CannotSample."""
    if bounds(month)[1] > at:
        raise CannotSample("这个月还没有结束，不能抽取：审核还会增加")
    kept = SampleRow.objects.filter(agency=agency, month=month).first()
    if kept is not None and seed not in ("", kept.seed):
        raise CannotSample(f"{month} 已经用种子 {kept.seed} 抽取过，不能换种子再抽")
    rules, found = library().on(jurisdiction, legal_day(at)), urn(agency, month)
    seed = kept.seed if kept else seed or (secrets.token_hex(16) if found else "")
    if not seed:
        return Drawn(month, "", 0, ())
    percent, cap = rules.setting("review_sample_percent", 0), rules.setting("review_sample_cap", 0)
    try:
        chosen = draw(seed, found, sample_size(len(found), int(str(percent)), int(str(cap))))
    except ValueError as wrong:
        raise CannotSample(str(wrong)) from wrong
    done = {str(row.stream) for row in SampleRow.objects.filter(stream__in=chosen)}
    drawn = Drawn(month, seed, len(found), chosen)
    for stream in chosen:
        if stream not in done:
            _write(connection, drawn, stream, officer, at)
    return drawn


def _write(connection: Any, drawn: Drawn, stream: str, officer: str, at: datetime) -> None:
    facts = {"sample_month": drawn.month, "sample_seed": drawn.seed, "sample_of": drawn.of}
    command = Command(act="sample_review", officer=officer, stream=stream, facts=facts, post="legal_head")
    try:
        answer = handle(connection, library(), command, at=at)
    except RecordRefused as refused:
        drawn.refused[stream] = str(refused)
        return
    if not answer.done:
        drawn.refused[stream] = "；".join(one.text for one in answer.verdict.reasons)
