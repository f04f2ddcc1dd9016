"""Nothing that is not seen on a file goes out with it, and what could be hidden is refused with the reason."""

from __future__ import annotations

import io
import resource
import time
import zipfile
import zlib
from typing import Any

import pikepdf
import pytest
from openpyxl import load_workbook
from pikepdf import Array, Dictionary, Name
from PIL import Image
from pypdf import PdfReader

from sanxiang.store.cleaning import LARGEST, Clean, NotClean, cleaned

from .hostile import SECRET, docx, drawing, jpeg, paragraph, pdf, png, rels, run, workbook, zipped

SHOWN = b"BT /F1 12 Tf 72 700 Td (Form) Tj ET "


def everything(data: bytes) -> bytes:
    """All bytes that can be read out of a file: its own, its parts unpacked, its streams, its strings."""
    found = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                part = packed.read(name)
                found += [name.encode(), part, *([everything(part)] if "/media/" in name else [])]
    if data.startswith(b"%PDF-"):
        with pikepdf.open(io.BytesIO(data)) as opened:
            for one in opened.objects:
                found.append(repr(one).encode())
                if isinstance(one, pikepdf.Stream):
                    found += [one.read_raw_bytes(), *([one.read_bytes()] if "/DCTDecode" not in repr(one) else [])]
    return b"\n".join(found)


def silent(data: bytes) -> Clean:
    """The clean file; it was loud before."""
    assert SECRET.encode() in everything(data)
    made = cleaned(data)
    assert SECRET.encode() not in everything(made.data)
    assert SECRET.encode("utf-16-be") not in everything(made.data)
    assert cleaned(made.data).media_type == made.media_type, "what we made is taken again"
    return made


# ── what is taken ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pdf_keeps_what_it_shows_and_nothing_else() -> None:
    def loud(made: pikepdf.Pdf) -> None:
        picture = made.make_stream(jpeg())
        picture.update(Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=60, Height=40, BitsPerComponent=8,
                                  ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode))  # fmt: skip
        made.pages[0].obj.Resources["/XObject"] = Dictionary(P=picture)
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([1, 1, 9, 9]), Contents=pikepdf.String(SECRET),
                          A=Dictionary(S=Name.URI, URI=pikepdf.String("https://example.org/")))  # fmt: skip
        evil = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([1, 1, 9, 9]),
                          A=Dictionary(S=Name.Launch, F=pikepdf.String(SECRET)))  # fmt: skip
        made.pages[0].obj.Annots.extend([made.make_indirect(link), made.make_indirect(evil)])

    tagged = b"/Span <</ActualText (" + SECRET.encode() + b")>> BDC " + SHOWN + b"EMC q 60 0 0 40 72 300 cm /P Do Q"
    made = silent(pdf(tagged, loud))
    read = PdfReader(io.BytesIO(made.data))
    assert read.pages[0].extract_text().strip() == "Form"
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        assert set(opened.Root.keys()) <= {"/Type", "/Pages", "/Lang", "/Dests"}
        assert [str(one.get("/A", {}).get("/URI", "")) for one in opened.pages[0].obj.Annots] == [
            "https://example.org/",
            "",
        ]
        image = pikepdf.PdfImage(opened.pages[0].obj.Resources.XObject.P).as_pil_image()
        assert image.getpixel((5, 5))[2] > 100, "the picture is still the picture"


def test_an_earlier_revision_does_not_go_out() -> None:
    """An incremental update leaves the old bytes in the file."""
    first = pdf(b"BT /F1 12 Tf 72 700 Td (" + SECRET.encode() + b") Tj ET")
    with pikepdf.open(io.BytesIO(first)) as opened:
        number = opened.pages[0].obj.Contents.objgen[0]
    at, start = len(first), first.rindex(b"startxref") + 9
    body = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(SHOWN), SHOWN)
    old = int(first[start:].split()[0])
    tail = first[first.rindex(b"trailer") :].split(b">>")[0] + b" /Prev %d >>\n" % old
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    second = first + body + table + tail + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))
    made = silent(second)
    assert PdfReader(io.BytesIO(made.data)).pages[0].extract_text().strip() == "Form"


def test_text_that_is_not_drawn_is_taken_out() -> None:
    """The layer that a scanner's recognition lays over its picture."""
    made = silent(pdf(SHOWN + b"BT 3 Tr /F1 12 Tf 72 600 Td (" + SECRET.encode() + b") Tj ET"))
    assert PdfReader(io.BytesIO(made.data)).pages[0].extract_text().strip() == "Form"


def test_a_workbook_keeps_its_visible_values() -> None:
    made = silent(workbook())
    sheet = load_workbook(io.BytesIO(made.data))["目录"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["编号", "名称", "金额"],
        ["1", "=不是公式", 12.5],
    ]
    assert sheet["B2"].data_type == "s", "nothing becomes a formula"


