"""When a clue ended, from which its period of keeping is counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counter", "0006_reports"),
    ]

    operations = [
        migrations.AddField("cluerow", "ended_on", models.DateField(null=True)),
        migrations.AddIndex(
            "cluerow", models.Index(fields=["agency", "state", "ended_on", "stream"], name="clue_that_ended")
        ),
    ]
