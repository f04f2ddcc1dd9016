"""`sanxiang clauses`: the duties of the regulations, one by one, and which of them work by the tests that ran."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HELP = "逐条列出各地规定：哪些已经做到（以实际跑过的测试为准），哪些还没有"
EPILOG = (
    "works 表示该条至少有一个测试跑过且全部通过，它所指的旅程也都有测试走通；否则是 pending。"
    "测试结果由 make test 记入 var/clauses.json。退出码：0 完成；2 规则文件或者测试记录有误"
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("clauses", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("--rulebook", default="", metavar="法域", help="只列一个法域")
    parser.add_argument("--state", choices=["works", "pending"], help="只列一种状态")
    parser.add_argument("--rulebooks", type=Path, metavar="目录", help="另一个规则目录")
    parser.add_argument("--record", type=Path, metavar="文件", help="测试结果的记录，默认 var/clauses.json")
    parser.add_argument("--json", action="store_true", help="输出 JSON：id、kind、state、tests 等")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.operating import Problem
    from sanxiang.store.rulebooks.library import load_library
    from sanxiang.store.rulebooks.yamlfile import RulebookError

    try:
        library = load_library(args.rulebooks)
    except RulebookError as fault:
        raise Problem(str(fault), 2) from fault
    if args.rulebook and args.rulebook not in library.jurisdictions:
        raise Problem(f"没有“{args.rulebook}”这个法域，现有：{'、'.join(library.jurisdictions)}", 2)
    rows = [
        row
        for row in states(library, results(args.record))
        if args.rulebook in ("", row["jurisdiction"]) and args.state in (None, row["state"])
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        show(rows)
    return 0


def results(file: Path | None) -> dict[str, Any]:
    """What the tests that ran said, by test; none where nothing ran yet."""
    from sanxiang.config.operating import Problem
    from sanxiang.config.paths import ROOT

    place = file or ROOT / "var" / "clauses.json"
    if not place.exists() and file is None:
        return {}
    try:
        return dict(json.loads(place.read_text("utf-8"))["tests"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise Problem(f"{place} 不是测试结果的记录（{fault}）；重新运行 make test 即可", 2) from fault


def states(library: Any, tests: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every clause of the local regulations in force last, in their order, with its state.

    A clause works when at least one test marked with it ran, all of these passed, and every journey that it names was
    shown by a test that passed."""
    shown = {name for result in tests.values() if result["outcome"] == "passed" for name in result["journeys"]}
    failed = {name for result in tests.values() if result["outcome"] != "passed" for name in result["journeys"]}
    rows = []
    for place in library.jurisdictions.values():
        for name in place.instruments:
            instrument = library.versions[name][-1]
            if instrument.layer != "national":
                rows += [state(place.id, clause, tests, shown - failed) for clause in instrument.clauses]
    return rows


def state(jurisdiction: str, clause: Any, tests: Mapping[str, Any], shown: set[str]) -> dict[str, Any]:
    marked = {test: result["outcome"] for test, result in tests.items() if clause.id in result["clauses"]}
    waiting = [binding.journey for binding in clause.capabilities if binding.journey not in shown]
    works = bool(marked) and set(marked.values()) == {"passed"} and not waiting
    return {
        "id": clause.id,
        "kind": clause.kind,
        "state": "works" if works else "pending",
        "tests": sorted(marked),
        "failing": sorted(test for test, outcome in marked.items() if outcome != "passed"),
        "waiting": waiting,
        "jurisdiction": jurisdiction,
        "at": clause.at,
        "text": clause.text,
    }


def show(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        why = "；".join([*(f"未通过 {test}" for test in row["failing"]), *(f"待 {name}" for name in row["waiting"])])
        why = why or ("" if row["tests"] else "没有测试")
        print(f"{row['id']:<7}{row['kind']:<11}{row['state']:<8}{len(row['tests']):>3} 个测试  {why}")
    counted = Counter(row["state"] for row in rows)
    print(f"共 {len(rows)} 条：works {counted['works']}，pending {counted['pending']}")
