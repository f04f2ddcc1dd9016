"""What contradicts its layer (层级): a regulation in the wrong folder; a local period looser than the statute's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sanxiang.core.rulebook import Clause, Deadline, Instrument, Library

from .yamlfile import Document, Problem

Found = tuple[Instrument, Clause, tuple[str | int, ...], Deadline]


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
    no fault, as the stricter binds and both are shown, but its writer should know. Periods of the same unit are
    compared, unless both have a condition and these differ."""
    for place in library.jurisdictions.values():
        every = [one for name in place.instruments for one in _deadlines(library.versions[name][-1])]
        for instrument, clause, where, local in every:
            if instrument.layer == "national" or local.period is None:
                continue
            for statute, article, _, national in every:
                if statute.layer == "national" and _outdone(local, national):
                    document = files[(instrument.id, instrument.effective.isoformat())]
                    text = (
                        f"{clause.id}“{local.duty}”的{local.period}比{statute.short or statute.title}（{article.at}）的"
                        f"{national.period}宽，从严执行"
                    )
                    yield document.problem(where, text)


def _deadlines(instrument: Instrument) -> Iterator[Found]:
    for number, clause in enumerate(instrument.clauses):
        for index, rule in enumerate(clause.deadlines):
            yield instrument, clause, ("clauses", number, "deadlines", index), rule


def _outdone(local: Deadline, national: Deadline) -> bool:
    one, other = local.period, national.period
    same = local.duty == national.duty and bool({*local.on} & {*national.on}) and local.favours == national.favours
    if not same or one is None or other is None or one.unit != other.unit:
        return False
    if local.when is not None and national.when is not None and national.when != local.when:
        return False
    return one.count < other.count if local.favours == "party" else one.count > other.count
