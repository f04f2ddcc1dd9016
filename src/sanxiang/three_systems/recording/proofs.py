"""The receipt of one paper (文书回执): the event that names its file, and the proof that this event is in the
ledger. With it `verify/verify.py paper` finds one changed byte without a network and without the rest of the case.

It tells nothing that the paper does not say: of an event that notes a seal, or the bytes of a paper that went out
without one (`issuing`), no fact is sealed. A paper that stays inside has none before its case is archived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.store import reading
from sanxiang.store.blobs import NotThere, shelf
from sanxiang.store.ledger import receipts

from .documents import DocumentError
from .papers import Paper

FORMAT = "sanxiang-paper/1"


def proof_of(connection: Any, stream: str, note: str) -> bytes:
    """The receipt of the paper whose bytes the event `note` of a case names; raises as `proofs_of`."""
    return proofs_of(connection, stream, [note])[note]


def proofs_of(connection: Any, stream: str, named: Sequence[str]) -> dict[str, bytes]:
    """The receipts of the papers whose bytes these events of a case name, by event. LookupError for no such event;
    NotYet where the ledger has not signed one."""
    rows = {one.id: one for one in reading.raw(connection, stream)}
    for note in named:
        if note not in rows:
            raise LookupError(f"案卷里没有编号为 {note} 的记录")
    signed = receipts.receipts_of(connection, named)
    vkey = (Path(settings.SANXIANG_LEDGER) / "log.vkey").read_text().strip()
    return {
        note: orjson.dumps(
            {
                "format": FORMAT,
                "entry": orjson.loads(rows[note].entry),
                "body": orjson.loads(rows[note].body),
                "salt": rows[note].salt.hex(),
                "receipt": signed[note],
                "vkey": vkey,
            },
            option=orjson.OPT_INDENT_2,
        )
        for note in named
    }


def notes(events: Sequence[Recorded], case: CaseFile | None = None) -> dict[str, str]:
    """The papers whose bytes the record names, as event/index, each with the event that does: of a sealed one that of
    its seal."""
    found = case or fold(events)
    return found.issued | found.sealed


def kept(paper: Paper, case: CaseFile, known: Mapping[str, Recorded]) -> bytes:
    """A paper without a seal as it went out, to the byte; empty where no event names its bytes. Raises DocumentError
    where the file is gone."""
    noted = case.issued.get(f"{paper.event}/{paper.index}", "")
    if noted not in known:
        return b""
    try:
        return shelf().read(str(known[noted].event.files[0]["sha256"]))
    except NotThere:
        raise DocumentError(f"“{paper.title}”制发时登记的文件缺失或者已经被改动，请从备份恢复") from None
