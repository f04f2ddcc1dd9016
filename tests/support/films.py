"""Little films and sounds made for tests: with gaps, black stretches, silence, in the containers that devices write."""

from __future__ import annotations

import math
from array import array
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image

RATE, SIZE = 10, (160, 120)
Span = tuple[float, float]
NEVER: Span = (-1, -1)


def film(
    path: Path, container: str = "mp4", codecs: tuple[str, str] = ("libx264", "aac"), *, seconds: int = 8,
    gap: Span = NEVER, black: Span = NEVER, silent: Span = NEVER, options: dict[str, str] | None = None,
) -> bytes:  # fmt: skip
    """A film whose picture n has the brightness of its number; a key frame each second. Returns its bytes."""
    with av.open(str(path), "w", format=container, options=options or {}) as out:
        video: Any = out.add_stream(codecs[0], rate=RATE)
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        video.codec_context.gop_size = RATE
        audio: Any = out.add_stream(codecs[1], rate=48000) if codecs[1] else None
        hum = Hum(out, audio) if audio else None
        for n in range(seconds * RATE):
            at = n / RATE
            if gap[0] <= at < gap[1]:
                continue
            level = 0 if black[0] <= at < black[1] else 60 + 2 * (n % 90)
            frame = av.VideoFrame.from_image(Image.new("RGB", SIZE, (level, level, level)))
            frame.pts, frame.time_base = n, Fraction(1, RATE)
            out.mux(video.encode(frame))
            if hum:
                hum.add(n, 0 if silent[0] <= at < silent[1] else 9000)
        if hum:
            hum.end()
        for stream in filter(None, (video, audio)):
            out.mux(stream.encode(None))
    return path.read_bytes()


class Hum:
    """Sound for a stream, in pieces of a tenth of a second."""

    def __init__(self, out: Any, audio: Any) -> None:
        audio.layout = "mono"
        self.out, self.audio = out, audio
        self.into: Any = None

    def add(self, n: int, loud: int) -> None:
        if self.into is None:
            self.audio.codec_context.open(strict=False)
            size = self.audio.frame_size or 0
            self.into = av.AudioResampler(self.audio.format.name, "mono", 48000, size)
        many = 48000 // RATE
        piece = av.AudioFrame(format="s16", layout="mono", samples=many)
        piece.planes[0].update(array("h", [int(loud * math.sin(at / 9)) for at in range(many)]).tobytes())
        piece.sample_rate, piece.pts, piece.time_base = 48000, n * many, Fraction(1, 48000)
        for part in self.into.resample(piece):
            self.out.mux(self.audio.encode(part))

    def end(self) -> None:
        for part in self.into.resample(None) if self.into else ():
            self.out.mux(self.audio.encode(part))


def sound(
    path: Path, container: str, codec: str, seconds: int = 4, *, silent: Span = NEVER,
    options: dict[str, str] | None = None,
) -> bytes:  # fmt: skip
    """A hum."""
    with av.open(str(path), "w", format=container, options=options or {}) as out:
        audio: Any = out.add_stream(codec, rate=48000)
        hum = Hum(out, audio)
        for n in range(seconds * RATE):
            hum.add(n, 0 if silent[0] <= n / RATE < silent[1] else 9000)
        hum.end()
        out.mux(audio.encode(None))
    return path.read_bytes()
