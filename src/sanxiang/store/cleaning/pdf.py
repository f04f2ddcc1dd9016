"""PDF files: the pages with what they show. Properties, attached files, scripts, actions, comments, outlines, tags,
earlier revisions and private data stay behind; closed layers and covered or invisible text are refused, or taken out
where nothing visible changes (ISO 32000-2)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from . import NotClean
from .pictures import bare_jpeg
from .seen import Looked, look

PAGES_MAX = 500
ROOT_KEYS = ("/Type", "/Pages", "/Lang", "/Dests")
PAGE_KEYS = (
    "/Type",
    "/Parent",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/Resources",
    "/Contents",
    "/Annots",
    "/Group",
    "/UserUnit",
)
TREE_KEYS = ("/Type", "/Parent", "/Kids", "/Count", "/MediaBox", "/CropBox", "/Rotate", "/Resources")
PRIVATE = ("/Metadata", "/PieceInfo", "/AF", "/AA", "/JS", "/Alternates", "/OPI", "/Measure", "/PtData",
           "/StructParents", "/StructParent", "/LastModified", "/Thumb", "/ActualText", "/Alt", "/OC",
           "/SourceInfo")  # fmt: skip
HIDDEN = 2 | 32
"""The flags Hidden and NoView of an annotation."""
SAFE = ("http://", "https://", "mailto:")


def rewritten(data: bytes) -> bytes:
    """The document made anew. Raises NotClean."""
    try:
        with pikepdf.open(io.BytesIO(data)) as old:
            return _rewritten(old)
    except pikepdf.PasswordError:
        raise NotClean("PDF 加了密码，请去掉密码再传") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, KeyError, TypeError, IndexError, AttributeError,
            RecursionError, RuntimeError, NotImplementedError) as fault:  # fmt: skip
        if isinstance(fault, NotClean):
            raise
        raise NotClean("PDF 已经损坏或者写法不合规范，请重新导出一份再传") from fault


def _rewritten(old: Pdf) -> bytes:
    if not 0 < len(old.pages) <= PAGES_MAX:
        raise NotClean(f"PDF 应有 1 到 {PAGES_MAX} 页")
    _refuse_layers(old)
    _flatten(old)
    for page in old.pages:
        _page(old, page)
    _only(old.Root, ROOT_KEYS)
    _only(old.trailer, ("/Root", "/Size"))
    for one in old.objects:
        _bare(one)
    out = io.BytesIO()
    old.remove_unreferenced_resources()
    old.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=False)
    return out.getvalue()


def _refuse_layers(pdf: Pdf) -> None:
    """Layers that are all open are no more than content; one that is closed hides something, and one that depends on
    others shows where they do not."""
    layers = pdf.Root.get("/OCProperties")
    ways = [layers.get("/D"), *(layers.get("/Configs") or [])] if layers is not None else []
    closed = any(
        way.get("/BaseState", Name.ON) != Name.ON or len(way.get("/OFF") or []) or len(way.get("/AS") or [])
        for way in filter(None, ways)
    )
    if closed or any(_reversed(part) for one in pdf.objects for part in _dictionaries(one)):
        raise NotClean("PDF 里有关闭的图层，内容看不见却在文件里；请合并或者删去图层再传")


def _reversed(one: Any) -> bool:
    """A membership of layers that does more than show where all of them, or one of them, is open."""
    member = one.get("/Type") == Name.OCMD
    return member and ("/VE" in one or one.get("/P", Name.AnyOn) not in (Name.AnyOn, Name.AllOn))


def _flatten(pdf: Pdf) -> None:
    """Filled fields become what they show; of the annotations the open links stay."""
    form = pdf.Root.get("/AcroForm")
    if form is not None and "/XFA" in form:
        raise NotClean("PDF 是动态表单（XFA），请打印成普通的 PDF 再传")
    for page in pdf.pages:
        kept = [one for one in page.obj.get("/Annots") or [] if _stays(one)]
        page.obj["/Annots"] = Array(kept)
    if form is not None:
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("screen")
    for page in pdf.pages:
        links = [one for one in page.obj.get("/Annots") or [] if one.get("/Subtype") == Name.Link]
        page.obj["/Annots"] = Array([pdf.make_indirect(_link(one)) for one in links])


def _stays(one: Any) -> bool:
    return one.get("/Subtype") in (Name.Widget, Name.Link) and not int(one.get("/F", 0)) & HIDDEN


def _link(one: Any) -> Dictionary:
    """A link with nothing but its place and where it goes."""
    kept = {key: one[key] for key in ("/Type", "/Subtype", "/Rect", "/Border", "/Dest") if key in one}
    action = one.get("/A")
    if action is not None and action.get("/S") == Name.GoTo and "/D" in action:
        kept["/Dest"] = action["/D"]
    if action is not None and action.get("/S") == Name.URI and str(action.get("/URI", "")).startswith(SAFE):
        kept["/A"] = Dictionary(S=Name.URI, URI=action["/URI"])
    return Dictionary(kept)


def _page(pdf: Pdf, page: pikepdf.Page) -> None:
    """One page with what it shows. Raises NotClean for what it hides."""
    box = [float(side) for side in page.cropbox]
    seen = look(page.obj, page.resources, box)
    _tell(seen)
    page.obj["/Contents"] = pdf.make_stream(seen.content)
    for form, content in seen.forms:
        form.write(content)
    _only(page.obj, PAGE_KEYS)


def _only(one: Any, keys: tuple[str, ...]) -> None:
    """Take away from a dictionary every other key."""
    for key in sorted(one.keys()):
        if key not in keys:
            del one[key]


def _tell(seen: Looked) -> None:
    for fault in seen.faults:
        raise NotClean(fault)


def _bare(one: Any) -> None:
    """Take away from an object what no page shows."""
    if isinstance(one, Stream) and one.get("/Subtype") == Name.Image:
        _picture(one)
    if isinstance(one, Dictionary) and one.get("/Type") == Name.Pages:
        _only(one, TREE_KEYS)
    for part in _dictionaries(one):
        for key in PRIVATE:
            if key in part:
                del part[key]


def _dictionaries(one: Any, depth: int = 0) -> Iterator[Any]:
    """The object itself and what stands directly in it."""
    if depth > 20 or not isinstance(one, Object):
        return
    if isinstance(one, Dictionary | Stream):
        yield one
        for key in list(one.keys()):
            inner = one.get(key)
            if isinstance(inner, Object) and not inner.is_indirect:
                yield from _dictionaries(inner, depth + 1)
    elif isinstance(one, Array):
        for inner in one:
            if isinstance(inner, Object) and not inner.is_indirect:
                yield from _dictionaries(inner, depth + 1)


def _picture(image: Any) -> None:
    filters = image.get("/Filter")
    names = [filters] if isinstance(filters, Name) else list(filters or [])
    if Name.JPXDecode in names and any(mark in image.read_raw_bytes() for mark in (b"xml ", b"uuid")):
        raise NotClean("PDF 里的图片（JPEG 2000）带有附加信息，请重新导出再传")
    if names == [Name.DCTDecode]:
        parms = image.get("/DecodeParms")
        image.write(bare_jpeg(image.read_raw_bytes()), filter=Name.DCTDecode)
        if parms is not None:
            image["/DecodeParms"] = parms
