"""What PDF/A-2b asks of a file's structure, as far as it can be read without a validator (ISO 19005-2, 6.1 to 6.7)."""

from __future__ import annotations

import io

import pikepdf

FORBIDDEN = {"/JavaScript", "/JS", "/Launch", "/Sound", "/Movie", "/RichMedia"}


def faults(pdf: bytes) -> list[str]:
    """What is wrong; nothing wrong is an empty list."""
    found: list[str] = []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        if file.is_encrypted:
            found.append("encrypted")
        if "/ID" not in file.trailer:
            found.append("no file identifier")
        with file.open_metadata() as about:
            if about.get("pdfaid:part") not in {"2", "3"} or about.get("pdfaid:conformance") != "B":
                found.append("no claim")
        intents = file.Root.get("/OutputIntents", [])
        if not any(intent.S == "/GTS_PDFA1" and "/DestOutputProfile" in intent for intent in intents):
            found.append("no output intent")
        if {"/AcroForm", "/OpenAction", "/AA"} & set(file.Root.keys()):
            found.append("forms or actions")
        for number, thing in enumerate(file.objects):
            if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
                found += _faults_of(number, thing)
    return found


def _faults_of(number: int, thing: pikepdf.Object) -> list[str]:
    found = []
    if thing.get("/Type") == "/FontDescriptor" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(thing.keys()):
        found.append(f"font {number} is not inside")
    if thing.get("/S") in FORBIDDEN or FORBIDDEN & set(thing.keys()):
        found.append(f"action in {number}")
    filters = thing.get("/Filter") if isinstance(thing, pikepdf.Stream) else None
    if filters is not None and "/LZWDecode" in (list(filters) if isinstance(filters, pikepdf.Array) else [filters]):
        found.append(f"LZW in {number}")
    return found
