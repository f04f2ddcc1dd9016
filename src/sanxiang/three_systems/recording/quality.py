"""The test of the four properties (四性检测) of an archived file: true, whole, usable, safe; computed, never ticked.

DA/T 70 (文书类电子档案检测一般要求) names the four; which single checks an agency adds is its own (须核定). Each check
says what was looked at and what was found.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pikepdf

from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.ledger import canonical_bytes, commitment
from sanxiang.core.ledger import segments as chain
from sanxiang.core.values.media import MEDIA, kind_of
from sanxiang.store import media, reading
from sanxiang.store.blobs import Blobs, NotThere, shelf
from sanxiang.store.film.asking import FORMATS
from sanxiang.store.named import named_in, sm3_in
from sanxiang.store.seals import Seals

from . import examining
from .models import Found

PROPERTIES = ("真实性", "完整性", "可用性", "安全性")
UNNAMED = "一份您没有权限查看的文件"
PDF = "application/pdf"
SCRIPTS = frozenset({"/JS", "/JavaScript"})
ACTIONS = frozenset({"/JavaScript", "/Launch"})
AT_ONCE = 8 << 20
"""A file up to so many bytes that was not inspected yet is inspected while the test waits."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one of the four properties (`nature`): what was looked at, how many, what does not hold. Where there
    was nothing to look at it holds nothing and fails nothing."""

    nature: str
    name: str
    looked: int
    faults: tuple[str, ...] = ()

    @property
    def applies(self) -> bool:
        return bool(self.looked or self.faults)

    @property
    def holds(self) -> bool:
        return self.applies and not self.faults

    @property
    def result(self) -> str:
        return "；".join(self.faults) or ("符合" if self.applies else "不适用")


def verdict(checks: Sequence[Check]) -> str:
    """合格 where every property was looked at and nothing is wrong."""
    whole = all(any(one.holds for one in checks if one.nature == name) for name in PROPERTIES)
    return "合格" if whole and not any(one.faults for one in checks) else "不合格"


def examine(
    connection: Any, events: Sequence[Recorded], blobs: Blobs, seals: Seals, lacking: Sequence[str],
    unseen: Collection[str] = (),
) -> list[Check]:  # fmt: skip
    """Every check of a file that was archived. `lacking` what the rules miss in it; `unseen` the digests of those files
    that whoever asks may not know by name. Raises Away: what stands in a store that does not answer is neither whole
    nor missing."""
    rows = reading.raw(connection, events[0].stream)
    recordings = [reading.raw(connection, stream) for stream in fold(events).recordings]
    files = [one for held in (rows, *recordings) for row in held for one in named_in(row.body, blobs)]
    sm3 = {one: told for held in (rows, *recordings) for row in held for one, told in sm3_in(row.body, blobs).items()}
    types = {str(file["sha256"]): str(file.get("type", "")) for held in (rows, *recordings) for file in files_in(held)}
    secret = {name for name, sha256 in files if sha256 in unseen}
    found = (
        *_true(rows, events, blobs, seals),
        *_true_recordings(recordings, blobs),
        *_whole(rows, files, sm3, blobs, lacking),
        *_usable(files, types, blobs),
        *_safe(files, types, blobs, [row for held in (rows, *recordings) for row in held]),
    )
    return [replace(one, faults=tuple(_unnamed(fault, secret) for fault in one.faults)) for one in found]


def _unnamed(fault: str, secret: Collection[str]) -> str:
    """What is wrong, without the name of a file that may not be known."""
    for name in secret:
        fault = fault.replace(f"“{name}”", UNNAMED)
    return fault


def files_in(rows: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """The files that the events of a stream name, each with its type."""
    for row in rows:
        yield from orjson.loads(row.body)["payload"].get("files", ())


def _chained(rows: Sequence[Any]) -> Iterator[int]:
    """The numbers of those events of a stream that are not what the ledger was promised, or do not follow."""
    previous = None
    for row in rows:
        body, entry = orjson.loads(row.body), orjson.loads(row.entry)
        held = commitment(row.salt, row.body).hex()
        if held != entry.get("commitment") or body["prev"] != previous or canonical_bytes(body) != row.body:
            yield row.seq
        previous = held


def _true_recordings(recordings: Sequence[Sequence[Any]], blobs: Blobs) -> Iterator[Check]:
    """The records of the recordings that the case rests on, and the chains of their pieces as they were sealed."""
    wrong = [f"第 {n} 份录音录像的第 {seq} 项记录与账本的承诺不符" for n, rows in enumerate(recordings, 1)
             for seq in _chained(rows)]  # fmt: skip
    yield Check("真实性", "录音录像的记录与账本的承诺", len(recordings), tuple(wrong))
    broken, looked = [], 0
    for rows in recordings:
        for payload in (orjson.loads(row.body)["payload"] for row in rows):
            for file in payload.get("files", ()) if payload.get("head") else ():
                if str(file["name"]).endswith(".jsonl"):
                    looked += 1
                    try:
                        opening, *headers = blobs.read(str(file["sha256"])).split(b"\n")
                        reckoned = chain.reckon(opening, headers)
                        whole = not reckoned.problems and reckoned.head == payload["head"]
                    except (NotThere, ValueError):
                        whole = False
                    if not whole:
                        broken.append(f"“{file['name']}”与记录所载的链末不符")
    yield Check("真实性", "录音录像的片段链", looked, tuple(broken))


def _true(rows: Sequence[Any], events: Sequence[Recorded], blobs: Blobs, seals: Seals) -> Iterator[Check]:
    wrong = [f"第 {seq} 项记录与账本的承诺不符" for seq in _chained(rows)]
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
    rows: Sequence[Any], files: Sequence[tuple[str, str]], sm3: Mapping[str, str], blobs: Blobs, lacking: Sequence[str]
) -> Iterator[Check]:
    gaps = [f"缺第 {n} 项记录" for n, row in enumerate(rows, 1) if row.seq != n]
    yield Check("完整性", "记录连续", len(rows), tuple(gaps))
    yield Check("完整性", "按规定应有的文字和音像资料", len(rows), tuple(lacking))
    words = {"missing": "缺失", "altered": "已被改动"}
    faults = [
        f"“{name}”{words[fault]}" for name, sha in dict.fromkeys(files) if (fault := blobs.fault(sha, sm3.get(sha, "")))
    ]
    yield Check("完整性", "文件齐全、摘要相符", len(set(files)), tuple(faults))


def _usable(files: Sequence[tuple[str, str]], types: Mapping[str, str], blobs: Blobs) -> Iterator[Check]:
    faults, looked = [], 0
    for name, sha in _once(files, types, PDF):
        looked += 1
        try:
            with pikepdf.open(io.BytesIO(blobs.read(sha))) as pdf:
                if not pdf.pages:
                    faults.append(f"“{name}”没有页面")
        except (NotThere, pikepdf.PdfError):
            faults.append(f"“{name}”打不开")
    yield Check("可用性", "文书能打开", looked, tuple(faults))
    for what, kinds in (("图片", ("image",)), ("录音录像", ("audio", "video"))):
        shown = [one for one in _once(files, types) if kind_of(types.get(one[1], "")) in kinds]
        known = examining.known(sha for _, sha in shown)
        told = tuple(text for name, sha in shown if (text := _opens(name, sha, types[sha], known.get(sha))))
        yield Check("可用性", f"{what}能打开", len(shown), told)


def _opens(name: str, sha256: str, media_type: str, known: Found | None) -> str:
    """Why a picture, sound or film cannot be said to open, as it was inspected; a small one that was not yet is
    inspected now."""
    if media_type not in FORMATS:
        return ""
    try:
        if known is None and shelf().waiting(sha256).stat().st_size <= AT_ONCE:
            known = examining.examine(sha256, media_type)
    except NotThere:
        return f"“{name}”打不开"
    if known is None:
        examining.look_into([{"sha256": sha256, "type": media_type}])
        return f"“{name}”还没有检验，已经交后台检验，稍后再测"
    if known.state != "found":
        return f"“{name}”{'打不开' if known.state == 'broken' else '没有检验成'}：{known.text}"
    return f"“{name}”没有录完或者没有传完" if known.found.get("cut") else ""


def _safe(
    files: Sequence[tuple[str, str]], types: Mapping[str, str], blobs: Blobs, rows: Sequence[Any]
) -> Iterator[Check]:
    faults, looked = [], 0
    for name, sha in _once(files, types, PDF):
        looked += 1
        try:
            if active(blobs.read(sha)):
                faults.append(f"“{name}”含有可执行的内容")
        except (NotThere, pikepdf.PdfError):
            faults.append(f"“{name}”打不开，不能检测")
    yield Check("安全性", "文书不含可执行的内容", looked, tuple(faults))
    disguised = []
    brought = [one for one in _once(files, types) if types.get(one[1]) in MEDIA]
    for name, sha in brought:
        try:
            found = media.told(blobs.here(sha))
        except (FileNotFoundError, NotThere, media.BadFile):
            found = ""
        if found != types[sha] and not (types[sha] == "application/zip" and kind_of(found) == "office"):
            disguised.append(f"“{name}”的内容与记载的类型 {types[sha]} 不符")
    yield Check("安全性", "证据文件的内容与记载的类型相符", len(brought), tuple(disguised))
    closed = [f"第 {row.seq} 项的封存内容不能打开" for row in rows if row.disclosed is None]
    yield Check("安全性", "封存内容的密钥在库", len(rows), tuple(closed))


def _once(
    files: Sequence[tuple[str, str]], types: Mapping[str, str], only: str = ""
) -> list[tuple[str, str]]:  # fmt: skip
    """Each file once; of one type where it is asked for, told by the name where no event told it."""
    found = dict.fromkeys(files)
    return [
        one for one in found if not only or types.get(one[1], PDF if one[0].endswith(".pdf") else "") == only
    ]  # fmt: skip


def active(data: bytes) -> bool:
    """Whether a PDF would do something by itself: scripts, programs to start, wherever they stand, also in compressed
    object streams. Raises PdfError where it cannot be opened."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        waiting: list[Any] = [pdf.trailer, *pdf.objects]
        while waiting:
            one = waiting.pop()
            if isinstance(one, pikepdf.Array):
                waiting += [part for part in one if _own(part)]
            elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                if any(key in SCRIPTS for key in one.keys()) or str(one.get("/S", "")) in ACTIONS:  # noqa: SIM118
                    return True
                waiting += [part for _, part in one.items() if _own(part)]
    return False


def _own(part: Any) -> bool:
    """Whether something stands inside its holder: what is referred to is looked at on its own."""
    return isinstance(part, pikepdf.Object) and not part.is_indirect
