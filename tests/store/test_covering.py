"""Masked copies of films, sounds and PDFs, made from real media and taken apart again: every picture and every tenth of
a second is looked at."""

from __future__ import annotations

import io
import struct
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from sanxiang.store.film.asking import MASKING, CannotSay, Limits, ask
from tests.support.films import film, sound

pytestmark = [pytest.mark.clauses("DXH-18"), pytest.mark.journeys("archive.access")]
BOX = {"x": 250, "y": 250, "w": 300, "h": 300}
INSIDE, EDGES, OUTSIDE = ((60, 50), (80, 60)), ((41, 31), (87, 64)), ((20, 20), (130, 100), (60, 100), (120, 40))
"""Points of a picture of 160 × 120: within the box, just within, outside."""


def masked(
    path: Path, media_type: str = "video/mp4", limits: Limits = MASKING, **how: Any
) -> tuple[dict[str, Any], Path]:
    out = path.with_suffix(".masked")
    plain = {"shapes": [], "muted": [], "picture": "", "sound": "", "start": 0, "end": None, "mark": ""}
    return ask("masked", path, media_type, limits, out=str(out), **plain | how), out


def span(since: float, until: float, **box: int) -> dict[str, int]:
    return {"since": round(since * 1000), "until": round(until * 1000), **box}


def pictures(path: Path) -> list[tuple[float, Any]]:
    with av.open(str(path)) as media:
        return [(round(frame.time, 3), frame.to_image().convert("L")) for frame in media.decode(video=0)]


def loud(path: Path) -> list[int]:
    """The loudest sample of each twentieth of a second."""
    samples = array("h")
    with av.open(str(path)) as media:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=8000)
        for frame in [*media.decode(audio=0), None]:
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: part.samples * 2])
    return [max(abs(one) for one in samples[at : at + 400]) for at in range(0, len(samples) - 399, 400)]


def grey(picture: Any, points: Sequence[tuple[int, int]]) -> list[int]:
    return [picture.getpixel(point) for point in points]


@pytest.mark.parametrize(
    ("container", "codecs", "media_type"),
    [
        ("mp4", ("libx264", "aac"), "video/mp4"), ("matroska", ("libx264", "aac"), "video/x-matroska"),
        ("webm", ("libvpx", "libopus"), "video/webm"), ("avi", ("mpeg4", "libmp3lame"), "video/x-msvideo"),
    ],
)  # fmt: skip
def test_a_region_is_black_in_every_picture_of_its_span_and_nothing_else_is(
    tmp_path: Path, container: str, codecs: tuple[str, str], media_type: str
) -> None:
    film(tmp_path / "given", container, codecs, seconds=6)
    before = dict(pictures(tmp_path / "given"))
    told, out = masked(tmp_path / "given", media_type, shapes=[span(2, 4, **BOX)])
    assert told["type"] == "video/mp4"
    after = pictures(out)
    assert len(after) == len(before) == 60
    for (at, picture), (_, original) in zip(after, sorted(before.items()), strict=True):
        covered = 1.95 < at < 3.95  # the first picture of the span may begin a thousandth early in some containers
        if covered:
            assert max(grey(picture, (*INSIDE, *EDGES))) < 8, at
        elif not (1.85 < at < 4.05):
            assert min(grey(picture, INSIDE)) > 40, at
        for found, wanted in zip(grey(picture, OUTSIDE), grey(original, OUTSIDE), strict=True):
            assert abs(found - wanted) < 8, at


def test_a_picture_that_is_shown_at_any_moment_of_a_span_is_covered(tmp_path: Path) -> None:
    """The span lies within two pictures; each lasts a tenth of a second."""
    film(tmp_path / "given", seconds=2)
    _, out = masked(tmp_path / "given", shapes=[span(1.05, 1.12, **BOX)])
    assert [at for at, picture in pictures(out) if grey(picture, INSIDE)[0] < 8] == [1.0, 1.1]


def test_a_muted_span_is_silent_and_the_rest_is_heard(tmp_path: Path) -> None:
    film(tmp_path / "given", seconds=6)
    _, out = masked(tmp_path / "given", muted=[span(2, 3), span(4.5, 5)])
    heard = loud(out)
    assert max(heard[41:59]) == max(heard[91:99]) == 0
    assert min(heard[2:37] + heard[63:87] + heard[103:115]) > 3000
    assert abs(len(heard) - 120) < 4


