"""`sanxiang setup`: everything that `run` needs, without serving."""

from __future__ import annotations

import argparse
from typing import Any

HELP = "准备前端文件、静态文件和数据库，不启动服务"
EPILOG = "退出码：0 完成；3 环境有误（软件源、磁盘、数据库），原因见输出"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("setup", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("--files-only", action="store_true", help="只准备文件，不碰数据库")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config import preparation
    from sanxiang.config.operating import database, django

    preparation.front_end()
    if args.files_only:
        django()
        preparation.static_files()
        return 0
    with database():
        preparation.static_files()
        preparation.tables()
    return 0
