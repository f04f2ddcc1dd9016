"""Lists as CSV files that open in a spreadsheet and run nothing there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.http import StreamingHttpResponse

ACTIVE = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """What csv writes to: the line is handed back."""

    def write(self, text: str) -> str:
        return text


def inert(value: Any) -> str:
    """The text of a cell; one that a spreadsheet would compute is shown instead."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(ACTIVE) else text


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download in UTF-8 with the mark that spreadsheets look for, sent row by row."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Line())
        yield "\ufeff" + str(writer.writerow(head))
        for row in rows:
            yield str(writer.writerow([inert(value) for value in row]))

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
