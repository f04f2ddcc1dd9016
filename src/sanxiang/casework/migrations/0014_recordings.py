"""Recordings as the write path finds them."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("casework", "0013_asked_once"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CaseRecording",
            fields=[
                ("stream", models.UUIDField(primary_key=True, serialize=False)),
                ("sort", models.TextField()),
                ("state", models.TextField()),
                ("agency", models.UUIDField()),
                ("case", models.UUIDField(null=True)),
                ("activity", models.TextField(default="")),
                ("event", models.TextField(default="")),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("began", models.DateTimeField()),
            ],
            options={
                "db_table": "case_recording",
                "indexes": [
                    models.Index(fields=["case", "activity", "began"], name="recording_of_case"),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["people"], name="recording_of_people"
                    ),
                ],
            },
        ),
    ]
