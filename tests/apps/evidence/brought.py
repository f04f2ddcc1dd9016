"""Files of evidence, and somebody who brings them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

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


def files_of(theatre: Theatre, told: demo.Told) -> list[dict[str, Any]]:
    return [dict(file) for one in theatre.events(told) if one.event.act == "take_evidence" for file in one.event.files]


def facts(theatre: Theatre, told: demo.Told) -> dict[str, Any]:
    command = theatre.command(told, "take_evidence")
    return {"facts": dict(command.facts), "officers": list(command.officers)}
