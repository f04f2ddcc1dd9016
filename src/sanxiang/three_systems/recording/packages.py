"""The archive package (案卷包): a BagIt folder in one ZIP that can be read and checked without us.

Volume and papers as PDF/A, every event with its salt and opened facts, a receipt for each, the key of the ledger, the
verifier and how to use it. RFC 8493 (BagIt); docs/reference/archive-package.md tells what stands where.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.store import reading
from sanxiang.store.ledger.receipts import receipt

from .volumes import FILES, folder_of

VERIFIER = Path(__file__).resolve().parents[4] / "verify" / "verify.py"
INDENT = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
README = """案卷包说明 How to read and check this package

data/volume.pdf            正卷（PDF/A）；data/volume-supplementary.pdf 副卷
data/documents/            各项文书（PDF/A）
data/case.json             案件的结构化数据，不依赖本系统即可读取
data/events/               每一项记录：账本条目、正文、盐值、启封的内容
data/receipts/             每一项记录的账本回执（C2SP tlog-proof）
data/files.json            文件清单；其摘要写在“归档”这一项记录里
data/keys/log.vkey         账本公钥，请与别处公布的核对

核验 To check:  python3 verify.py package .   （加 --vkey 账本公钥）
"""


class NotArchived(LookupError):
    """The case has no volume in the archive yet."""


def package(connection: Any, stream: str) -> bytes:
    """The whole package of an archived case as a ZIP. Raises NotArchived; NotYet while its last event waits for a
    signed checkpoint."""
    folder = folder_of(stream)
    if not (folder / FILES).is_file():
        raise NotArchived("案件还没有归档，没有案卷包")
    payload = dict(contents(connection, stream, folder))
    manifest = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(payload.items()))
    octets = sum(len(data) for data in payload.values())
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": f"Payload-Oxum: {octets}.{len(payload)}\nExternal-Identifier: {stream}\n".encode(),
        "manifest-sha256.txt": manifest.encode(),
        "README.txt": README.encode(),
        "verify.py": VERIFIER.read_bytes(),
    }
    tags["tagmanifest-sha256.txt"] = "".join(
        f"{digest(data)}  {name}\n" for name, data in sorted(tags.items())
    ).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**tags, **payload}.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def contents(connection: Any, stream: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the payload by its name in the bag."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"data/{path.relative_to(folder).as_posix()}", path.read_bytes()
    rows = reading.raw(connection, stream)
    for row in rows:
        event = {
            "entry": orjson.loads(row.entry),
            "body": orjson.loads(row.body),
            "salt": row.salt.hex(),
            "sealed": {
                fact: {"salt": opened.salt.hex(), "value": opened.value}
                for fact, opened in (row.disclosed or {}).items()
            },
        }
        yield f"data/events/{row.seq:06d}.json", orjson.dumps(event, option=INDENT)
        yield f"data/receipts/{row.id}.tlog-proof", receipt(connection, row.id).encode()
    yield "data/case.json", orjson.dumps(case_data(reading.load(connection, stream)), option=INDENT)
    yield "data/keys/log.vkey", (Path(settings.SANXIANG_LEDGER) / "log.vkey").read_bytes()


def case_data(events: tuple[Recorded, ...]) -> dict[str, Any]:
    """The case in plain data: what it is, its facts, its steps."""
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
            }
            for recorded in events
        ],
    }


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
