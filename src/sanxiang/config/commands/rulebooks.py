"""`sanxiang rulebooks`: check a folder of rule files, begin a new jurisdiction, write JSON schemas for editors."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

HELP = "检查规则文件，新建一个法域，或者写出供编辑器使用的模式文件"
EPILOG = "退出码：0 完成或者没有问题；1 check 查出问题；2 没有这个目录，或者 new 的内容有误"
CHECK = "检查一个规则目录：文件写法、名称、期限、引用、层级、程序能否走通、情景文件；本地期限比法律宽的，另作提示"
CHECK_EPILOG = "退出码：0 没有问题；1 有问题（每一处为“文件:行: 说明”）；2 没有这个目录"
NEW = "新建一个法域：写出法域、第一部规定和一个情景，马上就能通过检查，其余照注释填写"
NEW_EPILOG = "退出码：0 完成；1 现有的规则有问题；2 没有这个目录，或者代号、名称、日期不能用（什么也没有写）"
SCHEMA = "写出规则文件的 JSON 模式（规则目录的 schema 文件夹）"
SCHEMA_EPILOG = "退出码：0 完成；2 没有这个目录"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("rulebooks", help=HELP, description=HELP, epilog=EPILOG)
    parts = parser.add_subparsers(title="命令", metavar="命令", required=True)
    for name, text, epilog, run in (
        ("check", CHECK, CHECK_EPILOG, run_check),
        ("schema", SCHEMA, SCHEMA_EPILOG, run_schema),
    ):
        part = parts.add_parser(name, help=text, description=text, epilog=epilog)
        part.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="规则目录，不写就是产品自带的")
        part.set_defaults(run=run)
        if name == "check":
            part.add_argument("--json", action="store_true", help="输出 JSON：每处问题一个对象，file、line、text")
    _new_parser(parts)


def _new_parser(parts: Any) -> None:
    part = parts.add_parser("new", help=NEW, description=NEW, epilog=NEW_EPILOG)
    part.add_argument("id", metavar="ID", help="法域的代号，也是文件夹的名称，如 anhui-eco")
    part.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="规则目录，不写就是产品自带的")
    part.add_argument("--name", required=True, metavar="名称", help="法域的名称，如 某省生态环境厅")
    part.add_argument("--title", required=True, metavar="规定", help="第一部本地规定的名称")
    part.add_argument("--authority", required=True, metavar="机关", help="制定机关")
    part.add_argument("--effective", required=True, metavar="日期", help="施行日期，如 2024-01-01")
    part.add_argument("--prefix", required=True, metavar="前缀", help="条款编号的前缀，二至六个大写字母，如 AH")
    part.add_argument("--calendar", default="national", metavar="日历", help="工作日历，默认 national")
    part.set_defaults(run=run_new)


def run_check(args: argparse.Namespace) -> int:
    folder = folder_of(args)
    if folder is None:
        return 2
    remarks: list[Any] = []
    problems = list(faults(folder, remarks))
    for remark in remarks:
        print(f"提示 {remark}", file=sys.stderr)
    if args.json:
        told = [{"file": fault.file, "line": fault.line, "text": fault.text} for fault in problems]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for fault in problems:
            print(fault)
        print(f"{len(problems)} 处问题" if problems else "没有问题", file=sys.stderr)
    return 1 if problems else 0


def run_schema(args: argparse.Namespace) -> int:
    folder = folder_of(args)
    if folder is None:
        return 2
    target = folder / "schema"
    target.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (target / name).write_text(text, encoding="utf-8")
        print(target / name)
    return 0


def run_new(args: argparse.Namespace) -> int:
    from sanxiang.store.rulebooks.beginning import Beginning, CannotBegin, begin
    from sanxiang.store.rulebooks.library import load_library
    from sanxiang.store.rulebooks.yamlfile import RulebookError

    folder = folder_of(args)
    if folder is None:
        return 2
    words = {key: getattr(args, key) for key in ("id", "name", "title", "authority", "prefix", "calendar")}
    try:
        new = Beginning(**words, effective=date.fromisoformat(args.effective))
        made = begin(folder, load_library(folder), new)
    except RulebookError as fault:
        print(*fault.problems, "现有的规则先要改好，什么也没有写", sep="\n", file=sys.stderr)
        return 1
    except (CannotBegin, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    except ValueError:
        print(f"日期“{args.effective[:20]}”写法有误，应如 2024-01-01", file=sys.stderr)
        return 2
    print(*made, sep="\n")
    print("接下来：逐条写本地规定，再运行 sanxiang rulebooks check", file=sys.stderr)
    return 0


def folder_of(args: argparse.Namespace) -> Path | None:
    """The folder that was asked for; None, said on standard error, where it is not there."""
    from sanxiang.store.rulebooks.library import default_folder

    folder: Path = args.folder or default_folder()
    if folder.is_dir():
        return folder
    print(f"没有“{folder}”这个目录", file=sys.stderr)
    return None


def faults(folder: Path, remarks: list[Any] | None = None) -> Iterator[Any]:
    """Every fault of the rule files in a folder, then of the scenarios beside them; what is none goes to `remarks`."""
    from sanxiang.casework.scenario import load_scenario
    from sanxiang.store.rulebooks.library import load_library
    from sanxiang.store.rulebooks.yamlfile import RulebookError

    try:
        load_library(folder, remarks)
    except RulebookError as fault:
        yield from fault.problems
    for path in sorted(folder.glob("*/*/scenarios/*.yaml")):
        try:
            load_scenario(path, path.relative_to(folder).as_posix())
        except RulebookError as fault:
            yield from fault.problems


def schemas() -> dict[str, str]:
    """The text of every schema by file name."""
    from sanxiang.casework.scenario import Scenario
    from sanxiang.core.rulebook import Instrument, Jurisdiction
    from sanxiang.store.rulebooks.library import FactFile
    from sanxiang.store.rulebooks.schema import schema_of

    kinds = {
        "instrument": (Instrument, "三项：一部规定的一个版本"),
        "jurisdiction": (Jurisdiction, "三项：法域"),
        "dictionary": (FactFile, "三项：事实词典"),
        "scenario": (Scenario, "三项：情景"),
    }
    return {
        f"{name}-v1.json": json.dumps(schema_of(kind, title), ensure_ascii=False, indent=1) + "\n"
        for name, (kind, title) in kinds.items()
    }
