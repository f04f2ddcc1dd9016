"""A large file sent from the page of an act in a real browser: the net breaks in the middle, then the page is closed;
what had arrived is not sent again, and the whole is what it was."""

from __future__ import annotations

import hashlib
import io
import random
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sanxiang.casework.models import StagedFile
from sanxiang.store.blobs import shelf
from tests.apps.capture.browsing import until
from tests.apps.capture.served import Served
from tests.support.theatre import Theatre

PIECE = 8 << 20
LARGE = b"#!AMR\n" + random.Random(8).randbytes(3 * PIECE)


class Line(Served):
    """Remembers what came of each piece, from where, and whether it was acknowledged; breaks the connection of that of
    the number `breaks` when half of it is there, and lets those from `waits` on wait until it is told to `go`."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[tuple[int, int, bool]] = []
        self.breaks, self.waits, self.go = -1, 1000, threading.Event()
        self.server.set_app(self._heard(self.server.get_app()))

    def _heard(self, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] != "PATCH":
                return app(environ, start)
            came, status = Half(environ["wsgi.input"], len(self.pieces) == self.breaks), []
            offset = int(environ["HTTP_UPLOAD_OFFSET"])
            self.pieces.append((offset, 0, False))
            n = len(self.pieces) - 1
            if n >= self.waits:
                self.go.wait(120)

            def begins(said: str, *more: Any) -> Any:
                status.append(said)
                return start(said, *more)

            try:
                return app(environ | {"wsgi.input": came}, begins)
            finally:
                self.pieces[n] = (offset, came.size, bool(status) and status[0].startswith("204"))

        return answer


class Half(io.IOBase):
    """The body of a piece; where it breaks, no more than half of it comes and the connection is gone."""

    def __init__(self, body: Any, breaks: bool) -> None:
        self.body, self.breaks, self.size = body, breaks, 0

    def read(self, size: int = -1) -> bytes:
        if self.breaks and self.size >= PIECE // 2:
            self.body._read.__self__.raw._sock.shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError("the net is gone")
        data: bytes = self.body.read(size)
        self.size += len(data)
        return data


@pytest.fixture
def line(theatre: Theatre) -> Iterator[Line]:
    server = Line()
    yield server
    server.stop()


@pytest.mark.browser
@pytest.mark.clauses("LY-27")
@pytest.mark.journeys("evidence.files")
def test_a_broken_upload_goes_on_where_it_was_also_after_the_page_was_closed(
    page: Any, line: Line, theatre: Theatre, told: Any, tmp_path: Path
) -> None:
    film = tmp_path / "询问录音.amr"
    film.write_bytes(LARGE)
    page.context.add_cookies([line.cookie(theatre.account("zhang"))])
    form = f"{line.url}/work/cases/{told.stream}/do/take_evidence/"
    page.goto(form)
    line.breaks, line.waits = 1, 1
    page.set_input_files("#f-files", str(film))
    until(lambda: len(line.pieces) == 2)
    page.context.set_offline(True)
    line.go.set()
    page.wait_for_selector("#p-files:has-text('网络断了')")
    assert page.locator("#l-files input[name=kept]").count() == 0, "half a file is none"
    line.go.clear()
    line.waits = 3
    page.context.set_offline(False)
    until(lambda: len(line.pieces) == 4)
    page.goto("about:blank")
    line.go.set()
    page.goto(form)
    page.set_input_files("#f-files", str(film))
    page.wait_for_selector("#l-files label:has-text('询问录音.amr')", timeout=120_000)

    whole = [(offset, size) for offset, size, done in line.pieces if done]
    assert whole == [(0, PIECE), (PIECE, PIECE), (2 * PIECE, PIECE), (3 * PIECE, 6)], "what was acknowledged came once"
    assert (line.pieces[1][0], line.pieces[1][2]) == (PIECE, False)
    assert line.pieces[1][1] <= PIECE // 2
    row = StagedFile.objects.get(pk=page.locator("#l-files input[name=kept]").get_attribute("value"))
    assert (row.sha256, row.size) == (hashlib.sha256(LARGE).hexdigest(), len(LARGE))
    assert shelf().waiting(row.sha256).read_bytes() == LARGE
