"""What goes into a paper and what comes out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", re.ASCII)

# Plain JSON: text, numbers, booleans, None, lists and mappings with text keys.
Json = Any


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished paper: `pdf` its bytes (PDF/A), `pages` how many, `missing_glyphs` the characters that no font could
    show, each once, as U+ code and character; they stand in the paper as 〓."""

    pdf: bytes
    pages: int
    missing_glyphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file that travels inside the PDF (PDF/A-3b), such as the data of the paper in JSON. `name` has plain
    Latin signs only: readers disagree on others. DocumentError."""

    name: str
    text: str
    mime: str = "application/json"
    description: str = ""

    def __post_init__(self) -> None:
        if not FILE_NAME.fullmatch(self.name):
            raise DocumentError(f"附件名“{self.name}”只能用字母、数字和 . _ -")


class DocumentError(ValueError):
    """A paper that cannot be made, told in Chinese."""


class UnknownTemplate(DocumentError, LookupError):
    """No such template."""

    def __init__(self, template: str) -> None:
        super().__init__(f"没有名为“{template}”的文书模板")


class MissingFields(DocumentError):
    """What a paper of this form must hold is not there. `fields` maps each path to its Chinese name and the law."""

    def __init__(self, title: str, fields: dict[str, tuple[str, str]]) -> None:
        self.title, self.fields = title, fields
        names = "；".join(f"{label}（{law}）" for label, law in fields.values())
        super().__init__(f"《{title}》缺少必须载明的内容：{names}")
