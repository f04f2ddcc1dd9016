"""Makes the masked copy of a film or a sound (脱敏副本): rectangles over the picture and silence in the sound, each for
a span of time. Runs in the process of `worker` only.

Everything is encoded anew from decoded pictures and samples after they were covered, so that nothing of what is
covered, no other stream and no note of the original is left. Spans are rounded outwards: a picture that is shown at any
moment of a span is covered, and silence begins and ends EDGE_S early and late."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from .reading import Faulty, opened
from .telling import Teller

SIDE = 1920
LONGEST_S = 24 * 3600.0
TICKS, RATE = 90_000, 48_000
EDGE_S = 0.05
"""Time stamps of sound waver by so much; further off they are believed, and the sound is moved."""
COARSE = 20
"""A picture that is blurred as a whole is so many points wide."""
BLACK = (16, 128, 128)


def masked(asked: dict[str, Any]) -> dict[str, Any]:
    """The copy `out` of the stretch from `start` to `end` (seconds; None: the end), covered by `shapes` and `muted`;
    `picture` "", black or blur, `sound` "" or none: over all of it. `mark` is a PNG laid over every picture. Tells
    `type` and `seconds`. Raises Faulty, OSError and what the libraries raise."""
    with opened(asked) as media:
        videos = media.streams.video[:1]
        audios = media.streams.audio[:1] if asked["sound"] != "none" else ()
        if not videos and not audios:
            raise Faulty("empty")
        copy = _Copy(asked, media, videos, audios)
        try:
            copy.run(_packets(media, [*videos, *audios], copy))
        finally:
            copy.made.close()
    if not copy.kept:
        raise Faulty("span")
    return {
        "type": "video/mp4" if copy.picture and copy.picture.out else "audio/mp4",
        "seconds": round(copy.reached, 3),
    }


def _packets(media: Any, streams: list[Any], copy: _Copy) -> Iterator[Any]:
    """From a little before the stretch; a file that cannot be sought in is read from its beginning, one that is cut
    short until there."""
    if copy.start > 2:
        try:
            media.seek(int((copy.start - 2 + copy.origin) * av.time_base))
        except OSError:
            media.seek(0)
    packets = media.demux(streams)
    while True:
        try:
            packet = next(packets, None)
        except (OSError, ValueError):
            return
        if packet is None:
            return
        yield packet


class _Copy:
    """What is being written, and how far it is."""

    def __init__(self, asked: dict[str, Any], media: Any, videos: Any, audios: Any) -> None:
        self.origin = (media.start_time or 0) / av.time_base
        self.start = float(asked["start"] or 0)
        said = (media.duration or 0) / av.time_base
        self.end = min(self.start + LONGEST_S, LONGEST_S if asked["end"] is None else float(asked["end"]))
        self.whole = max(0.1, min(self.end, said or self.end) - self.start)
        self.kept, self.reached, self.teller = 0, 0.0, Teller()
        options = {"movflags": "faststart", "fflags": "bitexact"}
        self.made = av.open(asked["out"], "w", format="mp4", options=options)
        self.early: list[Any] = []
        self.picture = _Picture(self, asked, videos[0]) if videos else None
        self.sound = _Sound(self, asked, audios[0]) if audios else None

    def run(self, packets: Iterator[Any]) -> None:
        for packet in packets:
            part = self.picture if packet.stream.type == "video" else self.sound
            if part is None or part.over:
                if all(one is None or one.over for one in (self.picture, self.sound)):
                    break
                continue
            try:
                frames = packet.decode()
            except (OSError, ValueError):
                continue  # a hurt piece is left out of the copy; the original is what counts
            for frame in frames:
                part.take(frame)
        for part in (self.picture, self.sound):
            if part is not None:
                part.finish()
        self.made.mux(self.early)

    def write(self, stream: Any, frame: Any) -> None:
        """Encode and write. The head of the file names all streams, so sound waits for the first picture."""
        packets = stream.encode(frame)
        if self.picture is not None and self.picture.out is None:
            self.early += packets
            return
        self.made.mux([*self.early, *packets])
        self.early = []

    def shown(self, second: float) -> None:
        """A piece was written that ends at this second of the copy; how far it is, is told now and then."""
        self.kept += 1
        self.reached = max(self.reached, second)
        self.teller.tell(self.reached * 100 / self.whole)


class _Picture:
    """The pictures. One is held back until the next says how long it was shown."""

    def __init__(self, copy: _Copy, asked: dict[str, Any], stream: Any) -> None:
        self.copy, self.shapes, self.way = copy, asked["shapes"], asked["picture"]
        self.mark = Path(asked["mark"]).read_bytes() if asked["mark"] else b""
        self.stream, self.last, self.over = stream, -1, False
        self.held: tuple[Any, float] | None = None
        self.out: Any = None
        self.usual = 1 / float(stream.average_rate or 25)

    def take(self, frame: Any) -> None:
        if frame.time is None:
            return
        at = frame.time - self.copy.origin
        if self.held is not None:
            before, since = self.held
            if at <= since:
                return  # time does not go backwards
            self._show(before, since, at)
        self.held = (frame, at)
        self.over = at >= self.copy.end

    def finish(self) -> None:
        if self.held is not None and not self.over:
            frame, at = self.held
            self._show(frame, at, at + self.usual)
        if self.out is not None:
            self.copy.write(self.out, None)

    def _show(self, frame: Any, since: float, until: float) -> None:
        copy = self.copy
        if until <= copy.start or since >= copy.end:
            return
        pts = round((max(since, copy.start) - copy.start) * TICKS)
        if pts <= self.last:
            return
        if self.out is None:
            self._begin(frame)
        self.last = pts
        made = self._plain(frame, pts)
        for one in self.shapes:
            if since * 1000 < one["until"] and until * 1000 > one["since"]:
                _black(made, one["x"], one["y"], one["w"], one["h"])
        made.pts, made.time_base, made.pict_type = pts, Fraction(1, TICKS), 0
        copy.write(self.out, made)
        copy.shown(min(until, copy.end) - copy.start)

    def _begin(self, frame: Any) -> None:
        """The stream of the copy, upright as players show the film."""
        share = min(1.0, SIDE / max(frame.width, frame.height))
        self.wide, self.high = (max(2, int(side * share) // 2 * 2) for side in (frame.width, frame.height))
        self.turn = frame.rotation % 360
        sides = (self.high, self.wide) if self.turn in (90, 270) else (self.wide, self.high)
        self.out = self.copy.made.add_stream("libx264", rate=self.stream.average_rate or 25)
        self.out.width, self.out.height = sides
        self.out.pix_fmt, self.out.options = "yuv420p", {"preset": "veryfast", "crf": "23"}
        self.out.codec_context.time_base = Fraction(1, TICKS)
        shape = self.stream.sample_aspect_ratio
        if shape:
            self.out.codec_context.sample_aspect_ratio = 1 / shape if self.turn in (90, 270) else shape
        self.laid = _graph(self.mark, (self.wide, self.high), sides, self.turn)

    def _plain(self, frame: Any, pts: int) -> Any:
        """The picture upright, with the mark, in memory of its own that may be drawn on: decoders keep theirs."""
        if self.way == "blur":
            low = max(2, COARSE * self.high // self.wide)
            frame = frame.reformat(width=COARSE, height=low, format="yuv420p")
        plain = frame.reformat(width=self.wide, height=self.high, format="yuv420p")
        plain.pts, plain.time_base = pts, Fraction(1, TICKS)
        self.laid[0].push(plain)
        made = self.laid[1].pull()
        if self.way == "black":
            _black(made, 0, 0, 1000, 1000)
        return made


def _graph(mark: bytes, given: tuple[int, int], sides: tuple[int, int], turn: int) -> tuple[Any, Any, Any]:
    """Turns a picture upright and lays the mark over it: where it goes in, where it comes out, what holds both."""
    graph, points = av.filter.Graph(), av.VideoFormat("yuv420p")
    into = graph.add_buffer(width=given[0], height=given[1], format=points, time_base=Fraction(1, TICKS))
    chain = [into]
    turns = {90: ["transpose=cclock"], 270: ["transpose=clock"], 180: ["hflip", "vflip"]}
    for one in turns.get(turn, []):
        chain.append(graph.add(*one.split("=")))
        chain[-2].link_to(chain[-1])
    plain, out = graph.add("format", "yuv420p"), graph.add("buffersink")
    drawn = _drawn(mark) if mark else av.VideoFrame.from_bytes(bytes(4 * 16), 4, 4, format="rgba")
    above = graph.add_buffer(width=drawn.width, height=drawn.height, format=drawn.format, time_base=Fraction(1, TICKS))
    size, both = graph.add("scale", f"{sides[0]}:{sides[1]}"), graph.add("overlay", "0:0:eof_action=repeat")
    chain[-1].link_to(both, 0, 0)
    above.link_to(size)
    size.link_to(both, 0, 1)
    both.link_to(plain)
    plain.link_to(out)
    graph.configure()
    drawn.pts, drawn.time_base = 0, Fraction(1, TICKS)
    above.push(drawn)
    above.push(None)
    return into, out, graph


def _drawn(mark: bytes) -> Any:
    with av.open(io.BytesIO(mark), "r") as png:
        return next(png.decode(video=0)).reformat(format="rgba")


def _black(frame: Any, x: int, y: int, w: int, h: int) -> None:
    """Blacken a rectangle, told in thousandths, its edges moved outwards to even points, so that no colour of what is
    beneath is left in the half-sized planes."""
    left, top = x * frame.width // 2000 * 2, y * frame.height // 2000 * 2
    right = min(frame.width, -(-(x + w) * frame.width // 2000) * 2)
    bottom = min(frame.height, -(-(y + h) * frame.height // 2000) * 2)
    for plane, half, colour in zip(frame.planes, (1, 2, 2), BLACK, strict=True):
        view, wide = memoryview(plane), plane.line_size
        begin, end = left // half, -(-right // half)
        row = bytes([colour]) * (end - begin)
        for line in range(top // half, -(-bottom // half)):
            view[line * wide + begin : line * wide + end] = row


class _Sound:
    """The sound, sample by sample on one clock; what is missing is silence."""

    def __init__(self, copy: _Copy, asked: dict[str, Any], stream: Any) -> None:
        self.copy, self.over = copy, False
        self.layout, self.channels = ("mono", 1) if stream.codec_context.channels == 1 else ("stereo", 2)
        edge = EDGE_S * RATE
        self.muted = [
            (int(one["since"] * RATE / 1000 - edge), int(one["until"] * RATE / 1000 + edge)) for one in asked["muted"]
        ]
        self.first, self.end = round(copy.start * RATE), round(copy.end * RATE)
        self.at = self.first
        self.resampler = av.AudioResampler(format="s16", layout=self.layout, rate=RATE)
        self.out = copy.made.add_stream("aac", rate=RATE)
        self.out.bit_rate, self.out.layout = 64_000 * self.channels, self.layout

    def take(self, frame: Any) -> None:
        stamp = None if frame.time is None else round((frame.time - self.copy.origin) * RATE)
        for part in self.resampler.resample(frame):
            self._put(part, stamp)
            stamp = None

    def _put(self, part: Any, stamp: int | None) -> None:
        size = 2 * self.channels
        data = bytes(part.planes[0])[: part.samples * size]
        off = 0 if stamp is None else stamp - self.at
        if off < -EDGE_S * RATE:
            data = data[-off * size :]
        elif off > EDGE_S * RATE:
            self._silent(min(off, self.end - self.at))
        if data:
            self._write(bytearray(data))

    def _silent(self, many: int) -> None:
        while many > 0:
            some = min(many, RATE)
            self._write(bytearray(some * 2 * self.channels))
            many -= some

    def _write(self, data: bytearray) -> None:
        size = 2 * self.channels
        data = data[: max(0, self.end - self.at) * size]
        many = len(data) // size
        self.over = self.at + many >= self.end
        if not many:
            return
        for since, until in self.muted:
            begin, end = max(0, since - self.at), min(many, until - self.at)
            if begin < end:
                data[begin * size : end * size] = bytes((end - begin) * size)
        made = av.AudioFrame(format="s16", layout=self.layout, samples=many)
        made.planes[0].update(bytes(data))
        made.rate, made.pts, made.time_base = RATE, self.at - self.first, Fraction(1, RATE)
        self.copy.write(self.out, made)
        self.at += many
        self.copy.shown((self.at - self.first) / RATE)

    def finish(self) -> None:
        for part in self.resampler.resample(None):
            self._put(part, None)
        self.copy.write(self.out, None)
