"""Events of looking at the files of the record (记录调阅) and of the secrets in them. They stand in streams of their
own, one about each case or recording (`owner`, its stream), so that a look changes nothing of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .base import Event, Json, kind


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfFile(Event):
    """Which file: `owner` the stream of the case or recording, `event` and `index` where it is named, its hex `sha256`
    and `name`."""

    owner: str
    event: str
    index: int
    sha256: str = ""
    name: str = ""


@kind("file.looked")
@dataclass(frozen=True, slots=True, kw_only=True)
class FileLooked(_OfFile):
    """File of the record looked at (记录调阅). 国办发〔2018〕118号 三(四). The facts hold why; `manner` is view,
    download or still; of a still `second` is its moment and `made` its own hex SHA-256. Of a paper that the system set
    it is paper or paper-download, `index` its place among the papers of the event; of a whole archived package
    package. Once for each person, file, manner and day."""

    manner: str = "view"
    second: str = ""
    made: str = ""


@kind("file.classified")
@dataclass(frozen=True, slots=True, kw_only=True)
class FileClassified(_OfFile):
    """Secrecy of a file marked or lifted (涉密涉私标记). Administrative Penalty Law, art. 50; 保守国家秘密法.
    `level` 国家秘密, 商业秘密 or 个人隐私; empty where the mark is lifted. The facts hold the reason."""

    level: str = ""


@kind("copy.masked")
@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMasked(_OfFile):
    """Masked copy of a photo, film, sound or paper made for a request (制作脱敏副本). 政府信息公开条例, arts. 15 and
    37. `request` the event of the request; `shapes` what was covered, {"x", "y", "w", "h"} in thousandths of width and
    height, of a film with "since" and "until" in milliseconds, of a paper with its "page"; `muted` spans without sound;
    `picture` black or blur, `sound` none, where that holds for all of it; `since` and `until` the seconds that were
    granted (-1: to its end), `pages` those that are given (none: all). `files` holds the copy; the facts hold why
    nothing is covered, where nothing is. The original stays as it is; `sha256` is empty of a paper that the system
    set."""

    request: str = ""
    shapes: tuple[Mapping[str, Json], ...] = ()
    muted: tuple[Mapping[str, Json], ...] = ()
    picture: str = ""
    sound: str = ""
    since: int = 0
    until: int = -1
    pages: tuple[int, ...] = ()


@kind("copy.reviewed")
@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReviewed(Event):
    """Masked copy reviewed before it is handed over (复核脱敏副本). 政府信息公开条例, art. 17. `about` is the event
    that made it, `owner` the case; the facts hold what is wrong with one that is sent back."""

    owner: str
    about: str
    passed: bool = False
