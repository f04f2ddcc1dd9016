"""What the package tells in the words of archives (保存元数据): PREMIS 3 of every file with both digests, each event
and who did it; METS over it, as table of contents. Written from what stands in the package, so that the same case gives
the same bytes. docs/reference/archive-package.md says what is where."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree as ET

from sanxiang.core.events import Recorded

PREMIS, METS = "http://www.loc.gov/premis/v3", "http://www.loc.gov/METS/"
XLINK, XSI = "http://www.w3.org/1999/xlink", "http://www.w3.org/2001/XMLSchema-instance"
for _prefix, _uri in (("premis", PREMIS), ("mets", METS), ("xlink", XLINK), ("xsi", XSI)):
    ET.register_namespace(_prefix, _uri)
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TYPES = {
    "pdf": "application/pdf", "json": "application/json", "jsonl": "application/jsonl", "tlog-proof": "text/plain",
    "vkey": "text/plain",
}  # fmt: skip
GROUPS = ("documents", "evidence", "events", "receipts", "recordings", "supplements", "keys")
"""Folders below `data/`; what stands beside them is the volume and the data of the case."""


@dataclass(frozen=True, slots=True)
class Held:
    """A file of the package: where it stands, its size, hex digests (`sm3` empty where it was not reckoned)."""

    name: str
    size: int
    sha256: str
    sm3: str


def _below(parent: ET.Element, name: str, text: str = "", **more: str) -> ET.Element:
    space = (parent.tag.partition("}")[0] + "}") if "}" in parent.tag else ""
    made = ET.SubElement(parent, f"{space}{name}", more)
    if text:
        made.text = NOT_XML.sub("\ufffd", text)
    return made


def _identified(parent: ET.Element, name: str, kind: str, value: str) -> ET.Element:
    made = _below(parent, name)
    _below(made, f"{name}Type", kind)
    _below(made, f"{name}Value", value)
    return made


def _written(root: ET.Element) -> bytes:
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def type_of(name: str, types: Mapping[str, str]) -> str:
    """The media type of a file: of evidence as the event tells it, of ours by its ending."""
    told = types.get(name.split("/")[2] if name.startswith("data/evidence/") else "", "")
    return told or TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def premis(stream: str, files: Sequence[Held], events: Sequence[Recorded], types: Mapping[str, str]) -> bytes:
    """Objects: the case and every file; events: every act of the case; agents: who did them, the agency, ourselves."""
    root = ET.Element(f"{{{PREMIS}}}premis", {"version": "3.0"})
    whole = _below(root, "object", **{f"{{{XSI}}}type": "premis:intellectualEntity"})
    _identified(whole, "objectIdentifier", "UUID", stream)
    for file in files:
        _object(root, stream, file, type_of(file.name, types))
    by_digest: dict[str, list[str]] = {}
    for file in files:
        by_digest.setdefault(file.sha256, []).append(file.name)
    for one in events:
        _event(root, one, by_digest, stream)
    agents = {one.actor.officer or one.actor.name: one.actor for one in events if one.actor.officer or one.actor.name}
    for name, actor in agents.items():
        agent = _below(root, "agent")
        _identified(agent, "agentIdentifier", "sanxiang", name)
        if actor.name:
            _below(agent, "agentName", actor.name)
        if actor.officer:
            _below(agent, "agentType", "person")
    return _written(root)


def _object(root: ET.Element, stream: str, file: Held, media_type: str) -> None:
    made = _below(root, "object", **{f"{{{XSI}}}type": "premis:file"})
    _identified(made, "objectIdentifier", "bag path", file.name)
    known = _below(made, "objectCharacteristics")
    _below(known, "compositionLevel", "0")
    for algorithm, digest in (("SHA-256", file.sha256), ("SM3", file.sm3)):
        if digest:
            fixity = _below(known, "fixity")
            _below(fixity, "messageDigestAlgorithm", algorithm)
            _below(fixity, "messageDigest", digest)
    _below(known, "size", str(file.size))
    _below(_below(_below(known, "format"), "formatDesignation"), "formatName", media_type)
    if file.name.startswith("data/evidence/"):
        _below(made, "originalName", file.name.rpartition("/")[2])
    part = _below(made, "relationship")
    _below(part, "relationshipType", "structural")
    _below(part, "relationshipSubType", "is part of")
    _identified(part, "relatedObjectIdentifier", "UUID", stream)


def _event(root: ET.Element, one: Recorded, by_digest: Mapping[str, list[str]], stream: str) -> None:
    made = _below(root, "event")
    _identified(made, "eventIdentifier", "UUID", one.id)
    _below(made, "eventType", one.kind, authority="sanxiang")
    _below(made, "eventDateTime", one.occurred_at.isoformat())
    act = f"{one.event.act}; " if getattr(one.event, "act", "") else ""
    _below(_below(made, "eventDetailInformation"), "eventDetail", f"{act}recorded {one.recorded_at.isoformat()}")
    if who := one.actor.officer or one.actor.name:
        linked = _identified(made, "linkingAgentIdentifier", "sanxiang", who)
        _below(linked, "linkingAgentRole", one.actor.post or "actor")
    _identified(made, "linkingObjectIdentifier", "UUID", stream)
    for digest in dict.fromkeys(str(file["sha256"]) for file in one.event.files):
        for name in by_digest.get(digest, ()):
            _identified(made, "linkingObjectIdentifier", "bag path", name)


def mets(stream: str, files: Sequence[Held], made_at: str, described: bytes, types: Mapping[str, str]) -> bytes:
    """The table of contents: where the description stands, every file with its digest, and what belongs together."""
    root = ET.Element(f"{{{METS}}}mets", {"OBJID": stream, "TYPE": "案卷包"})
    head = _below(root, "metsHdr", CREATEDATE=made_at)
    agent = _below(head, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    _below(agent, "name", "Sanxiang 三项")
    _link(_below(root, "dmdSec", ID="dmd-case"), "data/case.json", MDTYPE="OTHER", OTHERMDTYPE="sanxiang-case/1",
          MIMETYPE="application/json")  # fmt: skip
    digest = hashlib.sha256(described).hexdigest()
    _link(_below(_below(root, "amdSec", ID="amd"), "digiprovMD", ID="premis"), "premis.xml", MDTYPE="PREMIS",
          MDTYPEVERSION="3.0", MIMETYPE="text/xml", SIZE=str(len(described)), CHECKSUM=digest,
          CHECKSUMTYPE="SHA-256")  # fmt: skip
    groups = list(_grouped(files))
    section = _below(root, "fileSec")
    case = _below(_below(root, "structMap", TYPE="logical"), "div", TYPE="案卷", DMDID="dmd-case", ADMID="premis")
    for group, held in groups:
        told, part = _below(section, "fileGrp", USE=group), _below(case, "div", TYPE=group)
        for n, file in held:
            one = _below(told, "file", ID=f"f{n}", MIMETYPE=type_of(file.name, types), SIZE=str(file.size),
                         CHECKSUM=file.sha256, CHECKSUMTYPE="SHA-256")  # fmt: skip
            _below(one, "FLocat", **_place(file.name))
            _below(part, "fptr", FILEID=f"f{n}")
    return _written(root)


def _grouped(files: Sequence[Held]) -> Iterable[tuple[str, list[tuple[int, Held]]]]:
    found: dict[str, list[tuple[int, Held]]] = {}
    for n, file in enumerate(files):
        folder = file.name.split("/")[1]
        found.setdefault(folder if folder in GROUPS else "volume", []).append((n, file))
    return sorted(found.items())


def _link(parent: ET.Element, name: str, **more: str) -> None:
    _below(parent, "mdRef", **_place(name), **more)


def _place(name: str) -> dict[str, str]:
    return {"LOCTYPE": "URL", f"{{{XLINK}}}href": quote(name)}
