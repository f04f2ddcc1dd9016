"""What a phone asks the server while it has a net asks the database seldom, however many cases there are."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .conftest import PHONES_ASK, World
from .test_budgets import QUERIES_MAX

HEAD = {"X-Capture": "1"}


def test_a_phone_asks_seldom(world: World) -> None:
    client = Client()
    client.force_login(get_user_model().objects.get(username="ly-officer"))
    tasks = client.get("/recording/capture/package").json()["body"]["tasks"]
    cases = [one["case"] for one in tasks]
    asked: dict[str, Any] = {
        "recording:capture-cases": lambda: client.get("/recording/capture/cases", {"q": "演示"}, headers=HEAD),
        "recording:capture-news": lambda: client.post(
            "/recording/capture/news", json.dumps({"cases": cases, "acts": cases}), "application/json", headers=HEAD
        ),
    }  # fmt: skip
    assert {*asked, "recording:capture-papers"} == PHONES_ASK, "the papers: tests/apps/capture/test_serving.py"
    for name, ask in asked.items():
        with CaptureQueriesContext(connections["default"]) as queries:
            answer = ask()
        assert answer.status_code == 200, (name, answer.content)
        assert len(queries) <= QUERIES_MAX, name
