"""What is in the evidence files (媒体检查结果): looked into by the worker once they are on the record, told beside
them.

A table by digest, made of the files alone: it can be emptied and filled again. `examine` is the work itself;
`look_into` asks for it (procrastinate, in the transaction of the caller)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sanxiang.core.values.media import MEDIA, kind_of
from sanxiang.store import office
from sanxiang.store.blobs import NotThere, shelf
from sanxiang.store.derived import Derived
from sanxiang.store.film.asking import COPY, EXAMINING, FORMATS, PICTURE, CannotSay, ask
from sanxiang.store.objects import Away, afar

from .models import Found

SMALL, VIEW = "small-1.jpg", "view-1.jpg"
PLAYED = {"h264", "vp8", "vp9", "av1", "aac", "mp3", "mp3float", "opus", "vorbis", "flac", "pcm_s16le", "pcm_u8"}
"""Codecs that every current browser plays in the containers that `MEDIA` says it shows."""


def derived() -> Derived:
    return Derived(shelf())


def examined(sha256: str) -> Found | None:
    """What is known of a file, None before it was looked into."""
    return Found.objects.filter(pk=sha256).first()


def media_in(files: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Digest and type of those files that can be looked into."""
    return [(str(one["sha256"]), str(one["type"])) for one in files if one.get("type") in FORMATS]


def look_into(files: Iterable[Mapping[str, Any]]) -> None:
    """Ask the worker for a look into files as events name them, in the transaction of the caller; what waits already
    waits once."""
    for sha256, media_type in media_in(files):
        asked = app.configure_task("recording.examine", queue="default", queueing_lock=f"examine/{sha256}")
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            asked.defer(sha256=sha256, media_type=media_type)


def inspect(stream: str) -> None:
    """Ask the worker to look into all files of a recording, in the transaction of the caller; what waits waits once."""
    asked = app.configure_task("recording.inspect", queue="default", queueing_lock=f"inspect/{stream}")
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        asked.defer(stream=stream)


def examine(sha256: str, media_type: str) -> Found:
    """Look into a file, make its small picture and, where browsers cannot play it, a copy that they can; keep what was
    found. The same again gives the same. Raises NotThere where there is no such file."""
    path = shelf().waiting(sha256)
    row = Found(sha256=sha256, media_type=media_type, size=path.stat().st_size, at=timezone.now())
    try:
        row.found = ask("examine", path, media_type, EXAMINING)
        row.state = "found"
    except CannotSay as problem:
        row.state, row.text = "broken" if problem.broken else "failed", str(problem)
    if row.state == "found":
        _copies(row, path)
    row.save()
    return row


def _copies(row: Found, path: Path) -> None:
    """A missing copy is no fault of the file: it is told and the original stands."""
    kinds = {one["kind"] for one in row.found["streams"]}
    try:
        if kind_of(row.media_type) == "image" or "video" in kinds:
            derived().make(
                row.sha256, SMALL, lambda draft: ask("thumbnail", path, row.media_type, PICTURE, out=str(draft))
            )
            row.small = True
        if needs_copy(row.media_type, row.found):
            row.copy = playable(row.sha256, row.media_type, path)
    except CannotSay as problem:
        row.text = str(problem)


def needs_copy(media_type: str, found: Mapping[str, Any]) -> bool:
    """Whether a browser cannot play the original, or not seek in it."""
    if kind_of(media_type) not in ("audio", "video") or not found["streams"]:
        return False
    plain = MEDIA[media_type].shown and all(one["codec"] in PLAYED for one in found["streams"])
    return not plain or not found.get("seekable", True)


def playable(sha256: str, media_type: str, path: Path) -> dict[str, Any]:
    """Make the copy that browsers play; its recipe, type and whether it was encoded anew."""
    told: dict[str, Any] = {}
    place = derived()
    place.make(sha256, "play-1.mp4", lambda draft: told.update(ask("playable", path, media_type, COPY, out=str(draft))))
    recipe = f"play-1.{told['ending']}"
    if recipe != "play-1.mp4":
        place.place(sha256, "play-1.mp4").replace(place.place(sha256, recipe))
    return {"recipe": recipe, "type": told["type"], "encoded": told["encoded"]}


def still(sha256: str, media_type: str, second: float) -> tuple[Path, float]:
    """The picture shown at a second of a film, as PNG, and the second at which it begins. Raises CannotSay,
    NotThere."""
    if not 0 <= second < 7 * 86400:
        raise CannotSay("这个时间没有画面")
    place, recipe = derived(), f"still-1-{round(second * 1000)}.png"
    path = shelf().waiting(sha256)
    made = place.make(
        sha256, recipe, lambda draft: ask("still", path, media_type, PICTURE, out=str(draft), second=second)
    )
    return place.place(sha256, recipe), float(made["second"])


def drawn(sha256: str, media_type: str, *, small: bool = False) -> Path:
    """A JPEG of a picture for the screen (of a film its small picture), made now where the worker has not yet. Raises
    CannotSay, NotThere."""
    place, recipe = derived(), SMALL if small else VIEW
    if not place.place(sha256, recipe).exists():
        path, side = shelf().waiting(sha256), 480 if small else 2000
        place.make(sha256, recipe, lambda draft: ask("thumbnail", path, media_type, PICTURE, out=str(draft), side=side))
    return place.place(sha256, recipe)


def remarks(row: Found | None, file: Mapping[str, Any]) -> list[str]:
    """What is to be known of a file, in words; empty where nothing is unusual. Office files are asked each time: it
    takes milliseconds."""
    if kind_of(str(file["type"])) == "office":
        with contextlib.suppress(NotThere, Away):
            return list(filter(None, [office.remark(shelf().here(str(file["sha256"])), str(file["type"]))]))
    if row is None:
        return []
    if row.state != "found":
        return [row.text]
    found, said = row.found, []
    if found.get("cut"):
        said.append("文件没有录完或者没有传完，后面的部分缺失")
    if found.get("hurt"):
        said.append(f"有 {len(found['hurt'])} 处损坏，第一处在 {clock(found['hurt'][0])}")
    for key, words in (("gaps", "时间戳不连续"), ("silence", "没有声音"), ("black", "画面全黑")):
        if spans := found.get(key):
            long = sum(end - begin for begin, end in spans)
            said.append(f"{words} {len(spans)} 段，共 {clock(long)}")
    if found.get("back"):
        said.append(f"时间戳倒退 {found['back']} 次")
    return [*said, row.text] if row.text else said


def clock(seconds: float) -> str:
    """0:07, 12:30, 1:02:03."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def known(sha256s: Iterable[str]) -> dict[str, Found]:
    """What is known of several files."""
    return {row.sha256: row for row in Found.objects.filter(pk__in=list(sha256s))}


def forget(sha256: str) -> None:
    """Destroy what was made of a file, and its copy in the object store, where its content is destroyed. Raises Away:
    to be tried again."""
    derived().forget(sha256)
    Found.objects.filter(pk=sha256).delete()
    if (store := afar()) is not None:
        store.forget(sha256)
