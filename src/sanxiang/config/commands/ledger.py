"""`sanxiang ledger`: found it, verify it, give its key and receipts."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sanxiang.config.operating import Problem, database

HELP = "账本：核验、回执、公钥"
EPILOG = "退出码：0 相符；1 不相符，或尚不能出具；2 用法有误；3 环境有误"
VERIFIED = "verified.json"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("ledger", help=HELP, description=HELP, epilog=EPILOG)
    inner = parser.add_subparsers(title="子命令", metavar="子命令", required=True)

    check = inner.add_parser("verify", help="核验记录、账本、公布的文件是否相符", epilog=EPILOG)
    how = check.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="只查签名和树的右缘")
    how.add_argument(
        "--full", action="store_true", help="由每条记录的字节和所指的文件重算全部（默认只算上次核验之后的）"
    )
    check.add_argument("--checkpoint", type=Path, metavar="FILE", help="您在别处保存的检查点，与账本比对")
    check.add_argument("--json", action="store_true", help="输出 JSON：每处不符一个对象")
    check.set_defaults(run=verify)

    proof = inner.add_parser("receipt", help="一条记录的回执（tlog-proof），任何人可以核验", epilog=EPILOG)
    proof.add_argument("event", metavar="记录编号", help="记录（事件）的编号，案件页“账本回执”里有")
    proof.set_defaults(run=receipt)

    key = inner.add_parser("key", help="账本的公钥（vkey）", epilog=EPILOG)
    key.set_defaults(run=show_key)

    found = inner.add_parser("found", help="确定本库是正式库还是演示库，以及账本名称；一次定终身", epilog=EPILOG)
    found.add_argument("--origin", required=True, help="账本名称，一般是公布地址去掉 https://；演示库的名称须含 demo")
    found.add_argument("--demo", action="store_true", help="演示库：可以拨动时钟，永远不能转为正式")
    found.set_defaults(run=make)


def verify(args: argparse.Namespace) -> int:
    from sanxiang.config.paths import LEDGER
    from sanxiang.store.blobs import shelf
    from sanxiang.store.ledger.verification import Mode, Verifier

    outside = _read(args.checkpoint)
    mode: Mode = "full" if args.full else "quick" if args.quick else "incremental"
    with database():
        from django.db import connections

        connection = connections["default"]
        published = LEDGER if LEDGER.exists() else None
        key = _key(connection)
        verifier = Verifier(connection, key=key, published=published, outside=outside, blobs=shelf())
        done = verifier.run(mode, _since() if mode == "incremental" else 0)
        connection.close()
    if done.ok and mode != "quick":
        _remember(done.size)
    if args.json:
        print(json.dumps([asdict(finding) for finding in done.findings], ensure_ascii=False, indent=1))
    else:
        _tell(done)
    return 0 if done.ok else 1


MODES = {"quick": "快速", "incremental": "增量", "full": "全面"}


def _tell(done: Any) -> None:
    print(
        f"{MODES[done.mode]}核验：账本 {done.size:,} 条，重算 {done.checked:,} 条，核对文件 {done.files:,} 份，"
        f"待编号 {done.waiting:,} 条"
    )
    for finding in done.findings[:100]:
        print(f"  ✗ {finding.text}（{finding.code} {finding.where}）".replace(" ）", "）"))
    if len(done.findings) > 100:
        print(f"  …… 共 {len(done.findings)} 处")
    for gone in done.destroyed[:100]:
        what = "随案的音像记录或者调阅记录" if gone.beside else "案卷"
        print(f"  {what} {gone.stream} 的内容已于 {gone.at[:10]} 经{gone.approver or '批准人'}批准销毁，证明仍可核验")
    if done.ok:
        print("相符")
    if not done.outside:
        print("没有给出外部保存的检查点：掌握数据库和签名密钥的人若整体改写，这样核验不出来（--checkpoint）")


def receipt(args: argparse.Namespace) -> int:
    import psycopg

    from sanxiang.store.ledger import receipts

    with database():
        from django.db import connections

        try:
            print(receipts.receipt(connections["default"], args.event), end="")
        except receipts.NotYet as problem:
            print(problem, file=sys.stderr)
            return 1
        except LookupError as problem:
            raise Problem(str(problem), code=2) from problem
        except psycopg.errors.InvalidTextRepresentation as problem:
            raise Problem(f"“{args.event}”不是记录编号", code=2) from problem
        finally:
            connections["default"].close()
    return 0


def show_key(args: argparse.Namespace) -> int:
    with database():
        from django.db import connections

        key = _key(connections["default"])
        connections["default"].close()
    if key is None:
        raise Problem("本库尚未确定账本名称：sanxiang ledger found")
    print(key)
    return 0


def make(args: argparse.Namespace) -> int:
    import psycopg

    from sanxiang.store import runtime, schema

    with database():
        from django.db import connections

        try:
            schema.found(runtime.plain(connections["owner"]), demo=args.demo, origin=args.origin)
        except psycopg.errors.UniqueViolation as problem:
            raise Problem("本库的性质早已确定，不能更改", code=2) from problem
        except psycopg.errors.CheckViolation as problem:
            raise Problem("账本名称不能有空格或加号；演示库的名称须含 demo", code=2) from problem
        except psycopg.DatabaseError as problem:
            raise Problem(problem.diag.message_primary or str(problem), code=2) from problem
        finally:
            connections["owner"].close()
    print(f"{'演示库' if args.demo else '正式库'}，账本 {args.origin}")
    return 0


def _key(connection: Any) -> str | None:
    """The vkey of this installation's ledger."""
    from sanxiang.config.paths import SECRETS, SIGNED
    from sanxiang.store import custody, runtime
    from sanxiang.store.ledger.signer import Signer

    founded = runtime.plain(connection).execute("SELECT origin FROM record.cluster").fetchone()
    try:
        secret = custody.read(SECRETS, custody.SIGNING)
    except custody.SecretProblem as problem:
        raise Problem(str(problem)) from problem
    return Signer(founded[0], secret, SIGNED).key if founded else None


def _read(path: Path | None) -> str | None:
    try:
        return path.read_text(encoding="utf-8") if path else None
    except (OSError, UnicodeDecodeError) as problem:
        raise Problem(f"打不开检查点文件 {path}：{problem}", code=2) from problem


def _since() -> int:
    """How far the last check without findings came."""
    from sanxiang.config.paths import SIGNED

    path = SIGNED.with_name(VERIFIED)
    return int(json.loads(path.read_text())["size"]) if path.exists() else 0


def _remember(size: int) -> None:
    from sanxiang.config.paths import SIGNED
    from sanxiang.store.ledger.files import write

    write(SIGNED.with_name(VERIFIED), json.dumps({"size": size}).encode())
