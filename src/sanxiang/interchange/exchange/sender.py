"""One message to one partner over HTTP (推送): what came of it, whatever the other side does.

Redirects are not followed. An address is resolved once and connected to by that number, and a private one is refused
unless the operator named its network for this partner. The whole exchange has an end, and of an answer only so much is
read.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

SECONDS = 10.0
ANSWER_MAX = 64 << 10
RECEIPT_MAX = 200
OK = range(200, 300)
LATER = frozenset({408, 425, 429})


class Failed(Exception):
    """It is not known to have arrived; it is sent again. The text says why, for people."""


class Refused(Exception):
    """The other side says that this message is wrong; sending it again does not help."""


class _Pinned(http.client.HTTPConnection):
    """A connection to one number, whatever the name resolves to a moment later."""

    def __init__(self, place: SplitResult, number: str, port: int) -> None:
        super().__init__(place.hostname or "", port, timeout=SECONDS)
        self._number, self._secure = number, place.scheme == "https"

    def connect(self) -> None:
        made: socket.socket = socket.create_connection((self._number, self.port), SECONDS)
        if self._secure:
            made = ssl.create_default_context().wrap_socket(made, server_hostname=self.host)
        self.sock = made


def send(address: str, token: str, body: bytes, key: str, networks: Sequence[str]) -> str:
    """Deliver a message and return the receipt. `key` names it for ever (Idempotency-Key). Raises Failed, Refused."""
    place, port = placed(address)
    connection = _Pinned(place, number_of(place, port, networks), port)
    watch = threading.Timer(SECONDS, _end, [connection])
    watch.daemon = True
    watch.start()
    try:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        target = (place.path or "/") + (f"?{place.query}" if place.query else "")
        connection.request("POST", target, body, headers)
        answer = connection.getresponse()
        return receipt_of(answer.status, answer.read(ANSWER_MAX + 1), key)
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Failed(f"没有连上或者中断（{type(fault).__name__}）") from fault
    finally:
        watch.cancel()
        connection.close()


def _end(connection: http.client.HTTPConnection) -> None:
    """Nobody is waited for longer, however slowly he speaks."""
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def placed(address: str) -> tuple[SplitResult, int]:
    """The parts of an address. Raises Failed for one that is none."""
    try:
        place = urlsplit(address)
        port = place.port or (443 if place.scheme == "https" else 80)
    except ValueError:
        raise Failed("推送地址写得不对") from None
    if place.scheme not in ("https", "http") or not place.hostname or place.username or place.password:
        raise Failed("推送地址应当是 https:// 开头的网址，不带用户名和密码")
    return place, port


def number_of(place: SplitResult, port: int, networks: Sequence[str]) -> str:
    """The number to connect to. Raises Failed where it is private and nobody named its network, or where the way there
    is open to read."""
    try:
        found = socket.getaddrinfo(place.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Failed("域名解析不了") from None
    inside = [ipaddress.ip_network(one) for one in networks]
    for *_, where in found:
        number = ipaddress.ip_address(str(where[0]).partition("%")[0])
        named = any(number in one for one in inside)
        if not named and (not number.is_global or number.is_multicast):
            raise Failed(f"{place.hostname} 指向内部地址，没有允许这个网段，不连接")
        if not named and place.scheme != "https":
            raise Failed("公网上的推送地址应当用 https")
    return str(found[0][4][0])


def receipt_of(status: int, content: bytes, key: str) -> str:
    """The receipt in an answer. Only one that names this very message counts. Raises Failed, Refused."""
    if status in OK:
        told: Any = _json(content)
        if not isinstance(told, dict) or told.get("event") != key or not isinstance(told.get("receipt"), str):
            raise Failed("对方的应答不是这条信息的回执")
        receipt = "".join(sign for sign in told["receipt"] if sign.isprintable())[:RECEIPT_MAX]
        if not receipt:
            raise Failed("对方的回执是空的")
        return receipt
    if status in range(300, 400):
        raise Failed(f"对方要求转到别的地址（{status}），不跟随")
    if 400 <= status < 500 and status not in LATER and status not in (401, 403, 404):
        raise Refused(f"对方不接收这条信息（{status}）")
    raise Failed(f"对方暂时不能接收（{status}）")


def _json(content: bytes) -> Any:
    if len(content) > ANSWER_MAX:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
