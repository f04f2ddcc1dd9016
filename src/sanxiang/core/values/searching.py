"""Finding exact characters in Chinese text: pairs narrow, the text decides (检索).

Every two neighbouring characters are one key. The pairs of a year or a serial number stand in every case, so a number
or Latin word is also found by its groups of three and as a whole. A query's keys find the candidates by index, LIKE on
the text keeps those that hold the whole query, so that nothing is found that is not there and nothing missed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

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
