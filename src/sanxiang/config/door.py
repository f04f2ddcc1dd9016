"""The web server's door in front of a WSGI application: whoever is slow with a request, or with reading its answer,
keeps no thread.

Pages are made in few threads, each with a connection to the database. A body is therefore gathered here, without a
thread, before the view is asked; it must come at a pace, and what does not is refused with nothing done. Only what may
be large, or must be kept as far as it came (tus), goes through to a view as it comes: in threads of its own, of which
there are so many and no more. Answers are whole before they are sent, and files are read by the server itself.

RSGI (granian): https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md; decision 41.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from sanxiang.config import shortage

Environ = dict[str, Any]
WHOLE = 17 << 20
"""A body of so many bytes is gathered before its view is asked; the pieces of phones and most photos are."""
IN_MEMORY = 256 << 10
"""Of a body or an answer; what is longer stands in a file without a name."""
UNFINISHED = 1_000
"""So many bodies of a process are on their way at once."""
RATE = 2_000
"""Bytes a second that a body comes at, taken over all of it: slower than any mobile net that works."""
OPENED_S = 30.0
"""The server opens a file to be sent by its number, at once; until then it must not be closed."""
JSON = ("x-capture", "tus-resumable", "authorization")
"""Who sends one of these is a program and gets JSON, as in `shortage`."""
MANY = "正在传送的文件太多，请稍候再传；已经传好的部分都在"
FAULT = "系统出错，没有办成；请稍后再试，仍不行请联系系统管理员"
UNTOLD = "没有写明内容的长度（Content-Length），没有接收"

log = logging.getLogger(__name__)


class Stalled(OSError):
    """A body did not come at its pace, or the sender went away."""


class Coming:
    """A body on its way: `more` gives its next bytes as long as it keeps its pace."""

    def __init__(self, proto: Any, length: int, pause: float) -> None:
        self._chunks, self.length, self.pause = aiter(proto), length, pause
        self.came, self._began = 0, asyncio.get_running_loop().time()

    async def more(self) -> bytes:
        """Empty when all of it came. Raises Stalled."""
        if self.came >= self.length:
            return b""
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(now, self._began + self.came / RATE) + self.pause):
                chunk = bytes(await anext(self._chunks))
        except (TimeoutError, StopAsyncIteration):
            raise Stalled from None
        if not chunk:
            raise Stalled
        self.came += len(chunk)
        return chunk

    async def whole(self) -> BinaryIO:
        """All of it, to be read from its start. Raises Stalled; OSError where there is no room."""
        body: Any = io.BytesIO() if self.length <= IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
        try:
            while chunk := await self.more():
                body.write(chunk)
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body  # type: ignore[no-any-return]


class Through(io.RawIOBase):
    """`wsgi.input` of a body that a view takes as it comes, in a thread that waits for it."""

    def __init__(self, coming: Coming, loop: asyncio.AbstractEventLoop) -> None:
        self._coming, self._loop, self._rest, self.stalled = coming, loop, b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and not self.stalled:
            self._rest = asyncio.run_coroutine_threadsafe(self._some(max(len(buffer), IN_MEMORY)), self._loop).result()
            if not self._rest:
                break
        if self.stalled and not self._rest:
            raise Stalled(shortage.SLOW.text)
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    async def _some(self, size: int) -> bytes:
        """As much as is asked for, less at the end; where it stalls, first what came."""
        found, have = [], 0
        try:
            while have < size and (chunk := await self._coming.more()):
                found.append(chunk)
                have += len(chunk)
        except Stalled:
            self.stalled = True
        return b"".join(found)


class Handed:
    """`wsgi.file_wrapper`: a file that a view hands out, from where it stands."""

    def __init__(self, file: Any, block_size: int = 0) -> None:
        self.file = file


@dataclass
class Answer:
    """What a view answers: a status, headers and a body, which is bytes or a part of a file."""

    status: int
    headers: list[tuple[str, str]]
    body: Any = b""
    start: int = 0
    end: int = 0

    def send(self, proto: Any, loop: asyncio.AbstractEventLoop) -> None:
        """Leave it to the server, which keeps no thread for it."""
        if isinstance(self.body, bytes):
            proto.response_bytes(self.status, self.headers, self.body)
            return
        place = f"/proc/self/fd/{self.body.fileno()}"
        proto.response_file_range(self.status, self.headers, place, self.start, self.end)
        loop.call_soon_threadsafe(loop.call_later, OPENED_S, self.body.close)


class Threads:
    """So many threads, each doing one thing after the other. A plain queue: a request without a body passes nothing
    else on its way to a view."""

    def __init__(self, number: int, name: str) -> None:
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.do = self._work.put
        for _ in range(number):
            Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        while True:
            self._work.get()()


class Door:
    """An RSGI application in front of a WSGI one. `threads` make pages, `through` take bodies that come through; a
    body may pause so many seconds."""

    def __init__(
        self, application: Callable[..., Iterable[bytes]], *, threads: int, through: int, pause: float
    ) -> None:
        self.application, self.pause = application, pause
        self.pages, self.bodies = Threads(threads, "pages"), Threads(through, "bodies")
        self.free, self.unfinished = through, 0

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """granian brings each request into the loop, as a coroutine that has not begun. One without a body has nothing
        to wait for: it goes to a thread at once, as it would in a server of WSGI. Where granian should do it otherwise
        one day, all go through the loop, which is right and a little slower."""
        into_loop = loop.call_soon_threadsafe

        def soon(callback: Any, *given: Any, context: Any = None) -> Any:
            watcher: Any = given[1] if len(given) == 2 else None
            scope = getattr(watcher, "scope", None)
            if scope is None or getattr(scope, "proto", "") != "http" or not bodiless(scope.headers):
                return into_loop(callback, *given, context=context)
            given[0].close()
            self.pages.do(partial(self.make, watcher.proto, scope, io.BytesIO(), loop))
            return None

        loop.call_soon_threadsafe = soon  # type: ignore[assignment]

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        headers, loop = scope.headers, asyncio.get_running_loop()
        told = headers.get("content-length", "")
        if bodiless(headers):
            await self._made(self.pages, loop, proto, scope, io.BytesIO())
        elif not told.isdecimal():
            refusal(scope, 411, UNTOLD).send(proto, loop)
        elif int(told) > WHOLE or "upload-offset" in headers:
            await self._through(loop, proto, scope, Coming(proto, int(told), self.pause))
        else:
            await self._gathered(loop, proto, scope, Coming(proto, int(told), self.pause))

    async def _gathered(self, loop: asyncio.AbstractEventLoop, proto: Any, scope: Any, coming: Coming) -> None:
        if self.unfinished >= UNFINISHED:
            refusal(scope, 503, MANY).send(proto, loop)
            return
        self.unfinished += 1
        try:
            body = await coming.whole()
        except Stalled:
            refusal(scope, 408, shortage.SLOW.text).send(proto, loop)
            return
        except OSError as problem:
            log.error("%s %s：内容没有地方存放（%s）", scope.method, scope.path, problem)
            refusal(scope, 507, shortage.FILES.text).send(proto, loop)
            return
        finally:
            self.unfinished -= 1
        with body:
            await self._made(self.pages, loop, proto, scope, body)

    async def _through(self, loop: asyncio.AbstractEventLoop, proto: Any, scope: Any, coming: Coming) -> None:
        if not self.free:
            refusal(scope, 503, MANY).send(proto, loop)
            return
        self.free -= 1
        try:
            await self._made(self.bodies, loop, proto, scope, Through(coming, loop))
        finally:
            self.free += 1

    async def _made(self, threads: Threads, loop: asyncio.AbstractEventLoop, proto: Any, scope: Any, body: Any) -> None:
        """Until the answer is with the server."""
        done = loop.create_future()

        def made() -> None:
            try:
                self.make(proto, scope, body, loop)
            finally:
                if threads is self.bodies:
                    leave()
                loop.call_soon_threadsafe(done.set_result, None)

        threads.do(made)
        await done

    def make(self, proto: Any, scope: Any, body: Any, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: ask the application, and give its answer to the server."""
        try:
            answer = asked(self.application, environ_of(scope, body))
            if getattr(body, "stalled", False) and answer.status >= 400:
                answer = refusal(scope, 408, shortage.SLOW.text)
            answer.send(proto, loop)
        except BaseException:
            log.exception("%s %s", scope.method, scope.path)
            refusal(scope, 500, FAULT).send(proto, loop)


