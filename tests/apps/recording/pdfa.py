"""What PDF/A-2b and 3b ask of a file's structure, as far as it can be read without a validator (ISO 19005-2 and -3,
6.1 to 6.7). No validator of another hand is part of the tests: see docs/reference/documents.md."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

ACTIONS = {
    "/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition",
    "/Trans", "/GoTo3DView",
}  # fmt: skip
MEDIA = {"/JS", "/RichMedia", "/Sound", "/Movie", "/3D"}
ELSEWHERE = {"/GoToR", "/GoToE", "/SubmitForm"}
COMPONENTS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
PRINTED, UNSEEN = 4, 1 | 2 | 32
INK = {"k", "K"}


def faults(pdf: bytes) -> list[str]:
    """What is wrong; nothing wrong is an empty list."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        found = [*_of_file(file), *_of_claim(file), *_of_colours(file)]
        for number, whole in enumerate(file.objects):
            for thing in _parts(whole):
                found += [f"{text} in {number}" for text in (*_of_object(thing), *_of_font(thing))]
    return found


def _parts(thing: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The dictionaries and streams of an object that stand in it and not elsewhere."""
    inner: list[pikepdf.Object] = []
    if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
        yield thing
        inner = [thing[key] for key in thing.keys()]  # noqa: SIM118  iterating a stream gives no keys
    elif isinstance(thing, pikepdf.Array):
        inner = list(thing)
    for part in inner:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            yield from _parts(part)


def _of_file(file: pikepdf.Pdf) -> Iterator[str]:
    if file.is_encrypted:
        yield "encrypted"
    if len([part for part in file.trailer.get("/ID", []) if bytes(part)]) != 2:
        yield "no file identifier"
    if {"/OpenAction", "/AA"} & set(file.Root.keys()) or not _only_signatures(file.Root.get("/AcroForm")):
        yield "forms or actions"
    if "/JavaScript" in file.Root.get("/Names", {}):
        yield "scripts by name"
    for page in file.pages:
        if "/AA" in page:
            yield "action of a page"
        for note in page.get("/Annots", []):
            if note.get("/Subtype") != "/Popup" and int(note.get("/F", 0)) & (PRINTED | UNSEEN) != PRINTED:
                yield "annotation that is not printed"


def _only_signatures(form: pikepdf.Object | None) -> bool:
    """A form is let pass where it holds signatures and nothing else, each a whole one (ISO 19005-2, 6.4)."""
    if form is None:
        return True
    fields = list(form.get("/Fields", []))
    return (
        not {"/XFA", "/NeedAppearances", "/DA", "/DR"} & set(form.keys())
        and bool(fields)
        and all(one.get("/FT") == "/Sig" and "/AP" not in one and "/V" in one for one in fields)
        and all([float(side) for side in one.Rect] == [0, 0, 0, 0] for one in fields)
        and all(one.V.SubFilter == "/ETSI.CAdES.detached" and len(one.V.ByteRange) == 4 for one in fields)
    )


def _of_claim(file: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in file.Root:
        yield "no metadata"
        return
    with file.open_metadata() as about:
        if about.get("pdfaid:part") not in {"2", "3"} or about.get("pdfaid:conformance") != "B":
            yield "no claim"


def _of_colours(file: pikepdf.Pdf) -> Iterator[str]:
    """The colours of the pages are those of the profile that the file carries."""
    profiles = [
        intent.DestOutputProfile
        for intent in file.Root.get("/OutputIntents", [])
        if intent.S == "/GTS_PDFA1" and isinstance(intent.get("/DestOutputProfile"), pikepdf.Stream)
    ]
    if not profiles:
        yield "no output intent"
    for profile in profiles:
        icc = profile.read_bytes()
        if icc[36:40] != b"acsp" or len(icc) != int.from_bytes(icc[:4], "big"):
            yield "no ICC profile"
        elif COMPONENTS.get(icc[16:20]) != int(profile.N):
            yield "profile of other colours"
        for page in file.pages:
            if icc[16:20] != b"CMYK" and INK & {str(step.operator) for step in pikepdf.parse_content_stream(page)}:
                yield "colours outside the profile"


def _of_object(thing: pikepdf.Object) -> Iterator[str]:
    keys = set(thing.keys())
    if thing.get("/S") in ACTIONS or MEDIA & keys or thing.get("/Subtype") in MEDIA | {"/Screen"}:
        yield "action"
    if "/AA" in keys and thing.get("/Type") == "/Annot":
        yield "action of an annotation"
    if thing.get("/S") in ELSEWHERE or (thing.get("/Type") == "/Filespec" and "/EF" not in keys):
        yield "something outside the file"
    if not isinstance(thing, pikepdf.Stream):
        return
    if "/F" in keys:
        yield "content outside the file"
    filters = thing.get("/Filter", pikepdf.Array())
    if "/LZWDecode" in (list(filters) if isinstance(filters, pikepdf.Array) else [filters]):
        yield "LZW"
    if thing.get("/Subtype") == "/PS" or {"/OPI", "/Ref", "/PS"} & keys:
        yield "PostScript or a picture outside the file"


def _of_font(thing: pikepdf.Object) -> Iterator[str]:
    """Every font is inside, also one of those that every reader has; what is composed says so of its parts."""
    if thing.get("/Type") != "/Font" or thing.get("/Subtype") in ("/Type0", "/Type3"):
        return
    told = thing.get("/FontDescriptor", pikepdf.Dictionary())
    if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(told.keys()):
        yield "font that is not inside"
    if thing.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in thing:
        yield "font without its map"
