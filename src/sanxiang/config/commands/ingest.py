"""`sanxiang ingest`: take in the folder of a collection station; again and again, each file once."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from sanxiang.config.operating import Problem

HELP = "采集站入库：把采集站文件夹里的录音录像保存、登记，并对上设备、人员和案件"
EPILOG = (
    "可以随时中断，再运行时接着没有完成的；同一文件不会入库两次。原文件夹不改动。"
    "退出码：0 完成；1 有读不了的文件，或者中途停下；2 没有这个文件夹或者采集站；3 数据库不可用"
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("ingest", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="采集站的文件夹")
    parser.add_argument("--station", required=True, metavar="CODE", help="采集站的设备编号")
    parser.add_argument("--agency", default="", metavar="NAME", help="采集站属于哪个机关；编号只有一个的，不用写")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.operating import database

    if not args.folder.is_dir():
        raise Problem(f"{args.folder}: 没有这个文件夹", 2)
    with database():
        from django.db import connections
        from django.utils import timezone

        from sanxiang.casework.projections import library
        from sanxiang.store.blobs import shelf
        from sanxiang.three_systems.recording.devices import stations
        from sanxiang.three_systems.recording.devices.ingest.taking import STATES, CannotTake, take

        try:
            station = stations.station_of(args.station, args.folder, args.agency)
            taken = take(connections["default"], library(), shelf(), station, clock=timezone.now, tell=_tell)
        except stations.NoStation as missing:
            raise Problem(str(missing), 2) from missing
        except CannotTake as stopped:
            raise Problem(str(stopped), 1) from stopped
    if args.json:
        told = {"new": taken.total, "known": taken.known, "bytes": taken.size, **taken.counts, "unread": taken.unread}
        print(json.dumps(told, ensure_ascii=False))
    else:
        said = "，".join(f"{STATES[state]} {number}" for state, number in taken.counts.items() if number)
        print(f"新入库 {taken.total} 个文件{f'：{said}' if said else ''}；以前已经入库 {taken.known} 个")
        for one in taken.unread:
            print(f"读不了：{one}")
    return 1 if taken.unread else 0


def _tell(done: int, total: int) -> None:
    print(f"\r已处理 {done} / {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
