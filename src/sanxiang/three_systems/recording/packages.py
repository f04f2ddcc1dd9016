"""The archive package (案卷包): a BagIt folder in one ZIP that can be read and checked without us.

Volume and papers as PDF/A, the evidence files, every event with its salt and opened facts, a receipt for each, the key
of the ledger, the verifier and how to use it. RFC 8493 (BagIt); docs/reference/archive-package.md tells what stands
where. Evidence goes from disk to disk in pieces: a package may be larger than the memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings

from sanxiang.core.casefile import Recording, fold, fold_recording
from sanxiang.core.events import Recorded
from sanxiang.core.gates.archiving import is_recording
from sanxiang.core.gates.bringing import KIND as BROUGHT
from sanxiang.core.values.origin import GRADES, grade_of
from sanxiang.store import reading
from sanxiang.store.blobs import CHUNK, Blobs, NotThere, room, shelf
from sanxiang.store.digests import Digests
from sanxiang.store.ledger.receipts import receipt

from . import preservation
from .attached import OWN_FILES

VERIFIER = Path(__file__).resolve().parents[4] / "verify" / "verify.py"
INDENT = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
README = """案卷包说明 How to read and check this package

data/volume.pdf            正卷（PDF/A）；data/volume-supplementary.pdf 副卷
data/supplements/          归档以后补充的材料，每次一卷，各有自己的文件清单，原卷不作改动（没有补充的不出现）
data/documents/            各项文书（PDF/A）；盖了电子印章的是签名原件，一字节不差
data/evidence/             证据文件，每份在以其 SHA-256 摘要为名的文件夹里
data/recordings/           本案所依据的每份录音录像的记录和回执；片段链在 data/evidence/ 里，
                           录音录像原件以摘要列入（设置 SANXIANG_PACKAGE_FILMS=1 时一并装入）
data/case.json             案件的结构化数据，不依赖本系统即可读取
data/events/               每一项记录：账本条目、正文、盐值、启封的内容
data/receipts/             每一项记录的账本回执（C2SP tlog-proof）
premis.xml, mets.xml       保存元数据（PREMIS 3）和目录（METS），供通用档案系统读取
data/files.json            文件清单；其摘要写在“归档”这一项记录里
data/keys/log.vkey         账本公钥，请与别处公布的核对

核验 To check:  python3 verify.py package .   （加 --vkey 账本公钥）

