"""Large files: taking them in over HTTP against `cp` and `sha256sum`, the memory that takes, a page of the desk while
twenty uploads stall, and the first picture and a seek of a long film in a real browser against nginx.

Both sides read and write the same disk in turn. Ours also syncs to the disk and checks who sends; `cp` does neither."""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import _ground, lists
from benchmarks.portal import serving

FILES, MEGABYTES, GIGABYTES = 5, 200, 1
FULL = {"files": 20, "gigabytes": 5}
HOURS = 2
FORGOTTEN_MS = 5_500
"""So long the file process asks nothing again; each film is opened after that."""
TIMES = 9
TAKEN_IN, PLAYED, SLOWED = 0.5, 1.5, 1.2
STALLED, ROUNDS, ASKED, LONGEST_S = 20, 6, 60, 15
"""So many uploads stall; so often a page is asked in turn without and with them, so many times each, and no longer."""
PATIENT = {"SANXIANG_BODY_PAUSE_S": "300"}
"""The server lets a body go that stalls for thirty seconds; here all of them stay, also on a slow machine."""
OURS = "sanxiang.config.rsgi:application"


def measure(files: int = FILES, gigabytes: int = GIGABYTES, times: int = TIMES) -> list[dict[str, Any]]:
    with _ground.server() as environment, tempfile.TemporaryDirectory(prefix="sanxiang-bench-files-") as name:
        place, folder = lists._database(environment, "files_bench"), Path(name)
        film = folder / "film.mp4"
        long_film(film)
        told = _ground.said(place, "benchmarks.files", "prepare", film)
        quiet = {**place, "SANXIANG_LOG_LEVEL": "ERROR"}
        alone = {**quiet, "SANXIANG_DATABASES": "default", "SANXIANG_FILES": "1", **PATIENT}
        with serving(alone, OURS) as port:
            rows = [taken_in(port, told, folder, files), memory(port, told, gigabytes)]
            with serving(
                {**place, "SANXIANG_DATABASES": "default,portal", "SANXIANG_LOG_LEVEL": "ERROR"}, OURS
            ) as desk:
                rows.append(stalled(desk, port, told))
            return [*rows, *played(port, told, film, folder, times)]


def prepare(film: str) -> dict[str, str]:
    """An officer who is logged in, a case of his with the film among its evidence, and colleagues: of one officer the
    server takes a few files at once."""
    with _ground.house(fresh=True):
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.utils import timezone

        from sanxiang.casework.models import AccessNote
        from sanxiang.core.values import legal_day
        from sanxiang.store.blobs import CHUNK, shelf
        from tests.support.theatre import Theatre

        theatre = Theatre({"luoyang": _ground.world()})
        case, account = theatre.played(before="take_evidence", start="2026-10-12"), theatre.account("zhang")
        with open(film, "rb") as file:
            blob = shelf().stage(iter(lambda: file.read(CHUNK), b""), limit=1 << 40)
        named = {"name": "film.mp4", "sha256": blob.sha256, "size": blob.size, "type": "video/mp4"}
        assert theatre.tries(case, "take_evidence", files=(named,)).done
        now = timezone.now()
        AccessNote.objects.create(
            officer=account.officer, name="", stream=case.stream, day=legal_day(now), at=now, purpose="测速"
        )

        def logged_in(who: Any = account) -> str:
            session = SessionStore()
            session[SESSION_KEY], session[HASH_SESSION_KEY] = str(who.pk), who.get_session_auth_hash()
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session.create()
            return str(session.session_key)

        event = theatre.events(case)[-1].id
        film = f"/files/of/{case.stream}/{event}/0/original"
        senders = " ".join(logged_in(theatre.account(name)) for name in ("zhang", "li", "wang", "zhao"))
        again = " ".join(logged_in() for _ in range(TIMES))
        return {"session": logged_in(), "film": film, "sessions": again, "senders": senders}


# ── taking in ────────────────────────────────────────────────────────────────────────────────────────────────────────


