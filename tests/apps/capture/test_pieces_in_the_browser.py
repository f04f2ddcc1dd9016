"""What a net does to the pieces of a recording on their way from a real browser: sent twice, altered, out of order, gone
at the seal. Whatever it does, the recording arrives whole or is not sealed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from sanxiang.three_systems.recording.models import RecordingRow

from .browsing import end, pieces, start, whole
from .served import Served

PIECE = re.compile(r"/files/takes/[0-9a-f-]{36}/(\d*)")
TOUCHED = 1
"""The piece that is meddled with, the first time that it comes."""


class Meddling(Served):
    """A server behind a net that does one thing to one piece. `said` the statuses of the product's own answers to that
    piece, `sealing` those to the wish to seal; `order` the pieces as the product got them."""

    def __init__(self, how: str) -> None:
        self.how, self.done, self.held = how, False, dict[str, Any]()
        self.said, self.sealing, self.order = list[int](), list[int](), list[int]()
        super().__init__()

    def _guarded(self, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        inner = super()._guarded(app)

        def through(environ: dict[str, Any], start: Any, into: list[int]) -> Iterable[bytes]:
            def heard(status: str, *more: Any) -> Any:
                into.append(int(status[:3]))
                return start(status, *more)

            return inner(environ, heard)

        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            found = PIECE.fullmatch(environ["PATH_INFO"])
            if found is None:
                return inner(environ, start)
            if environ["REQUEST_METHOD"] == "POST":
                return through(environ, start, self.sealing)
            number = int(found[1] or -1)
            if number != TOUCHED:
                told = inner(environ, start)
                self.order.append(number)
                if self.held:
                    through(self.held, lambda *said: None, self.said)
                    self.order.append(TOUCHED)
                    self.held = {}
                return told
            self.order.append(number)
            if self.done:
                return through(environ, start, self.said)
            self.done = True
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            fresh = environ | {"wsgi.input": io.BytesIO(body)}
            if self.how == "doubled":
                through(fresh, lambda *said: None, self.said)
                return through(environ | {"wsgi.input": io.BytesIO(body)}, start, self.said)
            if self.how == "altered":
                return through(environ | {"wsgi.input": io.BytesIO(bytes([body[0] ^ 1]) + body[1:])}, start, self.said)
            self.order.pop()
            self.held = fresh if self.how == "out of order" else {}
            start("201 Created", [("Content-Type", "application/json"), ("Content-Length", "2")])
            return [b"{}"]  # the phone takes it for kept; the product never heard of it

        return answer


@pytest.fixture
def served(request: pytest.FixtureRequest, theatre: Any) -> Iterator[Meddling]:
    server = Meddling(request.param)
    yield server
    server.stop()


@pytest.mark.browser
@pytest.mark.clauses("LY-24", "LY-27")
@pytest.mark.journeys("recording.capture")
@pytest.mark.parametrize("served", ["doubled", "altered", "out of order", "missing at the seal"], indirect=True)
def test_a_net_that_meddles_changes_nothing_of_the_recording(app: Any, served: Meddling, theatre: Any) -> None:
    page = app()
    take = start(page)
    pieces(page, 4)
    end(page)
    one = whole(theatre, take)  # recounted from the kept files alone
    assert served.done, "nothing was meddled with"
    assert (one.grade, one.gaps, one.conflicts, one.segments >= 4) == ("A", (), (), True)
    assert RecordingRow.objects.get(pk=take).open_gaps == 0
    if served.how == "doubled":
        assert served.said == [201, 200]
    elif served.how == "altered":
        assert served.said == [422, 201], "the changed one is refused, the phone sends it again"
    elif served.how == "out of order":
        assert served.order.index(TOUCHED) > served.order.index(TOUCHED + 1)
        assert served.said == [201]
    else:
        assert served.sealing == [422, 200], "not sealed before the lost piece came"
        assert served.order.index(TOUCHED) > max(served.order.index(n) for n in range(TOUCHED + 1, 4))
