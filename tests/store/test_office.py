"""Office files of before 2007: told by their streams, hostile ones refused within bounds, programs told and never
run."""

from __future__ import annotations

import contextlib
import random
import struct
import tracemalloc
from pathlib import Path

import pytest

from sanxiang.core.values.media import MEDIA
from sanxiang.store import office
from sanxiang.store.media import BadFile, begun, told
from tests.support.compound import EXCEL, SLIDES, VBA, WORD, compound

from .test_media import packed

HEAD = 512


def there(folder: Path, data: bytes) -> Path:
    path = folder / "改过名的.jpg"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("streams", "kind"),
    [
        (WORD, "application/msword"),
        (EXCEL, "application/vnd.ms-excel"),
        ({"Book": bytes(5000)}, "application/vnd.ms-excel"),
        (SLIDES, "application/vnd.ms-powerpoint"),
        (WORD | VBA, "application/msword"),
    ],
    ids=["doc", "xls", "xls of Excel 5", "ppt", "doc with macros"],
)
def test_a_document_is_told_by_its_streams(tmp_path: Path, streams: dict[str, bytes], kind: str) -> None:
    assert told(there(tmp_path, compound(streams))) == kind
    assert MEDIA[kind].kind == "office"
    assert not MEDIA[kind].shown, "no browser opens it in place"


@pytest.mark.parametrize(
    ("streams", "said"),
    [
        ({"EncryptionInfo": b"", "EncryptedPackage": b""}, "打开密码"),
        ({"__properties_version1.0": b"", "__nameid_version1.0/x": b""}, "认不出是哪一种办公文档"),
        ({"Objects/WordDocument": b"inside another"}, "认不出是哪一种办公文档"),
    ],
    ids=["locked", "a letter of Outlook", "a document within something else"],
)
def test_another_compound_file_says_what_to_do(tmp_path: Path, streams: dict[str, bytes], said: str) -> None:
    with pytest.raises(BadFile, match=said) as refused:
        told(there(tmp_path, compound(streams)))
    assert "ZIP" in str(refused.value)


def circle(data: bytes) -> bytes:
    """The directory leads from its first sector back to itself."""
    directory, table = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 76)[0]
    at = HEAD + table * 512 + 4 * directory
    return data[:at] + struct.pack("<I", directory) + data[at + 4 :]


def crossed(data: bytes) -> bytes:
    """The first stream begins where the directory stands."""
    directory = struct.unpack_from("<I", data, 48)[0]
    at = HEAD + directory * 512 + 128 + 116
    return data[:at] + struct.pack("<I", directory) + data[at + 4 :]


CROOKED = {
    "a head alone": compound(WORD)[:512],
    "half": compound(WORD)[: len(compound(WORD)) // 2],
    "without its table": compound(WORD)[:-512],
    "a directory in a circle": circle(compound(WORD)),
    "two in one place": crossed(compound(WORD)),
    "thousands of entries in one chain": compound({**{f"s{n}": b"" for n in range(3000)}, **WORD}),
    "storages within storages without end": compound({"/".join(["a"] * 900) + "/x": b"", **WORD}),
}


@pytest.mark.parametrize("name", CROOKED)
def test_a_crooked_one_is_refused_in_words(tmp_path: Path, name: str) -> None:
    path = there(tmp_path, CROOKED[name])
    with pytest.raises(BadFile, match="损坏|没有传完|ZIP"):
        told(path)
    assert begun(path) == "", "and it begins as nothing that anybody takes"


def test_a_directory_as_large_as_the_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    """Forty megabytes of one chain: what is read stays with the sector table and one megabyte."""
    count = 80_000
    tables = -(-(count + 700) // 127)
    head = bytearray(compound(WORD)[:512])
    difat = -(-(tables - 109) // 127)
    struct.pack_into("<II", head, 44, tables, 0)
    struct.pack_into("<II", head, 68, count + tables, difat)
    struct.pack_into("<109I", head, 76, *range(count, count + 109))
    chain = struct.pack(f"<{count}I", *range(1, count), 0)
    rest, more = list(range(count + 109, count + tables)), b""
    for at in range(difat):
        mine = rest[at * 127 : at * 127 + 127]
        after = count + tables + at + 1 if at + 1 < difat else 0xFFFFFFFE
        more += struct.pack("<128I", *mine, *[0xFFFFFFFF] * (127 - len(mine)), after)
    path = there(tmp_path, bytes(head))
    with path.open("ab") as file:
        file.truncate(512 + count * 512)
        file.seek(0, 2)
        file.write(chain.ljust(tables * 512, b"\xff") + more)
    tracemalloc.start()
    with pytest.raises(BadFile, match="损坏"):
        told(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 16 << 20


def test_changed_bytes_break_nothing_but_the_file(tmp_path: Path) -> None:
    """Whatever stands in head, table and directory: an answer, never another fault."""
    whole, dice = compound(SLIDES | VBA), random.Random(7)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 5)):
            at = dice.choice([dice.randrange(508), dice.randrange(len(data) - 3000, len(data) - 4)])
            data[at : at + 4] = dice.choice([b"\xff" * 4, bytes(4), dice.randbytes(4)])
        path = there(tmp_path, bytes(data))
        with contextlib.suppress(BadFile):
            assert office.remark(path, told(path)) in ("", office.TELLS, office.UNSURE)


def with_program(slides: bytes, says: int) -> bytes:
    return slides + struct.pack("<HHIIII", 2, 0x400, 12, 7, says, 2)


@pytest.mark.parametrize(
    ("data", "warns"),
    [
        (compound(WORD), False),
        (compound(WORD | VBA), True),
        (compound(EXCEL | {"_VBA_PROJECT_CUR/VBA/dir": b"x"}), True),
        (compound(SLIDES), False),
        (compound(SLIDES | {"PowerPoint Document": with_program(SLIDES["PowerPoint Document"], 1)}), True),
        (compound(SLIDES | {"PowerPoint Document": with_program(SLIDES["PowerPoint Document"], 0)}), False),
        (packed("[Content_Types].xml", "word/document.xml"), False),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), True),
        (packed("[Content_Types].xml", "xl/workbook.xml", "xl/macrosheets/sheet1.xml"), True),
        (packed("[Content_Types].xml", "ppt/presentation.xml", "ppt/vbaProject.bin"), True),
    ],
    ids=["doc", "doc+", "xls+", "ppt", "ppt+", "ppt emptied", "docx", "docm", "xlsm", "pptm"],
)
def test_macros_are_told(tmp_path: Path, data: bytes, warns: bool) -> None:
    path = there(tmp_path, data)
    assert ("含有宏" in office.remark(path, told(path))) is warns


def test_what_cannot_be_opened_any_more_is_said(tmp_path: Path) -> None:
    path = there(tmp_path, compound(WORD)[:700])
    assert "查不出来" in office.remark(path, "application/msword")
    assert "查不出来" in office.remark(tmp_path / "gone.doc", "application/msword")
