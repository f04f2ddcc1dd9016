"""kill -9 of the process that takes pieces in: what it acknowledged is there, and the rest can be sent again."""

from __future__ import annotations

import hashlib
import os
import signal
from datetime import timedelta
from typing import Any

from django.db import connections
from django.utils import timezone

from sanxiang.three_systems.recording.capture import takes
from sanxiang.three_systems.recording.models import Segment

from .conftest import even

PIECES, ENOUGH = 60, 12
inherited: list[Any] = []


def taking(phone: Any, write: int) -> None:
    """In a process of its own, with a connection of its own: take the pieces in one by one and acknowledge each."""
    for one in connections.all(initialized_only=True):
        inherited.append(one.connection)  # the parent's: neither used nor closed here
        one.connection = None
    for number in range(PIECES):
        takes.take_piece(phone.take, number, phone.headers[number], [phone.pieces[number]], at=timezone.now())
        os.write(write, bytes([number]))


def test_no_acknowledged_piece_is_lost_when_the_server_is_killed(theatre: Any, phone_of: Any) -> None:
    phone = phone_of(theatre.account("zhang"))
    phone.record(even(PIECES), began=timezone.now() - timedelta(minutes=10))
    assert phone.open().status_code == 200
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            taking(phone, write)
        finally:
            os._exit(1)
    os.close(write)
    acknowledged = [os.read(read, 1)[0] for _ in range(ENOUGH)]
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while more := os.read(read, 1):
        acknowledged.append(more[0])
    os.close(read)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert ENOUGH <= len(acknowledged) < PIECES, "it was killed on its way"
    there = set(Segment.objects.filter(take=phone.take, conflict=False).values_list("number", flat=True))
    assert set(acknowledged) <= there
    for number in acknowledged:
        sha256 = hashlib.sha256(phone.pieces[number]).hexdigest()
        assert takes.pieces().fault(sha256) == ""
    assert phone.seal().json()["missing"] == sorted(set(range(PIECES)) - there)
    for number in range(PIECES):
        assert phone.send(number).status_code in (200, 201)
    assert phone.seal().json()["problems"] == []