def test_a_document_keeps_its_text_and_pictures() -> None:
    body = paragraph(run("申请表")) + drawing()
    made = silent(docx(body, {"word/media/image1.jpg": jpeg()}, (("rId5", "image", "media/image1.jpg"),)))
    with zipfile.ZipFile(io.BytesIO(made.data)) as packed:
        names = set(packed.namelist())
        assert "申请表" in packed.read("word/document.xml").decode()
        assert Image.open(io.BytesIO(packed.read("word/media/image1.jpg"))).size == (60, 40)
        assert all(info.date_time == (1980, 1, 1, 0, 0, 0) for info in packed.infolist())
    assert names == {"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels",
                     "word/media/image1.jpg"}  # fmt: skip


@pytest.mark.parametrize("make", [jpeg, png])
def test_a_picture_is_drawn_anew(make: Any) -> None:
    made = silent(make())
    assert Image.open(io.BytesIO(made.data)).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


def test_what_lies_under_a_transparent_point_is_gone() -> None:
    made = cleaned(png())
    assert Image.open(io.BytesIO(made.data)).getpixel((3, 3)) == (255, 255, 255)


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────────


def layered(made: pikepdf.Pdf) -> None:
    group = made.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("内部")))
    made.Root["/OCProperties"] = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))


def pictured(made: pikepdf.Pdf) -> None:
    picture = made.make_stream(b"\x00" * 3)
    picture.update(Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8,
                              ColorSpace=Name.DeviceRGB))  # fmt: skip
    made.pages[0].obj.Resources["/XObject"] = Dictionary(P=picture)


def xfa(made: pikepdf.Pdf) -> None:
    made.Root["/AcroForm"] = Dictionary(XFA=made.make_stream(b"<x/>"), Fields=Array())


def locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as opened:
        opened.save(out, encryption=pikepdf.Encryption(user="u", owner="o"))
    return out.getvalue()


PDFS = {
    "covered by a picture": (pdf(SHOWN + b"q 500 0 0 500 50 300 cm /P Do Q", pictured), "盖住"),
    "covered by a black box": (pdf(SHOWN + b"0 g 60 690 200 30 re f"), "盖住"),
    "off the page": (pdf(SHOWN + b"BT /F1 12 Tf -900 700 Td (x) Tj ET"), "页面以外"),
    "white on white": (pdf(SHOWN + b"1 1 1 rg BT /F1 12 Tf 72 500 Td (x) Tj ET"), "白色"),
    "too small": (pdf(SHOWN + b"BT /F1 0.1 Tf 72 500 Td (x) Tj ET"), "小得看不见"),
    "unseen within a line": (pdf(b"BT /F1 12 Tf 72 700 Td 3 Tr (x) Tj 0 Tr (Form) Tj ET"), "看不见的文字"),
    "a closed layer": (pdf(SHOWN, layered), "图层"),
    "a dynamic form": (pdf(SHOWN, xfa), "XFA"),
    "locked": (locked(), "密码"),
    "cut off": (pdf()[:300], "损坏"),
    "not at its beginning": (b"GIF89a" + pdf(), "只能公示"),
}


@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_that_hides_something_is_refused(name: str) -> None:
    data, reason = PDFS[name]
    with pytest.raises(NotClean, match=reason):
        cleaned(data)


def test_a_dark_ground_may_lie_under_white_text_and_a_clear_stamp_over_black() -> None:
    def stamped(made: pikepdf.Pdf) -> None:
        pictured(made)
        mask = made.make_stream(b"\x80")
        mask.update(Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8,
                               ColorSpace=Name.DeviceGray))  # fmt: skip
        made.pages[0].obj.Resources.XObject.P["/SMask"] = mask

    content = b"0 0 1 rg 60 490 200 30 re f 1 g BT /F1 12 Tf 72 500 Td (Head) Tj ET 0 g " + SHOWN
    made = cleaned(pdf(content + b"q 500 0 0 500 50 300 cm /P Do Q", stamped))
    assert PdfReader(io.BytesIO(made.data)).pages[0].extract_text().split() == ["Head", "Form"]


def hide(name: str) -> Any:
    def change(book: Any) -> None:
        sheet = book.active
        if name == "sheet":
            book.create_sheet("内部").append([1])
            book["内部"].sheet_state = "veryHidden"
        elif name == "row":
            sheet.row_dimensions[2].hidden = True
        elif name == "flat row":
            sheet.row_dimensions[2].height = 0.1
        elif name == "column":
            sheet.column_dimensions["B"].hidden = True
        elif name == "formula":
            sheet["D1"] = "=1+1"
        else:
            from openpyxl.drawing.image import Image as Drawn

            sheet.add_image(Drawn(io.BytesIO(png())))

    return change


