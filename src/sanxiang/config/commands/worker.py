"""`sanxiang worker`: does the work behind the pages (long imports, clearing up), until stopped."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from typing import Any

from sanxiang.config.operating import django

HELP = "后台任务：办理网页交下来的较长工作；由 sanxiang run 启动，可以在几台机器上各开几个"
GENTLE = 10
"""The pages go first where they share the machine; what the worker asks of others (films) is as gentle."""
EPILOG = "退出码：0 正常停止；3 数据库不可用"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("worker", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("--concurrency", type=int, default=2, metavar="N", help="同时办理几件（默认 2）")
    parser.add_argument("--once", action="store_true", help="办完现有的就停止")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
    from psycopg_pool import PoolTimeout

    if not args.once:
        os.nice(GENTLE)
    django()
    from django.db import DatabaseError
    from procrastinate.contrib.django import app

    from sanxiang.casework.tasks import go_on_lasting, take_rules, take_up_again

    try:
        for first in (take_up_again, go_on_lasting, take_rules):
            with contextlib.suppress(AlreadyEnqueued):
                first.defer(timestamp=0)  # type: ignore[call-arg]  # they are periodic too
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            worker.run_worker(wait=not args.once, concurrency=max(1, args.concurrency), delete_jobs="successful")
    except (DatabaseError, ConnectorException, PoolTimeout, OSError) as problem:
        print(f"后台任务：数据库不可用（{problem}）", file=sys.stderr)
        return 3
    return 0
