"""Who records and what the server said when (录制凭据): a pass binds a recording to its maker before it begins, so that
nobody becomes its maker by sending it; a contact is the time of the server under its signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing

PASS, CONTACT = "recording.pass", "recording.contact"
THIRD_PARTY = "third_party"


class NoPass(ValueError):
    """Not a pass of ours; the Chinese text says what to do."""


@dataclass(frozen=True, slots=True)
class Pass:
    """`maker` the officer, or the engagement of a third party (`third_party`, then `person` is who records and `case`
    and `activity` what alone he may record); valid until `until`."""

    agency: str
    jurisdiction: str
    department: str
    maker: str
    until: datetime
    third_party: bool = False
    person: str = ""
    case: str = ""
    activity: str = ""

    def signed(self) -> str:
        return signing.dumps(
            {name: getattr(self, name) for name in FIELDS} | {"until": self.until.isoformat()}, salt=PASS, compress=True
        )


FIELDS = ("agency", "jurisdiction", "department", "maker", "third_party", "person", "case", "activity")


def read(text: Any) -> Pass:
    """A pass as it was signed; its term is judged by who uses it. Raises NoPass."""
    try:
        told = signing.loads(str(text), salt=PASS)
    except signing.BadSignature:
        raise NoPass("录制凭据不是本系统发的，请联网后重新打开现场记录") from None
    return Pass(until=datetime.fromisoformat(told.pop("until")), **told)


def contact(at: datetime) -> str:
    """The time of the server under its signature: whoever holds it has it from after that time."""
    return signing.dumps(at.isoformat(), salt=CONTACT)


def contact_time(text: Any) -> datetime | None:
    """When the server gave out this contact; None for one that is not ours."""
    try:
        return datetime.fromisoformat(signing.loads(str(text), salt=CONTACT))
    except signing.BadSignature:
        return None
