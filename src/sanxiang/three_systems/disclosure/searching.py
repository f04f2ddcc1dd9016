"""Finding exact characters in Chinese text: pairs narrow, the text decides (检索).

Every two neighbouring characters are one key. A query's pairs find the candidates by index, LIKE on the text keeps
those that hold the whole query, so that nothing is found that is not there and nothing missed.
"""

from __future__ import annotations

import unicodedata

QUERY_MAX = 60


def plain(text: str) -> str:
    """Width and case do not count; spaces do not either."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def pairs(text: str) -> list[str]:
    """The different character pairs of a text, line by line, in code order."""
    found = {line[at : at + 2] for line in map(plain, text.splitlines()) for at in range(len(line) - 1)}
    return sorted(found)


def words(query: str) -> list[str]:
    """The words of a query, at most sixty characters of it; a word has two characters or more."""
    return [plain(word) for word in query[:QUERY_MAX].split() if len(plain(word)) >= 2]
