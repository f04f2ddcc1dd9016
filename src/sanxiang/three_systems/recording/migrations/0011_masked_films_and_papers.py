from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recording", "0009_masked_copies")]

    operations = [
        migrations.AddField("MaskedCopy", "event", models.UUIDField(null=True)),
        migrations.AddField("MaskedCopy", "index", models.IntegerField(default=0)),
        migrations.AddField("MaskedCopy", "since", models.IntegerField(default=0)),
        migrations.AddField("MaskedCopy", "until", models.IntegerField(default=-1)),
        migrations.AddField("MaskedCopy", "media_type", models.TextField(default="image/jpeg")),
        migrations.AddField("MaskedCopy", "manner", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="MaskWork",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField()),
                ("request", models.UUIDField()),
                ("event", models.UUIDField()),
                ("index", models.IntegerField()),
                ("sha256", models.TextField()),
                ("since", models.IntegerField()),
                ("until", models.IntegerField()),
                ("media_type", models.TextField()),
                ("told", models.JSONField()),
                ("actor", models.JSONField()),
                ("state", models.TextField(default="waiting")),
                ("text", models.TextField(default="")),
                ("done", models.IntegerField(default=0)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "recording_mask_work",
                "indexes": [models.Index(fields=["stream"], name="mask_work_of_case")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["request", "event", "index", "sha256", "since", "until"], name="one_mask_at_work"
                    )
                ],
            },
        ),
    ]
