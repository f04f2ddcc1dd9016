"""Whether an act takes the files that come with it (附件的规定): how many, of which kinds, how large says the act."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sanxiang.core.rulebook import Act
from sanxiang.core.values.media import KINDS, kind_of
from sanxiang.core.values.origin import FROM_ELSEWHERE, GRADES

from .situation import Situation

MEGABYTE = 1 << 20
FILE_KEYS = {"name", "sha256", "size", "type"}


def wrong_files(s: Situation, act: Act) -> list[str]:
    """What is wrong with the files of the proposal, in Chinese; empty where nothing is."""
    files, rule = s.proposal.files, act.files
    if not files:
        return []
    if rule is None:
        return [f"“{act.name}”不收文件"]
    found = [f"最多 {rule.most} 份文件，现在有 {len(files)} 份"] if len(files) > rule.most else []
    for file in files:
        found += _wrong(file, rule.kinds, rule.mb)
    return found


def _wrong(file: Mapping[str, Any], kinds: tuple[str, ...], mb: int) -> Iterator[str]:
    if not described(file):
        yield "文件的写法不对"
        return
    if kind_of(file["type"]) not in kinds:
        yield f"“{file['name']}”不是{'、'.join(KINDS[kind] for kind in kinds)}"
    if mb and file["size"] > mb * MEGABYTE:
        yield f"“{file['name']}”超过 {mb} MB"


def described(file: Mapping[str, Any]) -> bool:
    """Whether a file is told as an event tells it: {"name", "sha256", "size", "type"}, "sm3" where an agency is
    bound to 国密, and "grade" where its origin can be shown better or worse than that of what was uploaded."""
    return (
        FILE_KEYS <= set(file) <= FILE_KEYS | {"sm3", "grade"}
        and file.get("grade", FROM_ELSEWHERE) in GRADES
        and re.fullmatch("[0-9a-f]{64}", str(file.get("sm3", "0" * 64))) is not None
        and isinstance(file["name"], str)
        and bool(file["name"])
        and isinstance(file["sha256"], str)
        and re.fullmatch("[0-9a-f]{64}", file["sha256"]) is not None
        and type(file["size"]) is int
        and file["size"] > 0
        and isinstance(file["type"], str)
    )
