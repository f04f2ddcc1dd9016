"""`sanxiang play`: run a scenario file through the door of the product, in memory."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

HELP = "演练情景文件，给出每一步的裁断、义务和公示"
EPILOG = "退出码：0 与文件的预期一致；1 不一致；2 文件有误"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("play", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="情景文件")
    parser.add_argument("--rulebooks", type=Path, help="另一个规则目录")
    parser.add_argument("--rulebook", help="换一个法域演练（不再比较预期）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from sanxiang.casework.play import play
    from sanxiang.casework.scenario import load_scenario
    from sanxiang.store.rulebooks.library import load_library
    from sanxiang.store.rulebooks.yamlfile import RulebookError

    shown, failed = [], False
    try:
        library = load_library(args.rulebooks)
        for file in args.files:
            scenario = load_scenario(file, str(file))
            other = args.rulebook or scenario.rulebook
            if other not in library.jurisdictions:
                print(f"没有“{other}”这个法域，现有：{'、'.join(library.jurisdictions)}", file=sys.stderr)
                return 2
            performance = play(library, replace(scenario, rulebook=other))
            failed = failed or (not args.rulebook and not performance.ok)
            shown.append(told(str(file), performance))
    except RulebookError as fault:
        print(fault, file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"{fault.filename}: 打不开文件（{fault.strerror}）", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        for one in shown:
            print_performance(one)
    return 1 if failed else 0


def told(file: str, performance: Any) -> dict[str, Any]:
    """A performance as plain data: steps with verdicts, duties, publication, differences."""
    at = performance.scenario.expect.at or performance.last_at
    case = performance.case
    return {
        "file": file,
        "title": performance.scenario.title,
        "rulebook": performance.scenario.rulebook,
        "ok": performance.ok,
        "steps": [
            {
                "act": played.step.act,
                "at": played.step.at.isoformat(),
                "verdict": played.verdict.outcome,
                "reasons": [reason.to_dict() for reason in played.verdict.reasons],
                "questions": [question.to_dict() for question in played.verdict.questions],
                "finding": dict(played.verdict.finding),
                "differences": list(played.differences),
            }
            for played in performance.steps
        ],
        "duties": [duty_told(duty, at) for duty in performance.duties],
        "publications": [
            {
                "state": "withdrawn" if case.withdrawn else "published" if case.public else "none",
                "public": dict(case.public or {}),
            }
        ],
        "differences": performance.differences,
    }


def duty_told(duty: Any, at: Any) -> dict[str, Any]:
    return {
        "duty": duty.binding.duty,
        "clause": duty.binding.clause,
        "law": duty.binding.law,
        "due": duty.binding.due_on.isoformat(),
        "provisional": duty.binding.provisional,
        "status": duty.status(at) if at else "open",
        "others": [
            {"clause": other.clause, "law": other.law, "due": other.due_on.isoformat()} for other in duty.others
        ],
    }


SIGNS = {"allowed": "可以", "refused": "不行", "ask": "要判断"}


def print_performance(one: dict[str, Any]) -> None:
    print(f"{'✓' if one['ok'] else '✗'} {one['title']}（{one['rulebook']}，{one['file']}）")
    for step in one["steps"]:
        print(f"  {step['at'][:16]} {step['act']}: {SIGNS[step['verdict']]}")
        for reason in step["reasons"]:
            missing = f"；缺：{'、'.join(reason['missing'])}" if reason["missing"] else ""
            print(f"      {reason['law']}：{reason['text']}{missing}")
        for question in step["questions"]:
            print(f"      请判断：{question['text']}（{question['law']}）")
        for difference in step["differences"]:
            print(f"      ✗ {difference}")
    for duty in one["duties"]:
        provisional = "（暂定）" if duty["provisional"] else ""
        print(f"  义务 {duty['duty']}: {duty['due']} {duty['status']} {duty['law']}{provisional}")
        for other in duty["others"]:
            print(f"      另有 {other['law']}：{other['due']}")
    for difference in one["differences"]:
        print(f"  ✗ {difference}")