def send(port: int, told: dict[str, str], size: int, pieces: Iterator[bytes]) -> str:
    """A file by tus in one piece; its hex SHA-256 as the server answers it."""
    said = {"filename": "录音.amr", "act": "register_source", "procedure": "penalty.ordinary"}
    pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
    headers = {"Cookie": f"sessionid={told['session']}", "Tus-Resumable": "1.0.0"}
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    asked.request("POST", "/files/uploads/", headers=headers | {"Upload-Length": str(size), "Upload-Metadata": pairs})
    answer = asked.getresponse()
    place, body = answer.headers["Location"], answer.read()
    if answer.status != 201:
        raise RuntimeError(body.decode())
    kind = {"Content-Type": "application/offset+octet-stream", "Content-Length": str(size), "Upload-Offset": "0"}
    asked.request("PATCH", place, body=pieces, headers=headers | kind)
    answer = asked.getresponse()
    answer.read()
    asked.request("GET", place, headers=headers)
    answer = asked.getresponse()
    found = json.loads(answer.read())
    asked.close()
    return str(found["sha256"])


def read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def taken_in(port: int, told: dict[str, str], folder: Path, files: int) -> dict[str, Any]:
    """The same files in turn by both; each time others, so that nothing is there already."""
    ours, theirs, chance = [], [], random.Random(1)
    for nth in range(files):
        path, copy = folder / f"{nth}.amr", folder / f"{nth}.copy"
        with path.open("wb") as file:
            file.write(b"#!AMR\n" + nth.to_bytes(2, "big"))
            block = chance.randbytes(1 << 20)
            for _ in range(MEGABYTES):
                file.write(block)
        os.sync()
        begun = time.perf_counter()
        subprocess.run(["cp", path, copy], check=True)
        summed = subprocess.run(["sha256sum", copy], check=True, capture_output=True, text=True).stdout.split()[0]
        theirs.append(time.perf_counter() - begun)
        os.sync()
        begun = time.perf_counter()
        if send(port, told, path.stat().st_size, read(path)) != summed:
            raise AssertionError("another digest")
        ours.append(time.perf_counter() - begun)
        path.unlink()
        copy.unlink()
    ratio = round(sum(theirs) / sum(ours), 2)
    much = files * MEGABYTES
    note = f"{files} 份各 {MEGABYTES} MB：{much / sum(ours):.0f} 对 {much / sum(theirs):.0f} MB/s；我们的逐份落盘"
    return {"name": "经 HTTP 收大文件，边收边校验", "against": "cp 之后 sha256sum", "ratio": ratio, "goal": TAKEN_IN,
            "met": ratio >= TAKEN_IN, "note": note}  # fmt: skip


def memory(port: int, told: dict[str, str], gigabytes: int) -> dict[str, Any]:
    """How far the file process grows above idle while one large file arrives."""
    before, most, over = resident(port), 0, threading.Event()

    def look() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, resident(port))

    watcher = threading.Thread(target=look)
    watcher.start()
    block = random.Random(2).randbytes(1 << 20)
    pieces = (b"#!AMR\n" + block[6:] if at == 0 else block for at in range(gigabytes << 10))
    begun = time.perf_counter()
    send(port, told, gigabytes << 30, pieces)
    took = time.perf_counter() - begun
    over.set()
    watcher.join()
    grown = (most - before) / 1024
    note = f"{gigabytes} GB 到达时，文件服务比空闲时最多多用 {grown:.0f} MB（目标少于 64 MB），用时 {took:.0f} 秒"
    return {"name": "收大文件的内存", "against": "", "ratio": None, "goal": None, "met": grown < 64, "note": note}


