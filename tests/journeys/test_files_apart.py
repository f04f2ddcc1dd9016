"""Large files have a process of their own: stalled ones slow no page, and a kill of it loses nothing acknowledged. On the
running product."""

from __future__ import annotations

import base64
import hashlib
import http.client
import http.cookiejar
import json
import os
import random
import signal
import socket
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.filled import copied
from tests.support.serving import Serving

SENDERS = ("ly-officer", "ly-officer2", "dxh-officer", "wd-officer", "cn-officer", "ur-officer")
DATA = random.Random(5).randbytes(8 << 20)
SOUND = b"#!AMR\n" + DATA


class Sender:
    """A browser that is logged in and sends to the file process."""

    def __init__(self, product: Serving, login: str) -> None:
        self.product, jar = product, http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = self.browser.open(f"{product.url}/login/").read().decode()
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        typed = {"csrfmiddlewaretoken": token, "username": login}
        typed["password"] = (product.var / "secrets" / "demonstration").read_text().strip()
        told = self.browser.open(f"{product.url}/login/", urllib.parse.urlencode(typed).encode())
        assert told.url.endswith("/work/"), told.url
        cookies = "; ".join(f"{one.name}={one.value}" for one in jar)
        self.headers = {"Cookie": cookies, "Tus-Resumable": "1.0.0", "Origin": product.url}

    def ask(self, method: str, place: str, body: bytes = b"", **headers: str) -> tuple[int, Any, bytes]:
        asked = http.client.HTTPConnection("127.0.0.1", self.product.files_port, timeout=60)
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        asked.request(method, place, body, self.headers | named)
        answer = asked.getresponse()
        told = answer.status, answer.headers, answer.read()
        asked.close()
        return told

    def begin(self, size: int) -> str:
        said = {"filename": "举报录音.amr", "act": "register_source", "procedure": "penalty.ordinary"}
        pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
        status, told, body = self.ask("POST", "/files/uploads/", Upload_Length=str(size), Upload_Metadata=pairs)
        assert status == 201, body
        assert told["Access-Control-Allow-Origin"] == self.product.url
        return str(told["Location"])

    def piece(self, place: str, offset: int, data: bytes) -> int:
        kind = "application/offset+octet-stream"
        return self.ask("PATCH", place, data, Upload_Offset=str(offset), Content_Type=kind)[0]

    def offset(self, place: str) -> int:
        return int(self.ask("HEAD", place)[1]["Upload-Offset"])

    def stall(self, place: str, offset: int, data: bytes, told: int) -> socket.socket:
        """A piece of which no more than `data` ever comes."""
        lines = {**self.headers, "Host": f"127.0.0.1:{self.product.files_port}", "Content-Length": str(told)}
        lines |= {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        head = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
        line = socket.create_connection(("127.0.0.1", self.product.files_port))
        line.sendall(f"PATCH {place} HTTP/1.1\r\n{head}\r\n".encode() + data)
        return line


@pytest.fixture(scope="module")
def product() -> Iterator[Serving]:
    with tempfile.TemporaryDirectory(prefix="sanxiang-files-") as name:
        Path(name).chmod(0o711)
        serving = Serving(Path(name) / "var")
        copied(serving.var)
        serving.start()
        yield serving
        if serving.process is not None and serving.process.poll() is None:
            serving.stop()


def come(product: Serving, place: str, size: int) -> None:
    """Until so much of a file is on the disk."""
    path = product.var / "blobs" / "arriving" / place.rsplit("/", 1)[1]
    until = time.monotonic() + 60
    while path.stat().st_size < size:
        assert time.monotonic() < until, (path.stat().st_size, size)
        time.sleep(0.02)


@pytest.mark.journeys("evidence.files")
def test_twenty_stalled_uploads_stop_no_page_and_no_other_upload(product: Serving) -> None:
    senders = [Sender(product, login) for login in SENDERS[:4]]
    places = [(sender, sender.begin(1 << 30)) for sender in senders for _ in range(5)]
    lines = [sender.stall(place, 0, DATA[: 1 << 20], 1 << 29) for sender, place in places]
    try:
        for _, place in places:
            come(product, place, 1 << 20)
        for sender in senders:
            for page in ("/work/", "/work/cases/", "/healthz"):
                assert sender.browser.open(f"{product.url}{page}", timeout=60).status == 200
        other = Sender(product, SENDERS[4])
        place = other.begin(len(SOUND))
        assert other.piece(place, 0, SOUND) == 204
        assert json.loads(other.ask("GET", place)[2])["sha256"] == hashlib.sha256(SOUND).hexdigest()
        assert all(sender.offset(place) == 0 for sender, place in places), "still on their way"
    finally:
        for line in lines:
            line.close()


@pytest.mark.journeys("evidence.files")
def test_a_kill_in_the_middle_loses_nothing_that_was_acknowledged(product: Serving) -> None:
    sender = Sender(product, SENDERS[5])
    place, first = sender.begin(len(SOUND)), 3 << 20
    assert sender.piece(place, 0, SOUND[:first]) == 204
    line = sender.stall(place, first, SOUND[first : first + (1 << 20)], len(SOUND) - first)
    come(product, place, first + (1 << 20))
    (service,) = [one for one in json.loads((product.var / "processes.json").read_text()) if one["name"] == "文件服务"]
    os.killpg(service["pid"], signal.SIGKILL)
    line.close()
    until = time.monotonic() + 60
    while True:
        try:
            safe = sender.offset(place)
            break
        except OSError:
            assert time.monotonic() < until, product.said()
            time.sleep(0.1)
    assert safe >= first
    assert sender.piece(place, safe, SOUND[safe:]) == 204
    told = json.loads(sender.ask("GET", place)[2])
    assert (told["sha256"], told["taken"]["name"]) == (hashlib.sha256(SOUND).hexdigest(), "举报录音.amr")


def test_the_file_process_holds_no_pages_and_answers_no_other_site(product: Serving) -> None:
    asked = http.client.HTTPConnection("127.0.0.1", product.files_port, timeout=30)
    for page in ("/work/", "/login/", "/"):
        asked.request("GET", page)
        answer = asked.getresponse()
        assert (answer.status, answer.read() != b"") == (404, True)
    asks = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "tus-resumable"}
    for origin, allowed in ((product.url, product.url), ("https://elsewhere.example", None)):
        asked.request("OPTIONS", "/files/uploads/", headers={**asks, "Origin": origin})
        answer = asked.getresponse()
        answer.read()
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    asked.close()
    policy = urllib.request.urlopen(f"{product.url}/login/").headers["Content-Security-Policy"]
    assert f"connect-src 'self' http://127.0.0.1:{product.files_port}" in policy
    assert "script-src 'self';" in policy
