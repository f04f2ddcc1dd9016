import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0033_open_inspections"),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitRow",
            fields=[
                ("stream", models.UUIDField(primary_key=True, serialize=False)),
                ("jurisdiction", models.TextField()),
                ("agency", models.UUIDField()),
                ("department", models.TextField()),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("purpose", models.TextField()),
                ("matter", models.TextField()),
                ("others", models.TextField(default="")),
                (
                    "officers",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("at", models.DateTimeField()),
                ("same", models.TextField()),
            ],
            options={
                "db_table": "visit_row",
                "indexes": [
                    models.Index(fields=["agency", "-at", "stream"], name="visit_by_agency"),
                    models.Index(fields=["agency", "department", "-at", "stream"], name="visit_of_department"),
                    models.Index(fields=["jurisdiction", "-at", "stream"], name="visit_of_jurisdiction"),
                    models.Index(fields=["code", "-at", "stream"], name="visit_of_enterprise"),
                ],
                "constraints": [models.UniqueConstraint(fields=("same",), name="visit_once")],
            },
        ),
    ]