@pytest.mark.parametrize(
    ("name", "reason"),
    [("sheet", "隐藏"), ("row", "第 2 行是隐藏"), ("flat row", "第 2 行是隐藏"), ("column", "B 列是隐藏"), ("formula", "D1 是公式"),
     ("picture", "图片")],
)  # fmt: skip
def test_a_workbook_that_hides_something_is_refused(name: str, reason: str) -> None:
    with pytest.raises(NotClean, match=reason):
        cleaned(workbook(hide(name)))


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><x>&j;</x>"
)
WORDS = {
    "inserted": (docx(paragraph(f'<w:ins w:author="x">{run()}</w:ins>')), "修订"),
    "deleted": (docx(paragraph("<w:del><w:r><w:delText>x</w:delText></w:r></w:del>")), "修订"),
    "hidden": (docx(paragraph(run("x", "<w:vanish/>"))), "隐藏文字"),
    "hidden by style": (docx(paragraph(run("x", '<w:rStyle w:val="H"/>')),
        {"word/styles.xml": '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style '
         'w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'}), "隐藏文字"),
    "white": (docx(paragraph(run("x", '<w:color w:val="FFFFFF"/>'))), "白色"),
    "tiny": (docx(paragraph(run("x", '<w:sz w:val="2"/>'))), "小得看不见"),
    "macros": (docx("", {"word/vbaProject.bin": b"x"}), "宏"),
    "embedded": (docx("", {"word/embeddings/oleObject1.bin": b"x"}), "嵌入"),
    "object": (docx(paragraph("<w:r><w:object/></w:r>")), "嵌入"),
    "fetches": (docx(paragraph("<w:r><w:instrText>DDEAUTO cmd</w:instrText></w:r>")), "域"),
    "template from outside": (docx("", {}, (("rId7", "attachedTemplate", "https://evil.invalid/t.dotm"),)), "外部"),
    "picture from outside": (docx(drawing(), {}, (("rId5", "image", "https://evil.invalid/p.png"),)), "外部"),
    "cropped": (docx(drawing(crop='<a:srcRect l="5000"/>'), {"word/media/i.jpg": jpeg()}, (("rId5", "image", "media/i.jpg"),)),
                "裁剪"),
    "chart": (docx(drawing(uri="http://schemas.openxmlformats.org/drawingml/2006/chart")), "图表"),
    "entities": (docx("", {"word/styles.xml": BOMB, "word/_rels/document.xml.rels": rels(("rId2", "styles", "styles.xml"))}),
                 "实体"),
    "entities in UTF-16": (docx("", {"word/document.xml": BOMB.encode("utf-16")}), "编码"),
    "half": (docx()[:400], "不完整|只能公示"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_a_document_that_hides_something_is_refused(name: str) -> None:
    data, reason = WORDS[name]
    with pytest.raises(NotClean, match=reason):
        cleaned(data)


def spread(megabytes: int) -> bytes:
    """Much in little, without the memory of it."""
    made = zlib.compressobj(1)
    return b"".join([*(made.compress(b"\n" * (1 << 20)) for _ in range(megabytes)), made.flush()])


def bombs() -> dict[str, bytes]:
    huge_png = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(huge_png, "PNG")

    def swollen(made: pikepdf.Pdf) -> None:
        made.pages[0].obj["/Contents"] = pikepdf.Stream(made, b"")
        stream = made.make_stream(b"")
        stream.write(spread(1_600), filter=Name.FlateDecode)
        made.pages[0].obj["/Contents"] = stream

    return {
        "zip": zipped({"word/document.xml": b"\x00" * (200 << 20)}),
        "many": zipped({f"word/{n}.xml": b"" for n in range(3_000)}),
        "workbook": zipped({"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": b" " * (80 << 20)}),
        "picture": huge_png.getvalue(),
        "stream": pdf(change=swollen),
        "large": b"%PDF-" + b"x" * LARGEST,
        "empty": b"",
        "old": b"\xd0\xcf\x11\xe0" + b"x" * 600,
        "script": b"<svg onload=alert(1)>",
        "program": b"MZ" + b"\x00" * 600,
    }


@pytest.fixture(scope="module")
def made_bombs() -> dict[str, bytes]:
    return bombs()


@pytest.mark.parametrize(
    "name", ["zip", "many", "workbook", "picture", "stream", "large", "empty", "old", "script", "program"]
)
def test_what_is_too_much_or_nothing_of_ours_is_refused_at_a_bounded_cost(
    name: str, made_bombs: dict[str, bytes]
) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    start = time.monotonic()
    with pytest.raises(NotClean):
        cleaned(made_bombs[name])
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 60, "the process is bounded"
    assert time.monotonic() - start < 90


def test_a_file_that_is_two_things_comes_out_as_one() -> None:
    """A picture with a package behind it, a PDF with a page of the web inside."""
    both = jpeg() + zipped({"x.js": SECRET})
    made = silent(both)
    assert made.media_type == "image/jpeg"
    assert not zipfile.is_zipfile(io.BytesIO(made.data))
    web = pdf().replace(b"%%EOF", b"%%EOF\n<script>" + SECRET.encode() + b"</script>\n%%EOF")
    assert b"<script" not in silent(web).data
