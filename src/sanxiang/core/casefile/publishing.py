"""What the publication of a decision does to its case (公示的折叠)."""

from __future__ import annotations

from typing import Any

from sanxiang.core.events import Recorded

from .publication import EXPIRED
from .reducing import on
from .state import CaseFile, Done


@on("publication.prepared")
def prepared(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.prepared, case.prepared_full, case.prepared_by = event.public, event.full, recorded.actor.officer
    case.publication = "check"


@on("publication.checked")
def checked(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.publication = "ready"


@on("publication.returned")
def sent_back(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.prepared, case.prepared_full, case.prepared_by = None, {}, ""
    case.publication = "masking"


@on("publication.published")
def published(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.public, case.public_full = event.public, event.full
    case.published_at, case.withdrawn = recorded.occurred_at, ""
    case.publication = "published"


@on("publication.confirmed", "publication.acknowledged")
def confirmed(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """Where it stands does not change by it."""


@on("publication.corrected")
def corrected(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.public, case.public_full, case.questioned = event.public, event.full, None
    case.publication = "corrected"


@on("publication.questioned")
def questioned(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.questioned = done


@on("publication.upheld")
def upheld(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.questioned = None


@on("publication.withdrawn")
def withdrawn(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.questioned = None
    case.withdrawn = str(event.facts.get("withdrawal_cause") or event.cause or "其他")
    case.publication = "expired" if case.withdrawn == EXPIRED else "withdrawn"


@on("publication.expired")
def expired(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.withdrawn, case.publication = EXPIRED, "expired"
    case.kinds[recorded.kind] = done


@on("publication.withheld")
def withheld(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.withheld = True
    case.publication = "withheld"