def stalled(desk: int, port: int, told: dict[str, str]) -> dict[str, Any]:
    """The desk of an officer from its own process, with and without uploads that stall in the file process."""
    page = http.client.HTTPConnection("127.0.0.1", desk, timeout=60)
    cookie = {"Cookie": f"sessionid={told['session']}"}

    def asked() -> list[float]:
        took, over = [], time.monotonic() + LONGEST_S
        while len(took) < ASKED and time.monotonic() < over:
            begun = time.perf_counter()
            page.request("GET", "/work/", headers=cookie)
            answer = page.getresponse()
            body = answer.read()
            took.append(time.perf_counter() - begun)
            if answer.status != 200:
                raise RuntimeError(body.decode()[:500])
        return took

    asked()
    free: list[float] = []
    held: list[float] = []
    for turn in range(ROUNDS):
        for stall in (False, True) if turn % 2 else (True, False):
            with stalling(port, told, STALLED if stall else 0):
                (held if stall else free).extend(asked())
    ours, alone = statistics.median(held), statistics.median(free)
    slow = [1000 * statistics.quantiles(took, n=20)[-1] for took in (held, free)]
    ratio = round(ours / alone, 2)
    note = (
        f"各 {len(held)}、{len(free)} 次的中位数：{1000 * ours:.1f} 对 {1000 * alone:.1f} 毫秒；"
        f"最慢的二十分之一 {slow[0]:.0f} 对 {slow[1]:.0f} 毫秒"
    )
    name = f"{STALLED} 个上传停在半路时打开执法人员的首页"
    return {"name": name, "against": "没有上传", "ratio": ratio, "goal": SLOWED, "met": ratio <= SLOWED, "note": note}


@contextmanager
def stalling(port: int, told: dict[str, str], many: int) -> Iterator[None]:
    """So many uploads of which a megabyte has come and no more comes; RuntimeError where the server let one go."""
    pairs = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in {"filename": "录音.amr", "act": "register_source", "procedure": "penalty.ordinary"}.items()
    )
    senders, size = told["senders"].split(), 32 << 20
    lines = []
    try:
        for nth in range(many):
            headers = {"Cookie": f"sessionid={senders[nth % len(senders)]}", "Tus-Resumable": "1.0.0"}
            begun = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            begun.request(
                "POST", "/files/uploads/", headers=headers | {"Upload-Length": str(size), "Upload-Metadata": pairs}
            )
            answer = begun.getresponse()
            place, body = answer.headers["Location"], answer.read()
            if answer.status != 201:
                raise RuntimeError(body.decode())
            begun.close()
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            line.putrequest("PATCH", place)
            kind = {
                "Content-Type": "application/offset+octet-stream",
                "Content-Length": str(size),
                "Upload-Offset": "0",
            }
            for name, value in (headers | kind).items():
                line.putheader(name, value)
            line.endheaders(b"#!AMR\n" + bytes((1 << 20) - 6))
            lines.append((line, place, headers))
        yield
        if select.select([line.sock for line, *_ in lines], [], [], 0)[0]:
            raise RuntimeError("an upload did not stall to the end")
    finally:
        for line, place, headers in lines:
            line.close()
            ended = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            ended.request("DELETE", place, headers=headers)
            ended.getresponse().read()
            ended.close()


def resident(port: int) -> int:
    """Kilobytes in memory of the server at a port and its children."""
    import psutil

    for one in psutil.process_iter(["cmdline"]):
        words = one.info["cmdline"] or []
        if "granian" in words and str(port) in words:
            return sum(part.memory_info().rss for part in (one, *one.children(recursive=True))) // 1024
    return 0


# ── playing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def long_film(path: Path) -> None:
    """Two hours with a picture each second and a key frame each ten, its index in front."""
    from fractions import Fraction

    import av

    chance = random.Random(3)
    grey = [av.VideoFrame(320, 180, "yuv420p") for _ in range(16)]
    for frame in grey:
        for plane in frame.planes:
            plane.update(chance.randbytes(plane.buffer_size))
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as out:
        stream: Any = out.add_stream("libx264", rate=1)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.options, stream.codec_context.gop_size = {"preset": "ultrafast", "crf": "40"}, 10
        for nth in range(HOURS * 3600):
            frame = grey[nth % 16]
            frame.pts, frame.time_base, frame.pict_type = nth, Fraction(1, 1), 0
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


