"""Whoever stalls, with headers, a body or reading an answer, slows no page: in each process and at the encrypted door. On
the running product, on real sockets."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sanxiang.config import certificates
from tests.support.serving import Serving, free_port, listens, status_of

PAUSE_S = 90
"""So long that all is asked while all stall, also on a busy machine."""
MANY, THREADS = 20, 2
"""So many stall, of each kind, and so many threads of each process make pages: held by one of ten that stall, not one
would be left for a page, so that a page which is answered while all stall says that none is."""
PART = b"x" * 1000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PIECE = {"X-Capture": "1", "X-Header": "e30="}
PAGES = ("/login/", "/healthz", "/", "/officers/", "/search/?q=%E7%9B%91")


@pytest.fixture(scope="module")
def product() -> Iterator[tuple[Serving, int]]:
    """Without a demonstration, with the encrypted door, whose port is given beside."""
    with tempfile.TemporaryDirectory(prefix="sanxiang-stalled-") as name:
        Path(name).chmod(0o711)
        secure, var = free_port(), Path(name) / "var"
        var.mkdir(mode=0o711)
        certificates.ensure(var / "tls", ["127.0.0.1"])
        told = {"SANXIANG_ORIGIN": "sanxiang.test", "SANXIANG_HTTPS_BIND": f"127.0.0.1:{secure}"}
        serving = Serving(var, {**told, "SANXIANG_BODY_PAUSE_S": str(PAUSE_S), "SANXIANG_WEB_THREADS": str(THREADS)})
        serving.start()
        until = time.monotonic() + 300
        while not listens(secure):
            assert time.monotonic() < until, serving.said()
            time.sleep(0.1)
        yield serving, secure
        if serving.process is not None and serving.process.poll() is None:
            serving.stop()


def line_to(port: int, *, secure: bool = False) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=60)
    if not secure:
        return line
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(line, server_hostname="127.0.0.1")


def stall(line: socket.socket, method: str, place: str, length: int, headers: dict[str, str]) -> socket.socket:
    """A request of which no more than PART of its body ever comes."""
    lines = {"Host": f"127.0.0.1:{line.getpeername()[1]}", "Content-Length": str(length), **headers}
    head = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    line.sendall(f"{method} {place} HTTP/1.1\r\n{head}\r\n".encode() + PART)
    return line


def answered(line: socket.socket) -> int:
    """The status of the answer; 0 where the line was closed without one."""
    line.settimeout(PAUSE_S + 120)
    said = b""
    with contextlib.suppress(ConnectionError):
        while piece := line.recv(4096):
            said += piece
    return int(said.split()[1]) if said else 0


def asked(port: int) -> int:
    """How an encrypted page is answered."""
    line = line_to(port, secure=True)
    line.settimeout(60)
    line.sendall(f"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    said = b""
    while piece := line.recv(65536):
        said += piece
    line.close()
    return int(said.split()[1])


@pytest.mark.journeys("evidence.files")
def test_twenty_stalled_requests_of_each_kind_slow_no_page(product: tuple[Serving, int]) -> None:
    serving, secure = product
    desk, public, files = serving.port, serving.public_port, serving.files_port

    def told() -> list[int]:
        """How every page is answered, by each process and at the encrypted door."""
        asks = [(desk, page) for page in PAGES] + [(public, page) for page in PAGES[1:]] + [(files, "/healthz")]
        return [*(status_of(port, page) for port, page in asks), *(asked(secure) for _ in range(3))]

    alone, lines = told(), []
    assert set(alone) == {200}
    for _ in range(MANY):
        piece, upload = f"/files/takes/{uuid.uuid4()}/0", f"/files/uploads/{uuid.uuid4()}"
        lines += [
            stall(line_to(desk), "PUT", piece, 4 << 20, PIECE),
            stall(line_to(desk), "POST", "/login/", 4000, FORM),
            stall(line_to(desk), "POST", "/api/v1/files", 5 << 20, {"Content-Type": "video/mp4"}),
            stall(line_to(public), "POST", "/counter/mine/defence/", 9 << 20, FORM),
            stall(line_to(public), "POST", "/counter/complain/", 5000, FORM),
            stall(line_to(files), "POST", upload, 5000, FORM),
            stall(line_to(secure, secure=True), "PUT", piece, 4 << 20, PIECE),
        ]
    half = [line_to(port) for port in (desk, public, files) for _ in range(MANY)]
    for line in half:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow")
    readers = [line_to(port) for port in (desk, public) for _ in range(MANY)]
    for line in readers:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.sendall(b"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 50)
    try:
        assert told() == alone, "as without them"
        plain = [line for line in lines if not isinstance(line, ssl.SSLSocket)]
        assert select.select(plain, [], [], 0)[0] == [], "all of them still stall"
        assert {answered(line) for line in lines} == {408}
    finally:
        for line in (*lines, *half, *readers):
            line.close()


@pytest.mark.journeys("evidence.files")
def test_what_may_be_large_has_threads_of_its_own(product: tuple[Serving, int]) -> None:
    """More than there are of them: the rest is told to come again, pages and small bodies go on."""
    serving, _ = product
    kind = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": f"csrftoken={'a' * 32}"}
    lines = [stall(line_to(serving.port), "POST", "/login/", 1 << 30, kind) for _ in range(MANY)]
    try:
        for page in PAGES:
            assert status_of(serving.port, page) == 200, page
        line = stall(line_to(serving.port), "POST", "/login/", len(PART), {**FORM, "Connection": "close"})
        assert answered(line) == 403, "it was asked, and there is no login without the token of its form"
        line.close()
        assert {answered(line) for line in lines} == {408, 503}
    finally:
        for line in lines:
            line.close()
