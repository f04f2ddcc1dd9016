from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recording", "0010_paper_proofs")]

    operations = [
        migrations.CreateModel(
            name="MaskedCopy",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField()),
                ("owner", models.UUIDField()),
                ("request", models.UUIDField()),
                ("sha256", models.TextField()),
                ("name", models.TextField()),
                ("made", models.TextField()),
                ("size", models.BigIntegerField()),
                ("shapes", models.JSONField(default=list)),
                ("state", models.TextField()),
                ("note", models.TextField(default="")),
                ("maker", models.UUIDField()),
                ("maker_name", models.TextField()),
                ("at", models.DateTimeField()),
                ("checker_name", models.TextField(default="")),
                ("checked_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "recording_masked_copy",
                "indexes": [models.Index(fields=["request", "sha256", "-at"], name="masked_for_request")],
            },
        ),
    ]
