"""Evidence files of the demonstration, made as it is filled: a drawn photo, a scanned receipt, a short sound.

Small, and marked 演示 in what they show and in their names. The drawings stand as Typst sources in `demonstration/`.
"""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from threading import local
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from sanxiang.store.blobs import shelf

FOLDER = Path(__file__).resolve().parents[3] / "demonstration"
RATE = 8000


_of_thread = local()


def _compiler() -> typst.Compiler:
    """The compiler of this thread: one may not be used by two at once."""
    if not hasattr(_of_thread, "compiler"):
        fonts = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
        _of_thread.compiler = typst.Compiler(root=str(FOLDER), font_paths=[fonts])
    compiler: typst.Compiler = _of_thread.compiler
    return compiler


def photo(told: Mapping[str, str]) -> bytes:
    """A drawn shelf as PNG, with the day."""
    made = _compiler().compile(input=str(FOLDER / "photo.typ"), format="png", ppi=72, sys_inputs=dict(told))
    assert isinstance(made, bytes)
    return made


def portrait() -> bytes:
    """A drawn outline of a person as PNG, for the boards of windows."""
    made = _compiler().compile(input=str(FOLDER / "portrait.typ"), format="png", ppi=72)
    assert isinstance(made, bytes)
    return made


def receipt(told: Mapping[str, str]) -> bytes:
    """A delivery note as PDF, with the day."""
    made = _compiler().compile(input=str(FOLDER / "receipt.typ"), format="pdf", sys_inputs=dict(told), timestamp=0)
    assert isinstance(made, bytes)
    return made


@cache
def _tones() -> bytes:
    """Two seconds of two tones, sixteen bits, one channel."""
    tones = (math.sin(math.tau * (440 + 220 * (n // RATE)) * n / RATE) for n in range(2 * RATE))
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(b"".join(struct.pack("<h", int(9000 * tone)) for tone in tones))
    return out.getvalue()


MADE: Mapping[str, tuple[str, str, Callable[[Mapping[str, str]], bytes]]] = {
    "photo": ("演示-现场照片.png", "image/png", photo),
    "receipt": ("演示-进货单据.pdf", "application/pdf", receipt),
    "sound": ("演示-询问录音.wav", "audio/wav", lambda told: _tones()),
}


def attached(names: Iterable[str], day: date) -> tuple[dict[str, Any], ...]:
    """The files of a step that is played on a day, put among the evidence, as its event will name them."""
    told = {"day": day.isoformat()}
    found = []
    for name in names:
        title, media_type, make = MADE[name]
        data = make(told)
        found.append({"name": title, **shelf().added(data).told, "type": media_type})
    return tuple(found)
