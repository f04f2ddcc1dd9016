"""Writes the reference pages that are made from the code: `make docs`. A test keeps them true."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from sanxiang.config import cli, commands, five_places, gallery, glossary
from sanxiang.config.paths import ROOT

REFERENCE = ROOT / "docs" / "reference"


def cli_page() -> str:
    """The page of the command line: every command with its arguments and exit codes, in Markdown."""
    head = "# 命令行参考\n\n由 `make docs` 从程序生成，请勿手改。`sanxiang` 与 `python -m sanxiang` 相同。\n\n"
    top = cli.parser(commands.modules())
    return head + f"{top.epilog}\n" + "".join(_sections(top))


def _sections(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                yield from _section(sub)


def _section(parser: argparse.ArgumentParser) -> Iterator[str]:
    arguments = [action for action in parser._actions if not isinstance(action, argparse._SubParsersAction)]
    rows = [f"| {_shown(action)} | {action.help or ''} |\n" for action in arguments if action.dest != "help"]
    table = "\n| 参数 | 说明 |\n| --- | --- |\n" + "".join(rows) if rows else ""
    epilog = f"\n{parser.epilog}\n" if parser.epilog else ""
    yield f"\n## `{parser.prog}`\n\n{parser.description or ''}\n{table}{epilog}"
    yield from _sections(parser)


def _shown(action: argparse.Action) -> str:
    words = ", ".join(action.option_strings)
    if action.nargs == 0:
        return f"`{words}`"
    choices = ",".join(map(str, action.choices)) if action.choices else ""
    value = str(action.metavar or (f"{{{choices}}}" if choices else action.dest))
    many = "…" if action.nargs in ("*", "+") else ""
    return f"`{words} {value}{many}`".replace("` ", "`").replace("|", "\\|")


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "events.md": glossary.events_page,
    "papers.md": gallery.page,
    "review-in-five-places.md": five_places.page,
    "vocabulary.md": glossary.vocabulary_page,
}
"""Each page that is made, and what makes it."""


def main() -> None:
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, made in PAGES.items():
        (REFERENCE / name).write_text(made(), encoding="utf-8")
    gallery.draw()


if __name__ == "__main__":
    main()
