"""The data of a decision that is public in full."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0010_attachments")]
    operations = [migrations.AddField(model_name="published", name="full", field=models.JSONField(default=dict))]
