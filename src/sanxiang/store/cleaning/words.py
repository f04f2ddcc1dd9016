"""Documents (docx): the stories with their styles and pictures in a new package. Properties, comments, custom XML,
thumbnails, identifiers of editing sessions and everything unknown stays behind; revisions, hidden or invisible text,
macros and embedded objects are refused, for only the author knows what he means to show."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from . import NotClean
from .package import packed, tree
from .pictures import drawn

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TRANSITIONAL = f"{R}/"
KEPT = ("styles", "numbering", "theme", "header", "footer", "footnotes", "endnotes", "image", "hyperlink")
STORY = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
REVISIONS = {"ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange"}
OBJECTS = {"object", "control", "altChunk", "pict", "subDoc", "movie"}
DROPPED = {"commentRangeStart", "commentRangeEnd", "commentReference", "proofErr", "permStart", "permEnd",
           "dataBinding", "annotationRef", "lastRenderedPageBreak", "extLst", "docVars", "smartTagPr", "embedRegular",
           "embedBold", "embedItalic", "embedBoldItalic"}  # fmt: skip
FIELDS = ("PAGE", "NUMPAGES", "SECTIONPAGES", "TOC", "HYPERLINK", "PAGEREF", "REF", "SEQ", "STYLEREF", "EQ", "SYMBOL")
PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
WHITE = {"FFFFFF", "background1", "light1"}


def rewritten(parts: Mapping[str, bytes]) -> bytes:
    """The document made anew. Raises NotClean."""
    made: dict[str, bytes] = {}
    hidden = _hidden_styles(parts.get("word/styles.xml"))
    _take("word/document.xml", parts, made, hidden)
    head = _relationships([("rId1", f"{TRANSITIONAL}officeDocument", "word/document.xml", False)])
    return packed({"[Content_Types].xml": _content_types(made), "_rels/.rels": head, **made})


def _take(name: str, parts: Mapping[str, bytes], made: dict[str, bytes], hidden: set[str]) -> None:
    """Put a part and all that it shows into the new package."""
    if name in made:
        return
    if name not in parts:
        raise NotClean("文件的内部已经损坏，请重新另存一份再传")
    if "/media/" in name:
        made[name] = _picture(name, parts[name])
        return
    root = tree(parts[name])
    if STORY.fullmatch(name):
        _story(root, hidden)
    _bare(root)
    made[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    folder, base = posixpath.split(name)
    beside, kept = f"{folder}/_rels/{base}.rels", []
    for key, kind, target, outside in _read_relationships(parts.get(beside)):
        if outside:
            if kind != "hyperlink" or not target.startswith(("https://", "http://", "mailto:")):
                raise NotClean("文件链接了外部的图片、模板或者文件，不能公示；请去掉链接或者改为嵌入以后再传")
            kept.append((key, TRANSITIONAL + kind, target, True))
        elif kind in KEPT and kind != "hyperlink":
            place = posixpath.normpath(posixpath.join(folder, target)) if not target.startswith("/") else target[1:]
            _take(place, parts, made, hidden)
            kept.append((key, TRANSITIONAL + kind, posixpath.relpath(place, folder), False))
        elif kind in ("chart", "diagramData", "oleObject", "package", "video", "audio", "aFChunk", "subDocument"):
            raise NotClean("文件里有图表、智能图形或者嵌入的对象，不能公示；请改成图片或者另存为 PDF 再传")
    if kept:
        made[beside] = _relationships(kept)


def _picture(name: str, data: bytes) -> bytes:
    form = "JPEG" if data.startswith(b"\xff\xd8\xff") else "PNG" if data.startswith(b"\x89PNG") else ""
    wanted = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}.get(posixpath.splitext(name)[1].lower(), "")
    if not form or form != wanted:
        raise NotClean("文件里的图片只能是 JPEG 或者 PNG，请换成这两种再传")
    return drawn(data, form)


def _story(root: Any, hidden: set[str]) -> None:
    """Refuse what is not plainly seen. Raises NotClean."""
    for choice in list(root.iter(f"{{{MC}}}AlternateContent")):
        _first_choice(choice)
    for one in root.iter(etree.Element):
        name = etree.QName(one).localname
        if name in REVISIONS or name.endswith("PrChange"):
            raise NotClean("文件里有修订痕迹，请先接受或者拒绝全部修订再传")
        if name in OBJECTS:
            raise NotClean("文件里有旧式图形、控件或者嵌入的对象，请改成图片或者另存为 PDF 再传")
        if name in ("vanish", "webHidden", "specVanish") and _on(one):
            raise NotClean("文件里有隐藏文字：要公示的请取消隐藏，不公示的请删去")
        if name in ("rStyle", "pStyle") and one.get(f"{{{W}}}val") in hidden:
            raise NotClean("文件里有隐藏文字（样式是隐藏的）：要公示的请取消隐藏，不公示的请删去")
        if name == "color" and WHITE & {one.get(f"{{{W}}}val"), one.get(f"{{{W}}}themeColor")} and not _shaded(one):
            raise NotClean("文件里有白色的文字，看不见；请改成黑色或者删去再传")
        if name == "sz" and (one.get(f"{{{W}}}val") or "20").isdigit() and int(one.get(f"{{{W}}}val") or 20) < 4:
            raise NotClean("文件里有小得看不见的文字，请改成正常字号或者删去再传")
        if name == "srcRect" and any(value not in ("0", "") for value in one.attrib.values()):
            raise NotClean("图片裁剪过，裁掉的部分还在文件里；请用“压缩图片”删除剪裁区域以后再传")
        if name == "graphicData" and one.get("uri") != PICTURE:
            raise NotClean("文件里有图形、文本框或者图表，请改成图片或者另存为 PDF 再传")
        if name == "blip" and one.get(f"{{{R}}}link"):
            raise NotClean("文件链接了外部的图片，请改为嵌入以后再传")
        _field(one, name)


def _field(one: Any, name: str) -> None:
    said = one.text if name == "instrText" else one.get(f"{{{W}}}instr") if name == "fldSimple" else ""
    word = (said or "").strip().partition(" ")[0].upper()
    if word and not word.startswith(FIELDS) and not said.strip().startswith("\\"):
        raise NotClean(f"文件里有会取外部内容的域（{word[:20]}），请选中后按 Ctrl+Shift+F9 变成文字再传")


def _first_choice(choice: Any) -> None:
    """What the newest program shows, in the place of the versions for each."""
    parent, first = choice.getparent(), choice.find(f"{{{MC}}}Choice")
    at = parent.index(choice)
    for moved in reversed(list(first) if first is not None else []):
        parent.insert(at, moved)
    parent.remove(choice)


def _on(one: Any) -> bool:
    return one.get(f"{{{W}}}val", "1") not in ("0", "false", "off")


def _shaded(one: Any) -> bool:
    """Whether a dark ground lies under it."""
    for above in one.iterancestors():
        for shading in (
            above.iterfind(f"./{{{W}}}shd") if above.tag.endswith("Pr") else above.iterfind(f"./*/{{{W}}}shd")
        ):
            if shading.get(f"{{{W}}}fill", "auto") not in ("auto", "FFFFFF") or shading.get(f"{{{W}}}themeFill"):
                return True
    return False


def _bare(root: Any) -> None:
    """Take away what nobody reads: comments' marks, identifiers, names and descriptions of pictures."""
    for one in list(root.iter(etree.Element)):
        name = etree.QName(one).localname
        if name in DROPPED and one.getparent() is not None:
            one.getparent().remove(one)
            continue
        for key in list(one.attrib):
            local = etree.QName(key).localname
            if local.startswith("rsid") or local in ("paraId", "textId", "durableId", "author", "date", "initials"):
                del one.attrib[key]
        if name in ("docPr", "cNvPr"):
            for key in ("descr", "title"):
                one.attrib.pop(key, None)
            one.set("name", "图")


