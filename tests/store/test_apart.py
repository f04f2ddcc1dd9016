"""Work in a process of its own: whatever happens to a child, to the helper or to us, the others go on or end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from sanxiang.store import apart
from sanxiang.store.apart import Apart, Lost

JOBS = """
import json, os, sys, time
def load():
    sys.loaded = time.monotonic_ns()
def work(job):
    asked = json.loads(job)
    if asked["do"] == "say":
        print(json.dumps({"said": len(asked["text"]), "loaded": sys.loaded, "env": sorted(os.environ),
                          "open": sorted(os.listdir("/proc/self/fd"))}))
    elif asked["do"] == "sleep":
        print("begun", flush=True)
        time.sleep(asked["seconds"])
    elif asked["do"] == "die":
        os.kill(os.getpid(), asked["signal"])
    elif asked["do"] == "raise":
        raise RuntimeError
    elif asked["do"] == "deaf":
        os._exit(7)
    return asked.get("code", 0)
"""
BEGUN = "import sys; sys.path.insert(0, {0!r}); from sanxiang.store.apart import main; sys.exit(main('jobs'))"


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[Apart]:
    (tmp_path / "jobs.py").write_text(JOBS)
    made = Apart("jobs")
    made.command = [sys.executable, "-I", "-c", BEGUN.format(str(tmp_path))]
    yield made
    made._end()


def asked(helper: Apart, job: str, seconds: float = 30) -> tuple[int, bytes]:
    with tempfile.TemporaryFile() as said:
        with helper.child(job.encode(), said.fileno()) as child:
            code = child.wait(seconds)
        said.seek(0)
        return code, said.read()


def there(pid: int) -> bool:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    over = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < over
        time.sleep(0.02)


def test_a_child_answers_and_libraries_are_loaded_once(helper: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    told = [json.loads(asked(helper, json.dumps({"do": "say", "text": "字" * n}))[1]) for n in (1, 200_000)]
    assert [one["said"] for one in told] == [1, 200_000]
    assert told[0]["loaded"] == told[1]["loaded"]
    assert told[0]["env"] == sorted(set(told[0]["env"]) & {"PATH", "LANG", "TMPDIR", "LC_CTYPE"})
    assert len(told[0]["open"]) <= 8, "what the helper holds is closed"


@pytest.mark.parametrize(
    ("job", "code"),
    [
        ('{"do": "nothing", "code": 3}', 3), ('{"do": "raise"}', apart.REAPED), ('{"do": "deaf"}', 7),
        ('{"do": "die", "signal": 9}', -signal.SIGKILL), ('{"do": "die", "signal": 11}', -signal.SIGSEGV),
        ("not json", apart.REAPED),
    ],
)  # fmt: skip
def test_how_a_child_ended_is_told(helper: Apart, job: str, code: int) -> None:
    assert asked(helper, job)[0] == code
    assert asked(helper, '{"do": "nothing"}')[0] == 0, "the next is none the worse"


def test_children_work_at_once_and_nobody_waits_for_another(helper: Apart) -> None:
    ended: list[float] = []
    begun = time.monotonic()

    def one() -> None:
        asked(helper, '{"do": "nothing"}')
        ended.append(time.monotonic())

    with tempfile.TemporaryFile() as said, helper.child(b'{"do": "sleep", "seconds": 60}', said.fileno()):
        several = [Thread(target=one) for _ in range(8)]
        for thread in several:
            thread.start()
        for thread in several:
            thread.join()
    assert len(ended) == 8
    assert max(ended) - begun < 50


def test_who_is_too_slow_or_not_wanted_any_more_is_ended(helper: Apart) -> None:
    with tempfile.TemporaryFile() as said:
        with pytest.raises(TimeoutError), helper.child(b'{"do": "sleep", "seconds": 60}', said.fileno()) as child:
            child.wait(0.1)
        until(lambda: not there(child.pid))
        with pytest.raises(ZeroDivisionError), helper.child(b'{"do": "sleep", "seconds": 60}', said.fileno()) as child:
            raise ZeroDivisionError
        until(lambda: not there(child.pid))
    assert asked(helper, '{"do": "nothing"}')[0] == 0


def test_a_helper_that_is_killed_is_told_and_begun_anew(helper: Apart) -> None:
    with tempfile.TemporaryFile() as said:
        with helper.child(b'{"do": "sleep", "seconds": 60}', said.fileno()) as child:
            assert helper._process is not None
            helper._process.kill()
            with pytest.raises(Lost):
                child.wait(30)
        until(lambda: not there(child.pid))
    assert asked(helper, '{"do": "nothing"}')[0] == 0


def test_a_helper_ends_when_nothing_comes_and_with_us(tmp_path: Path) -> None:
    (tmp_path / "jobs.py").write_text(JOBS)
    code = f"""
import os, signal, sys, tempfile
from sanxiang.store.apart import Apart
made = Apart("jobs")
made.command = [sys.executable, "-I", "-c", {BEGUN.format(str(tmp_path))!r}]
with tempfile.TemporaryFile() as said, made.child(b'{{"do": "sleep", "seconds": 60}}', said.fileno()) as child:
    print(made._process.pid, child.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout
    helper, child = map(int, told.split())
    until(lambda: not there(helper) and not there(child))


def test_an_idle_helper_goes(helper: Apart) -> None:
    helper.command[-1] = "from sanxiang.store import apart; apart.IDLE_S = 0.2; " + helper.command[-1]
    assert asked(helper, '{"do": "nothing"}')[0] == 0
    first = helper._process
    assert first is not None
    until(lambda: first.poll() is not None)
    assert asked(helper, '{"do": "nothing"}')[0] == 0
    assert helper._process is not first


def test_after_a_fork_each_has_its_own(helper: Apart) -> None:
    assert asked(helper, '{"do": "nothing"}')[0] == 0
    before = helper._process
    pid = os.fork()
    if pid == 0:
        try:
            fine = helper._process is None and asked(helper, '{"do": "nothing", "code": 3}')[0] == 3
            helper._end()
        except BaseException:
            fine = False
        os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert asked(helper, '{"do": "nothing"}')[0] == 0
    assert helper._process is before
