"""Finding exact characters in Chinese text: pairs narrow, the text decides (检索).

Every two neighbouring characters are one key, and so is every number and Latin word as a whole: the pairs of a year
or a serial number stand in every case. A query's keys find the candidates by index, LIKE on the text keeps those that
hold the whole query, so that nothing is found that is not there and nothing missed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

QUERY_MAX = 60
WHOLE = re.compile("[0-9a-z]+")
BOUNDED = re.compile("(?<=[^0-9a-z])[0-9a-z]+(?=[^0-9a-z])")


def plain(text: str) -> str:
    """Width and case do not count; spaces do not either."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def keys(text: str) -> list[str]:
    """What a text is found by, line by line, in code order: its different pairs, and whole numbers and Latin words
    between spaces, which no pair holds.

    >>> keys("第12号")
    [' 12 ', '12', '2号', '第1']
    """
    return sorted({key for line in map(plain, text.splitlines()) for key in (*_pairs(line), *_runs(WHOLE, line))})


def sought(wanted: Iterable[str]) -> list[str]:
    """The keys that every text with these words has; a number at the edge of a word may go on in the text.

    >>> sought(["12号"]), sought(["第12号"]) == keys("第12号")
    (['12', '2号'], True)
    """
    return sorted({key for word in wanted for key in (*_pairs(word), *_runs(BOUNDED, word))})


def _pairs(line: str) -> list[str]:
    return [line[at : at + 2] for at in range(len(line) - 1)]


def _runs(kind: re.Pattern[str], line: str) -> list[str]:
    return [f" {run} " for run in kind.findall(line)]


def words(query: str) -> list[str]:
    """The words of a query, at most sixty characters of it; a word has two characters or more."""
    return [plain(word) for word in query[:QUERY_MAX].split() if len(plain(word)) >= 2]
