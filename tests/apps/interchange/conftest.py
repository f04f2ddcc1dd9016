"""The other side of the exchange, the ledger that orders changes, a decision that will be revoked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from .far import Far

if TYPE_CHECKING:
    from sanxiang.config import demo
    from tests.support.theatre import Theatre


@pytest.fixture
def far() -> Iterator[Far]:
    server = Far()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from django.conf import settings

    from tests.apps.archive.packed import number_all

    home = tmp_path_factory.mktemp("exchange-ledger")
    return lambda: number_all(home, settings)


@pytest.fixture
def gathered(theatre: Theatre, ledger: Any) -> Callable[[], int]:
    from sanxiang.interchange.exchange import changes

    def gather() -> int:
        ledger()
        return changes.gather(theatre.connection)

    return gather


@pytest.fixture(scope="module")
def shown(opened_theatre: Theatre, django_db_blocker: Any) -> Iterator[demo.Told]:
    """A published decision that will be revoked."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield opened_theatre.played("revoked", before="withdraw_publication", start="2025-07-07")
        connections.close_all()