def _hidden_styles(content: bytes | None) -> set[str]:
    if content is None:
        return set()
    styles = tree(content).iter(f"{{{W}}}style")
    return {
        str(style.get(f"{{{W}}}styleId"))
        for style in styles
        if any(_on(mark) for mark in style.iter(f"{{{W}}}vanish", f"{{{W}}}specVanish"))
    }


def _read_relationships(content: bytes | None) -> Iterator[tuple[str, str, str, bool]]:
    """Key, kind, target, whether it lies outside."""
    for one in tree(content) if content is not None else ():
        kind = str(one.get("Type", "")).rpartition("/")[2]
        yield str(one.get("Id")), kind, str(one.get("Target", "")), one.get("TargetMode") == "External"


def _relationships(rows: list[tuple[str, str, str, bool]]) -> bytes:
    root = etree.Element(f"{{{RELS}}}Relationships", nsmap={None: RELS})
    for key, kind, target, outside in rows:
        told = {"Id": key, "Type": kind, "Target": target, **({"TargetMode": "External"} if outside else {})}
        etree.SubElement(root, f"{{{RELS}}}Relationship", told)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _content_types(made: Mapping[str, bytes]) -> bytes:
    """By the names that the parts have; every program that writes such files names them so."""
    root = etree.Element(f"{{{TYPES}}}Types", nsmap={None: TYPES})
    ends = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml",
            "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}  # fmt: skip
    for end, kind in ends.items():
        etree.SubElement(root, f"{{{TYPES}}}Default", {"Extension": end, "ContentType": kind})
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    for name in made:
        base = re.sub(r"\d*\.xml$", "", posixpath.basename(name))
        if name.endswith(".rels") or "/media/" in name:
            continue
        kind = f"{main}.document.main+xml" if base == "document" else f"{main}.{base}+xml"
        kind = "application/vnd.openxmlformats-officedocument.theme+xml" if base == "theme" else kind
        etree.SubElement(root, f"{{{TYPES}}}Override", {"PartName": f"/{name}", "ContentType": kind})
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
