"""HEIC photographs as a phone writes them, made for tests: a grid of HEVC tiles in an ISO container (ISO/IEC 14496-12,
23008-12), each tile of one colour. Written box by box, because no library that is free to use here writes grids."""

from __future__ import annotations

import struct
from pathlib import Path

import av
from PIL import Image

Colour = tuple[int, int, int]
TILE = 128


def tile(folder: Path, colour: Colour, side: int = TILE) -> tuple[bytes, bytes]:
    """The hvcC box and the coded picture of one colour, as the only frame of an MP4 holds them."""
    path = folder / f"tile-{'-'.join(map(str, colour))}.mp4"
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("libx265", rate=1)
        stream.width = stream.height = side
        stream.pix_fmt, stream.options = "yuv420p", {"x265-params": "keyint=1:log-level=none:info=0", "crf": "4"}
        out.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", (side, side), colour))))
        out.mux(stream.encode(None))
    data = path.read_bytes()
    at = data.index(b"hvcC") - 4
    begins = data.index(b"mdat") + 4
    long = int.from_bytes(data[begins - 8 : begins - 4], "big") - 8
    return data[at : at + int.from_bytes(data[at : at + 4], "big")], data[begins : begins + long]


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def grid(folder: Path, rows: list[list[Colour]], size: tuple[int, int], side: int = TILE) -> bytes:
    """A photo of `size` made of tiles; the last column and row reach over its edge, as a phone's do."""
    coded = [tile(folder, colour, side) for row in rows for colour in row]
    many = len(coded)
    whole = many + 1  # the item that puts the tiles together
    layout = struct.pack(">BBBBHH", 0, 0, len(rows) - 1, len(rows[0]) - 1, *size)
    infos = [full(b"infe", struct.pack(">HH4s", n + 1, 0, b"hvc1"), b"\0", version=2, flags=1) for n in range(many)]
    infos.append(full(b"infe", struct.pack(">HH4s", whole, 0, b"grid"), b"\0", version=2))
    made_of = box(b"dimg", struct.pack(">HH", whole, many), *(struct.pack(">H", n + 1) for n in range(many)))
    properties = box(
        b"ipco", coded[0][0], full(b"ispe", struct.pack(">II", side, side)), full(b"ispe", struct.pack(">II", *size))
    )
    said = [struct.pack(">HBBB", n + 1, 2, 0x81, 2) for n in range(many)] + [struct.pack(">HBB", whole, 1, 3)]
    described = full(b"ipma", struct.pack(">I", len(said)), *said)

    def meta(start: int) -> bytes:
        places, at = [], start
        for n, (_, picture) in enumerate(coded):
            places.append(struct.pack(">HHHHII", n + 1, 0, 0, 1, at, len(picture)))
            at += len(picture)
        places.append(struct.pack(">HHHHII", whole, 1, 0, 1, 0, len(layout)))
        return full(
            b"meta", full(b"hdlr", struct.pack(">I4s12x", 0, b"pict"), b"\0"),
            full(b"pitm", struct.pack(">H", whole)),
            full(b"iloc", struct.pack(">BBH", 0x44, 0, whole), *places, version=1),
            full(b"iinf", struct.pack(">H", whole), *infos), full(b"iref", made_of),
            box(b"iprp", properties, described), box(b"idat", layout),
        )  # fmt: skip

    begins = box(b"ftyp", b"heic", struct.pack(">I", 0), b"mif1heic")
    start = len(begins) + len(meta(0)) + 8
    return begins + meta(start) + box(b"mdat", *(picture for _, picture in coded))
