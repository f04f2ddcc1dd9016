"""Another system that shares its lists over HTTP (信息共享), as it should or as a test tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.utils import timezone

Answer = Callable[[BaseHTTPRequestHandler], None]


class Other:
    """Another system on a port of this machine that answers as a test tells it."""

    def __init__(self) -> None:
        self.answer: Answer = lambda handler: None
        self.asked: list[str] = []
        other = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                other.asked.append(self.path)
                try:
                    other.answer(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, *told: Any) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/feed.json"

    def sends(self, body: bytes, status: int = 200, **headers: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {"Content_Length": str(len(body)), **headers}.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answer = answer


def told(hours: int = -1, **changes: Any) -> dict[str, Any]:
    return {
        "format": "sanxiang-feed/1",
        "source": "长宁区权责清单系统（演示）",
        "generated": (timezone.now() + timedelta(hours=hours)).isoformat(),
        "items": [{"code": "CN-1", "category": "行政处罚", "name": "对无照经营的处罚", "basis": "演示依据"}],
        "guides": [{"code": "CN-1", "name": "对无照经营的处罚", "term": "九十日"}],
        "powers": [{"name": "对无照经营的处罚", "kind": "行政处罚", "duties": "依法查处"}],
        "spot_checks": [{"name": "价格抽查", "subject": "商户", "basis": "演示依据"}],
        "certificates": [
            {
                "name": "共演示",
                "number": "沪演示9001",
                "body": "演示单位",
                "valid_from": "2024-01-01",
                "valid_until": "2029-01-01",
            }
        ],
        **changes,
    }


def packed(**changes: Any) -> bytes:
    return json.dumps(told(**changes), ensure_ascii=False).encode()
