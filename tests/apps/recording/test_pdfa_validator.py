"""Every paper and a volume under a validator that follows the rules of veraPDF (pikepdf.pdfa), and pages from elsewhere.

It approves only what it knows, so that an alarm may be false. Three are, each named with its reason; anything else
fails."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, pdfa
from PIL import Image

from sanxiang.three_systems.recording.documents import Attachment, DocumentError, Part, Volume, catalogue, render, scans
from tests.apps.recording.papers import FONTS, made, sample, text_of
from tests.apps.recording.test_documents_binding import TEMPLATES, bound, part, scan

FALSE_ALARMS = (
    # Noto CJK gives the scale of its glyphs in each font of the family (CFF, Adobe TN 5176, FDArray): allowed, not read.
    r"font-program.*FDArray FontMatrix is not supported",
    # Extension schemas, and paged-text and history of XMP, are allowed (ISO 19005-2, 6.6.2.3); it knows none.
    r"6\.6\.2\.3\.1-[12].*(xmpTPg|pdfaExtension|pdfaSchema|pdfaProperty|xmpMM:History)",
    # A destination may be an indirect array (ISO 32000-1, table 153).
    r"schema-OutlineItem.*/Dest: '\d+ 0 R' is not valid",
)


def alarms(pdf: bytes, flavour: str = "2b") -> list[str]:
    """What the validator finds, without what it finds falsely."""
    found = map(str, pdfa.validate_written(io.BytesIO(pdf), flavour).findings)
    return [one for one in found if not any(re.search(known, one) for known in FALSE_ALARMS)]


@pytest.mark.parametrize("template", [form.id for form in catalogue()])
def test_every_paper_is_approved(template: str) -> None:
    assert alarms(made(template).pdf) == []


def test_a_paper_with_attachments_is_approved() -> None:
    data = sample("penalty_decision")
    paper = render("penalty_decision", data, fonts=FONTS, attachments=[Attachment("facts.json", "{}")])
    assert alarms(paper.pdf, "3b") == []


def foreign() -> bytes:
    """What other programs write: a font that is not inside, four colours, a script, transparency, a false claim."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = Dictionary(
            Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)),
            ExtGState=Dictionary(G=Dictionary(ca=0.5, BM=Name.Multiply)),
        )
        drawn = b"/G gs 0 1 1 0 k 50 50 300 300 re f BT /F 24 Tf 100 600 Td (A foreign paper) Tj ET"
        page.Contents = pdf.make_stream(drawn)
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        with pdf.open_metadata() as about:
            about["pdfaid:part"], about["pdfaid:conformance"] = "2", "B"
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def picture(mode: str = "RGB", kind: str = "PNG", **more: object) -> bytes:
    """Dark above, light below, wider than high."""
    drawn = Image.new("RGB", (320, 200), (250, 240, 200))
    drawn.paste((30, 20, 90), (0, 0, 320, 60))
    out = io.BytesIO()
    drawn.convert(mode).save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.fixture(scope="module")
def volume() -> Volume:
    """A volume of every paper that belongs there, with a foreign PDF, a photo and a scan without colour."""
    ours = [part(template) for template in TEMPLATES[:6]]
    others = {
        "外单位函": foreign(),
        "照片": picture(kind="JPEG"),
        "扫描件": picture("L", "TIFF"),
        "截图": picture("RGBA"),
    }
    return bound([*ours, *(Part(title=title, pdf=data, volume="main") for title, data in others.items())])


def test_a_volume_with_scans_photos_and_foreign_papers_is_approved(volume: Volume) -> None:
    assert alarms(volume.pdf) == []
    assert volume.pictured == ("外单位函", "照片", "扫描件", "截图")
    assert alarms(foreign()), "the foreign paper itself is not"
    with pikepdf.open(io.BytesIO(volume.pdf)) as pdf, pdf.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")


def test_a_volume_of_every_paper_is_approved() -> None:
    assert alarms(bound([part(template) for template in TEMPLATES]).pdf) == []


