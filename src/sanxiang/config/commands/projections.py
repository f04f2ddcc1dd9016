"""`sanxiang projections rebuild|compare`: the tables that lists read, made anew from the record or checked."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from typing import Any

from sanxiang.config.operating import Problem, database

HELP = "由记录重建各列表用的数据表，或与记录比对"
EPILOG = "退出码：0 一致或已重建；1 比对有不一致；2 名称有误；3 环境有误"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("projections", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("what", choices=("rebuild", "compare"), help="rebuild 重建；compare 只比对，不修改")
    parser.add_argument("names", nargs="*", metavar="投影", help="只处理这些投影（默认全部）")
    workers = os.cpu_count() or 1
    parser.add_argument("--workers", type=int, default=workers, metavar="N", help=f"并行进程数（默认 {workers}）")
    parser.add_argument("--json", action="store_true", help="输出 JSON：每处不一致一个对象")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.store import rebuilding, runtime

    with database():
        from django.db import connections

        owner = runtime.plain(connections["owner"])
        task = rebuilding.rebuild if args.what == "rebuild" else rebuilding.compare
        try:
            report = task(owner, args.names, progress=_progress, workers=max(1, args.workers))
        except LookupError as problem:
            raise Problem(str(problem), code=2) from problem
        except RuntimeError as problem:
            raise Problem(str(problem)) from problem
        finally:
            connections["owner"].close()
    _progress_end()
    if args.json:
        print(json.dumps([asdict(one) for one in report.differences], ensure_ascii=False, indent=1))
    else:
        _tell(report, mended=args.what == "rebuild")
    return 1 if report.differences and args.what == "compare" else 0


def _progress(done: int, total: int, rate: float) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} / {total:,}，每秒 {rate:,.0f}", end="", file=sys.stderr, flush=True)


def _progress_end() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)


HOW = {"missing": "缺少", "extra": "多余", "changed": "不同"}


def _tell(report: Any, *, mended: bool) -> None:
    rate = report.streams / report.seconds if report.seconds else 0.0
    print(f"已计算 {report.streams:,} 件，用时 {report.seconds:.1f} 秒，每秒 {rate:,.0f} 件")
    for one in report.differences[:50]:
        print(f"  {one.table} {one.key}：{HOW[one.how]}")
    if len(report.differences) > 50:
        print(f"  …… 共 {len(report.differences)} 处")
    if not report.differences:
        print("与记录一致")
    elif mended:
        print("以上不一致已经按记录改正")
