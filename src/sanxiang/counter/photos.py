"""Photos that come with something sent (照片): drawn anew, so that nothing of where and how they were taken stays.

Only the picture itself goes on: position, device, time, thumbnails, comments and whatever stood behind the picture do
not. What cannot be drawn within bounds is not taken."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from .sending import FILES_MAX, NotSent, SentFile

RAW_MAX = 12 << 20
PIXELS_MAX = 60_000_000
SIDE_MAX = 2400
BODY_MAX = FILES_MAX * RAW_MAX + (1 << 20)
"""How large a form with photos may be, so that it is refused before it is read."""


def cleaned(files: Iterable[Any]) -> list[SentFile]:
    """The photos of a form as they go on. Raises NotSent."""
    chosen = [file for file in files if file.size or file.name]
    if len(chosen) > FILES_MAX:
        raise NotSent(f"一次最多 {FILES_MAX} 张照片，请分几次提交")
    return [SentFile(f"照片{n}.jpg", "image/jpeg", drawn(file, n)) for n, file in enumerate(chosen, 1)]


def drawn(file: Any, n: int) -> bytes:
    """One photo drawn anew as JPEG. Raises NotSent."""
    if file.size > RAW_MAX:
        raise NotSent(f"第 {n} 张照片超过 {RAW_MAX >> 20} MB，请在手机上缩小以后再选")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(file.read()), formats=("JPEG", "PNG", "WEBP")) as image:
                if image.width * image.height > PIXELS_MAX:
                    raise NotSent(f"第 {n} 张照片太大（{image.width}×{image.height}），请缩小以后再选")
                image.draft("RGB", (SIDE_MAX, SIDE_MAX))
                upright = ImageOps.exif_transpose(image).convert("RGB")
                upright.thumbnail((SIDE_MAX, SIDE_MAX))
                plain = Image.frombytes("RGB", upright.size, upright.tobytes())
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as fault:
        if isinstance(fault, NotSent):
            raise
        raise NotSent(f"第 {n} 个文件不是能看的照片（可以用 JPG、PNG、WEBP），请重新选择") from fault
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=85, optimize=True)
    return made.getvalue()
