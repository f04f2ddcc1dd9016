"""Devices of an agency of the demonstration, and the people who handle them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sanxiang.core.registers import Device, fold_device
from sanxiang.store import reading

_codes = itertools.count(1)


@dataclass
class Store:
    """The theatre as the devices' tests use it."""

    theatre: Any

    def client(self, role: str = "keeper", agency: str = "luoyang") -> Client:
        found = Client()
        found.force_login(self.theatre.account(role, agency))
        return found

    def enter(
        self, kind: str = "执法记录仪", agency: str = "luoyang", department: str = "综合执法一科", **facts: str
    ) -> Device:
        """A new device, allocated to a department where one is named."""
        code = f"T-{next(_codes):04d}"
        keeper = self.client("keeper", agency)
        sent = {"code": code, "device_kind": kind, "device_serial": f"SN{code}", **facts}
        place = keeper.post("/devices/register/", sent)["Location"]
        if department:
            assert keeper.post(f"{place}allocate/", {"department": department}).status_code == 302
        return self.device(place.strip("/").rsplit("/", 1)[-1])

    def device(self, stream: str) -> Device:
        return fold_device(reading.load(self.theatre.connection, str(stream)))

    def do(self, device: Device, act: str, role: str = "keeper", agency: str = "luoyang", **sent: Any) -> Any:
        return self.client(role, agency).post(f"/devices/{device.id}/{act}/", sent)


FIT = {"device_battery": "90", "device_free_gb": "64", "device_clock_offset_s": "1"}


@pytest.fixture
def stock(theatre: Any) -> Store:
    return Store(theatre)


@pytest.fixture(scope="module")
def apart(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """Agencies of these tests alone: nobody else's cases ran at the same time."""
    from tests.support.theatre import open_theatre

    with django_db_blocker.unblock():
        return open_theatre(again=True)


@pytest.fixture
def dock(apart: Any, theatre: Any, tmp_path: Path) -> Any:
    from .docked import Dock

    return Dock(Store(apart), tmp_path)
