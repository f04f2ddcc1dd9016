"""`sanxiang review`: draw passed reviews for a second reading."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from sanxiang.config.operating import Problem, database

HELP = "法制审核：随机抽取通过的审核，由第二人复查"
EPILOG = (
    "例：sanxiang review sample --month 2026-10 --by ly-review2。抽中的案件连同种子、可抽件数记入案卷；"
    "一个月只用一个种子，再运行一次是接着办没有办成的，不会重抽。只抽仍然有效的通过意见，每件案件只抽一次。"
    "退出码：0 完成，包括这个月没有可抽的；1 抽中的案件有的没有记入，原因见错误输出，改正后再运行一次；"
    "2 月份、种子或者人员有误"
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("review", help=HELP, description=HELP, epilog=EPILOG)
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    sample = actions.add_parser("sample", help="抽取一个月的审核", description="抽取一个月的审核", epilog=EPILOG)
    sample.add_argument("--month", required=True, metavar="月份", help="已经结束的月份，如 2026-10")
    sample.add_argument("--by", required=True, metavar="登录名", help="以谁的名义抽取：法制机构负责人的登录名")
    sample.add_argument("--seed", default="", metavar="种子", help="8 至 64 位小写十六进制；不写由系统产生")
    sample.add_argument(
        "--json", action="store_true", help="输出 JSON：月份、种子、可抽件数、抽中的案件、没有记入的案件和原因"
    )
    sample.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    with database():
        drawn, names = draw(args)
    if args.json:
        told = {
            "month": drawn.month,
            "seed": drawn.seed,
            "of": drawn.of,
            "cases": drawn.cases,
            "refused": drawn.refused,
        }
        print(json.dumps(told, ensure_ascii=False))
    elif not drawn.of:
        print(f"{drawn.month} 没有可抽的审核，没有抽取")
    else:
        written = [stream for stream in drawn.cases if stream not in drawn.refused]
        print(f"{drawn.month} 可抽 {drawn.of} 件，抽中 {len(drawn.cases)} 件，种子 {drawn.seed}")
        print(*(f"{names[stream]} {stream}" for stream in written), sep="\n", end="\n" if written else "")
    for stream, why in drawn.refused.items():
        print(f"没有记入：{names[stream]} {stream}：{why}", file=sys.stderr)
    if drawn.refused:
        print(f"改正后用同一个种子再运行一次：--seed {drawn.seed}", file=sys.stderr)
    return 1 if drawn.refused else 0


def draw(args: argparse.Namespace) -> tuple[Any, dict[str, str]]:
    """The sample, drawn in the name of the head of the legal unit, and what its cases are called. Raises Problem."""
    from django.db import connections
    from django.utils import timezone

    from sanxiang.casework.access import reader_of
    from sanxiang.casework.models import Account, CaseRow
    from sanxiang.three_systems.legal_review.sampling import CannotSample, sample

    reader = reader_of(Account.objects.filter(username=args.by).first())
    if "legal_head" not in reader.posts:
        raise Problem(f"“{args.by}”不是在任的法制机构负责人，不能抽取", 2)
    try:
        drawn = sample(
            connections["default"], officer=reader.officer, agency=reader.agency, jurisdiction=reader.jurisdiction,
            month=args.month, seed=args.seed, at=timezone.now(),
        )  # fmt: skip
    except CannotSample as wrong:
        raise Problem(str(wrong), 2) from wrong
    rows = CaseRow.objects.filter(stream__in=drawn.cases)
    return drawn, {str(row.stream): f"{row.case_number} {row.title}".strip() for row in rows}
