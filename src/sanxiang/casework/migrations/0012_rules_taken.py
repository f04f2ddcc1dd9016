"""With which rules the open duties of a jurisdiction stand counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("casework", "0011_posts_ever_held")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RulesTaken",
            fields=[
                ("jurisdiction", models.TextField(primary_key=True, serialize=False)),
                ("digest", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "case_rules_taken"},
        ),
    ]
