"""Reading YAML with the line of every value, so that a fault in a rulebook can be shown where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a rule file: file, line (from 1), and what is wrong in plain Chinese."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class RulebookError(ValueError):
    """One or more faults in rule files; none of them is loaded."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Document:
    """A YAML file as plain values, with the line of each place in it. Lists are tuples."""

    file: str
    value: Any
    lines: dict[Where, int]

    def line(self, where: Where) -> int:
        """The line of a place, or of the nearest place around it."""
        while where not in self.lines and where:
            where = where[:-1]
        return self.lines.get(where, 1)

    def problem(self, where: Where, text: str) -> Problem:
        return Problem(self.file, self.line(where), text)


SIZE_MAX = 4 * 1024 * 1024
DEPTH_MAX = 40


def read(path: Path, name: str | None = None) -> Document:
    """Read one file. Raises RulebookError for what cannot be opened, is not YAML, holds a key twice, an alias, or is
    too large."""
    file = name or path.name
    try:
        size = path.stat().st_size
        if size > SIZE_MAX:
            raise RulebookError([Problem(file, 1, f"文件太大（{size} 字节），最多 {SIZE_MAX} 字节")])
        return parse(path.read_bytes(), file)
    except OSError as fault:
        raise RulebookError([Problem(file, 1, f"打不开文件（{fault.strerror}）")]) from None


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
OPENING = (
    yaml.BlockSequenceStartToken, yaml.BlockMappingStartToken,
    yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken,
)  # fmt: skip
CLOSING = (yaml.BlockEndToken, yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


def parse(raw: bytes, file: str) -> Document:
    """The document of bytes in UTF-8."""
    try:
        text = raw.decode("utf-8-sig")
        _survey(text, file)
        node = yaml.compose(text, Loader=LOADER)
    except UnicodeDecodeError:
        raise RulebookError([Problem(file, 1, "文件不是 UTF-8 编码")]) from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise RulebookError([Problem(file, line, f"不是合格的 YAML：{getattr(fault, 'problem', fault)}")]) from None
    if node is None:
        raise RulebookError([Problem(file, 1, "文件是空的")])
    document = Document(file, None, {})
    document.value = _plain(document, node, (), yaml.SafeLoader(""))
    return document


def _survey(text: str, file: str) -> None:
    """Refuse references and deep nesting before anything is built of them."""
    depth = 0
    for token in yaml.scan(text, Loader=LOADER):
        depth += isinstance(token, OPENING) - isinstance(token, CLOSING)
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            raise RulebookError([Problem(file, token.start_mark.line + 1, "不能使用 & 和 * 引用，请把内容写全")])
        if depth > DEPTH_MAX:
            raise RulebookError([Problem(file, token.start_mark.line + 1, f"嵌套太深，最多 {DEPTH_MAX} 层")])


def _plain(document: Document, node: Node, where: Where, loader: yaml.SafeLoader) -> Any:
    document.lines[where] = node.start_mark.line + 1
    if isinstance(node, ScalarNode):
        try:
            return loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            raise RulebookError([document.problem(where, f"“{node.value[:40]}”读不出来")]) from None
    if isinstance(node, SequenceNode):
        return tuple(_plain(document, part, (*where, index), loader) for index, part in enumerate(node.value))
    if isinstance(node, MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise RulebookError([Problem(document.file, key_node.start_mark.line + 1, "键应当是文字")])
            key = key_node.value
            if key in found:
                document.lines[(*where, key)] = key_node.start_mark.line + 1
                raise RulebookError([document.problem((*where, key), f"“{key}”写了两次")])
            found[key] = _plain(document, value_node, (*where, key), loader)
            document.lines[(*where, key)] = key_node.start_mark.line + 1
        return found
    raise RulebookError([document.problem(where, "不认识的写法")])


def nearest(word: str, known: Iterable[str]) -> str:
    """“是不是……？” for a word that is close to a known one, else an empty text."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"，是不是“{close[0]}”？" if close else ""
