"""`sanxiang backup`: the record into one folder, its keys into another."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sanxiang.config.operating import Problem, database

HELP = "备份：记录连同证据文件，和密钥分存两处"
EPILOG = (
    "证据文件和归档案卷从不改动：用 --evidence 指定一个固定目录，每次只复制新增的。退出码：0 完成；"
    "1 完成，但有文件缺失或者已被改动；3 未能完成，"
    "没有留下不完整的备份"
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("backup", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("folder", type=Path, metavar="目录", help="存放记录的新目录")
    parser.add_argument(
        "--keys", type=Path, required=True, metavar="目录", help="存放密钥的新目录，请放在别处、只留最近一份"
    )
    parser.add_argument(
        "--evidence",
        type=Path,
        metavar="目录",
        help="存放证据文件的目录，可以沿用以前备份的（默认：记录目录下的 evidence）",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.paths import SECRETS
    from sanxiang.store import postgres
    from sanxiang.store.backup import EVIDENCE, BackupProblem, backup
    from sanxiang.store.blobs import shelf

    with database() as found:
        programs = found.cluster.programs if found.cluster else postgres.find()
        try:
            manifest = backup(
                found.urls["owner"], programs, args.folder, args.keys, secrets=SECRETS, taken_at=datetime.now(UTC),
                blobs=shelf(), evidence=args.evidence,
            )  # fmt: skip
        except (BackupProblem, OSError) as problem:
            raise Problem(f"备份未能完成：{problem}") from problem
    print(f"已备份 {manifest.events:,} 条记录（账本 {manifest.size:,} 条）到 {args.folder}，密钥到 {args.keys}")
    print(f"证据文件和归档案卷 {manifest.evidence:,} 份，在 {args.evidence or args.folder / EVIDENCE}")
    return told_absent(manifest.absent)


def told_absent(absent: Sequence[str]) -> int:
    """Says which files could not be copied; the exit code."""
    for sha256 in absent:
        print(f"  ✗ 文件 {sha256} 缺失或者已被改动，没有复制；sanxiang ledger verify --full 说明它属于哪一条记录")
    return 1 if absent else 0
