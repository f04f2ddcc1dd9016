"""The structure that PDF/A asks for: in every paper there is; and what is missing is found."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from sanxiang.three_systems.recording.documents import Attachment, catalogue, render
from tests.apps.recording.papers import FONTS, made, sample
from tests.apps.recording.pdfa import faults

IDS = [form.id for form in catalogue()]
Change = Callable[[Pdf], None]


@pytest.mark.parametrize("template", IDS)
def test_every_paper_has_the_structure_of_pdfa(template: str) -> None:
    assert faults(made(template).pdf) == []


def test_a_paper_with_attachments_has_it_too() -> None:
    paper = render(
        "penalty_decision",
        sample("penalty_decision"),
        fonts=FONTS,
        attachments=[Attachment("facts.json", "{}")],
    )
    assert faults(paper.pdf) == []


def intents(pdf: Pdf, change: Callable[[Dictionary], None]) -> None:
    for intent in pdf.Root.OutputIntents:
        change(intent)


def without(kind: str, *keys: str) -> Change:
    """Take these keys from every object of a type."""

    def change(pdf: Pdf) -> None:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == kind:
                for key in keys:
                    if key in thing:
                        del thing[key]

    return change


def claim(part: bytes, conformance: bytes) -> Change:
    def change(pdf: Pdf) -> None:
        told = pdf.Root.Metadata.read_bytes()
        said = told.replace(b"<pdfaid:part>2<", b"<pdfaid:part>%b<" % part)
        said = said.replace(b"<pdfaid:conformance>B<", b"<pdfaid:conformance>%b<" % conformance)
        assert said != told
        pdf.Root.Metadata = pdf.make_stream(said, Type=Name.Metadata, Subtype=Name.XML)

    return change


def added(**things: object) -> Change:
    return lambda pdf: pdf.Root.__setattr__("Added", pdf.make_indirect(Dictionary(**things)))


def annotated(**things: object) -> Change:
    note = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": [0, 0, 9, 9], "F": 4, **things}
    return lambda pdf: pdf.pages[0].__setattr__("Annots", Array([pdf.make_indirect(Dictionary(**note))]))


def no_profile(pdf: Pdf) -> None:
    intents(pdf, lambda intent: intent.__delitem__("/DestOutputProfile"))


def false_profile(pdf: Pdf) -> None:
    intents(pdf, lambda intent: intent.__setitem__("/DestOutputProfile", pdf.make_stream(b"no profile at all", N=3)))


def four_colours(pdf: Pdf) -> None:
    intents(pdf, lambda intent: intent.DestOutputProfile.__setitem__("/N", 4))


def stream(**things: object) -> Change:
    return lambda pdf: pdf.Root.__setattr__("Added", pdf.make_stream(b"", **things))


def packed(pdf: Pdf) -> None:
    pdf.Root.Added = pdf.make_stream(b"")
    pdf.Root.Added.write(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", filter=Name.LZWDecode)


BROKEN: dict[str, tuple[Change, str]] = {
    "no metadata": (lambda pdf: pdf.Root.__delitem__("/Metadata"), "no metadata"),
    "another part": (claim(b"9", b"B"), "no claim"),
    "another level": (claim(b"2", b"X"), "no claim"),
    "no intent": (lambda pdf: pdf.Root.__delitem__("/OutputIntents"), "no output intent"),
    "no profile": (no_profile, "no output intent"),
    "false profile": (false_profile, "no ICC profile"),
    "four colours": (four_colours, "profile of other colours"),
    "ink": (lambda pdf: pdf.pages[0].contents_add(b"0 1 0 0 k"), "colours outside the profile"),
    "fonts outside": (without("/FontDescriptor", "/FontFile", "/FontFile2", "/FontFile3"), "font that is not inside"),
    "a reader's font": (added(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica), "font that is not inside"),
    "font without map": (added(Type=Name.Font, Subtype=Name.CIDFontType2), "font without its map"),
    "script at opening": (lambda pdf: pdf.Root.__setattr__("OpenAction", Dictionary(S=Name.JavaScript)), "forms or"),
    "script by name": (lambda pdf: pdf.Root.__setattr__("Names", Dictionary(JavaScript=Array())), "scripts by name"),
    "script": (added(S=Name.JavaScript, JS="app.alert(1)"), "action"),
    "programme": (annotated(A=Dictionary(S=Name.Launch)), "action"),
    "action of a page": (lambda pdf: pdf.pages[0].__setattr__("AA", Dictionary()), "action of a page"),
    "action of a note": (annotated(AA=Dictionary()), "action of an annotation"),
    "hidden note": (annotated(F=2), "annotation that is not printed"),
    "form": (lambda pdf: pdf.Root.__setattr__("AcroForm", Dictionary()), "forms or actions"),
    "another file": (added(S=Name.GoToR, F="other.pdf"), "something outside"),
    "a file by name": (added(Type=Name.Filespec, F="other.pdf"), "something outside"),
    "content elsewhere": (stream(F="other.bin"), "content outside the file"),
    "LZW": (packed, "LZW"),
    "PostScript": (stream(Subtype=Name.PS), "PostScript"),
    "film": (added(Type=Name.Annot, Subtype=Name.Movie), "action"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_missing_is_found(name: str) -> None:
    change, text = BROKEN[name]
    with pikepdf.open(io.BytesIO(made("penalty_decision").pdf)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert any(fault.startswith(text) for fault in faults(out.getvalue())), faults(out.getvalue())


def test_a_locked_paper_and_one_without_an_identifier_are_found() -> None:
    whole = made("penalty_decision").pdf
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(user="", owner="演示"))
    assert "encrypted" in faults(out.getvalue())
    nameless = whole.replace(b"/ID[", b"/IX[")
    assert nameless != whole
    assert "no file identifier" in faults(nameless)
