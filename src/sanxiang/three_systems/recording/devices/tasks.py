"""The worker watches the folders of collection stations and takes in what has come."""

from __future__ import annotations

import logging

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate.contrib.django import app

from sanxiang.casework.projections import library
from sanxiang.store.blobs import shelf

from . import stations
from .ingest.taking import CannotTake, take

SETTLE_S = 30
"""A file that was changed so lately may still be written."""
log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="devices.watch_stations", queue="default", pass_context=False, queueing_lock="devices.watch_stations")
def watch_stations(timestamp: int) -> None:
    """Take in what came into every watched folder; a folder that fails is told and the others go on."""
    close_old_connections()
    for code, agency, folder in stations.watched():
        try:
            station = stations.station_of(code, folder, agency)
            take(connections["default"], library(), shelf(), station, clock=timezone.now, settle_s=SETTLE_S)
        except (stations.NoStation, CannotTake) as problem:
            log.error("采集站 %s：%s", code, problem)
