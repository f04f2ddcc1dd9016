"""`sanxiang partners`: enter, list and revoke the systems with which public information is shared."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

HELP = "共享对象：登记、列出、作废"
EPILOG = (
    "密钥只在登记时显示一次，库里只存摘要；推送时出示的令牌从标准输入读一行，加密保存。"
    "退出码：0 完成；2 名称、地址、网段、天数有误或者没有这个对象；3 数据库不可用"
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("partners", help=HELP, description=HELP, epilog=EPILOG)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="登记一个对象", epilog=EPILOG)
    add.add_argument("name", metavar="名称", help="哪个单位的哪个系统")
    add.add_argument("--days", type=int, default=366, metavar="天数", help="有效天数，1 至 1100，默认 366")
    add.add_argument("--jurisdiction", default="", metavar="法域", help="只给这个法域的；不写为全部")
    add.add_argument("--category", action="append", default=[], metavar="类别", help="只给这一类执法的；可以写几次")
    add.add_argument("--address", default="", metavar="网址", help="推送到这个 https 网址；不写的由对方来取")
    add.add_argument("--network", action="append", default=[], metavar="网段", help="允许推送到的内部网段；可以写几次")
    add.add_argument("--token", action="store_true", help="从标准输入读推送时出示的令牌")
    add.add_argument("--platform", action="store_true", help="它就是公示平台：可以确认一条决定已经由它公开")
    listed = actions.add_parser("list", help="列出全部对象", epilog=EPILOG)
    revoke = actions.add_parser("revoke", help="作废一个对象：不能再取，也不再推送", epilog=EPILOG)
    revoke.add_argument("name", metavar="名称", help="list 列出的名称")
    for one in (add, listed, revoke):
        one.add_argument("--json", action="store_true", help="输出 JSON：每个对象一个")
        one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.operating import database

    with database():
        rows = {"add": added, "list": lambda _: rows_of(), "revoke": revoked}[args.action](args)
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        state = "已作废" if row["revoked_at"] else f"有效至 {row['expires_at'][:10]}"
        print(f"{row['name']} {row['address'] or '来取'} {state}")
        if "key" in row:
            print(f"密钥（只显示这一次）：{row['key']}")
    return 0


def added(args: argparse.Namespace) -> list[dict[str, Any]]:
    from django.utils import timezone

    from sanxiang.casework.projections import library
    from sanxiang.config.operating import Problem
    from sanxiang.interchange.exchange.partners import BadPartner, enter

    if not 1 <= args.days <= 1100:
        raise Problem("有效天数应在 1 至 1100 之间", 2)
    book = library()
    if args.jurisdiction and args.jurisdiction not in book.jurisdictions:
        raise Problem(f"没有“{args.jurisdiction[:40]}”这个法域，应为{'、'.join(book.jurisdictions)}之一", 2)
    wrong = [one for one in args.category if one not in book.categories]
    if wrong:
        raise Problem(f"没有“{wrong[0][:20]}”这个执法类别", 2)
    token = sys.stdin.readline().strip() if args.token else ""
    try:
        partner, key = enter(
            args.name, days=args.days, at=timezone.now(), jurisdiction=args.jurisdiction, categories=args.category,
            address=args.address, token=token, networks=args.network,
            platform=args.platform,
        )  # fmt: skip
    except BadPartner as bad:
        raise Problem(str(bad), 2) from bad
    return [{**row, "key": key} for row in rows_of() if row["name"] == partner.name]


def revoked(args: argparse.Namespace) -> list[dict[str, Any]]:
    from django.utils import timezone

    from sanxiang.config.operating import Problem
    from sanxiang.interchange.models import Partner

    found = Partner.objects.filter(name=args.name)
    if not found:
        raise Problem(f"没有“{args.name[:60]}”这个对象；请用 sanxiang partners list 查看", 2)
    found.filter(revoked_at=None).update(revoked_at=timezone.now())
    return [row for row in rows_of() if row["name"] == args.name]


def rows_of() -> list[dict[str, Any]]:
    from sanxiang.interchange.models import Partner

    return [
        {
            "name": row.name,
            "jurisdiction": row.jurisdiction,
            "categories": row.categories,
            "address": row.address,
            "platform": row.platform,
            "networks": row.networks,
            "expires_at": row.expires_at.isoformat(),
            "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
            "problem": row.problem,
        }
        for row in Partner.objects.order_by("name")
    ]
