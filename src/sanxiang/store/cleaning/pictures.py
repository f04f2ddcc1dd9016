"""Pictures (图片): drawn anew from their points: no metadata, thumbnail, second picture or attached file is left."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from . import NotClean

SIDE_MAX, PIXELS_MAX = 12_000, 50_000_000


def drawn(data: bytes, form: str) -> bytes:
    """The picture as JPEG or PNG, upright. Raises NotClean."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=(form,)) as picture:
                width, height = picture.size
                if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
                    raise NotClean(f"图片的尺寸太大（{width}×{height}），请缩小后再传")
                upright = ImageOps.exif_transpose(picture)
                # A transparent point still has a colour, which nobody sees and everybody can read.
                plain = Image.new("RGB", upright.size, "white")
                layer = upright.convert("RGBA")
                plain.paste(layer, mask=layer.getchannel("A"))
    except NotClean:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise NotClean("图片打不开或者已经损坏，请重新导出一张再传") from None
    out = io.BytesIO()
    options = {"quality": 88} if form == "JPEG" else {"optimize": True}
    Image.frombytes("RGB", plain.size, plain.tobytes()).save(out, form, **options)
    return out.getvalue()


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG without its application segments and comments; the picture itself is not touched. Those that say how its
    colours are meant (JFIF, Adobe, ICC) stay. Raises NotClean where it is no JPEG."""
    if data[:2] != b"\xff\xd8":
        raise NotClean("文件里有损坏的图片，请重新导出再传")
    out, at = bytearray(b"\xff\xd8"), 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise NotClean("文件里有损坏的图片，请重新导出再传")
        mark, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at : at + 2 + length]
        if mark == 0xE0 and segment[4:9] == b"JFIF\x00" and length >= 16:  # its thumbnail goes
            out += b"\xff\xe0\x00\x10" + segment[4:16] + b"\x00\x00"
        elif mark == 0xEE or segment[4:16] == b"ICC_PROFILE\x00" or not (mark == 0xFE or 0xE0 <= mark <= 0xEF):
            out += segment
        at += 2 + length
        if mark == 0xDA:
            end = data.rfind(b"\xff\xd9")
            return bytes(out + data[at : end + 2 if end > at else len(data)])
    raise NotClean("文件里有损坏的图片，请重新导出再传")