@pytest.mark.parametrize(
    ("container", "codec", "media_type"),
    [
        ("wav", "pcm_s16le", "audio/wav"),
        ("mp3", "libmp3lame", "audio/mpeg"),
        ("ogg", "libopus", "audio/ogg"),
        ("flac", "flac", "audio/flac"),
    ],
)
def test_a_sound_alone_is_muted_too(tmp_path: Path, container: str, codec: str, media_type: str) -> None:
    sound(tmp_path / "given", container, codec, seconds=4)
    told, out = masked(tmp_path / "given", media_type, muted=[span(1, 2)])
    assert (told["type"], round(told["seconds"], 1)) == ("audio/mp4", 4.0)
    heard = loud(out)
    assert max(heard[21:39]) == 0
    assert min(heard[2:18] + heard[43:75]) > 3000


def test_only_the_stretch_that_was_granted_leaves_the_house_with_its_masks_in_place(tmp_path: Path) -> None:
    film(tmp_path / "given", seconds=8)
    before = dict(pictures(tmp_path / "given"))
    told, out = masked(tmp_path / "given", start=3, end=6, shapes=[span(4, 5, **BOX)], muted=[span(3, 4)])
    after = pictures(out)
    assert (told["seconds"], len(after)) == (3.0, 30)
    for at, picture in after:
        assert (grey(picture, INSIDE)[0] < 8) == (1.0 <= at < 2.0), at
        assert abs(grey(picture, OUTSIDE)[0] - grey(before[round(at + 3, 3)], OUTSIDE)[0]) < 8, at
    heard = loud(out)
    assert len(heard) <= 61
    assert max(heard[:19]) == 0
    assert min(heard[23:57]) > 3000
    with pytest.raises(CannotSay, match="没有画面和声音"):
        masked(tmp_path / "given", start=60, end=70)


def test_all_of_the_picture_or_all_of_the_sound(tmp_path: Path) -> None:
    film(tmp_path / "given", seconds=3)
    _, out = masked(tmp_path / "given", picture="black")
    assert all(picture.getextrema()[1] < 8 for _, picture in pictures(out))
    assert min(loud(out)[2:50]) > 3000
    _, out = masked(tmp_path / "given", sound="none")
    with av.open(str(out)) as media:
        assert [one.type for one in media.streams] == ["video"]
    lined(tmp_path / "lines")
    _, out = masked(tmp_path / "lines", picture="blur")
    for _, picture in pictures(out):
        row = [picture.getpixel((x, 60)) for x in range(16, 144)]
        assert max(row) - min(row) < 40, "stripes of four points cannot be told apart"


def lined(path: Path) -> None:
    """A film of stripes, four points wide."""
    with av.open(str(path), "w", format="mp4") as out:
        video: Any = out.add_stream("libx264", rate=10)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame(160, 120, "yuv420p")
            row = bytes(255 if x % 8 < 4 else 16 for x in range(frame.planes[0].line_size))
            frame.planes[0].update(row * 120)
            for plane in frame.planes[1:]:
                plane.update(bytes([128]) * plane.buffer_size)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))


def cornered(path: Path) -> None:
    """A grey film; the left upper corner is bright."""
    with av.open(str(path), "w", format="mp4") as out:
        video: Any = out.add_stream("libx264", rate=10)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        for _ in range(10):
            made = Image.new("RGB", (160, 120), (100, 100, 100))
            made.paste((240, 240, 240), (0, 0, 40, 30))
            out.mux(video.encode(av.VideoFrame.from_image(made)))
        out.mux(video.encode(None))


@pytest.mark.parametrize(
    ("turned", "matrix", "bright"),
    [(90, (0, 1, -1, 0), (1, 0)), (270, (0, -1, 1, 0), (0, 1)), (180, (-1, 0, 0, -1), (1, 1))],
)
def test_a_film_held_upright_is_covered_where_players_show_it(
    tmp_path: Path, turned: int, matrix: tuple[int, ...], bright: tuple[int, int]
) -> None:
    """A phone stores the picture lying and says how to turn it. What is seen at the left above is covered; the corner
    that is stored first is seen at the right (1) or below (1)."""
    cornered(tmp_path / "given")
    data = bytearray((tmp_path / "given").read_bytes())
    at = data.index(b"tkhd") + 4 + 40  # ISO/IEC 14496-12, 8.3.2: version 0, the matrix follows 40 bytes
    a, b, c, d = (one << 16 for one in matrix)
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    (tmp_path / "turned").write_bytes(data)
    with av.open(str(tmp_path / "turned")) as media:
        assert next(media.decode(video=0)).rotation % 180 == turned % 180
    _, out = masked(tmp_path / "turned", shapes=[span(0, 9, x=0, y=0, w=300, h=200)])
    for _, picture in pictures(out):
        wide, high = picture.size
        assert (wide, high) == ((120, 160) if turned != 180 else (160, 120))
        corners = {(x, y): grey(picture, [(x * (wide - 9) + 4, y * (high - 9) + 4)])[0] for x in (0, 1) for y in (0, 1)}
        assert corners.pop((0, 0)) < 8
        assert corners.pop(bright) > 200
        assert all(70 < one < 130 for one in corners.values())
    with av.open(str(out)) as media:
        assert next(media.decode(video=0)).rotation == 0


