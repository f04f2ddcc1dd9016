"""The receipt of one sealed paper (文书回执): the event that names its file, and the proof that this event is in the
ledger. With it `verify/verify.py paper` finds one changed byte without a network and without the rest of the case.

It tells nothing that the paper does not say: of an event that notes a seal no fact is sealed. A paper without a seal
has none before its case is archived, because no event names its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.store import reading
from sanxiang.store.ledger import receipts

FORMAT = "sanxiang-paper/1"


def proof_of(connection: Any, stream: str, note: str) -> bytes:
    """The receipt of the paper whose seal the event `note` of a case states. LookupError for no such event; NotYet
    where the ledger has not signed it."""
    row = next((one for one in reading.raw(connection, stream) if one.id == note), None)
    if row is None:
        raise LookupError(f"案卷里没有编号为 {note} 的记录")
    told = {
        "format": FORMAT,
        "entry": orjson.loads(row.entry),
        "body": orjson.loads(row.body),
        "salt": row.salt.hex(),
        "receipt": receipts.receipt(connection, note),
        "vkey": (Path(settings.SANXIANG_LEDGER) / "log.vkey").read_text().strip(),
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def notes(events: Sequence[Recorded], case: CaseFile | None = None) -> dict[str, str]:
    """The papers that bear a seal, as event/index, each with the event that states it."""
    return dict((case or fold(events)).sealed)