TIMED = """async ([url, to]) => {
  const film = document.createElement("video");
  film.muted = true; film.preload = "auto";
  document.body.append(film);
  const come = (what) => new Promise((done, fail) => {
    film.addEventListener(what, done, { once: true });
    film.addEventListener("error", () => fail(film.error.message), { once: true });
  });
  const begun = performance.now();
  film.src = url;
  await come("loadeddata");
  const first = performance.now();
  film.currentTime = to;
  await come("seeked");
  const sought = performance.now();
  film.removeAttribute("src"); film.load(); film.remove();
  return [first - begun, sought - first];
}"""


def played(port: int, told: dict[str, str], film: Path, folder: Path, times: int) -> list[dict[str, Any]]:
    from playwright.sync_api import sync_playwright

    from tests.support.browser import arguments, chromium

    found: dict[str, list[list[float]]] = {"ours": [], "theirs": [], "new": []}
    with static(folder) as (other, name), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments())
        context = browser.new_context()
        page = context.new_page()

        def log_in(session: str) -> None:
            context.add_cookies([{"name": "sessionid", "value": session, "url": f"http://127.0.0.1:{port}"}])

        addresses = {"ours": f"http://127.0.0.1:{port}", "theirs": f"http://127.0.0.1:{other}"}
        paths = {"ours": told["film"], "theirs": f"/{film.name}"}
        for turn in range(times + 2):
            log_in(told["session"])
            for side in sorted(addresses, reverse=bool(turn % 2)):
                page.goto(f"{addresses[side]}/healthz")
                page.wait_for_timeout(FORGOTTEN_MS)
                to = 600 + (turn * 997) % 6000
                took = page.evaluate(TIMED, [f"{addresses[side]}{paths[side]}?{turn}", to])
                if turn >= 2:
                    found[side].append(took)
        page.goto(f"{addresses['ours']}/healthz")
        for session in told["sessions"].split():
            log_in(session)
            page.wait_for_timeout(FORGOTTEN_MS)
            found["new"].append(page.evaluate(TIMED, [f"{addresses['ours']}{paths['ours']}?{session}", 600]))
        browser.close()
    rows = []
    for at, what in enumerate(("两小时录像的第一个画面", "两小时录像跳到另一处")):
        ours, theirs = (statistics.median(took[at] for took in found[side]) for side in ("ours", "theirs"))
        ratio = round(ours / theirs, 2)
        note = (
            f"{ours:.0f} 对 {theirs:.0f} 毫秒（Chromium，{film.stat().st_size >> 20} MB；每次打开都核对权限有无变动）"
        )
        if at == 0:
            note += f"；登录后头一次打开（全部核对）{statistics.median(took[0] for took in found['new']):.0f} 毫秒"
        rows.append(
            {"name": what, "against": name, "ratio": ratio, "goal": PLAYED, "met": ratio <= PLAYED, "note": note}
        )
    return rows


@contextmanager
def static(folder: Path) -> Iterator[tuple[int, str]]:
    """The folder served by nginx. RuntimeError where it is not installed: a server without ranges is no peer."""
    import socket

    from tests.support.browser import from_distribution

    program = shutil.which("nginx") or from_distribution("nginx-light", ["nginx"])
    if program is None:
        raise RuntimeError("nginx is not installed (apt-get install nginx-light)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (folder / "healthz").write_text("ok")
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; user root; events {{}}\n"
        f"http {{ access_log off; types {{ video/mp4 mp4; }} default_type text/html; sendfile on;\n"
        f" client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;\n"
        f" uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f" server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n"
    )
    child = subprocess.Popen([program, "-c", str(config)], stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        yield port, "nginx"
    finally:
        child.terminate()
        child.wait(10)


if __name__ == "__main__":
    print(json.dumps(prepare(sys.argv[2])))
