"""What somebody typed or drew for a masked copy (遮盖范围): rectangles, silent spans, pages, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

WHOLE, MOST, MOST_TIMED = 1000, 60, 200
"""Rectangles are told in thousandths of the picture; so many may be drawn on a photo, on a film or a PDF."""
LAST_S = 24 * 3600
PAGES_MOST = 1000
PICTURES = {"": "只盖清单里画的框", "blur": "全部画面模糊", "black": "全部画面涂黑，只留声音"}
SOUNDS = {"": "只静音清单里的时段", "none": "去掉全部声音，只留画面"}
Shape = dict[str, int]


class NotMade(ValueError):
    """The copy is not made or not passed; the Chinese text says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a copy is to be covered."""

    shapes: list[Shape] = field(default_factory=list)
    muted: list[Shape] = field(default_factory=list)
    picture: str = ""
    sound: str = ""
    pages: list[int] = field(default_factory=list)

    @property
    def covers(self) -> bool:
        return bool(self.shapes or self.muted or self.picture or self.sound)

    @property
    def manner(self) -> dict[str, Any]:
        """What stands beside the rectangles."""
        return {"muted": self.muted, "picture": self.picture, "sound": self.sound, "pages": self.pages}


def wanted(kind: str, form: Any) -> Wanted:
    """What a form of the page for this kind says: image, video, audio or pdf. Raises NotMade."""
    drawn = form.get("shapes", "")
    if kind == "image":
        return Wanted(shapes_of(drawn))
    if kind == "pdf":
        pages = pages_of(form.get("pages", ""))
        shapes = paged(drawn)
        for one in shapes:
            if pages and one["page"] not in pages:
                raise NotMade(f"第 {one['page']} 页画了遮盖，却不在提供的页里：补上这一页，或者删去这一处")
        return Wanted(shapes, pages=pages)
    picture, sound = form.get("picture", ""), form.get("sound", "")
    if picture not in PICTURES or sound not in SOUNDS:
        raise NotMade("画面和声音的处理方式没有选对，请重新选择")
    made = Wanted(timed(drawn), spans(form.get("muted", "")), picture, sound)
    if kind == "audio" and (made.shapes or picture or sound):
        raise NotMade("这是录音，没有画面：只写静音时段")
    if picture == "black" and sound == "none":
        raise NotMade("画面全部涂黑、声音全部去掉，就什么也不剩了；不能提供的材料请不予同意")
    return made


def _lines(text: str, most: int) -> Iterator[tuple[str, list[str]]]:
    found = [line for line in (line.strip() for line in text.splitlines()) if line]
    if len(found) > most:
        raise NotMade(f"遮盖范围最多 {most} 处，现有 {len(found)} 处")
    for line in found:
        yield line[:40], [part.strip() for part in line.replace("，", ",").split(",")]


def _rectangle(line: str, parts: list[str], what: str) -> Shape:
    x, y, w, h = (int(part) for part in parts)
    if not (0 <= x < WHOLE and 0 <= y < WHOLE and 0 < w <= WHOLE - x and 0 < h <= WHOLE - y):
        raise NotMade(f"遮盖范围“{line}”超出了{what}")
    return {"x": x, "y": y, "w": w, "h": h}


def shapes_of(text: str) -> list[Shape]:
    """The rectangles of a photo, one a line: left, top, width, height in thousandths. Raises NotMade."""
    found = []
    for line, parts in _lines(text, MOST):
        if len(parts) != 4 or not all(map(_whole, parts)):
            raise NotMade(f"遮盖范围“{line}”看不懂：每行左,上,宽,高四个整数（千分之几）")
        found.append(_rectangle(line, parts, "照片"))
    return found


def timed(text: str) -> list[Shape]:
    """The rectangles of a film: left, top, width, height, from, to, these two in seconds. Raises NotMade."""
    found = []
    for line, parts in _lines(text, MOST_TIMED):
        if len(parts) != 6 or not all(map(_whole, parts[:4])):
            raise NotMade(f"遮盖范围“{line}”看不懂：每行左,上,宽,高四个整数（千分之几），再写从,到（秒）")
        found.append(_rectangle(line, parts[:4], "画面") | _span(line, parts[4:]))
    return found


def spans(text: str) -> list[Shape]:
    """Silent spans, from and to in seconds, one a line. Raises NotMade."""
    found = []
    for line, parts in _lines(text, MOST_TIMED):
        if len(parts) != 2:
            raise NotMade(f"静音时段“{line}”看不懂：每行从,到（秒），如 12.5,18")
        found.append(_span(line, parts))
    return found


def paged(text: str) -> list[Shape]:
    """The rectangles of a PDF: page, left, top, width, height. Raises NotMade."""
    found = []
    for line, parts in _lines(text, MOST_TIMED):
        if len(parts) != 5 or not all(map(_whole, parts)):
            raise NotMade(f"遮盖范围“{line}”看不懂：每行页,左,上,宽,高五个整数（页从 1 数起，其余为千分之几）")
        page = int(parts[0])
        if not 0 < page <= PAGES_MOST:
            raise NotMade(f"遮盖范围“{line}”的页码不对")
        found.append({"page": page} | _rectangle(line, parts[1:], "页面"))
    return found


def pages_of(text: str) -> list[int]:
    """Pages like 1-3,5; none: all of them. Raises NotMade."""
    found: list[int] = []
    for part in filter(None, (one.strip() for one in text.replace("，", ",").replace("、", ",").split(","))):
        ends = re.fullmatch(r"([0-9]{1,4})(?:\s*[-–—]\s*([0-9]{1,4}))?", part)
        first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (0, 0)
        if not 0 < first <= last <= PAGES_MOST:
            raise NotMade(f"提供的页“{part[:20]}”看不懂：如 1-3,5；不写就是全部")
        found += range(first, last + 1)
    return sorted(set(found))


def _whole(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,5}", text) is not None


def _span(line: str, parts: list[str]) -> Shape:
    """From and to, kept in milliseconds."""
    if not all(re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", one) for one in parts):
        raise NotMade(f"“{line}”的起止时间看不懂：写从第几秒到第几秒，如 12.5,18")
    since, until = (round(float(one) * 1000) for one in parts)
    if not since < until <= LAST_S * 1000:
        raise NotMade(f"“{line}”的起止时间不对：到要在从之后")
    return {"since": since, "until": until}


def written(kind: str, shapes: list[Any], manner: Any) -> dict[str, str]:
    """The same as it stands in the form, so that a copy is drawn again from the last one."""
    keys = {"image": "", "pdf": "page", "video": "", "audio": ""}[kind]
    lines = []
    for one in shapes:
        parts = [str(one[key]) for key in (*filter(None, (keys,)), "x", "y", "w", "h")]
        lines.append(",".join(parts + ([_second(one["since"]), _second(one["until"])] if "since" in one else [])))
    muted = [f"{_second(one['since'])},{_second(one['until'])}" for one in manner.get("muted") or ()]
    return {
        "shapes": "\n".join(lines), "muted": "\n".join(muted), "picture": str(manner.get("picture") or ""),
        "sound": str(manner.get("sound") or ""), "pages": ",".join(map(str, manner.get("pages") or ())),
    }  # fmt: skip


def _second(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")