def bodiless(headers: Any) -> bool:
    return headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers


def asked(application: Callable[..., Iterable[bytes]], environ: Environ) -> Answer:
    """Let the application answer, whole; what it makes piece by piece goes into a file at the speed of making it."""
    answer = Answer(500, [])

    def start(status: str, headers: list[tuple[str, str]], problem: Any = None) -> None:
        answer.status, answer.headers = int(status[:3]), headers

    made: Any = application(environ, start)
    if isinstance(made, Handed):
        return handed(answer, made.file)
    try:
        if getattr(made, "streaming", True):
            return streamed(answer, made)
        answer.body = b"".join(made)
        return answer
    finally:
        if hasattr(made, "close"):
            made.close()


def streamed(answer: Answer, made: Iterable[bytes]) -> Answer:
    head, size, pieces = [], 0, iter(made)
    for piece in pieces:
        head.append(piece)
        size += len(piece)
        if size > IN_MEMORY:
            break
    else:
        answer.body = b"".join(head)
        return answer
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was sent
    for piece in itertools.chain(head, pieces):
        file.write(piece)
    file.flush()
    answer.body, answer.end = file, file.tell()
    if not any(name.lower() == "content-length" for name, _ in answer.headers):
        answer.headers.append(("Content-Length", str(answer.end)))
    return answer


