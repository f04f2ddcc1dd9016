"""Events of a draw of inspections (双随机抽查), each draw a stream of its own: the lists are fixed first, the seed
comes from a checkpoint of the public ledger that was signed later, and the result follows from the two alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .base import Event, Json, kind


@kind("draw.committed")
@dataclass(frozen=True, slots=True, kw_only=True)
class DrawCommitted(Event):
    """Lists of a draw fixed (检查对象名录和执法检查人员名录的固定). 国办发〔2015〕58号 二（二）. The facts hold what is
    to be inspected and both lists, `officers` who stands in the second; `digest` is the SHA-256 of the lists and of how
    many are to be drawn (`values.drawing.pool_digest`). Where the objects are those of the standing list (检查对象
    名录库), `listed_on` is the ISO day as of which it was taken, `levels` the classes it was narrowed to (none:
    all)."""

    agency: str
    department: str
    objects_wanted: int
    officers_wanted: int
    digest: str
    listed_on: str = ""
    levels: tuple[str, ...] = ()


@kind("draw.drawn")
@dataclass(frozen=True, slots=True, kw_only=True)
class DrawDrawn(Event):
    """Objects and officers drawn at random (随机抽取检查对象、随机选派检查人员). 国办发〔2015〕58号 二（二）.
    `entry` is the place of the fixed lists in the ledger, `size` and `root` (base64) the first checkpoint that covers
    it, `seed` what follows from them; `result` the objects in the order drawn, each with `code` and `officers`, the
    numbers of certificates."""

    entry: int
    size: int
    root: str
    seed: str
    result: tuple[Mapping[str, Json], ...] = ()


@kind("draw.replaced")
@dataclass(frozen=True, slots=True, kw_only=True)
class DrawReplaced(Event):
    """Object or officer of a draw replaced (抽查对象的替换、检查人员的回避和更换). 行政处罚法 art. 43;
    国办发〔2015〕58号 二（二）. `code` the object; `number` the certificate of the officer who leaves, empty where
    the object itself is left out; `substitute` the next one in the order of the seed, so that nobody chooses."""

    code: str
    substitute: str
    number: str = ""


@kind("draw.assigned")
@dataclass(frozen=True, slots=True, kw_only=True)
class DrawAssigned(Event):
    """Drawn object made an inspection (抽查任务的下达). 国办发〔2015〕58号 二（二）. `case` is the stream of the
    inspection that was registered for it."""

    code: str
    case: str


@kind("draw.published")
@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPublished(Event):
    """Result of a draw made public (抽查情况公开). 国办发〔2015〕58号 二（四）. `place` is the platform on which it
    stands: what was drawn, by which seed, and the numbers of both lists, so that anybody can draw again."""

    place: str = ""
