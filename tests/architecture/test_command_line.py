"""Every command and every action of it: help in plain words, exit codes told, `--json` where it prints data."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from sanxiang.config import cli, commands

NO_DATA = {
    "run", "setup", "sequencer", "worker", "backup", "restore", "import", "ledger found",
    "ledger key", "ledger receipt", "rulebooks new", "rulebooks schema",
}  # fmt: skip
"""What does something and prints how it goes, or prints one thing in a format of its own (a key, a receipt, a schema)."""


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers that run something: the command itself, or each of its actions."""
    below = [part for part in parser._actions if isinstance(part, argparse._SubParsersAction)]
    if not below:
        yield parser
    for part in below:
        for one in dict.fromkeys(part.choices.values()):
            yield from actions(one)


EVERY = {one.prog.removeprefix("sanxiang "): one for one in actions(cli.parser(commands.modules()))}


def test_the_commands_of_the_issue_are_there() -> None:
    wanted = {"run", "due", "rulebooks check", "clauses", "play", "ledger verify", "projections",
              "bench"}  # fmt: skip
    assert wanted <= set(EVERY)
    assert EVERY["projections"].parse_args(["rebuild"]).what == "rebuild"
    assert EVERY["projections"].parse_args(["compare"]).what == "compare"


@pytest.mark.parametrize("name", EVERY)
def test_the_help_of_every_action_tells_its_exit_codes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([*name.split(), "--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert "退出码" in told
    for option in EVERY[name]._actions:
        assert option.help, f"{name} {option.option_strings or option.dest}: no help"


@pytest.mark.parametrize("name", sorted(set(EVERY) - NO_DATA))
def test_what_prints_data_prints_json(name: str) -> None:
    assert "--json" in {word for option in EVERY[name]._actions for word in option.option_strings}


@pytest.mark.parametrize("words", [[], ["nothing"], ["due"], ["play"], ["ledger"], ["due", "--nothing", "x"]])
def test_wrong_usage_is_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
