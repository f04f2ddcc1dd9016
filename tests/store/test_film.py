"""What is found in media files, what is made of them, and that no file stops whoever looks into it."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from sanxiang.store.film.asking import COPY, EXAMINING, PICTURE, CannotSay, Limits, ask
from sanxiang.store.media import told
from tests.support.films import film, sound

FRAGMENTS = {"movflags": "frag_keyframe+empty_moov"}
"""As recorders write it that send while they record: the list of tracks at the front."""


def close(spans: list[list[float]], *wanted: tuple[float, float]) -> bool:
    """The same stretches, to within a quarter of a second of what a codec may add."""
    pairs = zip(spans, wanted, strict=True)
    return all(abs(one[0] - two[0]) <= 0.35 and abs(one[1] - two[1]) <= 0.35 for one, two in pairs)


def test_gaps_silence_and_black_are_found_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    film(path, seconds=14, black=(1, 4), gap=(6, 8), silent=(10, 14))
    found = ask("examine", path, told(path), EXAMINING)
    assert [one["kind"] for one in found["streams"]] == ["video", "audio"]
    assert (found["streams"][0]["codec"], found["streams"][0]["width"]) == ("h264", 160)
    assert abs(found["duration"] - 14) < 0.3
    assert close(found["gaps"], (6, 8))
    assert close(found["black"], (1, 4))
    assert close(found["silence"][-1:], (10, 14))
    assert (found["hurt"], found["cut"], found["back"]) == ([], False, 0)
    assert max(found["wave"][:50]) > 20 > found["wave"][-5]


def test_a_container_of_films_that_holds_sound_alone_is_sound(tmp_path: Path) -> None:
    webm, mp4, out = tmp_path / "a.webm", tmp_path / "a.mp4", tmp_path / "copy"
    sound(webm, "webm", "libopus")
    sound(mp4, "mp4", "aac", options=FRAGMENTS)
    assert (told(webm), told(mp4)) == ("audio/webm", "audio/mp4")
    assert [one["kind"] for one in ask("examine", webm, told(webm), EXAMINING)["streams"]] == ["audio"]
    assert ask("playable", webm, told(webm), COPY, out=str(out))["type"] == "audio/mp4"
    for path, container, codecs in ((webm, "webm", ("libvpx", "libopus")), (mp4, "mp4", ("libx264", "aac"))):
        film(path, container, codecs, seconds=1, options=FRAGMENTS if container == "mp4" else None)
        assert told(path) == f"video/{container}"


@pytest.mark.parametrize("less", [1, 40])
def test_where_the_list_of_tracks_is_not_whole_it_is_taken_for_a_film(tmp_path: Path, less: int) -> None:
    path = tmp_path / "a.webm"
    made = sound(path, "webm", "libopus", 1)
    path.write_bytes(made[: made.index(b"OpusHead") + 19 - less])
    assert told(path) == "video/webm"


@pytest.mark.parametrize(
    ("name", "container", "codecs", "media_type"),
    [
        ("a.mov", "mov", ("libx264", "aac"), "video/quicktime"),
        ("a.webm", "webm", ("libvpx", "libopus"), "video/webm"),
        ("a.mkv", "matroska", ("libx264", "aac"), "video/x-matroska"),
        ("a.avi", "avi", ("mpeg4", "libmp3lame"), "video/x-msvideo"),
    ],
)
def test_films_of_devices_are_read_and_become_playable(
    tmp_path: Path, name: str, container: str, codecs: tuple[str, str], media_type: str
) -> None:
    path, out = tmp_path / name, tmp_path / "copy"
    before = film(path, container, codecs, seconds=4, gap=(2, 3.5))
    assert told(path) == media_type
    found = ask("examine", path, media_type, EXAMINING)
    assert abs(found["duration"] - 4) < 0.4
    assert close(found["gaps"], (2, 3.5))
    made = ask("playable", path, media_type, COPY, out=str(out))
    assert made["encoded"] == (container == "avi")
    again = ask("examine", out, made["type"], EXAMINING)
    assert again["streams"][0]["codec"] in ("h264", "vp8")
    assert close(again["gaps"], (2, 3.5)), "a copy hides no gap"
    assert path.read_bytes() == before, "the original is not touched"


@pytest.mark.parametrize(
    ("name", "container", "codec", "media_type"),
    [
        ("a.wav", "wav", "pcm_s16le", "audio/wav"), ("a.mp3", "mp3", "libmp3lame", "audio/mpeg"),
        ("a.m4a", "ipod", "aac", "audio/mp4"), ("a.ogg", "ogg", "libopus", "audio/ogg"),
    ],
)  # fmt: skip
def test_sound_is_read(tmp_path: Path, name: str, container: str, codec: str, media_type: str) -> None:
    path = tmp_path / name
    sound(path, container, codec, 9, silent=(3, 7))
    assert told(path) == media_type
    found = ask("examine", path, media_type, EXAMINING)
    assert abs(found["duration"] - 9) < 0.3
    assert close(found["silence"], (3, 7))


def test_a_still_is_the_very_picture_of_its_moment(tmp_path: Path) -> None:
    path, out = tmp_path / "a.mp4", tmp_path / "still.png"
    film(path, seconds=4)
    for second, begins in ((0.0, 0.0), (1.05, 1.0), (2.5, 2.5), (2.59, 2.5), (3.9, 3.9)):
        assert ask("still", path, "video/mp4", PICTURE, out=str(out), second=second)["second"] == begins
        level = Image.open(out).convert("L").getpixel((80, 60))
        assert abs(level - (60 + 2 * round(begins * 10))) <= 3, second  # type: ignore[operator]
    sound(tmp_path / "a.wav", "wav", "pcm_s16le")
    with pytest.raises(CannotSay, match="没有图像"):
        ask("still", tmp_path / "a.wav", "audio/wav", PICTURE, out=str(out), second=1)


def test_a_small_picture_says_nothing_of_place_or_device(tmp_path: Path) -> None:
    path, out = tmp_path / "a.jpg", tmp_path / "small.jpg"
    exif = Image.Exif()
    exif[0x010F] = "演示相机"
    Image.new("RGB", (2000, 1000), "red").save(path, exif=exif)
    assert ask("thumbnail", path, "image/jpeg", PICTURE, out=str(out)) == {"width": 480, "height": 240}
    assert not Image.open(out).getexif()
    film(tmp_path / "a.webm", "webm", ("libvpx", "libopus"), seconds=2)
    assert ask("thumbnail", tmp_path / "a.webm", "video/webm", PICTURE, out=str(out))["width"] == 160


def test_a_file_that_ends_in_the_middle_is_told(tmp_path: Path) -> None:
    data = film(tmp_path / "a.webm", "webm", ("libvpx", "libopus"), seconds=8)
    (tmp_path / "cut.webm").write_bytes(data[: len(data) // 2])
    found = ask("examine", tmp_path / "cut.webm", "video/webm", EXAMINING)
    assert found["cut"]
    assert found["duration"] < 6
    hurt = bytearray(film(tmp_path / "b.mp4", seconds=8))
    begin = hurt.index(b"mdat") + 4000
    hurt[begin : begin + 3000] = bytes(3000)
    (tmp_path / "hurt.mp4").write_bytes(hurt)
    assert ask("examine", tmp_path / "hurt.mp4", "video/mp4", EXAMINING)["hurt"]


def bomb(side: int) -> bytes:
    """A small PNG that unpacks to a huge picture."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1 << 20))), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


