"""Photos of phones (HEIC) are put together from their tiles, in the bounded process."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from PIL import Image

from sanxiang.store.film.asking import EXAMINING, PICTURE, CannotSay, ask
from sanxiang.store.media import told
from tests.support.heic import TILE, grid

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 170, 40), (30, 40, 200), (220, 210, 40)


def photo(folder: Path) -> Path:
    path = folder / "IMG_0001.HEIC"
    path.write_bytes(grid(folder, [[RED, GREEN], [BLUE, YELLOW]], (200, 180)))
    return path


def test_a_photo_in_tiles_is_drawn_whole(tmp_path: Path) -> None:
    path, out = photo(tmp_path), tmp_path / "out.jpg"
    assert told(path) == "image/heic"
    with av.open(str(path)) as media:
        assert media.streams.video[0].width == TILE, "it is in tiles: FFmpeg shows one"
    assert ask("examine", path, "image/heic", EXAMINING) == {"width": 200, "height": 180, "streams": []}
    assert ask("thumbnail", path, "image/heic", PICTURE, out=str(out), side=2000) == {"width": 200, "height": 180}
    drawn = Image.open(out)
    for place, wanted in (((50, 50), RED), ((170, 50), GREEN), ((50, 150), BLUE), ((170, 160), YELLOW)):
        assert all(abs(a - b) <= 6 for a, b in zip(drawn.getpixel(place), wanted, strict=True)), place  # type: ignore[arg-type]


def test_one_that_cannot_be_put_together_says_what_to_do(tmp_path: Path) -> None:
    path = photo(tmp_path)
    whole = path.read_bytes()
    for data in (whole[:60] + bytes(400), whole.replace(b"hvc1", b"zzzz"), whole.replace(b"dimg", b"dimx")):
        path.write_bytes(data)
        with pytest.raises(CannotSay, match="导出 JPEG"):
            ask("examine", path, "image/heic", EXAMINING)


def test_a_picture_is_opened_by_the_reader_of_its_type_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (9, 9), "red").save(path)
    with pytest.raises(CannotSay):
        ask("examine", path, "image/jpeg", EXAMINING)
