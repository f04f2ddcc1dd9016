"""Lists of devices and of what agencies plan, file and rule about them: projections of their streams."""

from __future__ import annotations

from django.db import models


class DeviceRow(models.Model):
    """One device in one tile (设备台账). `since` is when the running custody began; the measures are the last."""

    stream = models.UUIDField(primary_key=True)
    version = models.IntegerField()
    agency = models.UUIDField()
    code = models.TextField()
    kind = models.TextField()
    model = models.TextField(default="")
    serial = models.TextField(default="")
    asset_number = models.TextField(default="")
    department = models.TextField(default="")
    keeper = models.TextField(default="")
    state = models.TextField()
    holder = models.TextField(default="")
    since = models.DateTimeField(null=True)
    battery = models.IntegerField(null=True)
    free_gb = models.IntegerField(null=True)
    offset_s = models.IntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    fault = models.TextField(default="")
    plan = models.TextField(default="")
    registered_on = models.DateField()
    scrapped_on = models.DateField(null=True)

    class Meta:
        db_table = "device_row"
        indexes = (
            models.Index(fields=["agency", "code", "stream"], name="device_by_code"),
            models.Index(fields=["agency", "serial"], name="device_by_serial"),
        )


class EquipmentRow(models.Model):
    """What stands of one agency's equipment (装备台账): its last plan, the filing of its list of what is recorded, the
    kinds of device that have rules of use."""

    stream = models.UUIDField(primary_key=True)
    jurisdiction = models.TextField()
    name = models.TextField()
    county = models.TextField(default="")
    plan = models.TextField(default="")
    plan_state = models.TextField(default="")
    plan_amount = models.BigIntegerField(default=0)
    plan_receipt = models.TextField(default="")
    list_state = models.TextField(default="")
    list_receipt = models.TextField(default="")
    ruled = models.JSONField(default=list)

    class Meta:
        db_table = "device_equipment"
        indexes = (models.Index(fields=["jurisdiction", "name", "stream"], name="equipment_of_place"),)


class StationFile(models.Model):
    """A file of a collection station that was looked at (采集台账): what it was and what became of it. `state` matched,
    loose, duplicate, broken or other; `recording` its stream. The same path, size and time is not read again."""

    station = models.UUIDField()
    agency = models.UUIDField()
    path = models.TextField()
    size = models.BigIntegerField()
    mtime_ns = models.BigIntegerField()
    sha256 = models.TextField()
    state = models.TextField()
    why = models.TextField(default="")
    recording = models.UUIDField(null=True)
    device = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "device_station_file"
        constraints = (
            models.UniqueConstraint(fields=["station", "path", "size", "mtime_ns"], name="station_file_once"),
        )
        indexes = (
            models.Index(fields=["agency", "state", "-id"], name="station_file_by_state"),
            models.Index(fields=["recording"], name="station_file_of_recording"),
        )


class StationRun(models.Model):
    """How far the last run over a station's folder has come (采集进度)."""

    station = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    begun_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "device_station_run"
