from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recording", "0016_sender"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="recordingrow",
            index=models.Index(
                condition=models.Q(
                    ("sort", "recording"),
                    ("case__isnull", False),
                    ("event", ""),
                    ("state", "sealed"),
                    models.Q(("activity", ""), _negated=True),
                ),
                fields=["agency", "began", "stream"],
                name="recording_unentered",
            ),
        ),
        migrations.AddIndex(
            model_name="recordingrow",
            index=models.Index(
                condition=models.Q(
                    ("sort", "recording"),
                    ("case__isnull", False),
                    ("event", ""),
                    ("state", "sealed"),
                    models.Q(("activity", ""), _negated=True),
                ),
                fields=["jurisdiction", "began", "stream"],
                name="recording_unentered_of_place",
            ),
        ),
    ]
