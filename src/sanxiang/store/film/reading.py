"""Finds out what is in a media file: streams, length, gaps in its time stamps, silence, black stretches, where it is
hurt.

Times are seconds from the file's own beginning. Only key frames are decoded of a film (a black stretch is as exact as
they are close), all of its sound. Runs in the process of `worker` only.
"""

from __future__ import annotations

import errno
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import av
import pillow_heif
from PIL import Image

GAP_S, SILENCE_S, BLACK_S = 1.0, 3.0, 2.0
RATE, BLOCK = 8000, 800
"""Sound is looked at with 8,000 samples a second, in blocks of a tenth of a second."""
QUIET = 104
"""The loudest sample of a silent block, of 32,768: -50 dB of full scale."""
DARK = 24
"""The mean brightness of a black picture, of 255."""
POINTS, LISTED = 1200, 500
HURT_MAX = 50


class Faulty(Exception):
    """Nothing can be said; `fault` is a key of asking.FAULTS."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def fault_of(problem: OSError) -> str:
    """FFmpeg's errors are OSErrors too."""
    if problem.errno == errno.ENOMEM:
        return "memory"
    if problem.errno == errno.EFBIG:
        return "large"
    return "room" if problem.errno in (errno.ENOSPC, errno.EDQUOT) else "broken"


def opened(asked: dict[str, Any]) -> Any:
    """The file, by the reader that its type asks for; it may name no other file or address."""
    return av.open(f"file:{asked['path']}", format=asked["format"], options={"protocol_whitelist": "file"})


PICTURES = {
    "image/jpeg": ("JPEG", "MPO"), "image/png": ("PNG",), "image/gif": ("GIF",), "image/webp": ("WEBP",),
    "image/tiff": ("TIFF",), "image/heic": ("HEIF",),
}  # fmt: skip
"""By which reader of Pillow a picture is opened."""


def picture(asked: dict[str, Any]) -> Image.Image:
    """The picture. A phone stores a large one as a grid of tiles (ISO/IEC 23008-12, 6.6.2.3.1); libheif puts it
    together, FFmpeg would show one tile."""
    Image.MAX_IMAGE_PIXELS = 250_000_000
    if asked["type"] == "image/heic":
        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    try:
        found = Image.open(asked["path"], formats=PICTURES[asked["type"]])
        found.load()
    except (OSError, RuntimeError, SyntaxError, ValueError) as fault:
        if asked["type"] != "image/heic":
            raise
        raise Faulty("heic") from fault
    return found


@dataclass(slots=True)
class Times:
    """The time stamps of one stream, in the order in which it is stored. A packet lasts `most` seconds at most,
    whatever the file says: some containers stretch the last one before a gap over it."""

    most: float = 0.5
    end: float | None = None
    gaps: list[tuple[float, float]] = field(default_factory=list)
    back: int = 0

    def take(self, packet: Any) -> None:
        stamp = packet.dts if packet.dts is not None else packet.pts
        if stamp is None:
            return
        begin = float(stamp * packet.time_base)
        long = min(self.most, float((packet.duration or 0) * packet.time_base))
        if self.end is not None and begin - self.end > GAP_S and len(self.gaps) < LISTED:
            self.gaps.append((self.end, begin))
        self.back += self.end is not None and begin < self.end - GAP_S
        self.end = max(self.end or 0.0, begin + long)


