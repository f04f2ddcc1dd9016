"""Reviews drawn for a second reading, and the faults that it found."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("legal_review", "0002_reviews")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SampleRow",
            fields=[
                ("stream", models.UUIDField(primary_key=True, serialize=False)),
                ("agency", models.UUIDField()),
                ("department", models.TextField()),
                ("title", models.TextField()),
                ("month", models.TextField()),
                ("seed", models.TextField()),
                ("of", models.IntegerField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("result", models.TextField(default="")),
            ],
            options={
                "db_table": "review_sample",
                "indexes": [models.Index(fields=["agency", "-month", "stream"], name="sample_of_month")],
            },
        ),
        migrations.CreateModel(
            name="FaultRow",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField()),
                ("agency", models.UUIDField()),
                ("department", models.TextField()),
                ("title", models.TextField()),
                ("month", models.TextField()),
                ("point", models.TextField()),
                ("kind", models.TextField()),
                ("note", models.TextField(default="")),
            ],
            options={
                "db_table": "review_fault",
                "indexes": [models.Index(fields=["agency", "point", "department", "kind"], name="fault_by_point")],
            },
        ),
    ]
