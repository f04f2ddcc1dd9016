"""An outsider recounts a recording from its list and its files alone, with the one file of the verifier."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

VERIFIER = Path(__file__).resolve().parents[2] / "verify" / "verify.py"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Five pieces in two files."""
    lines, prev, data = [b'{"take": "t"}'], hashlib.sha256(b'{"take": "t"}').hexdigest(), []
    for number in range(5):
        piece = bytes([number]) * (1000 + number)
        header = {"i": number, "run": number // 3, "prev": prev, "sha256": hashlib.sha256(piece).hexdigest(),
                  "bytes": len(piece), "mono": [number * 1000.25, number * 1000.25 + 999.5], "from": f"2026-01-01T00:00:0{number}Z", "to": f"2026-01-01T00:00:0{number + 1}Z"}  # fmt: skip
        lines.append(json.dumps(header).encode())
        prev = hashlib.sha256(lines[-1]).hexdigest()
        data.append(piece)
    (tmp_path / "chain.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "1.webm").write_bytes(b"".join(data[:3]))
    (tmp_path / "2.webm").write_bytes(b"".join(data[3:]))
    (tmp_path / "head").write_text(prev)
    return tmp_path


def verified(folder: Path, *more: str) -> tuple[int, str]:
    files = [str(folder / name) for name in ("chain.jsonl", "1.webm", "2.webm")]
    ran = subprocess.run(
        [sys.executable, str(VERIFIER), "recording", *files, *more], capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout


def test_a_whole_recording_is_recounted(recording: Path) -> None:
    code, said = verified(recording, "--head", (recording / "head").read_text())
    assert (code, "5 pieces" in said) == (0, True), said


@pytest.mark.parametrize("how", ["altered", "longer", "shorter", "piece", "order", "head", "header"])
def test_whatever_was_done_to_it_is_found(recording: Path, how: str) -> None:
    chain, second, more = recording / "chain.jsonl", recording / "2.webm", ()
    lines, data = chain.read_bytes().split(b"\n"), second.read_bytes()
    if how == "altered":
        second.write_bytes(data[:-1] + b"!")
    elif how == "longer":
        second.write_bytes(data + b"!")
    elif how == "shorter":
        second.write_bytes(data[:-1])
    elif how == "piece":
        chain.write_bytes(b"\n".join([*lines[:3], *lines[4:]]))
    elif how == "order":
        chain.write_bytes(b"\n".join([*lines[:3], lines[4], lines[3], lines[5]]))
    elif how == "header":
        chain.write_bytes(b"\n".join(lines).replace(b"00:00:02Z", b"00:00:09Z", 1))
    else:
        more = ("--head", "0" * 64)
    code, said = verified(recording, *more)
    assert (code, "NOT VERIFIED" in said) == (1, True), said
