"""Finding exact characters in Chinese text: pairs narrow, the text decides (检索).

Every two neighbouring characters are one key. The pairs of a year or a serial number stand in every case, so a number
or Latin word is also found by its groups of three and as a whole. A query's keys find the candidates by index, LIKE on
the text keeps those that hold the whole query, so that nothing is found that is not there and nothing missed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

QUERY_MAX = 60
WHOLE = re.compile("[0-9a-z]+")


def plain(text: str) -> str:
    """Width and case do not count; spaces do not either."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def keys(text: str) -> list[str]:
    """What a text is found by, line by line, in code order: its different pairs, and of numbers and Latin words the
    groups of three and, between spaces, the whole.

    >>> keys("第123号")
    [' 123 ', '12', '123', '23', '3号', '第1']
    """
    found: set[str] = set()
    for line in map(plain, text.splitlines()):
        found.update(_groups(line, 2))
        for run in WHOLE.findall(line):
            found.update((f" {run} ", *_groups(run, 3)))
    return sorted(found)


def sought(wanted: Iterable[str]) -> list[str]:
    """The fewest keys that every text with these words has; a number at the edge of a word may go on in the text.

    >>> sought(["123号"]), sought(["第123号"])
    (['123', '3号'], [' 123 ', '3号', '第1'])
    """
    found: set[str] = set()
    for word in wanted:
        inside = [run.span() for run in WHOLE.finditer(word)]
        for at, pair in enumerate(_groups(word, 2)):
            if not any(start <= at and at + 2 <= end for start, end in inside):
                found.add(pair)
        for start, end in inside:
            bounded = start > 0 and end < len(word)
            found.update([f" {word[start:end]} "] if bounded else _groups(word[start:end], min(3, end - start)))
    return sorted(key for key in found if len(key) > 1)


def _groups(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(len(text) - size + 1)]


def words(query: str) -> list[str]:
    """The words of a query, at most sixty characters of it; a word has two characters or more."""
    return [plain(word) for word in query[:QUERY_MAX].split() if len(plain(word)) >= 2]


def marked(line: str, wanted: Iterable[str]) -> list[tuple[str, bool]]:
    """A line in parts, those that hold a word of a query marked; what stands in it keeps width, case and spaces.

    >>> marked("电线 Ｑ１ 不合格", ["线q1"])
    [('电', False), ('线 Ｑ１', True), (' 不合格', False)]
    """
    signs = [(plain(sign), at) for at, sign in enumerate(line)]
    text = "".join(sign for sign, _ in signs)
    place = [at for sign, at in signs for _ in sign]
    hit = [False] * len(line)
    for word in wanted:
        at = text.find(word)
        while at >= 0:
            first, last = place[at], place[at + len(word) - 1]
            hit[first : last + 1] = [True] * (last + 1 - first)
            at = text.find(word, at + 1)
    parts: list[tuple[str, bool]] = []
    for sign, on in zip(line, hit, strict=True):
        if parts and parts[-1][1] == on:
            parts[-1] = (parts[-1][0] + sign, on)
        else:
            parts.append((sign, on))
    return parts


def excerpt(said: str, wanted: Sequence[str], length: int = 90) -> list[tuple[str, bool]]:
    """Of a text of several lines the one that holds the most words of a query, cut around the first, its words
    marked."""
    lines = said.splitlines() or [""]
    line = max(lines, key=lambda one: sum(word in plain(one) for word in wanted))
    if len(line) > length:
        at = 0
        for part, on in marked(line, wanted):
            if on:
                break
            at += len(part)
        start = max(0, min(at - length // 3, len(line) - length))
        end = start + length
        line = ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")
    return marked(line, wanted)
