from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0003_purposes_of_supervisors"),
    ]

    operations = [
        migrations.CreateModel(
            name="StagedFile",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("officer", models.UUIDField()),
                ("stream", models.UUIDField(null=True)),
                ("act", models.TextField()),
                ("name", models.TextField()),
                ("sha256", models.TextField()),
                ("size", models.BigIntegerField()),
                ("media_type", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "case_staged_file",
                "indexes": [models.Index(fields=["officer", "at"], name="staged_of_officer")],
            },
        ),
    ]
