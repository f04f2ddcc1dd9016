"""The end of a file's content (销毁): everywhere it lies, once the record says who approved it and why.

In the transaction of the act itself the key of the sealed facts goes, and every row that was made from them is made
again without them: names, titles, words for searching. So do its recordings, each a stream of its own, and what was
said of its files in looking and marking; a recording that another case still rests on stays until that one ends, so
that the longest period wins. The files go right after, by a worker: evidence, films, papers, volume and what was
derived from them; a file that another case names too stays there for that case. What cannot be undone here lies in
backups: the event states the day after which none holds the content any more, and a backup that is brought back loses
key and files again (`keyring.destroy_again`, the weekly clearing of what no case names).

The events, their commitments and receipts stay. 档案法 art. 21; 个人信息保护法 art. 47.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sanxiang.casework import levels
from sanxiang.casework.models import BroughtEvidence, CaseRecording, StagedFile
from sanxiang.casework.noting import note_at, stream_of
from sanxiang.casework.recordings import KIND as RECORDING
from sanxiang.core.events import Recorded
from sanxiang.core.events.archive import ContentDestroyed
from sanxiang.store import keys, reading
from sanxiang.store.blobs import Blobs, NotThere
from sanxiang.store.named import every_named, named_in
from sanxiang.store.projecting import refresh

from . import looking, masking
from .file_models import FileRow
from .models import ArrivedAct, MaskWork, Take

KIND = "archive.destroyed"
BESIDE = "content.destroyed"


def end(connection: Any, one: Recorded) -> list[str]:
    """Destroy the key of a case and make its rows again without what it sealed, in the transaction of the act `one`
    that says so; the streams whose files have to go now, those of its recordings too. Raises VersionConflict."""
    recordings = ending(connection, one.stream)
    keys.destroy(connection, one.stream, because=one.id)
    refresh(connection, "case", one.stream)
    StagedFile.objects.filter(stream=one.stream).delete()
    ArrivedAct.objects.filter(case=one.stream).delete()
    MaskWork.objects.filter(stream=one.stream).delete()
    for stream in recordings:
        _beside(connection, RECORDING, stream, one)
    for owner in (one.stream, *recordings):
        for kind in (looking.KIND, levels.KIND):
            _beside(connection, kind, stream_of(kind, owner), one)
    _beside(connection, masking.KIND, stream_of(masking.KIND, one.stream), one)
    Take.objects.filter(pk__in=recordings).delete()
    return [one.stream, *recordings, stream_of(masking.KIND, one.stream)]


def ending(connection: Any, stream: str) -> list[str]:
    """The recordings, exemptions and engagements that end with a case: its own, and those of cases that ended before,
    unless another case that keeps its content rests on them."""
    own = CaseRecording.objects.filter(case=stream).values_list("stream", flat=True)
    named = (name for one in reading.load(connection, stream) for name in one.event.recordings)
    rows = CaseRecording.objects.filter(pk__in={*map(str, own), *named}).exclude(state="destroyed").order_by("stream")
    return [str(row.stream) for row in rows if not _kept(row, stream)]


def _kept(row: CaseRecording, ended: str) -> bool:
    """Whether another case than the one that ends still rests on a recording."""
    using = BroughtEvidence.objects.filter(recordings__contains=[str(row.stream)]).values_list("stream", flat=True)
    others = {str(case) for case in (row.case, *using) if case} - {ended}
    return FileRow.objects.filter(pk__in=others, state="destroyed").count() < len(others)


def _beside(connection: Any, kind: str, stream: str, one: Recorded) -> None:
    """End a stream beside a case: it says by whose approval, then its key goes. None where there is no such stream."""
    before = reading.load(connection, stream)
    if not before or before[-1].kind == BESIDE:
        return
    said: Any = one.event
    event = ContentDestroyed(
        case=one.stream, about=one.id, approval=said.approval, approver=said.approver, backups_until=said.backups_until
    )
    recorded = note_at(connection, kind, stream, event, agency=one.actor.agency, at=one.recorded_at)
    keys.destroy(connection, stream, because=recorded.id)
    refresh(connection, kind, stream)


def files_of(connection: Any, stream: str, blobs: Blobs) -> list[str]:
    """The digests of every file that a case or a recording names, its lists last: they tell of the others."""
    files: list[str] = []
    lists: list[str] = []
    for row in reading.raw(connection, stream):
        for name, sha256 in named_in(row.body, blobs):
            (lists if name == "files.json" else files).append(sha256)
    return list(dict.fromkeys((*files, *lists)))


def destroy(
    connection: Any, stream: str, blobs: Blobs, also: Callable[[str], object] = lambda _: None,
    beside: Sequence[str] = (),
) -> int:  # fmt: skip
    """Remove the files of a case whose content was destroyed, and of the recordings that ended `beside` it; how many
    went. `also` is told each digest, to remove what was derived from it. Again it finds nothing more to do."""
    mine = dict.fromkeys(sha256 for one in (stream, *beside) for sha256 in files_of(connection, one, blobs))
    try:
        others = {sha256 for _, sha256 in every_named(connection, blobs)}
    except NotThere:
        return 0  # the list of another volume cannot be read: nothing is removed that it might name
    gone = 0
    for sha256 in mine:
        if sha256 not in others:
            also(sha256)
            gone += blobs.remove(sha256)
    return gone