def handed(answer: Answer, file: Any) -> Answer:
    """A file is sent from where it stands to its end, or to the `end` that it tells of itself."""
    start, end = 0, 0
    with contextlib.suppress(OSError, AttributeError):
        start, end = file.tell(), getattr(file, "end", None) or os.fstat(file.fileno()).st_size
    if end - start > IN_MEMORY:
        answer.body, answer.start, answer.end = file, start, end
        return answer
    with contextlib.closing(file):
        answer.body = file.read()
    return answer


def leave() -> None:
    """A thread for bodies keeps no connection: it may be long until its next request."""
    from django.db import connections

    connections.close_all()


def refusal(scope: Any, status: int, text: str) -> Answer:
    """An answer without asking a view; the connection ends with it, as nobody reads the rest of the body."""
    program = any(name in scope.headers for name in JSON) or scope.path.startswith("/api/")
    kind = "application/json" if program else "text/plain"
    body = json.dumps({"code": "door", "text": text}, ensure_ascii=False) if program else text
    told = [("Content-Type", f"{kind}; charset=utf-8"), ("Connection", "close"), ("Cache-Control", "no-store")]
    if status == 503:
        told.append(("Retry-After", "5"))
    return Answer(status, told, body.encode())


@lru_cache(256)
def _key(name: str) -> str:
    """CGI's name of a header; empty for one that could pass for another (`X_Forwarded_Proto`)."""
    if name in ("content-type", "content-length"):
        return name.upper().replace("-", "_")
    return "" if "_" in name else f"HTTP_{name.upper().replace('-', '_')}"


BASE: Environ = {
    "SCRIPT_NAME": "", "SERVER_SOFTWARE": "granian", "GATEWAY_INTERFACE": "CGI/1.1", "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    "wsgi.input_terminated": True, "wsgi.file_wrapper": Handed,
}  # fmt: skip


def environ_of(scope: Any, body: Any) -> Environ:
    """The request as WSGI tells it (PEP 3333)."""
    server, _, port = scope.server.rpartition(":")
    found = BASE | {
        "REQUEST_METHOD": scope.method, "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string, "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server.strip("[]"), "SERVER_PORT": port, "wsgi.url_scheme": scope.scheme, "wsgi.input": body,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
    }  # fmt: skip
    for name, value in scope.headers.items():
        if key := _key(name):
            before = found.get(key)
            found[key] = value if before is None else f"{before}{'; ' if name == 'cookie' else ','}{value}"
    if "HTTP_HOST" not in found and scope.authority:
        found["HTTP_HOST"] = scope.authority
    return found
