"""A phone without a browser: what it sends, piece by piece."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

BASE, FILES = "/recording/capture/", "/files/takes/"
WEBM = (
    b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x04B\x85\x81\x02"
)


@dataclass
class Phone:
    """What a phone holds of one recording: its opening, headers and pieces."""

    client: Client
    opening: bytes
    take: str
    headers: list[bytes] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)

    def record(self, seconds: list[tuple[float, float]], *, run: int = 0, began: datetime, **told: Any) -> None:
        """Pieces from and to so many seconds after `began` on the device's clock; `made` their bytes, where it matters
        what they hold."""
        made = told.pop("made", [])
        for at, (since, until) in enumerate(seconds):
            data = made[at] if made else (WEBM if not self.pieces else b"") + f"piece {len(self.pieces)} ".encode() * 50
            prev = hashlib.sha256(self.headers[-1] if self.headers else self.opening).hexdigest()
            header = {
                "take": self.take, "i": len(self.pieces), "run": run, "prev": prev,
                "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "marks": [], "gaps": [],
                "from": (began + timedelta(seconds=since)).isoformat(), "contact": self.contact,
                "to": (began + timedelta(seconds=until)).isoformat(), "mono": [since * 1000, until * 1000], **told,
            }  # fmt: skip
            self.headers.append(json.dumps(header).encode())
            self.pieces.append(data)

    @property
    def contact(self) -> Any:
        return json.loads(self.opening).get("contact")

    @property
    def head(self) -> str:
        return hashlib.sha256(self.headers[-1]).hexdigest()

    def put(self, path: str, body: bytes, **headers: str) -> Any:
        return self.client.put(path if path.startswith("/") else f"{BASE}{path}", body, content_type="application/octet-stream",
                               headers={"X-Capture": "1", **self.more, **headers})  # fmt: skip

    def open(self) -> Any:
        return self.put(f"takes/{self.take}/opening", self.opening)

    def send(self, number: int, *, data: bytes | None = None, header: bytes | None = None) -> Any:
        told = base64.b64encode(header or self.headers[number]).decode()
        return self.put(
            f"{FILES}{self.take}/{number}", self.pieces[number] if data is None else data, **{"X-Header": told}
        )

    def seal(self, count: int | None = None, head: str = "", **closing: Any) -> Any:
        """Ended with its last piece, where `closing` says nothing else (`at` empty: it does not say when)."""
        whole = {"count": len(self.pieces), "head": self.head, "at": json.loads(self.headers[-1])["to"]}
        said = whole | closing | ({} if count is None else {"count": count}) | ({"head": head} if head else {})
        return self.client.post(f"{FILES}{self.take}/", json.dumps(said), content_type="application/json",
                                headers={"X-Capture": "1", **self.more})  # fmt: skip

    def explain(self, gap: str, facts: dict[str, Any], **changes: Any) -> Any:
        """Say why it was interrupted, as the officer of its own pass, now; `changes` of what is sent."""
        held = json.loads(self.opening)["pass"]
        said = {"gap": gap, "facts": facts, "pass": held, "said_at": timezone.now().isoformat()} | changes
        return self.client.post(f"{BASE}takes/{self.take}/explained", json.dumps(said),
                                content_type="application/json", headers={"X-Capture": "1", **self.more})  # fmt: skip

    def all(self) -> Any:
        self.open()
        for number in range(len(self.pieces)):
            self.send(number)
        return self.seal()


@pytest.fixture
def phone_of() -> Callable[..., Phone]:
    """Make a phone of somebody who is logged in: it has its package and the time of the server; its own clock may be
    wrong by so many seconds."""

    def make(account: Any, *, wrong: int = 0, began: datetime | None = None, **opening: Any) -> Phone:
        client = Client()
        client.force_login(account)
        body = client.get(f"{BASE}package").json()
        take = str(uuid.uuid4())
        server = datetime.fromisoformat(body["contact"]["server"])
        contact = body["contact"] | {"device": (server + timedelta(seconds=wrong)).isoformat()}
        moment = (began or timezone.now() - timedelta(minutes=10)) + timedelta(seconds=wrong)
        told = {
            "take": take, "pass": body["body"]["pass"], "medium": "video", "source": "phone", "case": "",
            "activity": "", "officers": [body["body"]["officer"]], "device": "演示手机", "began": moment.isoformat(),
            "contact": contact, **opening,
        }  # fmt: skip
        return Phone(client, json.dumps(told).encode(), take)

    return make


def even(count: int) -> list[tuple[float, float]]:
    return [(2.0 * n, 2.0 * n + 2) for n in range(count)]


@pytest.fixture
def served(theatre: Any) -> Iterator[Any]:
    """The pages on the theatre's database."""
    from .served import Served

    server = Served()
    yield server
    server.stop()


@pytest.fixture
def playwright(browser: Any) -> Any:
    """The Playwright behind the shared browser."""
    return browser.browser_type


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone takes the latest cases of an officer; in this database other tests left him many newer ones."""
    monkeypatch.setattr("sanxiang.three_systems.recording.capture.along.MOST", 100)


@pytest.fixture
def story(theatre: Any) -> Any:
    return theatre.played("ordinary", before="inspect")


@pytest.fixture
def app(browser: Any, served: Any, theatre: Any) -> Iterator[Callable[..., Any]]:
    """Open the app as an officer of Luoyang; `prelude` runs before page and worker. A script error fails the test."""
    from .browsing import ALLOWED, PHONE

    contexts, faults = [], []

    def before(prelude: str, route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=prelude + answer.text())

    def open_app(hash: str = "", *, login: bool = True, prelude: str = "", **more: Any) -> Any:
        context = browser.new_context(
            **PHONE, permissions=ALLOWED, service_workers=more.pop("workers", "block"), **more
        )
        contexts.append(context)
        if login:
            context.add_cookies([served.cookie(theatre.account("zhang"))])
        context.add_init_script(prelude)
        if prelude:  # what is routed here comes from the server, never from what the phone keeps
            context.route("**/capture/keeper*.js", lambda route: before(prelude, route))
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{served.url}/recording/capture/{hash}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_app
    for context in contexts:
        context.close()
    assert faults == []
