"""What must stand before the product serves: front-end files, static files, tables, rights."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sanxiang.config import frontend
from sanxiang.config.operating import Problem
from sanxiang.config.paths import STATIC, VAR

PREPARING = VAR / "preparing.lock"


def say(text: str) -> None:
    print(f"[{datetime.now(ZoneInfo('Asia/Shanghai')):%H:%M:%S}] {text}", flush=True)


@contextlib.contextmanager
def unserved() -> Iterator[None]:
    """Processes of the web server that start meanwhile load the program and then wait until this is over, so that
    nobody is served from tables half made. The system gives the lock back whatever happens."""
    PREPARING.parent.mkdir(parents=True, exist_ok=True)
    with PREPARING.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ready() -> None:
    """Load every page and the rulebooks, then wait while somebody prepares."""
    from django.urls import get_resolver

    from sanxiang.casework.projections import library

    get_resolver().url_patterns  # noqa: B018 - imports them all
    library()
    if PREPARING.exists():
        with PREPARING.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)


def front_end() -> None:
    """Fetch the files of others unless they are here. Needs no Django, and must come before it: it finds them."""
    if frontend.is_ready():
        return
    say("取得前端文件……")
    try:
        frontend.fetch()
    except frontend.FrontEndError as error:
        raise Problem(str(error)) from error


def static_files() -> None:
    """Collect the static files unless none has changed since. One process at a time."""
    from django.core.management import call_command

    STATIC.mkdir(parents=True, exist_ok=True)
    with STATIC.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made, digest = STATIC / ".stamp", _static_digest()
        if made.exists() and made.read_text() == digest:
            return
        say("整理静态文件……")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        made.write_text(digest)


def _static_digest() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            digest.update(f"{storage.base_location} {path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def tables() -> None:
    """Migrate as the owner, then give each login its rights."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from sanxiang.config.rights import grant

    owner = connections["owner"]
    executor = MigrationExecutor(owner)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("建立或升级数据表……")
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    grant(owner)
    owner.close()
