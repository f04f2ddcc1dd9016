"""The public site over HTTP, as the world outside asks it; with a mirror in between that may keep old pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.db import connections


class Mirror:
    """Passes everything on to the product. What was kept with `keep` is told again for ever to who asks the same address
    (its beginning, without the query), whatever the product would say now."""

    def __init__(self) -> None:
        self.old: dict[str, tuple[str, list[tuple[str, str]], bytes]] = {}
        self.asked: list[str] = []
        self.keeping = ""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        from django.core.wsgi import get_wsgi_application

        place = environ["PATH_INFO"]
        self.asked.append(place)
        if place in self.old and self.keeping != place:
            status, headers, content = self.old[place]
            start(status, headers)
            return [content]
        told: list[Any] = []
        try:
            answer = get_wsgi_application()(environ, lambda status, headers, *_: told.extend([status, headers]))
            content = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
        finally:
            connections.close_all()
        if self.keeping == place:
            self.old[place] = (told[0], told[1], content)
        start(*told)
        return [content]

    def keep(self, address: str, place: str) -> None:
        """Ask for a place now and keep what it says."""
        import http.client
        from urllib.parse import urlsplit

        self.keeping = place.partition("?")[0]
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
        connection.request("GET", place)
        connection.getresponse().read()
        connection.close()
        self.keeping = ""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def served(mirror: Mirror) -> Iterator[str]:
    """The address of the product behind a mirror."""
    server = make_server("127.0.0.1", 0, mirror, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
