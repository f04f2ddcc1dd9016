"""The pages served to a real browser from within the test, so that a test can make requests fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client


class Quiet(WSGIRequestHandler):
    def log_message(self, *said: Any) -> None:
        """Nothing: the output of a test is for what fails."""


class Served:
    """A server at `url`. While `down` it answers nothing useful; of the requests that change something every `fails`th
    fails; `seen` counts the requests by path. While `flows` is not set every answer is held back."""

    def __init__(self) -> None:
        self.flows = threading.Event()
        self.flows.set()
        self.down, self.fails, self.seen, self.turn = False, 0, 0, 0
        self.server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        self.server.set_app(StaticFilesHandler(get_wsgi_application()))
        self.server.set_app(self._guarded(self.server.get_app()))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def _guarded(self, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            self.flows.wait(120)
            changes = environ["REQUEST_METHOD"] in ("PUT", "POST")
            self.turn += changes
            if self.down or (changes and self.fails and self.turn % 10 < self.fails):
                self.seen += 1
                start("503 Service Unavailable", [("Content-Length", "0")])
                return [b""]
            try:
                return list(app(environ, start))
            finally:
                connections.close_all()

        return answer

    def stop(self) -> None:
        self.flows.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)

    def cookie(self, account: Any) -> dict[str, Any]:
        """The session of somebody who has logged in."""
        client = Client()
        client.force_login(account)
        return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}
