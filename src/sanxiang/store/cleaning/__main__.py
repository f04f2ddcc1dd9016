"""Takes one file from standard input and puts the clean one on standard output, its media type in a line before it.
Exit code 3 with the reason on standard error where it is refused."""

from __future__ import annotations

import resource
import sys

from sanxiang.store.cleaning import KINDS, REFUSED, NotClean

MEMORY, FILE, CPU_S = 1 << 30, 256 << 20, 45


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    data = sys.stdin.buffer.read()
    try:
        media_type, made = made_anew(data)
    except NotClean as reason:
        sys.stderr.write(str(reason))
        return REFUSED
    sys.stdout.buffer.write(media_type.encode() + b"\n" + made)
    return 0


def made_anew(data: bytes) -> tuple[str, bytes]:
    """Media type and bytes of the clean file. Raises NotClean."""
    pdf, word, sheet, jpeg, png = KINDS
    if data.startswith(b"%PDF-"):
        from .pdf import rewritten

        return pdf, rewritten(data)
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        from .pictures import drawn

        return (jpeg, drawn(data, "JPEG")) if data.startswith(b"\xff") else (png, drawn(data, "PNG"))
    if data.startswith(b"PK\x03\x04"):
        from . import sheets, words
        from .package import opened

        parts = opened(data)
        if "word/document.xml" in parts:
            return word, words.rewritten(parts)
        if "xl/workbook.xml" in parts:
            return sheet, sheets.rewritten(data, parts)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotClean("这是旧格式（doc、xls）或者加了密码的文件，请另存为 docx、xlsx 或者 PDF 再传")
    raise NotClean("只能公示 PDF、docx、xlsx、JPEG、PNG 文件，请另存为其中一种再传")


if __name__ == "__main__":
    raise SystemExit(main())
