"""`sanxiang bench`: side-by-side measurements against named peers, in one run."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

HELP = "与同类软件并排测速，给出比值"
EPILOG = (
    "两核机器上全部约 6 分钟，加 --full（二十万件案件）约 20 分钟。"
    "退出码：0 都已测完（是否达到目标见 met）；2 没有这一项；3 环境不全（先运行 make bench）"
)
FOLDER = Path(__file__).resolve().parents[4]


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("bench", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("names", nargs="*", metavar="NAME", help="只测这几项（benchmarks/ 下的文件名）")
    parser.add_argument("--full", action="store_true", help="列表按二十万件案件测（不加则两万件）")
    parser.add_argument(
        "--count", type=_count, metavar="件数", help="按这么多件测（cases、lists），不按默认或者 --full 的件数"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"“{text}”不是大于零的整数")
    return int(text)


def known() -> list[str]:
    """The measurements that are there, by file name."""
    files = sorted((FOLDER / "benchmarks").glob("[!_]*.py"))
    return [file.stem for file in files if "def measure(" in file.read_text(encoding="utf-8")]


def run(args: argparse.Namespace) -> int:
    names = known()
    strange = [name for name in args.names if name not in names]
    if strange:
        print(f"没有“{'、'.join(strange)}”这一项，现有：{'、'.join(names)}", file=sys.stderr)
        return 2
    sys.path.insert(0, str(FOLDER))
    rows: list[dict[str, Any]] = []
    print(machine(), file=sys.stderr)
    if not args.names:
        print(f"全部测完约需 {20 if args.full else 6} 分钟", file=sys.stderr)
    for name in args.names or names:
        print(f"正在测 {name}……", file=sys.stderr, flush=True)
        try:
            module = importlib.import_module(f"benchmarks.{name}")
            measured = module.measure(**_size(module, args))
        except ModuleNotFoundError as missing:
            print(f"缺少 {missing.name}：请用 make bench 安装测速用的包", file=sys.stderr)
            return 3
        rows += measured if isinstance(measured, list) else [measured]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            print(told(row))
    return 0


def _size(module: Any, args: argparse.Namespace) -> dict[str, Any]:
    """How much a measurement takes; `--count` is for those that count cases."""
    size = dict(getattr(module, "FULL", {}))
    if args.count and "count" in size:
        return size | {"count": args.count}
    return size if args.full else {}


def told(row: dict[str, Any]) -> str:
    """One row for people: the ratio, its goal, and what was measured."""
    if row.get("ratio") is None:
        return f"{row['name']}：{row.get('note', '')}"
    sign = "达到" if row["met"] else "未达到"
    return f"{row['name']} 对 {row['against']}：{row['ratio']} 倍（目标 {row['goal']}，{sign}）{row.get('note', '')}"


def machine() -> str:
    """Machine and versions, so that a figure can be read later."""
    from importlib.metadata import version

    packages = [f"{name} {version(name)}" for name in ("django", "psycopg", "typst", "orjson", "cryptography")]
    return f"{platform.platform()} · {os.cpu_count()} 核 · Python {platform.python_version()} · {'，'.join(packages)}"
