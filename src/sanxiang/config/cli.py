"""The command line `sanxiang`: finds the command, runs it, and tells problems in one line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence

from sanxiang.config import commands
from sanxiang.config.operating import Problem

EPILOG = "退出码：0 完成；1 查出不符或未完成；2 用法或输入有误；3 环境有误；130 被中断。各命令另有说明。"


def parser(wanted: Iterable[str]) -> argparse.ArgumentParser:
    """The parser with these commands only: a command that is not asked for is not imported."""
    top = argparse.ArgumentParser(prog="sanxiang", description="三项制度平台的命令行", epilog=EPILOG)
    subparsers = top.add_subparsers(title="命令", metavar="命令", required=True)
    for name in wanted:
        commands.load(name).add_parser(subparsers)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what the operator can mend is no traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    known = commands.modules()
    wanted = [words[0]] if words and words[0] in known else list(known)
    args = parser(wanted).parse_args(words)
    try:
        return int(args.run(args))
    except Problem as problem:
        print(f"错误：{problem}", file=sys.stderr)
        return problem.code
    except KeyboardInterrupt:
        print("已中断", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as problem:
        text = short(problem)
        if not text:
            raise
        print(f"错误：{text}", file=sys.stderr)
        return 3


def short(problem: Exception) -> str:
    """What to say where a disk was full or the database went away; empty for every other failure."""
    from sanxiang.config.shortage import shortage_of

    found = shortage_of(problem)
    return f"{found.text}（{str(problem).strip()}）" if found else ""
