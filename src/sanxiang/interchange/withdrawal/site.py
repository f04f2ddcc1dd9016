"""The public site as anybody asks it (公示网站的应答): over HTTP, at the address that the public uses, with nothing in
the question that would pass by a page that somebody keeps.

Redirects are not followed: what answers there may be another site.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

SECONDS = 20.0
"""How long one answer may keep silent."""
PAGE_MAX = 8 << 20
FILE_S = 600.0
"""How large a page may be in octets, and how long a whole file may take."""
CHUNK = 1 << 20


class Unanswered(Exception):
    """The site did not answer as a public site does; the text says how, for people."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and the whole content as text."""

    status: int
    text: str


class Site:
    """A public site at `address` (`https://host` or `https://host:port`). `asked` is what was asked of it, each with
    its status, as it may be kept: `told` in the place of what names a person."""

    def __init__(self, address: str) -> None:
        self._place = urlsplit(address)
        self.asked: list[tuple[str, int]] = []

    def ask(self, path: str, *, told: str = "", look: str = "") -> Answer:
        """One page. Raises Unanswered."""
        with self.opened(path, told=told, look=look) as (status, pieces):
            content = b""
            for piece in pieces:
                content += piece
                if len(content) > PAGE_MAX:
                    raise Unanswered(f"{told or path} 的应答太大")
        return Answer(status, content.decode("utf-8", "replace"))

    @contextmanager
    def opened(self, path: str, *, told: str = "", look: str = "") -> Iterator[tuple[int, Iterator[bytes]]]:
        """Status and content of one address, piece by piece. Raises Unanswered."""
        place = self._place
        kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
        connection = kind(place.hostname or "", place.port, timeout=SECONDS)
        try:
            headers = {"Accept": "*/*", **({"Cookie": f"sx-look={look}"} if look else {})}
            connection.request("GET", quote(path, safe="/?=&%.-_~+"), headers=headers)
            answer = connection.getresponse()
            self.asked.append((told or path, answer.status))
            if 300 <= answer.status < 400 or answer.status == 400 or answer.status >= 500:
                raise Unanswered(f"{told or path} 答 {answer.status}，请核对公示网站的网址（SANXIANG_PUBLIC_URL）")
            yield answer.status, _pieces(answer, told or path)
        except (OSError, http.client.HTTPException) as fault:
            raise Unanswered(f"{told or path} 没有连上或者中断（{type(fault).__name__}）") from fault
        finally:
            connection.close()


def _pieces(answer: http.client.HTTPResponse, named: str) -> Iterator[bytes]:
    until = time.monotonic() + FILE_S
    while piece := answer.read(CHUNK):
        if time.monotonic() > until:
            raise Unanswered(f"{named} 太慢，没有读完")
        yield piece
    if answer.length:
        raise Unanswered(f"{named} 没有读完就断了")
