"""What this process remembers of streams, so that an append needs one round trip: the commitment of the last event it
saw and the key. The database checks both, so that a stale memory is refused, never believed."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from .sealing import SubjectKey

LIMIT = 4096


class Known(NamedTuple):
    """`head` is the hex commitment of event `seq`; `key` None where nothing of the stream was ever sealed or its key
    was destroyed."""

    seq: int
    head: str | None
    key: SubjectKey | None


_known: OrderedDict[str, Known] = OrderedDict()
_lock = Lock()


def recall(stream: str) -> Known | None:
    return _known.get(stream)


def remember(stream: str, known: Known) -> None:
    with _lock:
        _known[stream] = known
        _known.move_to_end(stream)
        if len(_known) > LIMIT:
            _known.popitem(last=False)


def forget(stream: str) -> None:
    with _lock:
        _known.pop(stream, None)
