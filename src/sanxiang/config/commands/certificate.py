"""`sanxiang certificate`: an authority and a certificate of one's own, so that phones on a local network may record."""

from __future__ import annotations

import argparse
import json
from typing import Any

HELP = "局域网证书：自签证书机构和服务器证书，手机装上以后才能用摄像头和麦克风"
EPILOG = (
    "证书机构只能给写明的名称签发。名称不变时重复执行不换证书机构，快到期的服务器证书自动换新。"
    "退出码：0 完成；2 名称有误；3 写不进文件"
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("certificate", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument("names", nargs="+", metavar="名称", help="手机访问用的主机名或者 IP 地址，可以写几个")
    parser.add_argument("--anew", action="store_true", help="换新的证书机构；手机要重新安装")
    parser.add_argument("--json", action="store_true", help="输出 JSON：folder、names、fingerprint、new")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config import certificates
    from sanxiang.config.operating import Problem
    from sanxiang.config.paths import TLS

    try:
        fresh = certificates.ensure(TLS, args.names, anew=args.anew)
    except certificates.BadName as bad:
        raise Problem(str(bad), 2) from bad
    except OSError as problem:
        raise Problem(f"写不进 {TLS}（{problem.strerror}）", 3) from problem
    names = certificates.hosts(TLS)
    told = {"folder": str(TLS), "names": names, "fingerprint": certificates.fingerprint(TLS), "new": fresh}
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    print(f"服务器证书：{TLS / 'server.crt'}，用于 {'、'.join(names)}")
    print(f"证书机构：{TLS / 'ca.crt'}{'（新的，要装到每部手机上）' if fresh else ''}")
    print(f"装好后核对指纹 SHA-256：{told['fingerprint']}")
    print("启动：sanxiang run --https 0.0.0.0:8443")
    return 0
