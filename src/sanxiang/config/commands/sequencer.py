"""`sanxiang sequencer`: gives committed events their place in the ledger, signs it and publishes it, until stopped."""

from __future__ import annotations

import argparse
import signal
import sys
from threading import Event
from typing import Any

from sanxiang.config.operating import Problem, database

HELP = "账本排序：给已入库的记录编号、签名、公布；由 sanxiang run 启动"
EPILOG = "退出码：0 正常停止；1 账本不符，须人工检查；3 环境有误"
PAUSE = 1.0


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("sequencer", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("--once", action="store_true", help="编完现有的记录就停止")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import psycopg

    from sanxiang.config.database import known
    from sanxiang.store.blobs import FULL
    from sanxiang.store.errors import LedgerStopped
    from sanxiang.store.ledger.sequencer import Busy

    stop, told = Event(), ""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        if args.once:
            with database() as found:
                once(found.urls["sequencer"])
            return 0
        while not stop.is_set():
            try:
                work(known().get("sequencer", ""), stop)
            except (Busy, psycopg.OperationalError, OSError) as problem:
                if isinstance(problem, OSError) and problem.errno not in FULL:
                    raise
                if str(problem) != told:
                    print(f"账本排序等待：{problem}", file=sys.stderr, flush=True)
                told = str(problem)
            stop.wait(PAUSE)
    except LedgerStopped as problem:
        print(f"账本停止：{problem}", file=sys.stderr, flush=True)
        return 1
    return 0


def once(url: str) -> None:
    """Number what waits now."""
    import psycopg

    from sanxiang.store.ledger.sequencer import Busy

    with psycopg.connect(url, autocommit=True) as connection:
        one = sequencer(connection)
        if one is None:
            raise Problem("本库尚未确定是正式库还是演示库：sanxiang ledger found")
        try:
            one.start()
        except Busy as problem:
            raise Problem(str(problem)) from problem
        while one.step().taken:
            pass


def work(url: str, stop: Event) -> None:
    """Sequence until stopped or the connection is lost; returns at once where the cluster is not founded yet."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        one = sequencer(connection)
        if one is not None:
            one.start()
            one.run(stop)


def sequencer(connection: Any) -> Any:
    """The sequencer of this installation; None where the cluster is not founded yet."""
    from sanxiang.config.paths import LEDGER, SECRETS, SIGNED
    from sanxiang.store import custody
    from sanxiang.store.ledger.publisher import Publisher
    from sanxiang.store.ledger.sequencer import Sequencer
    from sanxiang.store.ledger.signer import Signer

    founded = connection.execute("SELECT origin FROM record.cluster").fetchone()
    if founded is None:
        return None
    try:
        secret = custody.read(SECRETS, custody.SIGNING)
    except custody.SecretProblem as problem:
        raise Problem(str(problem)) from problem
    return Sequencer(connection, Signer(founded[0], secret, SIGNED), Publisher(LEDGER))
