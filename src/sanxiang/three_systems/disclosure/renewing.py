"""Flow charts that follow their procedures (流程图随程序更新): what an agency published of the procedures that run
and is no longer true is made anew by itself and laid before its people, who pass it on, check it and publish it.

国办发〔2018〕118号 二（一）至（四）; 洛政办〔2019〕37号 三(二)1. The clock of the renewal runs from the day on which
the rules were taken into use, whether anybody looks or not.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from sanxiang.casework.noting import note_on_page
from sanxiang.casework.projections import library
from sanxiang.core.events.page import PageCollected
from sanxiang.core.registers import SECTIONS, fold_agency
from sanxiang.core.rulebook import check_facts
from sanxiang.store import reading
from sanxiang.store.errors import VersionConflict

from .models import PublishedSection
from .standing import Desk

OF_RULES = tuple(kind for kind in SECTIONS.values() if kind.sources == ("rules",))
"""The sections that are drawn from the rules alone: procedures with their charts, what must be recorded."""
NOTE = "办案程序或者规则有变动，系统按现行规则重新生成，等待传递、审核和发布"

log = logging.getLogger(__name__)


def renew(connection: Any, *, at: datetime) -> int:
    """Lay before every agency what its rules say now where what it published says otherwise; how many sections. One
    that somebody works on already waits for the next time."""
    names = [kind.id for kind in OF_RULES]
    public = PublishedSection.objects.filter(section__in=names, replaced_on=None)
    streams = public.order_by("stream").values_list("stream", flat=True).distinct()
    return sum(_renew(connection, str(stream), at) for stream in streams)


def _renew(connection: Any, stream: str, at: datetime) -> int:
    before = reading.load(connection, stream)
    agency, laid = fold_agency(before), 0
    if agency.jurisdiction not in library().jurisdictions:
        return 0
    desk = Desk(connection, agency, at)
    for kind in OF_RULES:
        section = agency.sections.get(kind.id)
        if section is None or section.public is None or section.working is not None:
            continue
        content = desk.derived(kind)
        if content == section.public.content:
            continue
        facts, problems = check_facts(library().dictionary, {kind.fact: content, "page_note": NOTE})
        if problems:
            log.error("“%s”不能重新生成：%s", kind.name, "；".join(problems.values()))
            continue
        event = PageCollected(section=kind.id, department=section.public.department, facts=facts)
        try:
            with transaction.atomic(using=connection.alias):
                recorded = note_on_page(connection, before, event, at=at, sealed=library().dictionary.sealed)
        except VersionConflict:
            log.info("机关 %s 的公示页正有人在办理，稍后再更新", stream)
            return laid
        before, laid = (*before, recorded), laid + 1
    return laid