def test_nothing_of_the_original_but_pictures_and_sound_is_left(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "given"), "w", format="mp4", options={"movflags": "use_metadata_tags"}) as out:
        out.metadata.update(
            {"title": "秘密标题", "location": "+34.6+112.4/", "artist": "张某", "comment": "SECRETNOTE"}
        )
        video: Any = out.add_stream("libx264", rate=10)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        video.metadata["handler_name"] = "SECRETCAMERA"
        for _ in range(10):
            frame = av.VideoFrame(160, 120, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([128]) * plane.buffer_size)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    assert b"SECRET" in (tmp_path / "given").read_bytes()
    _, made = masked(tmp_path / "given", shapes=[span(0, 1, **BOX)])
    data = made.read_bytes()
    assert [one for one in (b"SECRET", b"+34.6", "秘密".encode(), "张某".encode()) if one in data] == []
    with av.open(str(made)) as media:
        assert set(media.metadata) <= {"major_brand", "minor_version", "compatible_brands"}


def test_a_mark_is_laid_over_every_picture_and_never_over_what_is_covered(tmp_path: Path) -> None:
    film(tmp_path / "given", seconds=2)
    Image.new("RGBA", (32, 24), (255, 255, 255, 255)).save(tmp_path / "mark.png")
    _, out = masked(tmp_path / "given", shapes=[span(0, 9, **BOX)], mark=str(tmp_path / "mark.png"))
    for _, picture in pictures(out):
        assert min(grey(picture, OUTSIDE)) > 200
        assert max(grey(picture, INSIDE)) < 8


