"""The package of an Office file (ECMA-376 part 2): opened within bounds, its parts read as plain XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from . import NotClean

PARTS_MAX, WHOLE_MAX = 2_000, 64 << 20
MACROS = ("vbaproject", "vbadata", "macrosheets/", "activex/", "customui/", "dialogsheets/", "xlmacro")
FOREIGN = ("embeddings/", "externallinks/", "connections.xml", "querytables/", "webextensions/", "afchunk", "model/",
           "oleobject", "media/audio", "media/video")  # fmt: skip


def opened(data: bytes) -> dict[str, bytes]:
    """Every part by its name. Raises NotClean for what is no such package, holds macros or is too much."""
    found: dict[str, bytes] = {}
    left = WHOLE_MAX
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            infos = [info for info in packed.infolist() if not info.is_dir()]
            if len(infos) > PARTS_MAX:
                raise NotClean(f"文件里超过 {PARTS_MAX} 个部分，请另存为 PDF 再传")
            for info in infos:
                with packed.open(info) as part:
                    content = part.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise NotClean(f"文件展开后超过 {WHOLE_MAX >> 20} MB，不能接收")
                if found.setdefault(info.filename.lstrip("/"), content) is not content:
                    raise NotClean("文件里有重名的部分，请重新另存一份再传")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as fault:
        if isinstance(fault, NotClean):
            raise
        raise NotClean("文件不完整、已经损坏或者加了密码，请重新另存一份再传") from None
    _refuse(found)
    return found


def _refuse(parts: Mapping[str, bytes]) -> None:
    names = [name.lower() for name in parts]
    if any(word in name for name in names for word in MACROS) or b"macroEnabled" in parts.get(
        "[Content_Types].xml", b""
    ):
        raise NotClean("文件里有宏或者控件，不能公示；请另存为不带宏的 docx、xlsx 再传")
    if any(word in name for name in names for word in FOREIGN):
        raise NotClean("文件里嵌入或者链接了别的文件、数据，不能公示；请去掉以后再传")


def tree(content: bytes) -> etree._Element:
    """A part as XML. The format knows no document type, so that no entity can be meant by one. Raises NotClean."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise NotClean("文件的内部写法不合规范（含有实体定义或者编码不对），不能接收")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotClean("文件的内部已经损坏，请重新另存一份再传") from None


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts, without the times and names that an archive may hold."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
