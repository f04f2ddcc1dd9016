"""The fonts of official papers: what comes with the product, and what an agency adds.

GB/T 9704 asks for 仿宋, 小标宋, 黑体 and 楷体. Free fonts that may be shipped are a 宋体 and a 黑体 only (Noto Serif SC
and Noto Sans SC, OFL); an agency puts its licensed fonts into a folder. System fonts are never read, so that the same
data give the same bytes on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

Family = str | dict[str, str]

SONG, SANS = "Noto Serif SC", "Noto Sans SC"

# Family names under which the fonts of each style are sold or shipped, best first.
KNOWN: dict[str, tuple[str, ...]] = {
    "fang": (
        "FangSong_GB2312",
        "仿宋_GB2312",
        "FZFangSong-Z02S",
        "方正仿宋_GBK",
        "FangSong",
        "仿宋",
        "STFangsong",
        "FandolFang R",
    ),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05", "FandolSong"),
    "hei": ("FZHei-B01S", "方正黑体简体", "方正黑体_GBK", "SimHei", "黑体", "FandolHei"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "FZKai-Z03S", "方正楷体_GBK", "KaiTi", "楷体", "LXGW WenKai", "FandolKai R"),
}
LAST: dict[str, str] = {"fang": SONG, "title": SONG, "hei": SANS, "kai": SONG}
NAMES = {"fang": "仿宋", "title": "小标宋", "hei": "黑体", "kai": "楷体"}


@dataclass(frozen=True, slots=True)
class FontSet:
    """The fonts that papers are set in: the shipped ones, before them those found in `folder`.

    FileNotFoundError for a folder that is not there.
    """

    folder: Path | None = None

    def __post_init__(self) -> None:
        if self.folder is not None and not self.folder.is_dir():
            raise FileNotFoundError(f"字体文件夹不存在：{self.folder}")

    @property
    def files(self) -> typst.Fonts:
        return _files(self.folder)

    @property
    def families(self) -> dict[str, list[Family]]:
        """For each style (fang, title, hei, kai) the families to try in turn, for Typst."""
        return _families(self.folder)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The styles of GB/T 9704 that a shipped font stands in for (Noto Sans SC counts as 黑体)."""
        return tuple(NAMES[s] for s, found in self.families.items() if s != "hei" and found[0] == LAST[s])


@cache
def _files(folder: Path | None) -> typst.Fonts:
    paths = [Path(pylopdf_fonts_zh_cn.serif_path()).parent, *([folder] if folder else [])]
    options: dict[str, Any] = {"include_system_fonts": False, "include_embedded_fonts": False}
    return typst.Fonts(font_paths=[str(path) for path in paths], **options)


@cache
def _families(folder: Path | None) -> dict[str, list[Family]]:
    there = set(_files(folder).families())
    return {
        style: [*(_limited(name) for name in names if name in there), LAST[style]] for style, names in KNOWN.items()
    }


def _limited(name: str) -> Family:
    """Fandol draws some traditional characters as their simplified forms (餘 as 余): trusted within GB 2312 only."""
    return {"name": name, "covers": _gb2312()} if name.startswith("Fandol") else name


@cache
def _gb2312() -> str:
    """A character class of GB 2312 with ASCII."""
    codes = [code for code in range(0x20, 0x10000) if _is_gb2312(chr(code))]
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "[" + "".join(f"\\u{{{a:x}}}" if a == b else f"\\u{{{a:x}}}-\\u{{{b:x}}}" for a, b in runs) + "]"


def _is_gb2312(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