def test_what_is_broken_or_meant_to_harm_says_so_and_leaves_no_copy(tmp_path: Path) -> None:
    good = film(tmp_path / "good", seconds=6)
    (tmp_path / "cut").write_bytes(film(tmp_path / "long", "matroska", seconds=6)[:-30_000])
    told, out = masked(tmp_path / "cut", "video/x-matroska", shapes=[span(0, 60, **BOX)])
    assert 0 < told["seconds"] < 6
    assert all(grey(picture, INSIDE)[0] < 8 for _, picture in pictures(out)), "what could be read is covered"
    for name, data in (("empty", b""), ("text", b"#EXTM3U\n/etc/passwd\n"), ("headless", good[: len(good) // 2])):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(CannotSay):
            masked(tmp_path / name)
    hurt = bytearray(good)
    for at in range(3000, len(hurt) - 20_000, 997):
        hurt[at] ^= 0xFF
    (tmp_path / "hurt").write_bytes(hurt)
    try:
        _, out = masked(tmp_path / "hurt", shapes=[span(0, 60, **BOX)])
        assert all(grey(picture, INSIDE)[0] < 8 for _, picture in pictures(out))
    except CannotSay:
        pass  # where nothing can be read at all it is said
    with pytest.raises(CannotSay, match="超过了规定"):
        masked(tmp_path / "good", limits=Limits(60, 1 << 30, 10_000))


def test_it_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    film(tmp_path / "given", seconds=8)
    with av.open(str(tmp_path / "long"), "w", format="mp4") as out:
        video: Any = out.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt, video.options = 1280, 720, "yuv420p", {"preset": "ultrafast"}
        frame = av.VideoFrame(1280, 720, "yuv420p")
        for n in range(1500):
            frame.pts = n
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    told: list[int] = []

    def heard(done: int) -> None:
        told.append(done)
        if done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(
            "masked", tmp_path / "long", "video/mp4", MASKING, heard=heard, out=str(tmp_path / "out"), shapes=[], muted=[],
            picture="blur", sound="", start=0, end=None, mark="",
        )  # fmt: skip
    assert 0 < told[-1] < 100
    with pytest.raises((OSError, ValueError)):
        pictures(tmp_path / "out")


SECRET, OPEN = "SECRETNAME410302", "OPENWORDS"


def paper(pages: int = 3) -> bytes:
    """A PDF with a secret in the upper half of each page, open words in the lower, and properties."""
    with pikepdf.new() as out:
        for number in range(1, pages + 1):
            page = out.add_blank_page(page_size=(595, 842))
            font = out.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
            )
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            text = f"BT /F 24 Tf 60 700 Td ({SECRET}{number}) Tj ET BT /F 24 Tf 60 200 Td ({OPEN}{number}) Tj ET"
            page.Contents = out.make_stream(text.encode())
        out.docinfo["/Author"] = "SECRETAUTHOR"
        out.Root.Metadata = out.make_stream(b"<x:xmpmeta>SECRETXMP</x:xmpmeta>")
        out.attachments["secret.txt"] = b"SECRETATTACHED"
        saved = io.BytesIO()
        out.save(saved)
    return saved.getvalue()


def covered(path: Path, pages: Sequence[int] = (), **shape: int) -> bytes:
    out = path.with_suffix(".masked")
    ask("covered", path, "application/pdf", MASKING, out=str(out), shapes=[shape] if shape else [], pages=list(pages))
    return out.read_bytes()


UPPER = {"x": 50, "y": 100, "w": 800, "h": 120}


def test_a_covered_paper_holds_no_word_and_only_the_pages_that_are_given(tmp_path: Path) -> None:
    (tmp_path / "given").write_bytes(paper())
    data = covered(tmp_path / "given", (1, 3), page=1, **UPPER)
    made = pypdfium2.PdfDocument(data)
    assert [made[n].get_textpage().get_text_range() for n in range(len(made))] == ["", ""]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert list(pdf.docinfo.keys()) == []
        assert "/Metadata" not in pdf.Root
        assert len(pdf.attachments) == 0
        whole = b"".join(
            one.read_bytes() if one.get("/Subtype") != "/Image" else one.read_raw_bytes()
            for one in pdf.objects
            if isinstance(one, pikepdf.Stream)
        )
    assert b"SECRET" not in data + whole
    first, third = (made[n].render(scale=1).to_pil().convert("L") for n in (0, 1))
    assert first.crop((40, 95, 490, 180)).getextrema()[1] < 30, "black over the words"
    assert first.crop((55, 620, 300, 650)).getextrema()[0] < 100, "the words below stand"
    assert third.crop((55, 110, 300, 150)).getextrema()[0] < 100, "the third page was not covered"
    assert [made[n].get_size() for n in (0, 1)] == [(595, 842)] * 2


def test_a_page_is_covered_as_it_is_seen_turned_and_with_remarks(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(paper(1))) as pdf:
        pdf.pages[0].Rotate = 90
        saved = io.BytesIO()
        pdf.save(saved)
    (tmp_path / "given").write_bytes(saved.getvalue())
    made = pypdfium2.PdfDocument(covered(tmp_path / "given", page=1, x=700, y=0, w=300, h=1000))
    seen = made[0].render(scale=1).to_pil().convert("L")
    assert seen.size == (842, 595)
    assert seen.crop((600, 5, 835, 590)).getextrema()[1] < 30, "the secret stands on the right once it is turned"
    assert seen.crop((150, 50, 300, 590)).getextrema()[0] < 100


@pytest.mark.parametrize("how", ["locked", "cut", "empty", "page", "hurt"])
def test_a_paper_that_cannot_be_covered_says_why(tmp_path: Path, how: str) -> None:
    data, shape, said = paper(), {"page": 1, **UPPER}, "损坏"
    if how == "locked":
        with pikepdf.open(io.BytesIO(data)) as pdf:
            saved = io.BytesIO()
            pdf.save(saved, encryption=pikepdf.Encryption(user="geheim", owner="geheim"))
        data, said = saved.getvalue(), "密码"
    if how == "cut":
        data = data[:200]
    if how == "empty":
        data = b""
    if how == "hurt":
        data = b"%PDF-1.7\n" + bytes(range(256)) * 40
    if how == "page":
        shape, said = {"page": 9, **UPPER}, "没有这一页"
    (tmp_path / "given").write_bytes(data)
    with pytest.raises(CannotSay, match=said):
        covered(tmp_path / "given", **shape)
    assert not (tmp_path / "given.masked").exists()