HOSTILE = {
    "noise.mp4": (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(range(256)) * 400, "video/mp4"),
    "list.mp4": (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "video/mp4"),
    "bomb.png": (bomb(60_000), "image/png"),
    "empty.webm": (b"\x1a\x45\xdf\xa3", "video/webm"),
    "noise.mp3": (b"ID3" + bytes(5000), "audio/mpeg"),
    "noise.jpg": (b"\xff\xd8\xff" + bytes(500), "image/jpeg"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_told_in_words(tmp_path: Path, name: str) -> None:
    data, media_type = HOSTILE[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CannotSay, match="[\u4e00-\u9fff]") as said:
        ask("examine", tmp_path / name, media_type, Limits(20, 1 << 29, 1 << 20))
    assert said.value.broken


def test_the_limits_hold(tmp_path: Path) -> None:
    """Of time, of memory, and of what may be written."""
    Image.new("RGB", (6000, 6000)).save(tmp_path / "big.png")
    with pytest.raises(CannotSay, match="内存"):
        ask("examine", tmp_path / "big.png", "image/png", Limits(20, 200 << 20, 1 << 20))
    os.mkfifo(tmp_path / "never.mp4")
    with pytest.raises(CannotSay, match="用时"):
        ask("examine", tmp_path / "never.mp4", "video/mp4", Limits(1, 1 << 30, 1 << 20))
    film(tmp_path / "a.avi", "avi", ("mpeg4", "libmp3lame"), seconds=8)
    with pytest.raises(CannotSay, match="写出"):
        ask("playable", tmp_path / "a.avi", "video/x-msvideo", Limits(60, 1 << 30, 4096), out=str(tmp_path / "y"))


def test_what_no_reader_is_named_for_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(io.BytesIO(b"PK").getvalue())
    with pytest.raises(CannotSay, match="不做检查"):
        ask("examine", tmp_path / "a.zip", "application/zip", PICTURE)
