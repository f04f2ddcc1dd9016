"""`sanxiang run`: the whole product on one machine, from database to pages, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sanxiang.config.database import PUBLIC
from sanxiang.config.operating import Problem, django, server

if TYPE_CHECKING:
    from sanxiang.config.filling import Filling
    from sanxiang.config.supervisor import Service, Supervisor

HELP = "启动整个系统：数据库、网页、后台任务、账本；Ctrl-C 停止"
REVIVED_S = 5.0
EPILOG = "退出码：0 正常停止；2 地址写法有误；3 端口被占用、已在运行或环境有误"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("run", help=HELP, description=HELP, epilog=EPILOG)
    default = os.environ.get("SANXIANG_BIND", "127.0.0.1:8000")
    parser.add_argument("--bind", default=default, metavar="地址:端口", help="网页服务的地址，默认 127.0.0.1:8000")
    parser.add_argument(
        "--public",
        default=os.environ.get("SANXIANG_PUBLIC_BIND", ""),
        metavar="地址:端口",
        help="另起一个只对外公示的进程，它只有公示网站的数据库登录；默认同一地址、端口加 80；off 不起",
    )
    parser.add_argument(
        "--files",
        default=os.environ.get("SANXIANG_FILES_BIND", ""),
        metavar="地址:端口",
        help="收发大文件的进程，慢的上传和播放不拖慢网页；默认同一地址、端口加 40；off 不起，由网页服务兼办",
    )
    parser.add_argument(
        "--https",
        default=os.environ.get("SANXIANG_HTTPS_BIND", ""),
        metavar="地址:端口",
        help="再开一个加密入口给局域网的手机用，证书由 sanxiang certificate 制作；默认不开",
    )
    parser.add_argument(
        "--https-files",
        default=os.environ.get("SANXIANG_HTTPS_FILES_BIND", ""),
        metavar="地址:端口",
        help="加密入口收发大文件的进程，收手机的录音录像；默认与 --https 同一地址、端口加 40；off 不起，由它兼办",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from sanxiang.config import preparation
    from sanxiang.config.paths import VAR
    from sanxiang.config.supervisor import Supervisor

    host, port = _place(args.bind)
    public, files = _beside(args.public, host, port, 80), _beside(args.files, host, port, 40)
    secure = _secure(args.https)
    phones = _for_phones(args.https_files, secure, files)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    VAR.mkdir(parents=True, exist_ok=True)
    with _alone(VAR / "run.lock"):
        supervisor = Supervisor(services(host, port, public, files, secure, phones), VAR / "processes.json")
        supervisor.sweep()
        doors = {"--bind": (host, port), "--public": public, "--files": files, "--https": secure}
        _require_free({**doors, "--https-files": phones})
        preparation.front_end()
        with server() as found:
            if found.cluster is not None:
                preparation.say(f"数据库 PostgreSQL {found.cluster.programs.major} 在运行，数据在 {found.cluster.data}")
            filling = None
            try:
                with preparation.unserved():
                    supervisor.start_first()
                    filling, introduction = _prepared()
                if public:
                    introduction = f"    只对外公示的进程：http://{_shown(public[0])}:{public[1]}/\n{introduction}"
                if secure:
                    introduction = f"    给手机的加密入口：https://{_shown(secure[0])}:{secure[1]}/\n{introduction}"
                _serve(supervisor, found, f"http://{_shown(host)}:{port}/", introduction, filling)
            except KeyboardInterrupt:
                print(flush=True)
                preparation.say("正在停止……")
            finally:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, signal.SIG_IGN)
                if filling is not None:
                    filling.stop()
                supervisor.stop()
        preparation.say("已停止")
    return 0


def _prepared() -> tuple[Filling, str]:
    """Tables, static files and the beginning of the demonstration; what plays the rest of it, and what to say of it."""
    from sanxiang.config import preparation

    django()
    from sanxiang.config import filling

    preparation.static_files()
    preparation.tables()
    filling.begin()
    return filling.Filling(), filling.introduction()


def services(
    host: str,
    port: int,
    public: tuple[str, int] | None,
    files: tuple[str, int] | None = None,
    secure: tuple[str, int] | None = None,
    phones: tuple[str, int] | None = None,
) -> list[Service]:
    """The processes beside the database, the pages first. Worker and sequencer run where their commands exist. What
    serves the public alone holds the portal's login and no other. What takes in and hands out files is one process of
    many threads: it remembers the hashes of what arrives, and most of its threads wait for somebody's net. `secure` is
    a second, encrypted door to the pages, `phones` one to the files, for browsers send nothing from an encrypted page
    to a port that is not. `door` says why nobody who stalls stops the others."""
    from sanxiang.config import commands
    from sanxiang.config.supervisor import Service

    workers = os.environ.get("SANXIANG_WEB_WORKERS", "2")
    me = [sys.executable, "-m", "sanxiang"]
    settings = {"DJANGO_SETTINGS_MODULE": "sanxiang.config.settings"}
    known = commands.modules()
    desk = settings | {"SANXIANG_DATABASES": "default,portal"}
    if files:
        desk["SANXIANG_FILES_PORT"] = str(files[1])
    found = [Service("网页服务", web(host, port, workers), desk)]
    if "sequencer" in known:
        found.append(Service("账本排序", [*me, "sequencer"], settings | {"SANXIANG_DATABASES": "default,sequencer"}))
    if "worker" in known:
        said = os.environ.get("SANXIANG_ASKED") or os.environ.get("SANXIANG_PUBLIC_URL")
        asked_host, asked_port = public or (host, port)
        asked = {"SANXIANG_ASKED": said or f"http://{_shown(asked_host)}:{asked_port}"}
        found.append(Service("后台任务", [*me, "worker"], settings | {"SANXIANG_DATABASES": "default,portal"} | asked))
    if secure:
        beside = {"SANXIANG_FILES_PORT": str(phones[1])} if phones else {}
        told = settings | {"SANXIANG_DATABASES": "default,portal"} | beside
        found.append(_encrypted("加密入口", web(*secure, workers), told))
    if public:
        found.append(Service("公示网站", web(*public, "1"), settings | {"SANXIANG_DATABASES": PUBLIC}))
    if files:
        alone = settings | {"SANXIANG_DATABASES": "default", "SANXIANG_FILES": "1", "SANXIANG_DESK_PORT": str(port)}
        found.append(Service("文件服务", web(*files, "1"), alone))
        if secure and phones:
            found.append(_encrypted("加密文件", web(*phones, "1"), alone | {"SANXIANG_DESK_PORT": str(secure[1])}))
    return found


def web(host: str, port: int, workers: str) -> list[str]:
    """What serves pages or files at an address."""
    granian = [sys.executable, "-m", "granian", "--interface", "rsgi", "--log-level", "warning"]
    # A granian worker that is told to stop while it starts may never do so.
    care = ["--respawn-failed-workers", "--workers-kill-timeout", "5"]
    place = ["--host", host, "--port", str(port), "--workers", workers]
    return [*granian, *place, *care, "sanxiang.config.rsgi:application"]


def _encrypted(name: str, command: list[str], settings: dict[str, str]) -> Service:
    """Pages or files for phones on the local network, under the names of their certificate."""
    from sanxiang.config import certificates
    from sanxiang.config.paths import TLS
    from sanxiang.config.supervisor import Service

    names = [f"[{name}]" if ":" in name else name for name in certificates.hosts(TLS)]
    more = {"SANXIANG_TLS": "1", "SANXIANG_HOSTS": ",".join(names)}
    door = command.pop()
    keys = ["--ssl-certificate", str(TLS / "server.crt"), "--ssl-keyfile", str(TLS / "server.key")]
    return Service(name, [*command, *keys, door], settings | more)


def _secure(bind: str) -> tuple[str, int] | None:
    """Where phones are served encrypted, and that there is a certificate for it."""
    if not bind:
        return None
    from sanxiang.config.paths import TLS

    if not (TLS / "server.crt").exists():
        raise Problem("加密入口还没有证书，请先执行：sanxiang certificate 主机名或者IP地址")
    return _place(bind)


def _for_phones(bind: str, secure: tuple[str, int] | None, files: tuple[str, int] | None) -> tuple[str, int] | None:
    """Where the encrypted pages' files are taken and handed out; nowhere of its own without a file process, or where
    the whole has one origin for files."""
    if secure is None or files is None or os.environ.get("SANXIANG_FILES_ORIGIN"):
        return None
    return _beside(bind, *secure, 40)


class Reviving:
    """Starts a database again that died, as often as it takes: a disk that is full has room again one day, and nobody
    should have to be there to start us then."""

    def __init__(self) -> None:
        self.again_at = 0.0

    def due(self, cluster: Any) -> bool:
        return time.monotonic() >= self.again_at and not cluster.alive

    def tried(self, found: Any) -> bool:
        """Try to start it; whether its address changed by that."""
        import psycopg

        from sanxiang.config.preparation import say
        from sanxiang.store.postgres import PostgresError

        say("数据库意外停止，重新启动")
        try:
            moved: bool = found.revive()
        except (PostgresError, psycopg.Error, OSError) as problem:
            self.again_at = time.monotonic() + REVIVED_S
            say(f"数据库还不能启动，{REVIVED_S:.0f} 秒后再试（磁盘满的，请先腾出空间）：{problem}")
            return False
        say("数据库已经恢复")
        return moved


def _serve(supervisor: Supervisor, found: Any, address: str, introduction: str, filling: Filling) -> None:

    told, reviving = False, Reviving()

    def every() -> None:
        nonlocal told
        if found.cluster is not None and reviving.due(found.cluster) and reviving.tried(found):
            supervisor.restart()
        if not told and _answers(address):
            told = True
            supervisor.start()
            print(f"\n    打开 {address}\n", flush=True)
            if introduction:
                print(introduction, flush=True)
            print("    按 Ctrl-C 停止\n", flush=True)
            filling.start()

    supervisor.watch(every)


def _answers(address: str) -> bool:
    host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
    asked = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=5)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()


def _place(bind: str) -> tuple[str, int]:
    host, colon, port = bind.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise Problem(f"地址“{bind}”写法有误，应如 127.0.0.1:8000", code=2)
    return host.strip("[]"), int(port)


def _beside(bind: str, host: str, port: int, above: int) -> tuple[str, int] | None:
    """Where another process is served: as said, else so far above the port of the whole; None for `off`."""
    if bind == "off":
        return None
    return _place(bind) if bind else (host, port + above if port + above < 65536 else port - above)


def _shown(host: str) -> str:
    """The address a browser on this machine can open."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what the operator asked for
    return f"[{host}]" if ":" in host else host


def _require_free(doors: dict[str, tuple[str, int] | None]) -> None:
    """Every door has a place that nobody holds, none of the other doors either: the server shares a port with whoever
    asks for it, so two doors at one place would each get a part of the other's requests."""
    with contextlib.ExitStack() as held:
        for option, place in doors.items():
            if place is not None:
                held.enter_context(_held(*place, option))


def _held(host: str, port: int, option: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    until = time.monotonic() + 3
    while True:
        probe = socket.socket(family)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
            return probe
        except OSError as error:
            probe.close()
            if time.monotonic() > until:
                raise Problem(
                    f"不能在 {host}:{port} 提供服务（{error.strerror}）。"
                    f"请关闭占用它的程序，或换一个端口：sanxiang run {option} {host}:{port + 1}"
                ) from error
        time.sleep(0.2)


@contextlib.contextmanager
def _alone(path: Any) -> Iterator[None]:
    """Only one `run` on one installation; the system gives the lock back whatever happens."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Problem(f"已有一个 sanxiang run 在运行（{path}），请先停止它") from error
        yield