电子印章 Signatures (PAdES): 案卷合订本加了页码，不带签名；签名在 data/documents/ 的文件里，归档以后才盖的在
data/evidence/ 里。用通用工具核验 check with any common tool, e.g.  pdfsig data/documents/*.pdf
印章证书是否可信，须用签发机构另行公布的根证书核对；记录“paper.sealed”写有每份签名文件的摘要和证书的 SHA-256。
"""
AWAY = "\n只以摘要列入的录音录像（原件在证据库，由档案员另行提供） Films that are here by digest only:\n"
DESTROYED = "content.destroyed"
SUPPLEMENTED = "archive.supplemented"
ABSENT = "\n不在包内的证据文件（存放处缺失或者已被改动） Evidence that is missing:\n"


class NotArchived(LookupError):
    """The case has no volume in the archive yet."""


class Damaged(LookupError):
    """The archived volume is missing or was changed where it is kept; the Chinese text says which file."""


class Bag:
    """A ZIP that is written piece by piece and remembers the digest of everything in it. Fixed dates: the same case
    gives the same bytes but for newer receipts."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w")
        self.digests: dict[str, str] = {}
        self.sm3: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.octets = 0

    def put(self, name: str, data: bytes) -> None:
        self._entry(name, (data,), len(data), zipfile.ZIP_DEFLATED)

    def copy(self, name: str, path: Path, sha256: str) -> bool:
        """Copy a file of this digest; not one that is missing or has another."""
        try:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    return False
                size = file.seek(0, 2)
                file.seek(0)
                self._entry(name, iter(lambda: file.read(CHUNK), b""), size, zipfile.ZIP_STORED)
        except FileNotFoundError:
            return False
        return True

    def _entry(self, name: str, pieces: Sequence[bytes] | Iterator[bytes], size: int, manner: int) -> None:
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type, entry.file_size = manner, size
        digests = Digests(sm3=settings.SANXIANG_SM3)
        with self._zip.open(entry, "w") as target:
            for piece in pieces:
                digests.update(piece)
                target.write(piece)
        self.digests[name] = digests.sha256
        if digests.both:
            self.sm3[name] = digests.sm3
        self.sizes[name] = size
        self.octets += size

    def manifest(self, names: Sequence[str]) -> bytes:
        return "".join(f"{self.digests[name]}  {name}\n" for name in sorted(names)).encode()

    def close(self) -> None:
        self._zip.close()


def package(connection: Any, stream: str) -> IO[bytes]:
    """The whole package of an archived case as a ZIP in a file that is gone when it is closed, at its beginning. Of a
    case whose content was destroyed it holds the proof: events without their sealed facts, receipts, key.

    Raises NotArchived; Damaged; Away; NotYet while its last event waits for a signed checkpoint."""
    events = reading.load(connection, stream)
    archived: Any = next((one.event for one in reversed(events) if one.kind == "case.archived"), None)
    if archived is None:
        raise NotArchived("案件还没有归档，没有案卷包")
    with room():
        out = tempfile.TemporaryFile()  # noqa: SIM115  handed on open
    bag = Bag(out)
    try:
        gone = any(one.kind == "archive.destroyed" for one in events)
        recordings = recordings_of(connection, events, gone=gone)
        if not gone:
            volume(bag, shelf(), archived.package_sha256)
            for nth, one in enumerate((one for one in events if one.kind == SUPPLEMENTED), 1):
                volume(bag, shelf(), one.event.package_sha256, f"data/supplements/{nth}/")  # type: ignore[attr-defined]
        for name, data in records(connection, stream, events, recordings):
            bag.put(name, data)
        told = [*events, *(one for own in recordings.values() for one in own)]
        held, away = ([], []) if gone else evidence_of(told)
        absent = [file for file in held if not carried(bag, shelf(), *file)]
        payload = list(bag.digests)
        described = description(bag, stream, payload, told)
        finish(bag, stream, payload, absent, away, described)
        bag.close()
        out.seek(0)
    except BaseException:
        with contextlib.suppress(OSError):  # where the disk is full its end cannot be written either
            bag.close()
        out.close()
        raise
    return out


def volume(bag: Bag, blobs: Blobs, listing: str, place: str = "data/") -> None:
    """Volumes and papers as the list of the archiving, or of a supplement, names them."""
    try:
        listed = blobs.read(listing)
    except NotThere:
        raise Damaged("案卷的文件清单缺失或者已被改动，请从备份恢复后再取") from None
    for name, one in sorted(orjson.loads(listed).items()):
        if not bag.copy(f"{place}{name}", blobs.here(one["sha256"]), one["sha256"]):
            raise Damaged(f"已归档的“{name}”缺失或者已被改动，请从备份恢复后再取")
    bag.put(f"{place}files.json", listed)


def recordings_of(connection: Any, events: Sequence[Recorded], *, gone: bool) -> dict[str, tuple[Recorded, ...]]:
    """The records of the recordings that a case rests on; of a case whose content is gone, of those that went with
    it."""
    names = list(fold(events).recordings)
    streams = reading.load_many(connection, names) if names else {}
    return {name: own for name in names if (own := streams.get(name)) and (not gone or own[-1].kind == DESTROYED)}


def evidence_of(events: Sequence[Recorded]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Name and digest of every evidence file of a case and its recordings, each once; and of the films of recordings
    that stand in the package by their digest alone."""
    held: set[tuple[str, str]] = set()
    away: set[tuple[str, str]] = set()
    for one in events:
        apart = one.kind.startswith("recording.") and not settings.SANXIANG_PACKAGE_FILMS
        for file in one.event.files:
            (away if apart and is_recording(file) else held).add((str(file["name"]), str(file["sha256"])))
    return sorted(held), sorted(away - held)


def carried(bag: Bag, blobs: Blobs, name: str, sha256: str) -> bool:
    return bag.copy(f"data/evidence/{sha256}/{name}", blobs.here(sha256), sha256)


def description(bag: Bag, stream: str, payload: Sequence[str], events: Sequence[Recorded]) -> dict[str, bytes]:
    """What the package holds in the words of archives: PREMIS and METS."""
    files = [
        preservation.Held(name, bag.sizes[name], bag.digests[name], bag.sm3.get(name, "")) for name in sorted(payload)
    ]
    types = {str(file["sha256"]): str(file.get("type", "")) for one in events for file in one.event.files}
    premis = preservation.premis(stream, files, events, types)
    made_at = max(one.recorded_at for one in events).isoformat()
    return {"premis.xml": premis, "mets.xml": preservation.mets(stream, files, made_at, premis, types)}


def finish(
    bag: Bag, stream: str, payload: Sequence[str], absent: Sequence[tuple[str, str]], away: Sequence[tuple[str, str]],
    described: Mapping[str, bytes],
) -> None:  # fmt: skip
    """The files at the top: declaration, manifests, how to read it."""
    lists = ((ABSENT, absent), (AWAY, away))
    told = "".join(
        title + "".join(f"  {name}  {sha256}\n" for name, sha256 in files) for title, files in lists if files
    )
    info = f"Payload-Oxum: {bag.octets}.{len(payload)}\nExternal-Identifier: {stream}\n"
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": info.encode(),
        "manifest-sha256.txt": bag.manifest(payload),
        "README.txt": (README + told).encode(),
        "verify.py": VERIFIER.read_bytes(),
        **described,
    }
    if bag.sm3:  # no manifest: BagIt (RFC 8493) knows no SM3, and its tools refuse what they do not know
        tags["digests-sm3.txt"] = "".join(f"{bag.sm3[name]}  {name}\n" for name in sorted(payload)).encode()
    for name, data in tags.items():
        bag.put(name, data)
    bag.put("tagmanifest-sha256.txt", bag.manifest(list(tags)))


def records(
    connection: Any, stream: str, events: Sequence[Recorded], recordings: Mapping[str, Sequence[Recorded]]
) -> Iterator[tuple[str, bytes]]:
    """Events and receipts of the case and of its recordings, the case in plain data and the key of the ledger, by their
    names in the bag."""
    yield from record(connection, stream, "data/")
    for name in recordings:
        yield from record(connection, name, f"data/recordings/{name}/")
    yield "data/case.json", orjson.dumps(case_data(events, recordings), option=INDENT)
    yield "data/keys/log.vkey", (Path(settings.SANXIANG_LEDGER) / "log.vkey").read_bytes()


def record(connection: Any, stream: str, place: str) -> Iterator[tuple[str, bytes]]:
    """Events and receipts of one stream."""
    for row in reading.raw(connection, stream):
        event = {
            "entry": orjson.loads(row.entry),
            "body": orjson.loads(row.body),
            "salt": row.salt.hex(),
            "sealed": {
                fact: {"salt": opened.salt.hex(), "value": opened.value}
                for fact, opened in (row.disclosed or {}).items()
            },
        }
        yield f"{place}events/{row.seq:06d}.json", orjson.dumps(event, option=INDENT)
        yield f"{place}receipts/{row.id}.tlog-proof", receipt(connection, row.id).encode()


def case_data(events: Sequence[Recorded], recordings: Mapping[str, Sequence[Recorded]]) -> dict[str, Any]:
    """The case in plain data: what it is, its facts, its steps, its recordings."""
    case = fold(events)
    return {
        "format": "sanxiang-case/1",
        "stream": case.id,
        "events": len(events),
        "jurisdiction": case.jurisdiction,
        "category": case.category,
        "procedure": case.procedure,
        "case_number": case.case_number,
        "decision_number": case.decision_number,
        "facts": dict(case.facts),
        "judgements": dict(case.judgements),
        "steps": [
            {
                "seq": recorded.seq,
                "act": recorded.event.act,
                "kind": recorded.kind,
                "occurred_at": recorded.occurred_at.isoformat(),
                "recorded_at": recorded.recorded_at.isoformat(),
                "actor": recorded.actor.to_dict(),
                "officers": list(recorded.event.officers),
                "facts": dict(recorded.event.facts),
                "documents": [dict(paper) for paper in recorded.event.documents],
                "files": [dict(file) for file in recorded.event.files],
                **brought(recorded),
            }
            for recorded in events
        ],
        "recordings": [recording_data(fold_recording(own)) for own in recordings.values()],
        "evidence": [
            {"seq": one.seq, "name": file["name"], "sha256": file["sha256"], "grade": (grade := grade_of(file)),
             "origin": GRADES[grade]}
            for one in events
            if one.kind not in OWN_FILES
            for file in one.event.files
        ],
    }  # fmt: skip


def recording_data(one: Recording) -> dict[str, Any]:
    """A recording in plain data: when and by what it was made, its files, what interrupted it."""
    return {
        "stream": one.id, "case": one.case, "activity": one.activity, "event": one.event, "source": one.source,
        "medium": one.medium, "maker": one.maker_name, "device": one.device, "grade": one.grade,
        "began": one.began.isoformat() if one.began else None, "ended": one.ended.isoformat() if one.ended else None,
        "head": one.head, "files": [dict(file) for file in one.files],
        "gaps": [
            {"from": gap.since.isoformat(), "to": gap.until.isoformat(), "cause": gap.cause,
             "explained": dict(gap.explained) if gap.explained is not None else None}
            for gap in one.gaps
        ],
    }  # fmt: skip


def brought(recorded: Recorded) -> dict[str, Any]:
    """Where evidence of another file comes from (移入证据的出处); nothing of every other step."""
    event: Any = recorded.event
    if recorded.kind != BROUGHT:
        return {}
    return {"about": event.about, "origin": dict(event.origin), "originals": [dict(one) for one in event.originals]}
