"""What contradicts its layer (层级): a regulation in the wrong folder; a local period looser than the statute's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from sanxiang.core.calendar import Calendar, due
from sanxiang.core.rulebook import Clause, Deadline, Instrument, Library
from sanxiang.core.values import CHINA, Period, Unit

from .yamlfile import Document, Problem

Found = tuple[Instrument, Clause, tuple[str | int, ...], Deadline]
YEARS, NOON = 4, time(12)
"""Over so many years from the day on which a local rule takes effect periods of unlike units are laid side by side."""


def misplaced(instrument: Instrument, document: Document, library: Library) -> Iterator[Problem]:
    """A regulation of a place binds that place alone, and a statute every place: the folder says which it is."""
    folder = document.file.split("/")[0]
    if folder in library.jurisdictions and instrument.layer == "national":
        name = library.jurisdictions[folder].name
        text = f"“{instrument.title}”放在{name}的文件夹里，层级不能是 national（全国），应为 local 或者 agency"
        yield document.problem(("layer",), text)
    elif folder == "national" and instrument.layer != "national":
        text = f"“{instrument.title}”放在全国的文件夹里，层级应为 national；本地的规定放在该地的文件夹里"
        yield document.problem(("layer",), text)


def looser(library: Library, files: Mapping[tuple[str, str], Document]) -> Iterator[Problem]:
    """Every local period that lets an agency take longer, or a party have less, than a national one for the same duty:
    no fault, as the stricter binds and both are shown, but its writer should know. Periods of unlike units are
    counted from every day of some years by the calendar of the place: one that is looser from some days and stricter
    from others cannot be compared, and that is told. Where both have a condition and these differ, nothing is."""
    for place in library.jurisdictions.values():
        every = [one for name in place.instruments for one in _deadlines(library.versions[name][-1])]
        for instrument, clause, where, local in every:
            if instrument.layer == "national" or local.period is None:
                continue
            for statute, article, _, national in every:
                if statute.layer != "national" or not _same(local, national):
                    continue
                said = _compared(local, national, library.calendars.get(place.calendar), instrument.effective)
                if said:
                    document = files[(instrument.id, instrument.effective.isoformat())]
                    law = f"{statute.short or statute.title}（{article.at}）"
                    yield document.problem(
                        where, f"{clause.id}“{local.duty}”的{local.period}{said.format(f'{law}的{national.period}')}"
                    )


def _deadlines(instrument: Instrument) -> Iterator[Found]:
    for number, clause in enumerate(instrument.clauses):
        for index, rule in enumerate(clause.deadlines):
            yield instrument, clause, ("clauses", number, "deadlines", index), rule


def _same(local: Deadline, national: Deadline) -> bool:
    """Whether both are of one duty, from the same event, for whomever they favour."""
    same = local.duty == national.duty and bool({*local.on} & {*national.on}) and local.favours == national.favours
    return same and (local.when is None or national.when is None or national.when == local.when)


def _compared(local: Deadline, national: Deadline, calendar: Calendar | None, since: date) -> str:
    """What is to be said of a local period beside the national one, `{}` standing for that; empty where it is never
    looser."""
    if local.period is None or national.period is None:
        return ""
    later = local.period.count > national.period.count
    earlier = local.period.count < national.period.count
    if local.period.unit != national.period.unit:
        later, earlier = _beside(local, national, calendar, since) if calendar else (False, False)
    if local.favours == "party":  # what leaves a party less is looser
        later, earlier = earlier, later
    if later and earlier:
        return "与{}不能比较：从有的日子算起宽，从有的日子算起严，逐案按先到的（当事人的权利按后到的）执行"
    return "比{}宽，从严执行" if later else ""


def _beside(local: Deadline, national: Deadline, calendar: Calendar, since: date) -> tuple[bool, bool]:
    """Whether the local period ends later than the other from some day on, and earlier from some day on."""
    later = earlier = False
    for day in (since + timedelta(days=number) for number in range(YEARS * 365)):
        mine, theirs = _end(day, local, calendar), _end(day, national, calendar)
        later, earlier = later or mine > theirs, earlier or mine < theirs
        if later and earlier:
            break
    return later, earlier


def _end(day: date, rule: Deadline, calendar: Calendar) -> datetime:
    """When a period ends that began at noon; one of days at the end of its last."""
    begun = datetime.combine(day, NOON, CHINA)
    period = rule.period or Period(0, Unit.SAME_DAY)
    found = due(begun if period.unit is Unit.HOUR else day, period, calendar, roll=rule.roll)
    return found.at or datetime.combine(found.on, time.max, CHINA)
