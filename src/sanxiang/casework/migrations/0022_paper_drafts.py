from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0023_stopped_clocks"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stream", models.UUIDField()),
                ("act", models.TextField()),
                ("number", models.IntegerField()),
                ("base", models.IntegerField(null=True)),
                ("version", models.IntegerField()),
                ("officer", models.UUIDField()),
                ("officer_name", models.TextField()),
                ("at", models.DateTimeField()),
                ("body", models.BinaryField()),
            ],
            options={
                "db_table": "case_paper_draft",
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "act", "number"), name="one_draft_by_number"),
                ],
            },
        ),
    ]
