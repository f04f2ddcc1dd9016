"""Makes what is derived from a media file: a small picture, a copy that browsers can play, a still of one moment. Runs
in the process of `worker` only; each writes the file `out` and tells what it made."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from PIL import ImageOps

from .reading import Faulty, opened, picture

SMALL = 480
WIDE = 1280
PLAYED = {"h264": "mp4", "vp8": "webm", "vp9": "webm", "av1": "webm"}
"""Codecs of pictures that browsers play, and the container that takes them."""
HEARD = {"mp4": {"aac", "mp3", "mp3float"}, "webm": {"opus", "vorbis"}}


def thumbnail(asked: dict[str, Any]) -> dict[str, Any]:
    """A JPEG of at most `side` (480) each way: the picture, or the film a tenth of its way in. Carries nothing of the
    original's own notes (place, device)."""
    if asked["format"] == "picture":
        made = ImageOps.exif_transpose(picture(asked))
    else:
        with opened(asked) as media:
            if not media.streams.video:
                raise Faulty("empty")
            early = float(media.duration or 0) / av.time_base / 10
            made = _frame_at(media, early).to_image()
    side = int(asked.get("side", SMALL))
    made.thumbnail((side, side))
    made.convert("RGB").save(asked["out"], "JPEG", quality=80)
    return {"width": made.width, "height": made.height}


def still(asked: dict[str, Any]) -> dict[str, Any]:
    """The very picture that is shown at `second`, as PNG in full size; tells the `second` at which it begins."""
    with opened(asked) as media:
        if not media.streams.video:
            raise Faulty("empty")
        frame = _frame_at(media, float(asked["second"]))
        made = frame.to_image()
    made.save(asked["out"], "PNG")
    return {"second": round(float(frame.time or 0), 3), "width": made.width, "height": made.height}


def _frame_at(media: Any, second: float) -> Any:
    """The last frame that begins at or before a second. Raises Faulty where there is none."""
    stream = media.streams.video[0]
    start = (stream.start_time or 0) * stream.time_base
    if second > 0:
        media.seek(int((second + start) / stream.time_base), stream=stream, backward=True)
    found = None
    for frame in media.decode(stream):
        if found is not None and frame.time is not None and frame.time - float(start) > second + 0.0005:
            break
        found = frame
    if found is None:
        raise Faulty("second")
    return found


def playable(asked: dict[str, Any]) -> dict[str, Any]:
    """A copy that browsers play and seek in: the same pictures and sound in another container where that is enough,
    else encoded anew (H.264 with AAC in MP4, at most 1,280 wide). `out` gets the ending ".mp4", ".webm" or ".m4a" by
    what it is; tells `type`, `ending`, `encoded`."""
    with opened(asked) as media:
        videos, audios = media.streams.video[:1], media.streams.audio[:1]
        if not videos and not audios:
            raise Faulty("empty")
        container = PLAYED.get(videos[0].codec_context.name, "") if videos else ""
        alike = bool(container) and all(one.codec_context.name in HEARD[container] for one in audios)
        if container == "mp4" and videos[0].codec_context.pix_fmt not in ("yuv420p", "yuvj420p"):
            alike = False
        ending = container if alike else "mp4" if videos else "m4a"
        options = {} if ending == "webm" else {"movflags": "faststart"}
        made = av.open(asked["out"], "w", format="webm" if ending == "webm" else "mp4", options=options)
        with made:
            (_moved if alike else _encoded)(media, made, [*videos, *audios])
    kind = {"mp4": "video/mp4", "webm": "video/webm", "m4a": "audio/mp4"}[ending]
    return {"type": kind, "ending": ending, "encoded": not alike}


def _moved(media: Any, made: Any, streams: list[Any]) -> None:
    into = {one.index: made.add_stream_from_template(one) for one in streams}
    for packet in media.demux(streams):
        if packet.dts is None:
            continue
        packet.stream = into[packet.stream.index]
        made.mux(packet)


def _encoded(media: Any, made: Any, streams: list[Any]) -> None:
    into: dict[int, Any] = {}
    for one in streams:
        if one.type == "video":
            wide = min(WIDE, one.width) // 2 * 2
            new = made.add_stream("libx264", rate=one.average_rate or 25)
            new.width, new.height = wide, max(2, one.height * wide // one.width // 2 * 2)
            new.pix_fmt, new.options = "yuv420p", {"preset": "veryfast", "crf": "26"}
            new.codec_context.time_base = one.time_base
        else:
            new = made.add_stream("aac", rate=48000)
            new.bit_rate, new.layout = 96_000, "mono"
        into[one.index] = new
    hear = _Heard()
    for packet in media.demux(streams):
        new = into[packet.stream.index]
        try:
            frames = packet.decode()
        except (OSError, ValueError):
            continue  # a hurt piece is left out of the copy; the original is what counts
        for frame in frames:
            for part in hear.parts(frame) if new.type == "audio" else [_plain(frame, new)]:
                made.mux(new.encode(part))
    for new in into.values():
        made.mux(new.encode(None))


class _Heard:
    """Sound in one manner, on times that only go forward: what files tell jumps by a few samples."""

    def __init__(self) -> None:
        self.resampler, self.at = av.AudioResampler(format="fltp", layout="mono", rate=48000), 0

    def parts(self, frame: Any) -> Iterator[Any]:
        begins = int((frame.time or 0.0) * 48000)
        if begins - self.at > 24000:
            self.at = begins
        for part in self.resampler.resample(frame):
            part.pts, part.time_base = self.at, Fraction(1, 48000)
            self.at += part.samples
            yield part


def _plain(frame: Any, new: Any) -> Any:
    small = frame.reformat(width=new.width, height=new.height, format="yuv420p")
    small.pts, small.time_base, small.pict_type = frame.pts, frame.time_base, 0
    return small
