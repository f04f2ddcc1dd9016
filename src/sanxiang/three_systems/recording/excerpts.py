"""Cuts a stretch out of a recording: `python -m … source target from to` (seconds; to -1: the end).

A process of its own, with a limit of time and memory, because what it reads was made by others. Pictures and sound are
encoded anew, so that nothing before or after the stretch stands in the result. Exit code 0 done, 1 not.
"""

from __future__ import annotations

import resource
import sys
from typing import Any

MEMORY = 2 << 30
SECONDS = 110
BITS = 2_000_000


def cut(source: str, target: str, start: float, end: float) -> int:
    """Write the frames whose time lies in the stretch; how many."""
    import av

    kept = 0
    with av.open(source) as given, av.open(target, "w", format="mp4") as made:
        outs: dict[str, Any] = {}
        chosen: list[Any] = [*given.streams.video[:1], *given.streams.audio[:1]]
        for stream in chosen:
            outs[stream.type] = made_for(made, stream)
        for frame in given.decode(*chosen):
            moment = frame.time or 0.0
            if moment < start or (end >= 0 and moment >= end):
                continue
            kind = "video" if isinstance(frame, av.VideoFrame) else "audio"
            frame.pts = None
            for packet in outs[kind].encode(frame):
                made.mux(packet)
            kept += 1
        for out in outs.values():
            for packet in out.encode(None):
                made.mux(packet)
    return kept


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
    return 0 if cut(source, target, float(start), float(end)) else 1


if __name__ == "__main__":
    sys.exit(main())
