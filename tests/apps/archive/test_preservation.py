"""PREMIS and METS in the package: every file with its digests, every event with who did it, the same bytes each time, and
a change of either is found."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from sanxiang.three_systems.recording import preservation
from sanxiang.three_systems.recording.preservation import Held

from .packed import Packed, verify

pytestmark = [pytest.mark.clauses("LY-27", "CN-14"), pytest.mark.journeys("archive.package")]
P, M = {"p": preservation.PREMIS}, {"m": preservation.METS}
HREF, KIND = f"{{{preservation.XLINK}}}href", f"{{{preservation.XSI}}}type"
OBJECT = ["objectIdentifier", "objectCharacteristics"]
"""What PREMIS asks of a file; objectCharacteristics asks for a format."""


def payload(bag: Path) -> dict[str, bytes]:
    return {path.relative_to(bag).as_posix(): path.read_bytes() for path in (bag / "data").rglob("*") if path.is_file()}


def test_every_file_is_an_object_with_its_digest_and_size(bag: Path) -> None:
    root = ET.parse(bag / "premis.xml").getroot()
    assert (root.tag, root.get("version")) == (f"{{{preservation.PREMIS}}}premis", "3.0")
    found = {}
    for one in root.findall("p:object", P):
        if one.get(KIND) != "premis:file":
            continue
        names = [child.tag.rpartition("}")[2] for child in one]
        assert names[:2] == OBJECT
        assert one.findtext(".//p:formatName", "", P)
        told = {
            fixity.findtext("p:messageDigestAlgorithm", "", P): fixity.findtext("p:messageDigest", "", P)
            for fixity in one.iterfind(".//p:fixity", P)
        }
        name = one.findtext("p:objectIdentifier/p:objectIdentifierValue", "", P)
        found[name] = told["SHA-256"], int(one.findtext(".//p:size", "", P))
    assert found == {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in payload(bag).items()}


def test_every_event_of_the_case_is_there_with_who_did_it(bag: Path) -> None:
    root, agents = ET.parse(bag / "premis.xml").getroot(), set()
    for one in root.findall("p:agent", P):
        agents.add(one.findtext("p:agentIdentifier/p:agentIdentifierValue", "", P))
    told = {
        one.findtext("p:eventIdentifier/p:eventIdentifierValue", "", P): one.findtext("p:eventType", "", P)
        for one in root.findall("p:event", P)
    }
    bodies = [json.loads(path.read_text("utf-8"))["body"] for path in sorted((bag / "data").rglob("events/*.json"))]
    assert told == {body["id"]: body["kind"] for body in bodies}
    linked = {one.text for one in root.iterfind(".//p:linkingAgentIdentifierValue", P)}
    assert linked == agents != set()
    paths = {one.text for one in root.iterfind(".//p:linkingObjectIdentifierValue", P)}
    assert {name for name in payload(bag) if name.startswith("data/evidence/")} <= paths


def test_the_table_of_contents_names_every_file_once_and_the_description(bag: Path) -> None:
    root = ET.parse(bag / "mets.xml").getroot()
    held = {
        unquote(one.find("m:FLocat", M).get(HREF)): one.get("CHECKSUM")  # type: ignore[union-attr,arg-type]
        for one in root.iterfind(".//m:file", M)
    }
    assert held == {name: hashlib.sha256(data).hexdigest() for name, data in payload(bag).items()}
    ids = [one.get("ID") for one in root.iterfind(".//m:file", M)]
    assert sorted(one.get("FILEID", "") for one in root.iterfind(".//m:fptr", M)) == sorted(map(str, ids))
    (described,) = root.findall(".//m:digiprovMD/m:mdRef", M)
    assert (described.get(HREF), described.get("MDTYPE")) == ("premis.xml", "PREMIS")
    assert described.get("CHECKSUM") == hashlib.sha256((bag / "premis.xml").read_bytes()).hexdigest()
    assert [child.tag.rpartition("}")[2] for child in root] == ["metsHdr", "dmdSec", "amdSec", "fileSec", "structMap"]


@pytest.mark.parametrize("name", ["premis.xml", "mets.xml"])
def test_a_change_of_them_is_found(bag: Path, packed: Packed, name: str) -> None:
    assert verify(bag, "--vkey", packed.vkey).returncode == 0
    text = (bag / name).read_text("utf-8")
    (bag / name).write_text(text.replace("SHA-256", "SHA-512", 1), "utf-8")
    done = verify(bag, "--vkey", packed.vkey)
    assert (done.returncode, name in done.stdout) == (1, True), done.stdout


def test_the_same_files_give_the_same_bytes_and_no_sign_breaks_them() -> None:
    files = [
        Held("data/volume.pdf", 3, "a" * 64, "b" * 64),
        Held(f"data/evidence/{'c' * 64}/店 <内>\x0b.png", 4, "c" * 64, ""),
    ]
    types = {"c" * 64: "image/png"}
    made = preservation.premis("s", files, (), types)
    assert made == preservation.premis("s", files, (), types)
    root = ET.fromstring(made)
    assert [one.text for one in root.iterfind(".//p:formatName", P)] == ["application/pdf", "image/png"]
    assert [one.text for one in root.iterfind(".//p:messageDigestAlgorithm", P)] == ["SHA-256", "SM3", "SHA-256"]
    assert root.findtext(".//p:originalName", "", P) == "店 <内>\ufffd.png"
    listed = preservation.mets("s", files, "2026-11-23T10:00:00+08:00", made, types)
    assert listed == preservation.mets("s", files, "2026-11-23T10:00:00+08:00", made, types)
    assert {one.get("USE") for one in ET.fromstring(listed).iterfind(".//m:fileGrp", M)} == {"evidence", "volume"}
