"""Recordings in one line each; what phones have sent."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="ArrivedAct",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("officer", models.UUIDField()),
                ("agency", models.UUIDField()),
                ("case", models.UUIDField(null=True)),
                ("act", models.TextField()),
                ("act_name", models.TextField()),
                ("title", models.TextField(default="")),
                ("sent", models.JSONField()),
                ("digest", models.TextField()),
                ("done_at", models.DateTimeField()),
                ("arrived", models.DateTimeField()),
                ("state", models.TextField()),
                ("event", models.TextField(default="")),
                ("reasons", models.JSONField(default=list)),
            ],
            options={
                "db_table": "capture_act",
                "indexes": [
                    models.Index(fields=["officer", "state", "-arrived"], name="arrived_of_officer"),
                    models.Index(fields=["case", "-arrived"], name="arrived_of_case"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordingRow",
            fields=[
                ("stream", models.UUIDField(primary_key=True, serialize=False)),
                ("sort", models.TextField()),
                ("state", models.TextField()),
                ("jurisdiction", models.TextField()),
                ("agency", models.UUIDField()),
                ("department", models.TextField(default="")),
                ("case", models.UUIDField(null=True)),
                ("activity", models.TextField(default="")),
                ("event", models.TextField(default="")),
                ("source", models.TextField(default="")),
                ("medium", models.TextField(default="")),
                ("maker", models.TextField(default="")),
                ("maker_name", models.TextField(default="")),
                ("device", models.TextField(default="")),
                ("notice", models.BooleanField(default=False)),
                ("began", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                ("seconds", models.IntegerField(default=0)),
                ("grade", models.TextField(default="")),
                ("gaps", models.IntegerField(default=0)),
                ("open_gaps", models.IntegerField(default=0)),
                ("size", models.BigIntegerField(default=0)),
                (
                    "digests",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
            ],
            options={
                "db_table": "recording_row",
                "indexes": [
                    models.Index(fields=["agency", "-began", "stream"], name="recording_of_agency"),
                    models.Index(fields=["jurisdiction", "-began", "stream"], name="recording_of_jurisdiction"),
                    models.Index(fields=["case", "began"], name="recording_row_of_case"),
                    models.Index(fields=["maker", "-began", "stream"], name="recording_of_maker"),
                    models.Index(
                        condition=models.Q(("sort", "recording"), ("case", None)),
                        fields=["agency", "-began", "stream"],
                        name="recording_loose",
                    ),
                    models.Index(
                        condition=models.Q(("open_gaps__gt", 0)),
                        fields=["agency", "-began", "stream"],
                        name="recording_open_gaps",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Take",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agency", models.UUIDField()),
                ("maker", models.TextField()),
                ("sender", models.TextField(default="")),
                ("opening", models.BinaryField(default=b"")),
                ("opened_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("sealed", models.JSONField(null=True)),
            ],
            options={
                "db_table": "capture_take",
                "indexes": [models.Index(fields=["maker", "-opened_at"], name="take_of_maker")],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("sha256", models.TextField()),
                ("link", models.TextField()),
                ("header", models.BinaryField()),
                ("size", models.BigIntegerField()),
                ("arrived", models.DateTimeField()),
                ("conflict", models.BooleanField(default=False)),
                (
                    "take",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="segments", to="recording.take"
                    ),
                ),
            ],
            options={
                "db_table": "capture_segment",
                "constraints": [
                    models.UniqueConstraint(fields=("take", "number", "link"), name="segment_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("conflict", False)), fields=("take", "number"), name="segment_of_number"
                    ),
                ],
            },
        ),
    ]
