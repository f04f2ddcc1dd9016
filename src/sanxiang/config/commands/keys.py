"""`sanxiang keys`: give, list and revoke the keys with which other systems act for an account."""

from __future__ import annotations

import argparse
import json
from typing import Any

HELP = "接口密钥：发给、列出、作废"
EPILOG = (
    "密钥只在发给时显示一次，库里只存摘要；持有密钥的系统能办的事，与该账户本人相同。"
    "退出码：0 完成；2 没有这个账户、没有这个密钥或者天数有误；3 数据库不可用"
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("keys", help=HELP, description=HELP, epilog=EPILOG)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    give = actions.add_parser("give", help="发给一个账户", epilog=EPILOG)
    give.add_argument("login", metavar="用户名", help="接口代其办事的账户")
    give.add_argument("--label", required=True, metavar="用途", help="哪个系统、做什么用")
    give.add_argument("--days", type=int, default=90, metavar="天数", help="有效天数，1 至 366，默认 90")
    listed = actions.add_parser("list", help="列出全部密钥（不含密钥本身）", epilog=EPILOG)
    revoke = actions.add_parser("revoke", help="作废一个密钥", epilog=EPILOG)
    revoke.add_argument("id", metavar="编号", help="list 列出的编号")
    for one in (give, listed, revoke):
        one.add_argument("--json", action="store_true", help="输出 JSON：每个密钥一个对象")
        one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config.operating import database

    with database():
        rows = {"give": given, "list": listed, "revoke": revoked}[args.action](args)
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        state = "已作废" if row["revoked_at"] else f"有效至 {row['expires_at'][:10]}"
        print(f"{row['id']} {row['login']} {row['label']} {state}")
        if "key" in row:
            print(f"密钥（只显示这一次）：{row['key']}")
    return 0


def given(args: argparse.Namespace) -> list[dict[str, Any]]:
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from sanxiang.config.operating import Problem
    from sanxiang.interchange import keys

    if not 1 <= args.days <= 366:
        raise Problem("有效天数应在 1 至 366 之间", 2)
    account = get_user_model().objects.filter(username=args.login, is_active=True).first()
    if account is None:
        raise Problem(f"没有“{args.login[:60]}”这个账户，或者已经停用", 2)
    key = keys.give(account, args.label, days=args.days, at=timezone.now())
    return [{**row, "key": key} for row in rows_of(keys.digest(key).hex())]


def listed(args: argparse.Namespace) -> list[dict[str, Any]]:
    return rows_of("")


def revoked(args: argparse.Namespace) -> list[dict[str, Any]]:
    from django.utils import timezone

    from sanxiang.config.operating import Problem
    from sanxiang.interchange.models import AccessKey

    found = [row for row in rows_of("") if row["id"] == args.id]
    if not found:
        raise Problem(f"没有编号为“{args.id[:60]}”的密钥；请用 sanxiang keys list 查看", 2)
    wanted = bytes.fromhex(found[0]["digest"])
    AccessKey.objects.filter(digest=wanted, revoked_at=None).update(revoked_at=timezone.now())
    return rows_of(found[0]["digest"])


def rows_of(digest: str) -> list[dict[str, Any]]:
    """All keys, the newest first, or the one of this digest (hex)."""
    from django.contrib.auth import get_user_model

    from sanxiang.interchange.models import AccessKey

    chosen = AccessKey.objects.filter(digest=bytes.fromhex(digest)) if digest else AccessKey.objects.all()
    rows = list(chosen.order_by("-created_at"))
    names = dict(
        get_user_model().objects.filter(pk__in=[row.account for row in rows]).values_list("pk", "username")
    )  # fmt: skip
    return [
        {
            "id": bytes(row.digest).hex()[:12],
            "digest": bytes(row.digest).hex(),
            "login": names.get(row.account, ""),
            "label": row.label,
            "created_at": row.created_at.isoformat(),
            "expires_at": row.expires_at.isoformat(),
            "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
        }
        for row in rows
    ]
