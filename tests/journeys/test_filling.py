"""The demonstration is filled beside the pages, and goes on where it was when everything was killed."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.filled import filling, keep
from tests.support.serving import FILLED, Serving

ASK = """
import json
from datetime import timedelta
from sanxiang.config.operating import database
with database():
    from django.db import connections
    from sanxiang.casework.models import Account, StoryLeft
    from sanxiang.casework.projections import library
    from sanxiang.casework.sealing import due
    from sanxiang.config import demo, playing
    from sanxiang.core.casefile import NOTED
    from sanxiang.store import reading

    until = Account.objects.earliest("date_joined").date_joined
    rows = [StoryLeft(number=number, until=until) for number in range(len(demo.every_case()))]
    told = []
    for case in playing.left(rows):
        acts = []
        while case.done < len(case.steps) and (moment := demo.moment_of(case, library())) <= until:
            step = case.steps[case.done]
            acts += [step["act"]] * (not step.get("refused") and step["act"] != "answer_judgement")
            case.at, case.done = moment, case.done + 1
        told += [acts] if acts else []
    found, owed, sealed = [], [], []
    for page in reading.every_stream(connections["default"], "case"):
        for events in reading.load_many(connections["default"], page).values():
            # what is asked only because the party was fined before (一事不再罚) is answered as it comes
            found.append([e.event.act for e in events if e.kind not in (*NOTED, "judgement.answered")])
            owed += [f"{e.id}/{index}" for e in events for index in due(e)]
            sealed += [f"{e.event.paper}/{e.event.index}" for e in events if e.kind == "paper.sealed"]
    from sanxiang.casework.models import CaseRow

    where = sorted(CaseRow.objects.values_list("jurisdiction", "category", "state"))
    left = StoryLeft.objects.count()
    print(json.dumps({"told": sorted(told), "found": sorted(found), "left": left, "where": where,
                      "sealed": sealed and sorted(owed) == sorted(sealed)}))
"""


@pytest.fixture
def serving() -> Iterator[Serving]:
    """An empty installation. When the test has passed, the other journeys get copies of what it filled."""
    with filling() as place:
        made = Serving(place / "var")
        yield made
        if made.process is not None and made.process.poll() is None:
            made.stop()
        shutil.rmtree(made.var, ignore_errors=True)
        made.log.unlink(missing_ok=True)


def begun(serving: Serving) -> None:
    """Start, without waiting for the demonstration to be whole."""
    with serving.log.open("ab") as log:
        place = f"127.0.0.1:{serving.port}"
        command = [sys.executable, "-m", "sanxiang", "run", "--bind", place, "--public", "off"]
        command += ["--files", f"127.0.0.1:{serving.files_port}"]
        serving.process = subprocess.Popen(command, env=serving.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    serving.wait_until_served(300)


def until_said(serving: Serving, text: str) -> None:
    patience = time.monotonic() + 120
    while text not in serving.said():
        assert time.monotonic() < patience, serving.said()
        time.sleep(0.1)


def kill_everything(serving: Serving) -> None:
    assert serving.process is not None
    postmaster = int((serving.var / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    services = [entry["pid"] for entry in json.loads((serving.var / "processes.json").read_text())]
    for pid in (serving.process.pid, postmaster, *services):
        os.kill(pid, signal.SIGKILL)
    serving.process.wait()


def hands(serving: Serving) -> list[int]:
    """The processes that play for the one we started."""
    assert serving.process is not None
    children = Path(f"/proc/{serving.process.pid}/task").glob("*/children")
    found = [int(pid) for told in children for pid in told.read_text().split()]
    return [pid for pid in found if b"sanxiang.config.hand" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def until_gone(pids: list[int]) -> None:
    patience = time.monotonic() + 60
    while left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < patience, left
        time.sleep(0.1)


def home(serving: Serving, login: str) -> str:
    """The desk of somebody, as a browser without scripts gets it."""
    password = (serving.var / "secrets" / "demonstration").read_text().strip()
    asked = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=30)
    asked.request("GET", "/login/")
    page = asked.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token is not None
    cookies = [value.partition(";")[0] for name, value in page.getheaders() if name.lower() == "set-cookie"]
    typed = {"username": login, "password": password, "csrfmiddlewaretoken": token[1], "next": "/work/"}
    headers = {"Cookie": "; ".join(cookies), "Content-Type": "application/x-www-form-urlencoded"}
    asked.request("POST", "/login/", urllib.parse.urlencode(typed), headers)
    answered = asked.getresponse()
    answered.read()
    assert answered.status == 302
    cookies += [value.partition(";")[0] for name, value in answered.getheaders() if name.lower() == "set-cookie"]
    asked.request("GET", "/work/", headers={"Cookie": "; ".join(cookies)})
    answered = asked.getresponse()
    assert answered.status == 200
    return answered.read().decode()


def assert_each_agency_has_cases_of_its_own(where: list[list[str]]) -> None:
    """Forty at Luoyang and a few at every other, in several states; Dongxihu may not punish: it gives, awards and inspects."""
    many = Counter(place for place, _, _ in where)
    assert many.pop("luoyang") >= 40
    assert len(many) == 4
    assert min(many.values()) >= 4
    for place in many:
        assert {state for there, _, state in where if there == place} >= {"open", "decided", "archived"}
    assert {category for place, category, _ in where if place == "dongxihu"} == {"给付", "检查", "奖励", "其他"}


def test_a_filling_that_was_killed_goes_on_to_its_end_and_plays_no_step_twice(serving: Serving) -> None:
    begun(serving)
    until_said(serving, "没有演完，刚演到 ")
    assert "演示案件正在填入" in home(serving, "ly-officer"), "the desk works while cases are still being played"
    playing = hands(serving)
    assert len(playing) == 2
    kill_everything(serving)
    until_gone(playing)
    assert FILLED not in serving.said(), "it was killed in the middle"

    begun(serving)
    until_said(serving, "件接着演")
    serving.wait_until_filled()
    asked = subprocess.run([sys.executable, "-c", ASK], env=serving.env, capture_output=True, text=True, check=True)
    answer = json.loads(asked.stdout.splitlines()[-1])
    assert answer["left"] == 0
    assert answer["found"] == answer["told"]
    assert answer["sealed"], "every paper that should bear a seal bears it, once"
    assert_each_agency_has_cases_of_its_own(answer["where"])
    assert "演示案件正在填入" not in home(serving, "ly-officer")
    assert serving.stop() == 0

    begun(serving)
    assert "填入" not in serving.said().rpartition("已停止")[2], "a demonstration that is whole is left alone"
    assert serving.stop() == 0
    keep(serving)
