"""`sanxiang due`: what an event would start and when it falls due, before there is a case."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

HELP = "期限试算：某一事件之后，各项义务何时到期，由哪一条规定"
EPILOG = (
    "例：sanxiang due --rulebook luoyang --event decision.made --category 处罚 --on 2024-09-27 --json。"
    "退出码：0 完成（没有义务时输出空表）；2 法域、事件、类别、程序或者日期有误，或者规则文件有误"
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("due", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("--rulebook", required=True, metavar="法域", help="法域，如 luoyang")
    parser.add_argument("--event", required=True, metavar="事件", help="起算的事件，如 decision.made")
    when = "事件的日期或者时刻，如 2024-09-27、2024-09-27T09:30"
    parser.add_argument("--on", required=True, metavar="日期", help=when)
    parser.add_argument("--category", default="", metavar="类别", help="执法类别，如 处罚；不写的，各类的期限都列出")
    parser.add_argument("--procedure", default="", metavar="程序", help="程序，如 penalty.ordinary")
    left_out = "不计入的一段时间，如 2024-09-10/2024-09-20，可以写几次；只扣依法可以扣除的期限"
    parser.add_argument("--without", action="append", default=[], metavar="起/止", help=left_out)
    parser.add_argument("--rulebooks", type=Path, metavar="目录", help="另一个规则目录")
    parser.add_argument("--json", action="store_true", help="输出 JSON：每项义务一个对象，候选的期限在 candidates 里")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.operating import Problem
    from sanxiang.core.gates.supposing import suppose
    from sanxiang.store.rulebooks.library import load_library
    from sanxiang.store.rulebooks.yamlfile import RulebookError

    try:
        library = load_library(args.rulebooks)
    except RulebookError as fault:
        raise Problem(str(fault), 2) from fault
    start = moment(args.on)
    category = checked(library, args)
    rules = library.on(args.rulebook, start.date())
    if args.procedure and args.procedure not in rules.procedures:
        raise Problem(unknown("程序", args.procedure, rules.procedures), 2)
    try:
        spans = [span(text) for text in args.without]
        found = suppose(rules, args.event, start, category=category, procedure=args.procedure, without=spans)
    except ValueError as fault:
        raise Problem(str(fault), 2) from fault
    rows = [told(one) for one in found]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        show(rows)
    return 0


def moment(text: str) -> datetime:
    """The start, in Chinese time where no zone is given; a day alone counts from its first minute."""
    from sanxiang.config.operating import Problem
    from sanxiang.core.values import CHINA

    try:
        start = datetime.combine(date.fromisoformat(text), time()) if len(text) == 10 else datetime.fromisoformat(text)
        start = start if start.tzinfo else start.replace(tzinfo=CHINA)
        if not 1900 <= start.year <= 2199:
            raise ValueError
        return start.astimezone(CHINA)
    except (ValueError, OverflowError):
        raise Problem(f"“{text}”不是日期，应写成 2024-09-27 的样子（1900 年至 2199 年）", 2) from None


def span(text: str) -> tuple[date, date]:
    """The first and the last day of a time that is left out. ValueError for anything else."""
    first, _, last = text.partition("/")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise ValueError(f"“{text}”不是一段时间，应写成 2024-09-10/2024-09-20 的样子") from None
    if days[1] < days[0] or not 1900 <= days[0].year <= days[1].year <= 2199:
        raise ValueError(f"“{text}”的结束不能早于开始，年份在 1900 年至 2199 年之间")
    return days


def checked(library: Any, args: argparse.Namespace) -> str:
    """The category by its short name; whatever is not known is told with what is."""
    from sanxiang.config.operating import Problem
    from sanxiang.core.events import KINDS

    if args.rulebook not in library.jurisdictions:
        raise Problem(unknown("法域", args.rulebook, library.jurisdictions), 2)
    if args.event not in KINDS:
        raise Problem(unknown("事件", args.event, KINDS), 2)
    short = {full: name for name, full in library.categories.items()}
    category = short.get(args.category, args.category)
    if category and category not in library.categories:
        raise Problem(unknown("执法类别", args.category, library.categories), 2)
    return str(category)


def unknown(sort: str, given: str, known: Iterable[str]) -> str:
    from sanxiang.store.rulebooks.yamlfile import nearest

    names = list(known)
    listed = f"；现有：{'、'.join(names)}" if len(names) <= 20 else ""
    return f"没有“{given}”这个{sort}{nearest(given, names)}{listed}"


def told(one: Any) -> dict[str, Any]:
    """One duty as plain data: the binding deadline, and every candidate in `candidates`."""
    candidates = [
        {**candidate_told(candidate, one), "binds": candidate is one.binding}
        for candidate in (one.binding, *one.others)
    ]
    return {"duty": one.duty, **candidates[0], "candidates": candidates}


def candidate_told(candidate: Any, one: Any) -> dict[str, Any]:
    return {
        "clause": candidate.clause,
        "due": candidate.due_on.isoformat(),
        "due_at": candidate.due_at.isoformat() if candidate.due_at else None,
        "law": candidate.law,
        "layer": candidate.layer,
        "provisional": candidate.provisional,
        "period": str(candidate.period),
        "favours": candidate.favours,
        "conditional": candidate.clause in one.conditional,
        "pauses": [{"say": pause.say, "law": pause.law or candidate.law} for pause in candidate.bound.rule.pauses],
        "without": [f"{stop.since.isoformat()}/{stop.until}" for stop in candidate.stops],
        "say": candidate.say,
    }


def show(rows: list[dict[str, Any]]) -> None:
    if not rows:
        print("这个事件不起算任何期限")
    for row in rows:
        for candidate in row["candidates"]:
            marks = "（暂定）" if candidate["provisional"] else ""
            marks += "（视案情）" if candidate["conditional"] else ""
            sign = row["duty"] if candidate["binds"] else "  另有"
            when = candidate["due_at"] or candidate["due"]
            print(f"{sign} {when}{marks} {candidate['law']}：{candidate['say']}")
            for pause in candidate["pauses"]:
                print(f"    可以不计入：{pause['say']}（{pause['law']}）")
            if candidate["without"]:
                print(f"    已扣除：{'、'.join(candidate['without'])}")
