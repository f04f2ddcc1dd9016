"""Cuts a stretch out of a recording: `python -m … source target from to` (seconds; to -1: the end); a PNG on its input
is laid over every picture.

A process of its own, with a limit of time and memory, because what it reads was made by others. Pictures and sound are
encoded anew, so that nothing before or after the stretch stands in the result. Exit code 0 done, 1 not, 28 for want
of room.
"""

from __future__ import annotations

import io
import resource
import sys
from collections.abc import Callable
from typing import Any

from sanxiang.store.blobs import FULL

MEMORY = 2 << 30
SECONDS = 110
BITS = 2_000_000
NO_ROOM = 28


def cut(source: str, target: str, start: float, end: float, mark: bytes = b"") -> int:
    """Write the frames whose time lies in the stretch; how many."""
    import av

    kept = 0
    with av.open(source) as given, av.open(target, "w", format="mp4") as made:
        outs: dict[str, Any] = {}
        chosen: list[Any] = [*given.streams.video[:1], *given.streams.audio[:1]]
        for stream in chosen:
            outs[stream.type] = made_for(made, stream)
        over = overlay(mark, given.streams.video[0]) if mark and given.streams.video else None
        for frame in given.decode(*chosen):
            moment = frame.time or 0.0
            if moment < start or (end >= 0 and moment >= end):
                continue
            kind = "video" if isinstance(frame, av.VideoFrame) else "audio"
            if over is not None and kind == "video":
                frame = over(frame)
            frame.pts = None
            for packet in outs[kind].encode(frame):
                made.mux(packet)
            kept += 1
        for out in outs.values():
            for packet in out.encode(None):
                made.mux(packet)
    return kept


def overlay(mark: bytes, stream: Any) -> Callable[[Any], Any]:
    """Lays a PNG over a picture, as large as the picture."""
    import av

    with av.open(io.BytesIO(mark), "r") as png:
        drawn = next(png.decode(video=0)).reformat(format="rgba")
    graph = av.filter.Graph()
    below = graph.add_buffer(template=stream)
    above = graph.add_buffer(width=drawn.width, height=drawn.height, format=drawn.format, time_base=stream.time_base)
    size = graph.add("scale", f"{stream.width}:{stream.height}")
    both, plain, out = (
        graph.add("overlay", "0:0:eof_action=repeat"),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    )
    below.link_to(both, 0, 0)
    above.link_to(size)
    size.link_to(both, 0, 1)
    both.link_to(plain)
    plain.link_to(out)
    graph.configure()
    drawn.pts, drawn.time_base = 0, stream.time_base
    above.push(drawn)
    above.push(None)

    def laid(frame: Any, held: Any = graph) -> Any:  # the filters live as long as their graph
        below.push(frame)
        return out.pull()

    return laid


def made_for(made: Any, stream: Any) -> Any:
    """The stream of the result for one of the source."""
    if stream.type == "audio":
        return made.add_stream("aac", rate=stream.rate or 44_100)
    out = made.add_stream("libx264", rate=stream.average_rate or 25)
    out.width, out.height = stream.width // 2 * 2, stream.height // 2 * 2
    out.pix_fmt, out.bit_rate = "yuv420p", BITS
    return out


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    source, target, start, end = sys.argv[1:5]
    try:
        return 0 if cut(source, target, float(start), float(end), sys.stdin.buffer.read()) else 1
    except OSError as problem:  # FFmpeg's errors are OSErrors too
        if problem.errno in FULL:
            return NO_ROOM
        raise


if __name__ == "__main__":
    sys.exit(main())
