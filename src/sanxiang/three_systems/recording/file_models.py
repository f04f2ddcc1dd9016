"""Files of ended cases, every act with its proof, every number that was given (案卷、执法台账、文号), one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

NO_DAY = date(9999, 12, 31)
"""Stands for a day that no regulation sets; such rows come last."""

DUE = ("due_on", "stream")
LATEST = ("-occurred_at", "-id")
TO_ARCHIVE = models.Q(state="due")
ASKED = models.Q(requests_open__gt=0)
ENDING = models.Q(state="kept")
GAPS = models.Q(gap=True)
DOUBTED = models.Q(doubted=True)


class FileRow(models.Model):
    """The file of an ended case in one line (案卷台账): `state` due (waits to be archived), kept, destroyed; `lacking`
    what it lacks; `due_on` until when it has to be archived, `kept_until` the last day of its period (NO_DAY: for
    ever), `asked_due` until when the earliest open request to consult it has to be answered."""

    stream = models.UUIDField(primary_key=True)
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    department = models.TextField()
    state = models.TextField()
    ended_on = models.DateField(null=True)
    due_on = models.DateField(default=NO_DAY)
    lacking = models.JSONField(default=list)
    urged_on = models.DateField(null=True)
    recordings = models.IntegerField(default=0)
    archived_on = models.DateField(null=True)
    retention = models.TextField(default="")
    kept_until = models.DateField(default=NO_DAY)
    held = models.BooleanField(default=False)
    step = models.TextField(default="")
    requests = models.IntegerField(default=0)
    requests_open = models.IntegerField(default=0)
    asked_due = models.DateField(default=NO_DAY)

    class Meta:
        db_table = "recording_file_row"
        indexes = (
            *(
                models.Index(fields=[*whose, *order], name=f"file_{name}_of_{whose[-1]}", condition=condition)
                for name, condition, order in (
                    ("due", TO_ARCHIVE, DUE), ("asked", ASKED, ("asked_due", "stream")),
                    ("ending", ENDING, ("kept_until", "stream")),
                )
                for whose in (["agency"], ["agency", "department"], ["jurisdiction"])
            ),
        )  # fmt: skip


class RegisterRow(models.Model):
    """One act of a case and its proof (执法台账的一行): the papers it made, the files it brought, how it was recorded
    and what the rules ask of that (`duty`), what is missing (`lacking`), what does not fit its date (`doubts`)."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    event = models.UUIDField()
    seq = models.IntegerField()
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    department = models.TextField()
    category = models.TextField()
    act = models.TextField()
    act_name = models.TextField()
    stage = models.TextField(default="")
    activity = models.TextField(default="")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.TextField(default="")
    officers = ArrayField(models.TextField(), default=list)
    papers = models.JSONField(default=list)
    files = models.JSONField(default=list)
    recording = models.TextField(default="")
    place = models.TextField(default="")
    duty = models.TextField(default="")
    lacking = models.JSONField(default=list)
    gap = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    doubts = models.JSONField(default=list)
    doubted = models.BooleanField(default=False)

    made: Sequence[Any] = ()
    """The recordings that the act rests on, where a list looked for them."""

    class Meta:
        db_table = "recording_register_row"
        indexes = (
            models.Index(fields=["stream", "seq"], name="register_of_case"),
            *(
                models.Index(fields=[*whose, *LATEST], name=f"register{name}_of_{whose[-1]}", condition=condition)
                for name, condition in (("", None), ("_gap", GAPS), ("_doubt", DOUBTED))
                for whose in (["agency"], ["agency", "department"], ["jurisdiction"])
            ),
        )


class NumberRow(models.Model):
    """A document number that an act was given (文号), with the day that the paper bears and the instant at which the
    record took it: numbers and days of a series run the same way."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    event = models.UUIDField()
    series = models.TextField()
    year = models.IntegerField()
    n = models.IntegerField()
    text = models.TextField()
    title = models.TextField()
    dated_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "recording_number_row"
        indexes = (
            models.Index(fields=["agency", "series", "year", "n"], name="number_in_series"),
            models.Index(fields=["stream"], name="number_of_case"),
        )
