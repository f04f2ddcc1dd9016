"""The door in front of the views, with a granian of its own and an application that counts how often it was asked."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.support.serving import free_port

PAUSE_S = 4
LARGE = 64 << 20
APPLICATION = """
from sanxiang.config import door
door.leave = lambda: None
asked = []

class Whole(list):
    streaming = False

def application(environ, start):
    place, length = environ["PATH_INFO"], int(environ.get("CONTENT_LENGTH") or 0)
    asked.append(place)
    came = 0
    while came < length and (piece := environ["wsgi.input"].read(1 << 20)):
        came += len(piece)
    if place == "/file":
        start("200 OK", [])
        return environ["wsgi.file_wrapper"](open(FILE, "rb"))
    if place == "/pieces":
        start("200 OK", [])
        return (b"x" * 100_000 for _ in range(50))
    told = {"/asked": asked, "/cookie": environ.get("HTTP_COOKIE"), "/proto": environ.get("HTTP_X_FORWARDED_PROTO")}
    said = str(told.get(place, came)).encode()
    start("200 OK", [("Content-Length", str(len(said)))])
    return Whole([said])

served = door.Door(application, threads=2, through=3, pause=PAUSE_S)
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("door")
    with (folder / "large").open("wb") as file:
        file.truncate(LARGE)
    said = f"FILE, PAUSE_S = {str(folder / 'large')!r}, {PAUSE_S}\n{APPLICATION}"
    (folder / "counted.py").write_text(said)
    number = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--port", str(number), "--workers", "1"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command += ["--log-level", "critical", "counted:served"]
    server = subprocess.Popen(command, env=environment, cwd=folder, start_new_session=True)
    try:
        until = time.monotonic() + 120
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", number), timeout=5).close()
                break
            assert time.monotonic() < until
            time.sleep(0.1)
        yield number
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def sent(port: int, text: str, body: bytes = b"") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=60)
    line.sendall(text.replace("\n", "\r\n").encode() + b"\r\n" + body)
    return line


def rest(line: socket.socket) -> bytes:
    said = b""
    while piece := line.recv(65536):
        said += piece
    line.close()
    return said


def got(port: int, place: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    asked.request(method, place, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = asked.getresponse()
    told = answer.status, answer.read()
    asked.close()
    return told


def test_a_view_is_not_asked_before_all_of_a_body_is_there(port: int) -> None:
    lines = [sent(port, f"POST /half HTTP/1.1\nHost: x\nContent-Length: {n}\n", b"x" * 9) for n in [99, 1 << 20] * 20]
    assert got(port, "/")[0] == 200
    gone = sent(port, "POST /gone HTTP/1.1\nHost: x\nContent-Length: 99\n", b"x")
    gone.close()
    for line in lines:
        said = rest(line)
        assert b" 408 " in said[:20]
        assert "没有传完".encode() in said
    asked = got(port, "/asked")[1]
    assert b"/half" not in asked
    assert b"/gone" not in asked


@pytest.mark.parametrize("size", [1, 200_000, 3 << 20, 18 << 20])
def test_a_body_comes_whole(port: int, size: int) -> None:
    assert got(port, "/", "POST", b"x" * size) == (200, str(size).encode())


def test_large_bodies_have_threads_of_their_own_and_no_more(port: int) -> None:
    lines = [sent(port, f"POST /large HTTP/1.1\nHost: x\nContent-Length: {1 << 30}\n", b"x" * 9) for _ in range(6)]
    assert got(port, "/", "POST", b"y" * 9) == (200, b"9")
    found = sorted(rest(line)[9:12] for line in lines)
    assert found.count(b"503") == 3
    assert got(port, "/", "POST", b"y" * (18 << 20))[0] == 200, "their threads are free again"


def test_whoever_reads_slowly_keeps_no_thread(port: int) -> None:
    lines = [sent(port, "GET /file HTTP/1.1\nHost: x\n") for _ in range(20)]
    assert got(port, "/")[0] == 200
    for line in lines:
        line.close()
    assert len(got(port, "/file")[1]) == LARGE
    assert got(port, "/pieces") == (200, b"x" * 5_000_000)


def test_headers_are_told_as_they_were_meant(port: int) -> None:
    assert got(port, "/proto", x_forwarded_proto="https")[1] == b"https"
    said = rest(sent(port, "GET /proto HTTP/1.1\nHost: x\nX_Forwarded_Proto: https\nConnection: close\n"))
    assert said.endswith(b"None")
    said = rest(sent(port, "GET /cookie HTTP/1.1\nHost: x\nCookie: a=1\nCookie: b=2\nConnection: close\n"))
    assert said.endswith(b"a=1; b=2")
    chunked = "POST / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\nConnection: close\n"
    assert b" 411 " in rest(sent(port, chunked, b"1\r\nx\r\n0\r\n\r\n"))[:20]
