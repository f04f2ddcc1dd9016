"""The posts that an officer ever held: who headed a department on an earlier day."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("casework", "0010_figures")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="colleague",
            name="held",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
    ]
