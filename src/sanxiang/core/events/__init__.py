"""What happened: one frozen class per legal act, versioned, citing its law (事件)."""

from . import (
    archive,
    case,
    device,
    feed,
    hearing,
    looking,
    page,
    party,
    publication,
    recording,
    registry,
    report,
    review,
    sealing,
)
from .base import EMPTY, KINDS, Event, Facts, Json, UnknownKind, from_payload, to_payload
from .envelope import Recorded, body_of, instant

__all__ = [
    "EMPTY",
    "KINDS",
    "Event",
    "Facts",
    "Json",
    "Recorded",
    "UnknownKind",
    "archive",
    "body_of",
    "case",
    "device",
    "feed",
    "from_payload",
    "hearing",
    "instant",
    "looking",
    "page",
    "party",
    "publication",
    "recording",
    "registry",
    "report",
    "review",
    "sealing",
    "to_payload",
]
