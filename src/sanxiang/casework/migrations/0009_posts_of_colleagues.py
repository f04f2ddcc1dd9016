"""The posts of an officer, for acts that name one person of a post."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("casework", "0008_refusals")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="colleague",
            name="posts",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
    ]
