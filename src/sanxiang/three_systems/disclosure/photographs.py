"""Photos for the public (公示照片): a picture is drawn anew, small, so that nothing else of the file is left — no
metadata, no thumbnail, no second picture."""

from __future__ import annotations

import io
from base64 import b64decode, b64encode
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from sanxiang.core.rulebook.values import PHOTO_HEAD, PHOTO_MAX

LARGEST = 10 * 1024 * 1024
SIDE_MAX, PIXELS_MAX = 12_000, 50_000_000
SIZE = (240, 320)
FORMATS = ("JPEG", "PNG", "WEBP")


class NoPhoto(ValueError):
    """What was sent is no photo that can be shown; the text says why."""


def drawn_anew(upload: Any) -> str:
    """The data address of a small JPEG made from an uploaded picture. Raises NoPhoto."""
    if upload.size > LARGEST:
        raise NoPhoto(f"照片“{upload.name}”超过 {LARGEST // 1024 // 1024} MB，请换小一些的")
    try:
        with Image.open(io.BytesIO(upload.read()), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
                raise NoPhoto(f"照片“{upload.name}”的尺寸太大（{width}×{height}），请缩小后再传")
            turned = ImageOps.exif_transpose(picture)
            small = ImageOps.fit(turned.convert("RGB"), SIZE, Image.Resampling.LANCZOS)
    except NoPhoto:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NoPhoto(f"“{upload.name}”不是能用的照片，请上传 JPEG、PNG 或者 WebP 图片") from None
    return PHOTO_HEAD + b64encode(_written(small)).decode()


def _written(picture: Image.Image) -> bytes:
    for quality in (85, 70, 50, 30):
        out = io.BytesIO()
        Image.frombytes("RGB", picture.size, picture.tobytes()).save(out, "JPEG", quality=quality)
        if out.tell() <= PHOTO_MAX:
            break
    return out.getvalue()


def bytes_of(photo: str) -> bytes:
    """The JPEG behind a data address that the dictionary took."""
    return b64decode(photo.removeprefix(PHOTO_HEAD))
