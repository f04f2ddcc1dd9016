"""Verifiers that others wrote, in an environment of their own: pinned by hash, installed when first asked for.

They check what the product publishes without a line of ours. They are small and young, so there are three of them, and
nothing but tests runs them. Where they cannot be installed, asking for them raises, and the tests that ask fail.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK_FILE = ROOT / "requirements" / "foreign.txt"
PLACE = ROOT / "var" / "foreign-venv"


def command(name: str) -> str:
    """The path of a program of the environment (`aics-tlog`, `proofbundle`, `tlog-tiles`, `python`)."""
    return str(environment() / "bin" / name)


def environment() -> Path:
    """The folder of the environment, made anew where it is missing, incomplete or of other pins. Raises
    subprocess.CalledProcessError where it cannot be made."""
    wanted = f"{hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()} {sys.version_info[:2]}"
    PLACE.parent.mkdir(exist_ok=True)
    with (PLACE.parent / "foreign.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes run side by side
        stamp = PLACE / "complete"
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(PLACE, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(PLACE)], check=True)
            # aics-tlog declares Python 3.12; nothing that is used here needs it
            subprocess.run(
                [str(PLACE / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet",
                 "--no-deps", "--ignore-requires-python", "--only-binary", ":all:", "--require-hashes",
                 "--requirement", str(LOCK_FILE)],
                check=True,
            )  # fmt: skip
            stamp.write_text(wanted)
    return PLACE


if __name__ == "__main__":
    print(environment())
