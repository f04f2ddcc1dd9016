"""Who records or acts, and what the server said when (录制和办理的凭据): a pass binds a recording to its maker before
it begins and an act to its officer, so that nobody becomes either by sending it; a contact is the time of the server
under its signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing

from sanxiang.core.values import CHINA

PASS, CONTACT = "recording.pass", "recording.contact"
THIRD_PARTY = "third_party"
LATE = timedelta(days=7)
"""So long after its term a pass still stands for what was done meanwhile without a net, so that a phone that was away
for days loses nothing (须核定)."""


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
        raise NoPass("凭据不是本系统发的，请联网后重新打开现场记录") from None
    return Pass(until=datetime.fromisoformat(told.pop("until")), **told)


def of_act(text: str, agency: str, done_at: datetime) -> Pass:
    """Whose act it is that somebody of an agency sends: the officer of the pass under which it was done. Raises
    NoPass."""
    if not text:
        raise NoPass("没有写明是谁办理的（缺办理凭据），没有接收：请联网重新打开现场记录，更新任务包后再办")
    held = read(text)
    if held.third_party:
        raise NoPass("第三方的凭据只能录音录像，不能办理")
    if held.agency != agency:
        raise NoPass("办理凭据是另一个机关的，没有接收：请用办理人所在机关的账号登录后再送")
    if done_at > held.until + LATE:
        until = held.until.astimezone(CHINA)
        text = f"办理时任务包早已过期（{until:%Y年%-m月%-d日%H:%M}到期），没有接收"
        raise NoPass(f"{text}：请联网重新打开现场记录，更新任务包后再办")
    return held


def contact(at: datetime) -> str:
    """The time of the server under its signature: whoever holds it has it from after that time."""
    return signing.dumps(at.isoformat(), salt=CONTACT)


def contact_time(text: Any) -> datetime | None:
    """When the server gave out this contact; None for one that is not ours."""
    try:
        return datetime.fromisoformat(signing.loads(str(text), salt=CONTACT))
    except signing.BadSignature:
        return None
