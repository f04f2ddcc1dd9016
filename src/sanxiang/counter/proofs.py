"""Receipts of papers that went out held ready behind the code on each paper (文书回执): whoever holds the paper can
download what checks its file without a network. The code is the key: nobody finds a row, or reads one, without the
paper."""

from __future__ import annotations

from typing import Any

from sanxiang.core.casefile import fold
from sanxiang.store import reading
from sanxiang.three_systems.recording import issued
from sanxiang.three_systems.recording.models import PaperProof
from sanxiang.three_systems.recording.papers import papers_of
from sanxiang.three_systems.recording.proofs import notes, proofs_of

from .sealed import key_of, opened_file, seal_file


def secret_of(code: str) -> bytes:
    return b"paper proof " + code.encode()


def keep(connection: Any, stream: str) -> int:
    """Hold the receipts of the papers of a case that went out ready; how many were missing. Raises NotYet where the
    ledger has not signed one."""
    events = reading.load(connection, stream)
    sealed = notes(events, fold(events))
    there = {str(one) for one in PaperProof.objects.filter(event__in=sealed.values()).values_list("event", flat=True)}
    missing = {
        note: paper
        for paper in papers_of(events)
        if (note := sealed.get(f"{paper.event}/{paper.index}", "")) and note not in there
    }
    if not missing:
        return 0
    told = proofs_of(connection, stream, list(missing))
    codes = issued.codes(connection, events, list(missing.values()))
    rows = [_row(secret_of(code), note, told[note]) for note, code in zip(missing, codes, strict=True)]
    PaperProof.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=["event", "sealed"]
    )
    return len(rows)


def _row(secret: bytes, note: str, told: bytes) -> PaperProof:
    return PaperProof(key=key_of(secret), event=note, sealed=seal_file(secret, told))


def kept(code: str) -> bool:
    """Whether a receipt lies ready behind a code; for the process of the portal."""
    return PaperProof.objects.using("portal").filter(pk=key_of(secret_of(code))).values("key").exists()


def opened(code: str) -> bytes | None:
    """The receipt behind a code, through the portal's connection; None where there is none."""
    secret = secret_of(code)
    sealed = PaperProof.objects.using("portal").filter(pk=key_of(secret)).values_list("sealed", flat=True).first()
    return opened_file(secret, bytes(sealed)) if sealed is not None else None
