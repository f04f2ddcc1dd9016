"""`sanxiang audit replay`: judge every act on the record again, by the rules of its day."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

HELP = "复核记录：按当日的规则重新判断每一个办理环节"
EPILOG = "退出码：0 全部一致；1 有不一致；3 数据库不可用"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("audit", help=HELP, description=HELP, epilog=EPILOG)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    replay = actions.add_parser("replay", help="重新判断全部记录", description=HELP, epilog=EPILOG)
    replay.add_argument("--json", action="store_true", help="输出 JSON")
    replay.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.operating import database

    with database():
        from django.db import connections

        from sanxiang.casework.auditing import replay
        from sanxiang.casework.projections import library

        found, judged = [], 0
        for difference in replay(connections["default"], library()):
            judged += 1
            if difference is not None:
                found.append(difference)
            if judged % 5_000 == 0:
                print(f"已复核 {judged} 个环节……", file=sys.stderr)
    if args.json:
        rows = [{name: getattr(one, name) for name in ("stream", "seq", "event", "act", "text")} for one in found]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for one in found:
            print(f"{one.stream} 第 {one.seq} 项 {one.act}：{one.text}")
        print(f"共复核 {judged} 个环节，{len(found)} 个不一致")
    return 1 if found else 0
