"""A real browser for the journeys: the system's Chromium, installed where we may."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import pylopdf_fonts_zh_cn
import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


def arguments() -> list[str]:
    """Chromium's sandbox does not work for root."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def chromium() -> str:
    """The program. Where there is none: install it; where that fails, fail in CI and say loudly elsewhere that the
    journeys did not run."""
    found = _present() or from_distribution("chromium", NAMES) or _from_playwright()
    if found:
        return found
    said = "NOT RUN: no Chromium on this machine (apt-get install chromium, or python -m playwright install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(said)
    print(f"\n*** {said} ***", file=sys.stderr)
    pytest.skip(said)


def lettered(folder: Path) -> dict[str, str]:
    """The environment in which the browser knows Chinese letters, whatever fonts the machine has: those that come with
    the product are added to them. `folder` takes the file that says so."""
    fonts = Path(pylopdf_fonts_zh_cn.serif_path()).parent
    told = folder / "fonts.conf"
    told.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{escape(str(fonts))}</dir></fontconfig>',
        "utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(told)}


def _present(names: Iterable[str] = NAMES) -> str | None:
    return next((path for path in map(shutil.which, names) if path), None)


def from_distribution(package: str, names: Iterable[str]) -> str | None:
    """The program of one of these names, from a package that is installed now, where we may; nothing of it is started."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    with (Path(tempfile.gettempdir()) / f"sanxiang-apt-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", package]):
            if not _present(names):
                subprocess.run(["apt-get", *words], env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return _present(names)


def _from_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    install = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(install, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None
