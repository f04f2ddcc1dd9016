"""One carrier at a time: a file that hides a word in this place and in no other comes out without the word, or is
refused with the reason. The how-to (给公示栏目附文件) lists the same."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf
from PIL import Image

from sanxiang.store.cleaning import NotClean, cleaned

from .hostile import SECRET, docx, drawing, jpeg, paragraph, run, zipped
from .test_cleaning import SHOWN, everything

HELD = pikepdf.String(SECRET)
LAYERED = SHOWN + b"/OC /L BDC BT /F1 12 Tf 72 600 Td (" + SECRET.encode() + b") Tj ET EMC"


def plain(change: Callable[[Pdf], None] = lambda made: None, content: bytes = SHOWN) -> bytes:
    """A page and nothing beside it but what is changed."""
    made = Pdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page = Dictionary(
        Type=Name.Page, MediaBox=Array([0, 0, 595, 842]), Contents=made.make_stream(content),
        Resources=Dictionary(Font=Dictionary(F1=made.make_indirect(font))),
    )  # fmt: skip
    made.pages.append(pikepdf.Page(made.make_indirect(page)))
    change(made)
    out = io.BytesIO()
    made.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def note(subtype: Name, **more: Any) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        one = Dictionary(Type=Name.Annot, Subtype=subtype, Rect=Array([0, 0, 9, 9]), Contents=HELD, **more)
        made.pages[0].obj["/Annots"] = Array([made.make_indirect(one)])

    return change


def named(key: str, value: Callable[[Pdf], Any], *, on_page: bool = False) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        (made.pages[0].obj if on_page else made.Root)[key] = value(made)

    return change


def script(made: Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS=HELD)
    made.Root["/OpenAction"] = action
    made.Root["/Names"] = Dictionary(JavaScript=Dictionary(Names=Array([HELD, made.make_indirect(action)])))
    made.pages[0].obj["/AA"] = Dictionary(O=action)


def attached(made: Pdf) -> None:
    made.attachments["x.txt"] = SECRET.encode()


def outlined(made: Pdf) -> None:
    with made.open_outline() as outline:
        outline.root.append(OutlineItem(SECRET, 0))


def described(made: Pdf) -> None:
    with made.open_metadata() as about:
        about["dc:title"] = SECRET
    made.docinfo["/Title"] = SECRET


def thumbnail(made: Pdf) -> Any:
    one = made.make_stream(SECRET.encode())
    one.update(Dictionary(Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8, ColorSpace=Name.DeviceGray))
    return one


def layers(state: str) -> Callable[[Pdf], None]:
    """A word on a layer: open, closed, closed until one prints, or shown only where another is not."""

    def change(made: Pdf) -> None:
        group = made.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("层")))
        way = Dictionary(OFF=Array([group])) if state == "closed" else Dictionary()
        if state == "by event":
            way["/AS"] = Array([Dictionary(Event=Name.Print, Category=Array([Name.Print]), OCGs=Array([group]))])
        made.Root["/OCProperties"] = Dictionary(OCGs=Array([group]), D=way)
        member = {"reversed": Dictionary(Type=Name.OCMD, OCGs=Array([group]), P=Name.AllOff),
                  "computed": Dictionary(Type=Name.OCMD, VE=Array([Name.Not, group]))}.get(state)  # fmt: skip
        target = group if member is None else made.make_indirect(member)
        made.pages[0].obj.Resources["/Properties"] = Dictionary(L=target)

    return change


def revised() -> bytes:
    """A second edition written behind the first: the first still stands in the file."""
    first = plain(content=b"BT /F1 12 Tf 72 700 Td (" + SECRET.encode() + b") Tj ET")
    with pikepdf.open(io.BytesIO(first)) as opened:
        number = opened.pages[0].obj.Contents.objgen[0]
    at = len(first)
    body = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(SHOWN), SHOWN)
    old = int(first[first.rindex(b"startxref") + 9 :].split()[0])
    tail = first[first.rindex(b"trailer") :].split(b">>")[0] + b" /Prev %d >>\n" % old
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    return first + body + table + tail + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))


def book(change: Callable[[Any], None], **parts: bytes | str) -> bytes:
    from openpyxl import Workbook

    made, out = Workbook(), io.BytesIO()
    made.active.append(["编号", "名称"])
    change(made)
    made.save(out)
    if not parts:
        return out.getvalue()
    import zipfile

    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as packed:
        held: dict[str, bytes | str] = {name: packed.read(name) for name in packed.namelist()}
    return zipped(
        held
        | {
            name.replace("__", "/").replace("_bin", ".bin").replace("_jpeg", ".jpeg"): part
            for name, part in parts.items()
        }
    )


def commented(made: Any) -> None:
    made.active["A1"].comment = Comment(SECRET, "x")


def kept_apart(state: str) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        made.create_sheet("内部").append([SECRET])
        made["内部"].sheet_state = state

    return change


def hidden_row(made: Any) -> None:
    made.active.append([SECRET])
    made.active.row_dimensions[2].hidden = True


def hidden_column(made: Any) -> None:
    made.active["C1"] = SECRET
    made.active.column_dimensions["C"].hidden = True


def picture(form: str, **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, form, **more)
    return out.getvalue()


def exif(tag: int, inside: int = 0) -> bytes:
    told = Image.Exif()
    if inside:
        told.get_ifd(inside)[tag] = SECRET
    else:
        told[tag] = SECRET
    return picture("JPEG", exif=told)


def with_thumbnail() -> bytes:
    """A small picture within the EXIF, itself with a word."""
    small = picture("JPEG", comment=SECRET.encode())
    ifd1 = (b"\x00\x02" + b"\x02\x01\x00\x04\x00\x00\x00\x01" + (44).to_bytes(4, "big")
            + b"\x02\x02\x00\x04\x00\x00\x00\x01" + len(small).to_bytes(4, "big") + b"\x00\x00\x00\x00")  # fmt: skip
    tiff = b"MM\x00\x2a\x00\x00\x00\x08" + b"\x00\x00" + (14).to_bytes(4, "big") + ifd1 + small
    block = b"Exif\x00\x00" + tiff
    whole = picture("JPEG")
    return whole[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + whole[2:]


TAKEN = {
    "pdf: a layer of recognised text": plain(content=SHOWN + b"BT 3 Tr /F1 12 Tf 72 600 Td (" + SECRET.encode() + b") Tj ET"),
    "pdf: a note": plain(note(Name.Text)),
    "pdf: a highlight": plain(note(Name.Highlight, QuadPoints=Array([0, 0, 9, 0, 0, 9, 9, 9]))),
    "pdf: a hidden note": plain(note(Name.FreeText, F=2)),
    "pdf: an earlier revision": revised(),
    "pdf: an embedded file": plain(attached),
    "pdf: a script": plain(script),
    "pdf: properties and XMP": plain(described),
    "pdf: a thumbnail": plain(named("/Thumb", thumbnail, on_page=True)),
    "pdf: bookmarks": plain(outlined),
    "pdf: private data": plain(named("/PieceInfo", lambda made: Dictionary(X=HELD), on_page=True)),
    "docx: comments, properties, thumbnail, custom XML": docx(),
    "docx: the name and description of a picture": docx(
        paragraph(run()) + drawing(), {"word/media/image1.jpg": jpeg()}, (("rId5", "image", "media/image1.jpg"),)
    ),
    "xlsx: a comment": book(commented),
    "xlsx: a thumbnail": book(lambda made: None, docProps__thumbnail_jpeg=SECRET.encode()),
    "jpeg: EXIF": exif(0x010E),
    "jpeg: the place (GPS)": exif(0x1D, 0x8825),
    "jpeg: a thumbnail": with_thumbnail(),
    "jpeg: a comment": picture("JPEG", comment=SECRET.encode()),
    "jpeg: XMP": picture("JPEG", xmp=f"<x>{SECRET}</x>".encode()),
    "png: EXIF": picture("PNG", exif=Image.Exif().tobytes() + SECRET.encode()),
    "jpeg: a file behind its end": picture("JPEG") + SECRET.encode(),
}  # fmt: skip
REFUSED = {
    "pdf: a closed layer": (plain(layers("closed"), LAYERED), "图层"),
    "pdf: a layer that opens by an event": (plain(layers("by event"), LAYERED), "图层"),
    "pdf: a layer that shows where another does not": (plain(layers("reversed"), LAYERED), "图层"),
    "pdf: a layer that is computed": (plain(layers("computed"), LAYERED), "图层"),
    "docx: macros": (docx("", {"word/vbaProject.bin": SECRET.encode()}), "宏"),
    "docx: tracked changes": (
        docx(paragraph(f"<w:del><w:r><w:delText>{SECRET}</w:delText></w:r></w:del>")), "修订"),
    "docx: an embedded object": (docx("", {"word/embeddings/oleObject1.bin": SECRET.encode()}), "嵌入"),
    "docx: hidden text": (docx(paragraph(run(SECRET, "<w:vanish/>"))), "隐藏文字"),
    "xlsx: macros": (book(lambda made: None, xl__vbaProject_bin=SECRET.encode()), "宏"),
    "xlsx: an embedded object": (book(lambda made: None, xl__embeddings__oleObject1_bin=SECRET.encode()), "嵌入"),
    "xlsx: a hidden sheet": (book(kept_apart("hidden")), "隐藏"),
    "xlsx: a very hidden sheet": (book(kept_apart("veryHidden")), "隐藏"),
    "xlsx: a hidden row": (book(hidden_row), "隐藏"),
    "xlsx: a hidden column": (book(hidden_column), "隐藏"),
}  # fmt: skip


@pytest.mark.parametrize("carrier", TAKEN)
def test_what_a_file_carries_unseen_stays_behind(carrier: str) -> None:
    data = TAKEN[carrier]
    assert SECRET.encode() in everything(data) or b"S\x00E\x00C" in data, "it was there"
    made = cleaned(data)
    assert SECRET.encode() not in everything(made.data)


@pytest.mark.parametrize("carrier", REFUSED)
def test_what_only_its_author_can_settle_is_refused_with_the_reason(carrier: str) -> None:
    data, reason = REFUSED[carrier]
    with pytest.raises(NotClean, match=reason):
        cleaned(data)


def test_a_layer_that_is_open_is_content_and_no_layer_afterwards() -> None:
    made = cleaned(plain(layers("open"), LAYERED.replace(SECRET.encode(), b"Seen")))
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        assert "/OCProperties" not in opened.Root
        assert b"Seen" in opened.pages[0].obj.Contents.read_bytes()


def test_the_workbook_that_is_left_is_one(tmp_path: Any) -> None:
    made = cleaned(TAKEN["xlsx: a comment"])
    assert load_workbook(io.BytesIO(made.data)).active["A1"].value == "编号"