def test_a_false_claim_from_elsewhere_is_not_believed() -> None:
    with pikepdf.open(io.BytesIO(foreign())) as pdf, pdf.open_metadata() as about:
        assert about["pdfaid:part"] == "2"
    inside = bound([Part(title="外单位函", pdf=foreign(), volume="main")])
    assert "A foreign paper" not in "".join(line for page in text_of(inside.pdf) for line in page)
    with pikepdf.open(io.BytesIO(inside.pdf)) as pdf:
        assert b"JavaScript" not in b"".join(
            one.unparse() for one in pdf.objects if isinstance(one, pikepdf.Dictionary)
        )


def test_a_page_looks_as_it_did() -> None:
    import pypdfium2

    def colours(pdf: bytes) -> list[object]:
        drawn = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
        return [drawn.getpixel(place) for place in ((200, 600), (20, 20), (400, 800))]

    before, after = colours(foreign()), colours(scans.of_pdf(foreign(), "函", (False,)))
    near = [max(abs(a - b) for a, b in zip(one, other, strict=True)) for one, other in zip(before, after, strict=True)]  # type: ignore[call-overload]
    assert max(near) < 12


def test_a_photo_stands_upright_as_its_camera_held_it() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    flat, stood = scans.of_picture(picture(kind="JPEG"), "a"), scans.of_picture(picture(kind="JPEG", exif=turned), "a")
    sizes = []
    for pdf in (flat, stood):
        with pikepdf.open(io.BytesIO(pdf)) as found:
            box = [float(one) for one in found.pages[0].MediaBox]  # type: ignore[union-attr]
            sizes.append(box[2] > box[3])
    assert sizes == [True, False]


def test_what_has_no_colour_is_kept_without() -> None:
    for mode, space in (("L", Name.DeviceGray), ("RGB", Name.DeviceRGB)):
        with pikepdf.open(io.BytesIO(scans.of_picture(picture(mode), "a"))) as pdf:
            assert pdf.pages[0].Resources.XObject.Page.ColorSpace == space


def test_several_frames_are_several_pages_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    frames = [Image.new("L", (100, 140), shade) for shade in (0, 90, 200)]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    volume = bound([Part(title="扫描件", pdf=out.getvalue(), volume="main")])
    assert volume.pages == 3
    monkeypatch.setattr(scans, "PAGES_MAX", 2)
    with pytest.raises(DocumentError, match="“扫描件”有 3 页，超过 2 页"):
        bound([Part(title="扫描件", pdf=out.getvalue(), volume="main")])
    with pytest.raises(DocumentError, match="超过 2 页"):
        scans.of_pdf(foreign(), "函", (False,) * 3)


@pytest.mark.parametrize("bad", [picture()[:300], picture(kind="JPEG")[:200]])
def test_a_broken_picture_is_named(bad: bytes) -> None:
    with pytest.raises(DocumentError, match="“照片”不是完好的"):
        bound([Part(title="照片", pdf=bad, volume="main")])


def test_a_huge_page_is_drawn_with_few_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "PIXELS_MAX", 100_000)
    with pikepdf.open(io.BytesIO(scans.of_pdf(scan("1 0 0 rg 0 0 300 500 re f"), "图", (False,)))) as pdf:
        held = pdf.pages[0].Resources.XObject.Page
        assert int(held.Width) * int(held.Height) <= 101_000


def four_colours(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 0 1 k 0 0 9 9 re f")


def no_font(pdf: Pdf) -> None:
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile2", "/FontFile3"):
                if key in thing:
                    del thing[key]


def script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("x"))


def no_intent(pdf: Pdf) -> None:
    pdf.Root.OutputIntents = Array()


@pytest.mark.parametrize("change", [four_colours, no_font, script, no_intent])
def test_the_validator_finds_what_is_wrong(change: Callable[[Pdf], None]) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made("filing_approval").pdf)) as pdf:
        change(pdf)
        pdf.save(out)
    assert alarms(out.getvalue())
