"""Setting a paper with Typst. A compiler stays warm per thread and font set; nothing of one paper reaches the next."""

from __future__ import annotations

import io
import json
import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

import pikepdf
import typst

from sanxiang.core.values.dates import CHINA

from .fonts import FontSet
from .model import Attachment, DocumentError, Json, Rendered
from .preparing import boxed, named, shown, texts, unshowable
from .registry import HERE, catalogue

TEMPLATES = HERE / "templates"
# Typst names all characters of one page run at once; a replaced one never comes back.
ROUNDS_MAX = 8
LACKING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
JOINING = {"Mn", "Mc", "Me", "Sk"}
ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)", re.DOTALL)

_warm = threading.local()


def check(template: str, data: Mapping[str, Json]) -> dict[str, tuple[str, str]]:
    """Path → (Chinese name, law) of what this paper must hold and does not; empty where it can be made."""
    return catalogue().missing(template, data)


def render(
    template: str, data: Mapping[str, Json], *, fonts: FontSet, attachments: Sequence[Attachment] = ()
) -> Rendered:
    """The paper as PDF/A-2b, or PDF/A-3b where something is attached.

    `data` has the shape of docs/reference/documents.md. The same data and fonts give the same bytes: the time in the
    file is the start of the day `document.date`. UnknownTemplate, MissingFields, DocumentError.
    """
    content = content_of(template, data)
    content["attachments"] = [_attached(item) for item in attachments]
    pdf, signs = boxing(template, content, data, fonts, "a-3b" if attachments else "a-2b")
    return Rendered(pdf, _pages(pdf), tuple(named(sign) for sign in sorted(signs)))


def together(source: str, templates: Sequence[str], data: Mapping[str, Json], *, fonts: FontSet) -> Rendered:
    """Papers of the same data in one PDF/A-2b, by a source that includes their forms: half the time and two thirds of
    the bytes of as many files. UnknownTemplate, MissingFields, DocumentError."""
    forms = catalogue()
    for template in templates:
        forms.demand(template, data)
    content = content_of(templates[0], data)
    own = data["document"].get("title")
    content["titles"] = {template: own or forms[template].title for template in templates}
    pdf, signs = boxing(source, content, data, fonts, "a-2b")
    return Rendered(pdf, _pages(pdf), tuple(named(sign) for sign in sorted(signs)))


def boxing(
    template: str, content: dict[str, Json], data: Mapping[str, Json], fonts: FontSet, standard: str
) -> tuple[bytes, set[str]]:
    """The PDF of a source of this package, and the characters that no font shows: a box stands for each.
    DocumentError."""
    signs = unshowable(texts(content))
    content = boxed(content, signs)
    for _ in range(ROUNDS_MAX):
        try:
            return typeset(template, content, data, fonts, standard), signs
        except typst.TypstError as fault:
            lacking = _named_by(fault) & set(texts(content))
            if not lacking:
                raise DocumentError(f"《{content['title']}》不能生成：{fault.message}") from fault
            signs |= lacking
            content = boxed(content, lacking)
    raise DocumentError(f"《{content['title']}》中有无法显示的字，替换后仍不能生成")


def drawn(template: str, data: Mapping[str, Json], *, fonts: FontSet) -> list[bytes]:
    """The pages of a paper as drawings (SVG), for looking at before it is made. MissingFields, DocumentError."""
    content = content_of(template, data)
    content = boxed(content, unshowable(texts(content)))
    source = str(TEMPLATES / f"{template}.typ")
    try:
        made = _compiler(fonts).compile(input=source, format="svg", sys_inputs=_inputs(content, fonts))
    except typst.TypstError as fault:
        raise DocumentError(f"《{content['title']}》不能预览：{fault.message}") from fault
    return [made] if isinstance(made, bytes) else list(made or ())


def content_of(template: str, data: Mapping[str, Json]) -> dict[str, Json]:
    """The data as a form takes them. UnknownTemplate, MissingFields."""
    forms = catalogue()
    forms.demand(template, data)
    content = _content(template, data)
    content["terms"] = {term.id: term.text for term in forms.terms}
    content["use"], content["attachments"] = list(forms[template].use), []
    content["title"] = content["document"].get("title") or forms[template].title
    return content


def queried(template: str, content: Json, fonts: FontSet, selector: str) -> str:
    """What a selector finds in a paper that is set, as JSON. DocumentError."""
    compiler = typst.Compiler(
        input=str(TEMPLATES / f"{template}.typ"), root=str(TEMPLATES), font_paths=fonts.files,
        sys_inputs=_inputs(boxed(content, unshowable(texts(content))), fonts),
    )  # fmt: skip
    try:
        return str(compiler.query(selector))
    except typst.TypstError as fault:
        raise DocumentError(f"《{content['title']}》不能生成：{fault.message}") from fault


