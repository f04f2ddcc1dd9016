"""Fetching a feed: one request to one address, with a bound on every cost. Nothing that the other side does can make it
take longer, read more or ask elsewhere."""

from __future__ import annotations

import http.client
import socket
import zlib
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from urllib.parse import urlsplit

CHUNK = 64 * 1024
WRONG = "地址应是不带用户名的 http 或者 https 地址"


class NotFetched(Exception):
    """The feed could not be fetched; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a feed may cost: seconds in all, seconds of silence, bytes on the wire and unpacked."""

    seconds: float = 60.0
    silence: float = 15.0
    size: int = 4 * 1024 * 1024


def fetch(address: str, bounds: Bounds = Bounds()) -> bytes:
    """The body behind an address. Redirects are not followed: they could lead inside. Raises NotFetched."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise NotFetched(WRONG) from None
    if parts.scheme not in ("http", "https") or not host or parts.username:
        raise NotFetched(WRONG)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=bounds.silence)
    end, watch = monotonic() + bounds.seconds, None
    try:
        connection.connect()
        watch = Timer(bounds.seconds, _cut, [connection.sock])
        watch.daemon = True
        watch.start()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "sanxiang"}
        connection.request("GET", path, headers=headers)
        body = _body(connection.getresponse(), bounds)
        if monotonic() >= end:
            raise TimeoutError
    except (OSError, http.client.HTTPException, ValueError) as problem:
        if monotonic() >= end:
            raise NotFetched(f"{bounds.seconds:.0f} 秒内没有传完") from None
        raise NotFetched(f"连不上或者中途断开（{type(problem).__name__}）") from problem
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()
    return body


def _cut(wire: socket.socket) -> None:
    """End a connection from outside, whatever it waits for."""
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)


def _body(answer: http.client.HTTPResponse, bounds: Bounds) -> bytes:
    if 300 <= answer.status < 400:
        raise NotFetched("对方要求转到别的地址，没有跟随；请把设置改为最终的地址")
    if answer.status != 200:
        raise NotFetched(f"对方答复 {answer.status}")
    told = answer.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > bounds.size:
        raise NotFetched(_too_large(bounds))
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip"):
        raise NotFetched(f"不认识的压缩方式 {coding[:20]}")
    unpack = zlib.decompressobj(31) if coding == "gzip" else None
    body, wire = bytearray(), 0
    while piece := answer.read1(CHUNK):
        wire += len(piece)
        try:
            body += unpack.decompress(piece, bounds.size + 1 - len(body)) if unpack else piece
        except zlib.error:
            raise NotFetched("压缩的内容损坏") from None
        if wire > bounds.size or len(body) > bounds.size:
            raise NotFetched(_too_large(bounds))
    if (told.isdigit() and wire != int(told)) or (unpack is not None and not unpack.eof):
        raise NotFetched("没有传完就断开了")
    return bytes(body)


def _too_large(bounds: Bounds) -> str:
    return f"内容超过 {bounds.size // 1024} KB"
