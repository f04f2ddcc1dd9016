"""The keys of requests that must not be done twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("casework", "0012_rules_taken")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AskedOnce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("officer", models.TextField()),
                ("key", models.TextField()),
                ("said", models.BinaryField()),
                ("answer", models.JSONField(null=True)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "case_asked_once"},
        ),
        migrations.AddConstraint(
            model_name="askedonce",
            constraint=models.UniqueConstraint(fields=("officer", "key"), name="asked_once_by"),
        ),
    ]
