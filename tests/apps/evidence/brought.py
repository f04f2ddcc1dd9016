"""Files of evidence, and somebody who brings them."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.test import Client

from sanxiang.config import demo, demo_files
from tests.support.theatre import Theatre

PHOTO = demo_files.photo({"day": "2026-11-21"})
SOUND = demo_files._tones()
SCAN = demo_files.receipt({"day": "2026-11-21"})
API = "/api/v1"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Caller:
    """Somebody at the interface."""

    key: dict[str, str]

    def bring(self, data: bytes, name: str = "现场照片.png", **query: str) -> Any:
        address = f"{API}/files?" + "&".join(f"{key}={value}" for key, value in ({"name": name} | query).items())
        return Client().post(address, data, content_type="application/octet-stream", **self.key)

    def act(self, stream: str, act: str, **body: Any) -> Any:
        address = f"{API}/cases/{stream}/acts/{act}"
        return Client().post(address, json.dumps(body), content_type="application/json", **self.key)

    def get(self, address: str, **headers: str) -> Any:
        return Client().get(f"{API}/{address}", **self.key, **headers)

    def fetch(self, address: str, purpose: str = "办理本案", **headers: str) -> Any:
        """The contents of a file, with why."""
        return self.get(address, HTTP_SANXIANG_PURPOSE=quote(purpose), **headers)


def files_of(theatre: Theatre, told: demo.Told) -> list[dict[str, Any]]:
    return [dict(file) for one in theatre.events(told) if one.event.act == "take_evidence" for file in one.event.files]


def facts(theatre: Theatre, told: demo.Told) -> dict[str, Any]:
    command = theatre.command(told, "take_evidence")
    return {"facts": dict(command.facts), "officers": list(command.officers)}


class Sender:
    """A browser of somebody at the desk that speaks the protocol."""

    def __init__(self, account: Any) -> None:
        self.client = Client()
        self.client.force_login(account)

    def ask(self, method: str, address: str, body: bytes = b"", **headers: str) -> Any:
        told = {"HTTP_TUS_RESUMABLE": "1.0.0"} | {f"HTTP_{key.upper()}": value for key, value in headers.items()}
        kind = "application/offset+octet-stream"
        told |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
        return self.client.generic(method, address, body, **told)

    def begin(self, told: demo.Told, size: int = len(SOUND), name: str = "询问录音.wav", **more: str) -> Any:
        return self.begin_for(size, filename=name, **({"act": "take_evidence", "stream": told.stream} | more))

    def begin_for(self, size: int, **said: str) -> Any:
        pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
        return self.ask("POST", "/files/uploads/", upload_length=str(size), upload_metadata=pairs)

    def piece(self, place: str, offset: int, data: bytes, **headers: str) -> Any:
        return self.ask("PATCH", place, data, upload_offset=str(offset), **headers)

    def offset(self, place: str) -> int:
        answered = self.ask("HEAD", place)
        assert answered.status_code == 200, answered.content
        assert answered["Cache-Control"] == "no-store"
        return int(answered["Upload-Offset"])

    def told(self, place: str) -> dict[str, Any]:
        return dict(self.client.get(place).json())
