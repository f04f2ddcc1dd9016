"""What a recorder's file name says (文件名规则): which device, and when it began by the device's own clock.

A rule is written as the file is named: `{device}` the code, `{serial}` the serial number, `{YYYY}{MM}{DD}{hh}{mm}{ss}`
the beginning, `*` anything. It is held against the path below the station's folder, without the ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sanxiang.core.values import CHINA

TOKENS = {"YYYY": r"(?P<YYYY>\d{4})", **{name: rf"(?P<{name}>\d\d)" for name in ("MM", "DD", "hh", "mm", "ss")}}
PIECES = re.compile(r"\{(\w+)\}|(\*)")
PARTS = ("YYYY", "MM", "DD", "hh", "mm", "ss")


@dataclass(frozen=True, slots=True)
class Said:
    """What a name says: the stream of the device, and when it began; empty and None for what it does not say."""

    device: str = ""
    began: datetime | None = None


@dataclass(frozen=True)
class Names:
    """The rules of a station, for the devices of its agency: streams by code and by serial number. `own` holds rules of
    single devices, by stream.

    >>> names = Names(("*{device}_{YYYY}{MM}{DD}{hh}{mm}{ss}*",), {"J-01": "d1"}, {})
    >>> said = names.read("2026/J-01_20261120084500_0001.mp4")
    >>> said.device, said.began.isoformat()
    ('d1', '2026-11-20T08:45:00+08:00')
    >>> names.read("J-01/无日期.mp4").device, names.read("J-09_20261120084500.mp4")
    ('d1', Said(device='', began=None))
    """

    rules: tuple[str, ...]
    codes: Mapping[str, str]
    serials: Mapping[str, str]
    own: Mapping[str, str] = None  # type: ignore[assignment]

    @cached_property
    def compiled(self) -> list[tuple[re.Pattern[str], str]]:
        """Every rule as an expression, with the device that it belongs to; those of single devices first."""
        own = [(compiled(rule, [], [], free=True), stream) for stream, rule in (self.own or {}).items() if rule]
        return own + [(compiled(rule, self.codes, self.serials), "") for rule in self.rules]

    def read(self, path: str) -> Said:
        """What the first rule that fits says; else the device that a folder is named after."""
        stem = path.rsplit(".", 1)[0] if "." in path.rsplit("/", 1)[-1] else path
        for pattern, owner in self.compiled:
            found = pattern.fullmatch(stem)
            if found is None:
                continue
            told = found.groupdict()
            device = self.codes.get(told.get("device") or "") or self.serials.get(told.get("serial") or "") or ""
            if owner and device != owner:
                continue
            if device:
                return Said(device, moment(told))
        for part in path.split("/")[:-1]:
            device = self.codes.get(part) or self.serials.get(part) or ""
            if device:
                return Said(device)
        return Said()


def compiled(rule: str, codes: Iterable[str], serials: Iterable[str], *, free: bool = False) -> re.Pattern[str]:
    """The expression of a rule; only codes and serial numbers of the register stand for a device. Raises ValueError for
    a word that no rule knows, or one that stands twice."""
    out, at, seen = "", 0, set()
    for piece in PIECES.finditer(rule):
        out += re.escape(rule[at : piece.start()])
        at, word = piece.end(), piece[1]
        if piece[2]:
            out += ".*?"
        elif word in seen or word not in (*TOKENS, "device", "serial"):
            raise ValueError(f"文件名规则“{rule}”里的 {{{word}}} 不认识，或者写了两次")
        else:
            out += TOKENS.get(word) or _known(word, codes if word == "device" else serials, free=free)
        seen.add(word)
    return re.compile(out + re.escape(rule[at:]))


def _known(word: str, values: Iterable[str], *, free: bool) -> str:
    if free:
        return rf"(?P<{word}>[^/]+?)"
    longest = sorted({value for value in values if value}, key=len, reverse=True)
    return f"(?P<{word}>{'|'.join(map(re.escape, longest))})" if longest else rf"(?P<{word}>(?!))"


def moment(told: Mapping[str, str | None]) -> datetime | None:
    """The time in a name, in China; None where it holds none that exists."""
    parts = [told.get(name) for name in PARTS]
    if any(part is None for part in parts[:5]):
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        return datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
    except ValueError:
        return None
