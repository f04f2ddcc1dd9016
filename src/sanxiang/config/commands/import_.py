"""`sanxiang import`: check a spreadsheet of agencies, officers, items, devices or objects of inspection, and enter its
good rows."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sanxiang.config.operating import Problem

if TYPE_CHECKING:
    from sanxiang.one_platform.registry.importing.checking import Check, Importer

HELP = "导入执法主体、执法人员、执法事项、音像记录设备、检查对象的表格：先逐行核对，加 --confirm 才登记"
EPILOG = "退出码：0 没有要更正的行；1 有要更正的行，或者没有能够登记；2 用法有误或者文件读不了；3 数据库不可用"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("import", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("file", type=Path, metavar="FILE", help=".xlsx 或 .csv（UTF-8、GBK）")
    parser.add_argument(
        "--kind", required=True, choices=("officers", "agencies", "items", "devices", "inspectees"), help="表格的种类"
    )
    parser.add_argument("--agency", metavar="NAME", help="登记到哪个机关；不填的，是登记人所在机关")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--officer", metavar="LOGIN", help="登记人的登录名，应是登记管理员")
    who.add_argument("--installer", metavar="NAME", help="安装人员的姓名：新安装、还没有登记管理员时用")
    parser.add_argument("--jurisdiction", default="", metavar="ID", help="安装时新登记的机关适用哪里的规则")
    parser.add_argument("--confirm", action="store_true", help="登记没有错误的行，全部登记或者一条也不登记")
    parser.add_argument("--json", action="store_true", help="输出 JSON：每行一个对象")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.operating import database

    try:
        content = args.file.read_bytes()
    except OSError as fault:
        raise Problem(f"{args.file}: 打不开文件（{fault.strerror}）", 2) from fault
    with database():
        from django.db import connections
        from django.utils import timezone

        from sanxiang.casework.projections import library
        from sanxiang.one_platform.registry.importing.checking import check
        from sanxiang.one_platform.registry.importing.confirming import NotEntered, enter
        from sanxiang.one_platform.registry.importing.files import BadFile
        from sanxiang.store.errors import VersionConflict

        connection, importer = connections["default"], importer_of(args)
        try:
            found = check(connection, library(), importer, args.kind, args.file.name, content, at=timezone.now())
            if args.confirm:
                enter(connection, library(), importer, found, clock=timezone.now, tell=_tell)
        except BadFile as bad:
            raise Problem(f"{args.file}: {bad}", 2) from bad
        except VersionConflict as moved:
            raise Problem("同时有人在登记相同的对象，没有登记任何内容，请再试", 1) from moved
        except NotEntered as refused:
            raise Problem(str(refused), 1) from refused
    if args.json:
        print(json.dumps([line_of(line, args.confirm) for line in found.lines], ensure_ascii=False, indent=1))
    else:
        show(found, args.confirm)
    return 1 if found.faults else 0


def importer_of(args: argparse.Namespace) -> Importer:
    """On whose behalf the file is read. Raises Problem for a login or an agency that is not there."""
    from sanxiang.casework.access import reader_of
    from sanxiang.casework.models import Account
    from sanxiang.casework.projections import library
    from sanxiang.core.values import Actor
    from sanxiang.one_platform.registry.importing.checking import Importer
    from sanxiang.one_platform.registry.models import AgencyRow

    agency = ""
    if args.agency:
        row = AgencyRow.objects.filter(name=args.agency, ended_on=None).first()
        if row is None:
            raise Problem(f"没有登记“{args.agency}”这个机关", 2)
        agency = str(row.stream)
    if args.jurisdiction and args.jurisdiction not in library().jurisdictions:
        raise Problem(f"没有“{args.jurisdiction}”这个法域，现有：{'、'.join(library().jurisdictions)}", 2)
    if args.installer:
        if args.kind != "agencies" and not agency:
            raise Problem("请用 --agency 说明登记到哪个机关", 2)
        actor = Actor(officer="", name=args.installer, agency=args.agency or "安装", department="", post="installer")
        return Importer(agency=agency, installer=actor, jurisdiction=args.jurisdiction)
    account = Account.objects.filter(username=args.officer).first()
    reader = reader_of(account)
    if not reader.officer:
        raise Problem(f"没有登录名“{args.officer}”，或者它没有对应的在岗人员", 2)
    return Importer(agency=agency or reader.agency, officer=reader.officer)


def _tell(done: int, total: int) -> None:
    print(f"已登记 {done} / {total} 条……", file=sys.stderr)


def line_of(line: Any, confirm: bool) -> dict[str, Any]:
    return {
        "row": line.row,
        "name": line.name,
        "state": line.state,
        "enters": list(line.plan.says),
        "entered": confirm and line.state in ("new", "changed"),
        "faults": [{"column": fault.column, "reason": fault.reason} for fault in line.faults],
    }


def show(found: Check, confirm: bool) -> None:
    for note in found.notes:
        print(f"注意：{note}")
    for fault in found.faults:
        print(f"第 {fault.row} 行 {fault.column}：{fault.reason}")
    counts = found.counts
    names = {"new": "新登记", "changed": "更新", "same": "没有变化", "bad": "要更正"}
    told = "，".join(f"{label} {counts[state]} 行" for state, label in names.items())
    done = "已经登记。" if confirm else "以上只是核对，没有登记；加 --confirm 登记。" if found.good else ""
    print(f"{told}。{done}")
