"""A partner on the other side of an HTTP connection, who behaves in every way in which one can."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOCAL = ("127.0.0.0/8",)
Behave = Callable[[BaseHTTPRequestHandler, bytes], None]


class Far(ThreadingHTTPServer):
    """The other side: keeps what arrived, by id and version, and answers as it was told to, then as it should."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.moods: list[Behave] = []
        self.came: list[dict[str, Any]] = []
        self.held: dict[str, dict[str, Any]] = {}
        self.kept = 0
        self.keys: list[str] = []
        self.tokens: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/in?x=1"

    def keep(self, told: dict[str, Any]) -> None:
        """As the interface tells partners to: a version that is held is dropped."""
        before = self.held.get(told["id"])
        if before is None or told["version"] > before["version"]:
            self.held[told["id"]] = told
            self.kept += 1


class Handler(BaseHTTPRequestHandler):
    server: Far

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self.server.came.append({"redirected": self.path})
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = json.loads(body)
        self.server.came.append(told)
        self.server.keys.append(self.headers["Idempotency-Key"])
        self.server.tokens.append(self.headers.get("Authorization", ""))
        mood = self.server.moods.pop(0) if self.server.moods else good
        mood(self, body)


def say(handler: Any, status: int, content: bytes, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)


def good(handler: Any, body: bytes) -> None:
    told = json.loads(body)
    handler.server.keep(told)
    say(handler, 200, json.dumps({"event": told["event"], "receipt": f"R{told['version']}"}).encode())


def taken_but_silent(handler: Any, body: bytes) -> None:
    """It arrived and was kept; the answer was lost on its way."""
    handler.server.keep(json.loads(body))
    handler.connection.close()


def half(handler: Any, body: bytes) -> None:
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"event":')
    handler.wfile.flush()
    handler.connection.close()


def slow(handler: Any, body: bytes) -> None:
    """A byte now and then, for longer than anybody waits."""
    for _ in range(40):
        try:
            handler.wfile.write(b"H")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.1)


def status(code: int, content: bytes = b"{}", **headers: str) -> Behave:
    return lambda handler, body: say(handler, code, content, **headers)


def wrong_receipt(handler: Any, body: bytes) -> None:
    say(handler, 200, json.dumps({"event": "00000000-0000-0000-0000-000000000000", "receipt": "R"}).encode())


NONSENSE: dict[str, Behave] = {
    "500": status(500), "503": status(503), "401": status(401), "404": status(404), "429": status(429),
    "html": status(200, b"<html>welcome</html>"), "empty": status(200, b""), "list": status(200, b"[]"),
    "another receipt": wrong_receipt, "no receipt": status(200, b'{"event": 1}'), "half": half,
    "large": status(200, b"x" * (2 << 20)), "deep": status(200, b"[" * 50_000), "dead": lambda h, b: h.connection.close(),
    "lost answer": taken_but_silent, "slow": slow,
}  # fmt: skip
