"""Files that carry more than they show: made by hand, each with a word that nobody may find in what goes out."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pikepdf
from openpyxl import Workbook
from openpyxl.comments import Comment
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

SECRET = "SECRETCANARY"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAMES = (
    f'{W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def run(text: str = "申请表", props: str = "") -> str:
    return f"<w:r><w:rPr>{props}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(inside: str) -> str:
    return f'<w:p w:rsidR="00{SECRET[:6]}">{inside}</w:p>'


def rels(*rows: tuple[str, str, str]) -> str:
    told = "".join(
        f'<Relationship Id="{key}" Type="{REL}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if '://' in target else ''}/>"
        for key, kind, target in rows
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{told}</Relationships>'


def docx(
    body: str = "", more: dict[str, bytes | str] | None = None, links: tuple[tuple[str, str, str], ...] = ()
) -> bytes:
    """A document with what every word processor leaves behind: properties, comments, custom XML, a thumbnail."""
    body = body or paragraph(run())
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": rels(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": rels(("rId9", "comments", "comments.xml"), *links),
        "word/comments.xml": f"<w:comments {W}><w:comment><w:p><w:r><w:t>{SECRET}</w:t></w:r></w:p></w:comment></w:comments>",
        "docProps/core.xml": f"<x>{SECRET}</x>", "docProps/app.xml": f"<x>{SECRET}</x>",
        "docProps/thumbnail.jpeg": SECRET.encode(), "customXml/item1.xml": f"<x>{SECRET}</x>",
        "word/people.xml": f"<x>{SECRET}</x>", "word/settings.xml": f"<w:settings {W}><w:rsids/></w:settings>",
        **(more or {}),
    })  # fmt: skip


def drawing(
    key: str = "rId5", crop: str = "", uri: str = "http://schemas.openxmlformats.org/drawingml/2006/picture"
) -> str:
    return paragraph(
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="{SECRET}" descr="{SECRET}"/><a:graphic><a:graphicData uri="{uri}">'
        f'<pic:pic><pic:blipFill><a:blip r:embed="{key}"/>{crop}</pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def jpeg(size: tuple[int, int] = (60, 40), secret: str = SECRET) -> bytes:
    """A photo with EXIF, a comment, a thumbnail and a second file behind its end."""
    out = io.BytesIO()
    picture = Image.new("RGB", size, "navy")
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = secret
    picture.save(out, "JPEG", exif=exif, comment=secret.encode())
    return out.getvalue() + secret.encode()


def png() -> bytes:
    from PIL.PngImagePlugin import PngInfo

    out, told = io.BytesIO(), PngInfo()
    told.add_text("Comment", SECRET)
    Image.new("RGBA", (30, 20), (1, 2, 3, 0)).save(out, "PNG", pnginfo=told)
    return out.getvalue() + SECRET.encode()


def workbook(change: Any = None) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "目录"
    sheet.append(["编号", "名称", "金额"])
    sheet.append(["1", "=不是公式", 12.5])
    sheet["B2"].data_type = "s"
    sheet["A1"].comment = Comment(SECRET, SECRET)
    book.properties.creator = book.properties.title = SECRET
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(content: bytes = b"BT /F1 12 Tf 72 700 Td (Form) Tj ET", change: Any = None) -> bytes:
    """A page with what a PDF may carry beside it: properties, XMP, a script, an attached file, a note, a thumbnail."""
    made = Pdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page = Dictionary(
        Type=Name.Page, MediaBox=Array([0, 0, 595, 842]), Contents=made.make_stream(content),
        Resources=Dictionary(Font=Dictionary(F1=made.make_indirect(font))),
        PieceInfo=Dictionary(X=pikepdf.String(SECRET)), Metadata=made.make_stream(SECRET.encode()),
        Annots=Array([made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]),
                                                    Contents=pikepdf.String(SECRET)))]),
    )  # fmt: skip
    made.pages.append(pikepdf.Page(made.make_indirect(page)))
    made.docinfo["/Title"] = made.docinfo["/Author"] = SECRET
    made.Root["/Metadata"] = made.make_stream(SECRET.encode())
    made.Root["/OpenAction"] = Dictionary(S=Name.JavaScript, JS=pikepdf.String(f"app.alert('{SECRET}')"))
    made.attachments[f"{SECRET}.txt"] = SECRET.encode()
    if change is not None:
        change(made)
    out = io.BytesIO()
    made.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()