@dataclass(slots=True)
class Sound:
    """The loudest sample of each tenth of a second."""

    peaks: array[int] = field(default_factory=lambda: array("H"))
    resampler: Any = None
    rest: bytes = b""

    def take(self, frame: Any) -> None:
        if self.resampler is None:
            self.resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        behind = (frame.time or 0.0) - len(self.peaks) / 10
        if behind > GAP_S and len(self.peaks) < 10 * 86400 * 7:
            self.peaks.extend(array("H", bytes(2 * int(behind * 10))))
        for part in self.resampler.resample(frame):
            self.rest += bytes(part.planes[0])[: part.samples * 2]
            while len(self.rest) >= 2 * BLOCK:
                self._block(self.rest[: 2 * BLOCK])
                self.rest = self.rest[2 * BLOCK :]

    def _block(self, data: bytes) -> None:
        samples = array("h", data)
        self.peaks.append(min(32767, max(max(samples), -min(samples))))

    def silence(self) -> list[tuple[float, float]]:
        return [one for one in _runs((at / 10, peak <= QUIET) for at, peak in enumerate(self.peaks)) if _long(one, 3)]

    def wave(self) -> list[int]:
        """At most POINTS heights from 0 to 100."""
        step = max(1, -(-len(self.peaks) // POINTS))
        return [max(self.peaks[at : at + step]) * 100 // 32767 for at in range(0, len(self.peaks), step)]


def _long(one: tuple[float, float], seconds: float) -> bool:
    return one[1] - one[0] >= seconds - 0.05


def _within(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return other[0] - 1 < one[0] and one[1] < other[1] + 1


def _runs(marks: Iterator[tuple[float, bool]]) -> list[tuple[float, float]]:
    """The stretches over which something holds: from the first mark of it to the first that it does not hold at."""
    found: list[tuple[float, float]] = []
    begin: float | None = None
    at = 0.0
    for at, holds in marks:
        if holds and begin is None:
            begin = at
        elif not holds and begin is not None:
            found.append((begin, at))
            begin = None
    return [*found, (begin, at)] if begin is not None else found


@dataclass(slots=True)
class Film:
    """How bright the key frames are."""

    marks: list[tuple[float, bool]] = field(default_factory=list)

    def take(self, packet: Any) -> None:
        context = packet.stream.codec_context
        frames = [*context.decode(packet), *context.decode(None)]
        context.flush_buffers()
        for frame in frames[:1]:
            small = frame.reformat(width=32, height=18, format="gray")
            plane, wide = bytes(small.planes[0]), small.planes[0].line_size
            bright = sum(sum(plane[row * wide : row * wide + 32]) for row in range(18)) / (32 * 18)
            at = packet.pts if packet.pts is not None else packet.dts
            self.marks.append((float((at or 0) * packet.time_base), bright <= DARK))

    def black(self, end: float) -> list[tuple[float, float]]:
        marks = iter([*self.marks, (end, False)])
        return [one for one in _runs(marks) if _long(one, BLACK_S)]


def examine(asked: dict[str, Any]) -> dict[str, Any]:
    """{"streams", "duration", "gaps", "silence", "black", "hurt": seconds at which it could not be read, "cut": whether
    it ends in the middle, "back": time stamps that go backwards, "wave", "made": its own note of when}; of a picture
    {"width", "height", "streams": []}. Raises Faulty, OSError and whatever the libraries raise."""
    if asked["format"] == "picture":
        found = picture(asked)
        return {"width": found.width, "height": found.height, "streams": []}
    with opened(asked) as media:
        kept = [one for one in media.streams if one.type in ("video", "audio")]
        if not kept:
            raise Faulty("empty")
        return _examined(media, kept)


def _examined(media: Any, kept: list[Any]) -> dict[str, Any]:
    times = {one.index: Times(_most(one)) for one in kept}
    sound, film, hurt, cut = Sound(), Film(), list[float](), False
    first = {kind: next((one.index for one in kept if one.type == kind), -1) for kind in ("video", "audio")}
    packets = media.demux(kept)
    while True:
        try:
            packet = next(packets, None)
        except (OSError, ValueError):
            cut = True
            break
        if packet is None:
            break
        times[packet.stream.index].take(packet)
        try:
            if packet.stream.index == first["audio"]:
                for frame in packet.decode():
                    sound.take(frame)
            elif packet.stream.index == first["video"] and packet.is_keyframe and packet.size:
                film.take(packet)
        except (OSError, ValueError):
            hurt.append(times[packet.stream.index].end or 0.0)
            if len(hurt) >= HURT_MAX:
                break
    gaps = times[first["video"] if first["video"] >= 0 else first["audio"]].gaps
    silence = [one for one in sound.silence() if not any(_within(one, gap) for gap in gaps)]
    end = max((one.end or 0.0 for one in times.values()), default=0.0)
    if not end and not film.marks and not sound.peaks:
        raise Faulty("broken")
    return {
        "streams": [_told(one, times[one.index]) for one in kept], "duration": _round(end),
        "gaps": _pairs(gaps),
        "silence": _pairs(silence), "black": _pairs(film.black(end)), "hurt": [_round(one) for one in hurt],
        "cut": cut or _shorter(media, end), "back": sum(one.back for one in times.values()), "wave": sound.wave(),
        "made": str(media.metadata.get("creation_time", ""))[:40], "seekable": bool(media.duration),
    }  # fmt: skip


def _most(stream: Any) -> float:
    rate = float(stream.average_rate or 0) if stream.type == "video" else 0.0
    return min(10.0, 2 / rate) if rate else 0.5


def _shorter(media: Any, end: float) -> bool:
    """Whether less is there than the file itself says it holds."""
    said = (media.duration or 0) / av.time_base
    return bool(end) and said - end > max(2.0, said * 0.05)


def _told(stream: Any, times: Times) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": stream.type,
        "codec": stream.codec_context.name,
        "duration": _round(times.end or 0),
    }
    if stream.type == "video":
        rate = float(stream.average_rate or 0)
        return found | {"width": stream.width, "height": stream.height, "rate": round(rate, 3)}
    return found | {"rate": stream.codec_context.sample_rate, "channels": stream.codec_context.channels}


def _pairs(spans: list[tuple[float, float]]) -> list[list[float]]:
    return [[_round(begin), _round(end)] for begin, end in spans[:LISTED]]


def _round(seconds: float) -> float:
    return round(float(seconds), 3)
