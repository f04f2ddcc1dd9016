"""The end of a file's content (销毁): everywhere it lies, once the record says who approved it and why.

In the transaction of the act itself the key of the sealed facts goes, and every row that was made from them is made
again without them: names, titles, words for searching. The files go right after, by a worker: evidence, papers, volume
and what was derived from them; a file that another case names too stays there for that case. What cannot be undone here
lies in backups: the event states the day after which none holds the content any more, and a backup that is brought back
loses key and files again (`keyring.destroy_again`, the weekly clearing of what no case names).

The events, their commitments and receipts stay. 档案法 art. 21; 个人信息保护法 art. 47.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sanxiang.casework.models import StagedFile
from sanxiang.core.events import Recorded
from sanxiang.store import keys, reading
from sanxiang.store.blobs import Blobs, NotThere
from sanxiang.store.named import every_named, named_in
from sanxiang.store.projecting import refresh

KIND = "archive.destroyed"


def end(connection: Any, one: Recorded) -> None:
    """Destroy the key of a case and make its rows again without what it sealed, in the transaction of the act `one`
    that says so."""
    keys.destroy(connection, one.stream, because=one.id)
    refresh(connection, "case", one.stream)
    StagedFile.objects.filter(stream=one.stream).delete()


def files_of(connection: Any, stream: str, blobs: Blobs) -> list[str]:
    """The digests of every file that a case names, its lists last: they tell of the others."""
    files: list[str] = []
    lists: list[str] = []
    for row in reading.raw(connection, stream):
        for name, sha256 in named_in(row.body, blobs):
            (lists if name == "files.json" else files).append(sha256)
    return list(dict.fromkeys((*files, *lists)))


def destroy(connection: Any, stream: str, blobs: Blobs, also: Callable[[str], object] = lambda _: None) -> int:
    """Remove the files of a case whose content was destroyed; how many went. `also` is told each digest, to remove what
    was derived from it. Again it finds nothing more to do."""
    mine = files_of(connection, stream, blobs)
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
