from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0007_marks_and_stories"),
    ]

    operations = [
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("officer", models.UUIDField(null=True)),
                ("name", models.TextField()),
                ("jurisdiction", models.TextField()),
                ("agency", models.UUIDField(null=True)),
                ("stream", models.UUIDField(null=True)),
                ("case_number", models.TextField(default="")),
                ("act", models.TextField()),
                ("act_name", models.TextField()),
                ("report", models.BooleanField(default=False)),
                ("reasons", models.JSONField()),
            ],
            options={
                "db_table": "case_refusal",
                "indexes": [
                    models.Index(fields=["agency", "-id"], name="refusal_of_agency"),
                    models.Index(fields=["jurisdiction", "-id"], name="refusal_of_jurisdiction"),
                ],
            },
        ),
    ]