def typeset(template: str, content: Json, data: Mapping[str, Json], fonts: FontSet, standard: str) -> bytes:
    """The PDF of a Typst source of this package on content that is ready for setting; the day comes from `data`.
    typst.TypstError, DocumentError."""
    pdf = _compiler(fonts).compile(
        input=str(TEMPLATES / f"{template}.typ"),
        format="pdf",
        sys_inputs=_inputs(content, fonts),
        pdf_standards=standard,  # type: ignore[arg-type]
        timestamp=_timestamp(data),
    )
    assert isinstance(pdf, bytes)
    return pdf


def pictured(template: str, content: Json, fonts: FontSet, *, ppi: int = 72) -> bytes:
    """The first page of a Typst source of this package as a PNG, clear where nothing stands. typst.TypstError."""
    source = str(TEMPLATES / f"{template}.typ")
    made = _compiler(fonts).compile(input=source, format="png", ppi=ppi, sys_inputs=_inputs(content, fonts))
    first = made[0] if isinstance(made, list) else made
    assert isinstance(first, bytes)
    return first


def _inputs(content: Json, fonts: FontSet) -> dict[str, str]:
    return {
        "data": json.dumps(content, ensure_ascii=False),
        "fonts": json.dumps(fonts.families, ensure_ascii=False),
    }


CODES = ("qr", "party_qr", "digest", "demo", "signed")
"""What is not printed as it stands."""


def _content(template: str, data: Mapping[str, Json]) -> dict[str, Json]:
    content: dict[str, Json] = shown({key: part for key, part in data.items() if key not in CODES})
    for section in ("agency", "case", "party", "document", "activity", "lists", "facts"):
        content[section] = content.get(section) or {}
    for section in ("officers", "signatures"):
        content[section] = content.get(section) or []
    digest = str(data.get("digest") or "")
    return content | {
        "template": template,
        "demo": bool(data.get("demo")),
        "digest": digest[:12],
        "qr": qr_drawing(str(data.get("qr") or "")),
        "party_qr": qr_drawing(str(data.get("party_qr") or "")),
        "signed": _signed(data.get("signed") or {}),
    }


def _signed(told: Mapping[str, Json]) -> dict[str, Json]:
    """A signature on the screen: its picture as it is, the time in words, the beginning of the digest of the text."""
    if not told:
        return {}
    pictures = {"picture": told["picture"], "witness": told.get("witness", [])}
    return {**pictures, "at": shown(told["at"]), "digest": str(told["digest"])[:16]}


def qr_drawing(text: str) -> str:
    """The code as a drawing (SVG); empty for no text."""
    if not text:
        return ""
    import segno

    try:
        # Choosing the best of eight masks takes most of the time; a reader takes any of them.
        code = segno.make(text, error="m", micro=False, mask=2)
    except segno.DataOverflowError:
        raise DocumentError("二维码的内容太长") from None
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", xmldecl=False, svgns=True, border=0, omitsize=True)
    return drawing.getvalue().decode()


def _attached(item: Attachment) -> dict[str, str]:
    return {"name": item.name, "text": item.text, "mime": item.mime, "description": item.description}


def _timestamp(data: Mapping[str, Json]) -> int:
    try:
        day = date.fromisoformat(str(data["document"]["date"]))
    except ValueError:
        raise DocumentError(f"文书日期“{data['document']['date']}”不是日期，应写成 2024-09-27 的样子") from None
    return int(datetime.combine(day, time(), CHINA).timestamp())


def _compiler(fonts: FontSet) -> typst.Compiler:
    """The compiler of this thread (one compiler must not be used by two threads at once)."""
    warm: dict[FontSet, typst.Compiler] = _warm.__dict__.setdefault("compilers", {})
    if fonts not in warm:
        warm[fonts] = typst.Compiler(root=str(TEMPLATES), font_paths=fonts.files)
    return warm[fonts]


def _named_by(fault: typst.TypstError) -> set[str]:
    """The characters that Typst says it cannot show. One that joins its neighbour (a skin tone, a stray accent) drags
    the neighbour along into the complaint: then the joining ones alone, the next round tells of the rest."""
    signs = {sign for text in LACKING.findall(fault.diagnostic) for sign in ESCAPED.sub(_unescaped, text)}
    return {sign for sign in signs if unicodedata.category(sign) in JOINING} or signs


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else match[2]


def _pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as made:
        return len(made.pages)
