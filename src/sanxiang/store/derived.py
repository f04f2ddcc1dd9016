"""Copies made of evidence files (派生文件): small pictures, copies that browsers play, stills. They stand apart from
the originals, named by the original's digest and how they were made; each can be made again at any time, none is part
of the record, of its backups or of its checks."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from .blobs import Blobs, NotThere, durable, room

FOLDER = "derived"
RECIPE = re.compile(r"[a-z]+-[0-9]+(-[0-9]+)?\.(jpg|png|mp4|webm|m4a)")
"""What it is, the number of the way it is made, for a still the millisecond, and its ending."""

T = TypeVar("T")


class Derived:
    """The derived files of one installation."""

    def __init__(self, blobs: Blobs) -> None:
        self.blobs, self.folder = blobs, blobs.folder / FOLDER

    def place(self, sha256: str, recipe: str) -> Path:
        """Where a copy stands or would stand. Raises NotThere for what is no digest or recipe."""
        original = self.blobs.path(sha256)
        if not RECIPE.fullmatch(recipe):
            raise NotThere(recipe[:40])
        return self.folder / original.parent.name / f"{sha256}.{recipe}"

    def make(self, sha256: str, recipe: str, maker: Callable[[Path], T]) -> T:
        """Let `maker` write a copy; it is there whole or not at all. Raises NoRoom, and what the maker raises."""
        place = self.place(sha256, recipe)
        with room():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.with_name(f".{secrets.token_hex(8)}.draft")
        try:
            made = maker(draft)
            draft.chmod(0o400)
            os.replace(draft, place)
        finally:
            draft.unlink(missing_ok=True)
        durable(place.parent)
        return made

    def forget(self, sha256: str) -> int:
        """Remove every copy of an original, where its content is destroyed; returns how many."""
        found = list(self.place(sha256, "any-1.jpg").parent.glob(f"{sha256}.*"))
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)
