"""The test of the four properties (四性检测) of an archived file: true, whole, usable, safe; computed, never ticked.

DA/T 70 (文书类电子档案检测一般要求) names the four; which single checks an agency adds is its own (须核定). Each check
says what was looked at and what was found.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pikepdf

from sanxiang.core.events import Recorded
from sanxiang.core.ledger import canonical_bytes, commitment
from sanxiang.store import reading
from sanxiang.store.blobs import Blobs, NotThere
from sanxiang.store.named import named_in
from sanxiang.store.seals import Seals

PROPERTIES = ("真实性", "完整性", "可用性", "安全性")
UNNAMED = "一份您没有权限查看的文件"
ACTIVE = (b"/JavaScript", b"/Launch")


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one of the four properties (`nature`): what was looked at, how many, what does not hold (empty: it
    holds)."""

    nature: str
    name: str
    looked: int
    faults: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.faults


def examine(
    connection: Any, events: Sequence[Recorded], blobs: Blobs, seals: Seals, lacking: Sequence[str],
    unseen: Collection[str] = (),
) -> list[Check]:  # fmt: skip
    """Every check of a file that was archived. `lacking` what the rules miss in it; `unseen` the digests of those files
    that whoever asks may not know by name."""
    rows = reading.raw(connection, events[0].stream)
    files = [one for row in rows for one in named_in(row.body, blobs)]
    secret = {name for name, sha256 in files if sha256 in unseen}
    found = (
        *_true(rows, events, blobs, seals),
        *_whole(rows, files, blobs, lacking),
        *_usable(files, blobs),
        *_safe(files, blobs, rows),
    )
    return [replace(one, faults=tuple(_unnamed(fault, secret) for fault in one.faults)) for one in found]


def _unnamed(fault: str, secret: Collection[str]) -> str:
    """What is wrong, without the name of a file that may not be known."""
    for name in secret:
        fault = fault.replace(f"“{name}”", UNNAMED)
    return fault


def _true(rows: Sequence[Any], events: Sequence[Recorded], blobs: Blobs, seals: Seals) -> Iterator[Check]:
    wrong, previous = [], None
    for row in rows:
        body, entry = orjson.loads(row.body), orjson.loads(row.entry)
        held = commitment(row.salt, row.body).hex()
        if held != entry.get("commitment") or body["prev"] != previous or canonical_bytes(body) != row.body:
            wrong.append(f"第 {row.seq} 项记录与账本的承诺不符")
        previous = held
    yield Check("真实性", "记录与账本的承诺、前后链接", len(rows), tuple(wrong))
    missing = [f"第 {row.seq} 项记录还没有账本编号" for row in rows if row.index is None]
    yield Check("真实性", "账本编号（可取回执）", len(rows), tuple(missing))
    broken, looked = [], 0
    for one in events:
        if one.kind == "paper.sealed":
            looked += 1
            try:
                found = seals.examine(blobs.read(str(one.event.files[0]["sha256"])))
            except NotThere:
                found = None
            if found is None or not found.valid:
                broken.append(f"第 {one.seq} 项的电子印章不成立")
    yield Check("真实性", "电子印章和时间戳", looked, tuple(broken))


def _whole(
    rows: Sequence[Any], files: Sequence[tuple[str, str]], blobs: Blobs, lacking: Sequence[str]
) -> Iterator[Check]:
    gaps = [f"缺第 {n} 项记录" for n, row in enumerate(rows, 1) if row.seq != n]
    yield Check("完整性", "记录连续", len(rows), tuple(gaps))
    yield Check("完整性", "按规定应有的文字和音像资料", len(rows), tuple(lacking))
    words = {"missing": "缺失", "altered": "已被改动"}
    faults = [f"“{name}”{words[fault]}" for name, sha in dict.fromkeys(files) if (fault := blobs.fault(sha))]
    yield Check("完整性", "文件齐全、摘要相符", len(set(files)), tuple(faults))


def _usable(files: Sequence[tuple[str, str]], blobs: Blobs) -> Iterator[Check]:
    faults, looked = [], 0
    for name, sha in dict.fromkeys(files):
        if name.endswith(".pdf"):
            looked += 1
            try:
                with pikepdf.open(io.BytesIO(blobs.read(sha))) as pdf:
                    if not pdf.pages:
                        faults.append(f"“{name}”没有页面")
            except (NotThere, pikepdf.PdfError):
                faults.append(f"“{name}”打不开")
    yield Check("可用性", "文书能打开", looked, tuple(faults))


def _safe(files: Sequence[tuple[str, str]], blobs: Blobs, rows: Sequence[Any]) -> Iterator[Check]:
    faults, looked = [], 0
    for name, sha in dict.fromkeys(files):
        if name.endswith(".pdf"):
            looked += 1
            try:
                data = blobs.read(sha)
            except NotThere:
                continue
            if any(word in data for word in ACTIVE):
                faults.append(f"“{name}”含有可执行的内容")
    yield Check("安全性", "文书不含可执行的内容", looked, tuple(faults))
    closed = [f"第 {row.seq} 项的封存内容不能打开" for row in rows if row.disclosed is None]
    yield Check("安全性", "封存内容的密钥在库", len(rows), tuple(closed))
