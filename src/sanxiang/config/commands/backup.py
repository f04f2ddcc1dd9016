"""`sanxiang backup`: the record into one folder, its keys into another."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sanxiang.config.operating import Problem, database

HELP = "备份：记录和密钥分存两处"
EPILOG = "证据文件不在其中：它们按摘要命名、从不改动，另行复制。退出码：0 完成；3 未能完成，什么也没有留下"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("backup", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("folder", type=Path, metavar="目录", help="存放记录的新目录")
    parser.add_argument(
        "--keys", type=Path, required=True, metavar="目录", help="存放密钥的新目录，请放在别处、只留最近一份"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.paths import SECRETS
    from sanxiang.store import postgres
    from sanxiang.store.backup import BackupProblem, backup

    with database() as found:
        programs = found.cluster.programs if found.cluster else postgres.find()
        try:
            manifest = backup(
                found.urls["owner"], programs, args.folder, args.keys, secrets=SECRETS, taken_at=datetime.now(UTC)
            )
        except (BackupProblem, OSError) as problem:
            raise Problem(f"备份未能完成：{problem}") from problem
    print(f"已备份 {manifest.events:,} 条记录（账本 {manifest.size:,} 条）到 {args.folder}，密钥到 {args.keys}")
    return 0
