"""What commands share: problems an operator can mend, and a database with Django on it."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sanxiang.config.database import Running


class Problem(Exception):
    """Ends the command with this text in plain Chinese and an exit code: 2 wrong input, 3 wrong surroundings."""

    def __init__(self, text: str, code: int = 3) -> None:
        super().__init__(text)
        self.code = code


@contextlib.contextmanager
def server() -> Iterator[Running]:
    """A database that answers, without Django. The embedded server is started if need be and stopped by whoever uses it
    last."""
    from sanxiang.config.database import running
    from sanxiang.store.postgres import PostgresError

    try:
        with running() as found:
            yield found
    except PostgresError as error:
        raise Problem(str(error)) from error


@contextlib.contextmanager
def database() -> Iterator[Running]:
    """Django set up on a database that answers, for commands that read or write the record."""
    with server() as found:
        django()
        yield found


def django() -> None:
    """Set Django up with our settings, once the addresses of the database are known."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanxiang.config.settings")
    with loading():
        import django as framework

        framework.setup()


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """While a program loads, what it makes stays: to look for rubbish among it took a quarter of the time. Nor is it
    looked through ever after."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
