"""A record, its sequencer, and where it publishes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanxiang.core.events import case
from sanxiang.store import custody
from sanxiang.store.ledger.publisher import Publisher
from sanxiang.store.ledger.sequencer import Sequencer
from sanxiang.store.ledger.signer import Signer
from sanxiang.store.ledger.verification import Verification, Verifier

from .records import Record, draft, new_id
from .test_sealing import FACTS

ORIGIN = "sanxiang.test/record"


@dataclass
class Log:
    """A record, its sequencer, and where it publishes."""

    record: Record
    secrets: Path

    @property
    def published(self) -> Path:
        return self.record.home / "published"

    def signer(self) -> Signer:
        secret = custody.read(self.secrets, custody.SIGNING)
        return Signer(ORIGIN, secret, self.record.home / "signed.json")

    def sequencer(self, batch: int = 10_000) -> Sequencer:
        one = Sequencer(self.record.connect("sequencer"), self.signer(), Publisher(self.published), batch)
        one.start()
        return one

    def stop(self) -> None:
        """End every sequencer, and with its connection its lock."""
        for connection in self.record.connections:
            if not connection.closed and connection.info.user.endswith("sequencer"):
                connection.close()

    def verify(self, mode: Any = "full", role: str = "web", **more: Any) -> Verification:
        wanted = {"key": self.signer().key, "published": self.published} | more
        since = wanted.pop("since", 0)
        return Verifier(self.record.connect(role), **wanted).run(mode, since)

    def codes(self, **more: Any) -> set[str]:
        return {finding.code for finding in self.verify(**more).findings}

    def add(self, many: int = 1) -> list[str]:
        web = self.record.connect()
        streams = [new_id() for _ in range(many)]
        with web.transaction():
            for stream in streams:
                self.record.add(web, stream, draft(case.ActivityDone(facts=FACTS)), expected=0)
        return streams


def tamper(log: Log, *statements: str) -> None:
    """As somebody who owns the database and switches the triggers off."""
    owner = log.record.connect("owner")
    tables = ("event", "leaf", "tile", "checkpoint", "pending", "number", "stream")
    for table in tables:
        owner.execute(f"ALTER TABLE record.{table} DISABLE TRIGGER USER")
    for statement in statements:
        assert owner.execute(statement).rowcount == 1, statement
    for table in tables:
        owner.execute(f"ALTER TABLE record.{table} ENABLE TRIGGER USER")
