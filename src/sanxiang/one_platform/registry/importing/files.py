"""An uploaded spreadsheet as rows of plain cells, whatever was uploaded.

What it is, is told from its bytes, never from its name alone. A workbook is refused before it is parsed where it is
too large when unpacked, holds macros, external links or embedded objects, is encrypted or declares XML entities.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.parsers import expat

SIZE_MAX = 8 << 20
UNPACKED_MAX = 80 << 20
PARTS_MAX = 500
TAGS_MAX = 2_500_000
ROWS_MAX = 5_000
COLUMNS_MAX = 100
CELL_MAX = 20_000
BLANKS_MAX = 1_000
FORBIDDEN = {
    "vbaproject": "宏",
    "externallinks/": "外部链接",
    "embeddings/": "嵌入对象",
    "activex/": "控件",
    "connections.xml": "数据连接",
}
OLD = b"\xd0\xcf\x11\xe0"


class BadFile(Exception):
    """The file cannot be read at all; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that is computed; what it would give is not trusted."""

    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that holds an error value of the spreadsheet, as #N/A."""

    text: str


Cell = str | int | float | bool | datetime | Formula | Broken | None

WINDOWS_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of spreadsheets has no zone
"""Day 0 of spreadsheets, where they do not say otherwise."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that hold anything, each with its number in the sheet from 1, and what the reader should know.

    `epoch` is day 0 of dates that are stored as numbers."""

    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    notes: tuple[str, ...] = ()
    epoch: datetime = WINDOWS_EPOCH


def read(name: str, content: bytes) -> Rows:
    """The rows of an .xlsx or a .csv file. Raises BadFile."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if not content:
        raise BadFile("文件是空的")
    if len(content) > SIZE_MAX:
        raise BadFile(f"文件有 {len(content) / (1 << 20):.0f} MB，最大 {SIZE_MAX >> 20} MB；请分成几个文件")
    if ending in {"xlsm", "xltm", "xlam", "xlsb"}:
        raise BadFile(f".{ending} 可以带宏，不能导入；请另存为 .xlsx")
    if content.startswith(OLD):
        raise BadFile("这是旧格式 .xls 或者加了密码的文件，请另存为不加密的 .xlsx")
    if content.startswith(b"PK"):
        return _bounded(*_workbook(content))
    if ending in {"xlsx", "xls", "et"}:
        raise BadFile("文件不完整或者不是表格，请重新保存后再传")
    return _bounded(_text(content), WINDOWS_EPOCH)


def _bounded(rows: Iterable[tuple[Cell, ...]], epoch: datetime) -> Rows:
    """The rows that are not empty, within the limits."""
    found: list[tuple[int, tuple[Cell, ...]]] = []
    last = 0
    for number, row in enumerate(rows, 1):
        if any(cell not in (None, "") for cell in row):
            found.append((number, row))
            last = number
            if len(found) > ROWS_MAX + 10:
                raise BadFile(f"超过 {ROWS_MAX} 行，请分成几个文件")
        elif number - last >= BLANKS_MAX:
            note = f"第 {last} 行以后连续 {BLANKS_MAX} 行是空行，后面的内容没有读取" if last else ""
            return Rows(tuple(found), (note,) if note else (), epoch)
    return Rows(tuple(found), (), epoch)


def _workbook(content: bytes) -> tuple[Iterator[tuple[Cell, ...]], datetime]:
    from openpyxl import load_workbook  # large: not before somebody imports
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _inspect(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet: Any = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise BadFile("文件里没有工作表")
        sheet.reset_dimensions()
        return _cells(sheet), book.epoch
    except BadFile:
        raise
    except (*_BROKEN, InvalidFileException) as fault:
        raise BadFile("文件不完整或者不是 .xlsx 表格，请重新保存后再传") from fault


_BROKEN = (
    zipfile.BadZipFile, SyntaxError, expat.ExpatError, KeyError, ValueError, TypeError,
    IndexError, AttributeError, OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What a damaged or hostile workbook can raise inside the libraries that read it; their errors of XML are of the
kind SyntaxError."""


def _cells(sheet: Any) -> Iterator[tuple[Cell, ...]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for row in sheet.iter_rows(max_col=COLUMNS_MAX):
                yield tuple(map(_cell, row))
    except BadFile:
        raise
    except _BROKEN as fault:
        raise BadFile("工作表的内容已经损坏，请重新保存后再传") from fault


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Formula(str(value)[:50])
    if cell.data_type == "e":
        return Broken(str(value)[:20])
    if isinstance(value, str):
        return value[: CELL_MAX + 1]
    return value if isinstance(value, int | float | datetime) else str(value)


def _inspect(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook by what its parts say of themselves, before anything is parsed."""
    parts = archive.infolist()
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_MAX:
        raise BadFile("文件展开后太大；请只把要导入的内容复制到一个新的表格里")
    names = [part.filename.lower() for part in parts]
    if "[content_types].xml" not in names:
        raise BadFile("这不是 .xlsx 表格")
    for mark, what in FORBIDDEN.items():
        if any(mark in name for name in names):
            raise BadFile(f"文件带有{what}，不能导入；请把内容复制到一个新的 .xlsx 表格里")
    for part in parts:
        if part.flag_bits & 1:
            raise BadFile("文件加了密码，请去掉密码后再传")
        if part.filename.lower().endswith((".xml", ".rels")):
            _inspect_xml(archive, part)


def _inspect_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No entities, and not more elements than a table of the allowed size has."""
    parser = expat.ParserCreate()
    begun: list[str] = []

    def refuse(*_: Any) -> None:
        raise BadFile("文件里有不允许的 XML 声明，不能导入")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, _: begun.append(name)
    tags = 0
    with archive.open(part) as source:
        while piece := source.read(1 << 16):
            tags += piece.count(b"<")
            if tags > TAGS_MAX:
                raise BadFile("表格的格子太多；请只把要导入的内容复制到一个新的表格里")
            if not begun:
                parser.Parse(piece)
                parser.StartElementHandler = None if begun else parser.StartElementHandler


def _text(content: bytes) -> Iterator[tuple[Cell, ...]]:
    text = decoded(content)
    if "\x00" in text:
        raise BadFile("文件不是文字表格；请传 .xlsx 或 .csv")
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield tuple(row[:COLUMNS_MAX])
    except csv.Error as fault:
        raise BadFile("CSV 的引号不配对，或者某一格太长；请用表格软件重新保存") from fault


def decoded(content: bytes) -> str:
    """The text of a CSV file: UTF-8, with or without a mark at its start, or GB 18030 (GBK is part of it)."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadFile("文件是 UTF-16 编码，请另存为 UTF-8 的 CSV")
    if content.startswith(b"\xef\xbb\xbf"):
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise BadFile(f"文件标明是 UTF-8，但第 {fault.start + 1} 个字节不是；文件可能没有传完") from fault
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("文字编码既不是 UTF-8 也不是 GBK（GB 18030），请另存为 UTF-8 的 CSV")
