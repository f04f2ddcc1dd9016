"""`sanxiang restore`: a backup into an empty database."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sanxiang.config.operating import Problem, database

HELP = "恢复：把备份恢复到空库"
EPILOG = "已公布的账本比备份新时拒绝恢复。退出码：0 完成；1 完成，但有文件缺失；3 未能恢复"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("restore", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("folder", type=Path, metavar="目录", help="备份的记录目录")
    parser.add_argument("--keys", type=Path, required=True, metavar="目录", help="同一次备份的密钥目录")
    parser.add_argument(
        "--evidence", type=Path, metavar="目录", help="存放证据文件的目录（默认：记录目录下的 evidence）"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.paths import BLOBS, LEDGER, SECRETS
    from sanxiang.store import postgres
    from sanxiang.store.backup import BackupProblem, restore
    from sanxiang.store.blobs import Blobs

    from .backup import told_absent

    with database() as found:
        programs = found.cluster.programs if found.cluster else postgres.find()
        try:
            manifest = restore(
                found.urls["owner"], programs, args.folder, args.keys, secrets=SECRETS, published=LEDGER,
                blobs=Blobs(BLOBS), evidence=args.evidence,
            )  # fmt: skip
        except (BackupProblem, OSError) as problem:
            raise Problem(f"未能恢复：{problem}") from problem
    print(f"已恢复 {manifest.events:,} 条记录（账本 {manifest.size:,} 条，备份于 {manifest.taken_at}）")
    print("请接着运行：sanxiang ledger verify --full；sanxiang projections compare")
    return told_absent(manifest.absent)
