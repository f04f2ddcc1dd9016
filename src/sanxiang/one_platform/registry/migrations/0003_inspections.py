"""How enterprises are treated by inspections (检查预警)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: list[tuple[str, str]] = [
        ("registry", "0002_marks_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="InspectionRow",
            fields=[
                ("stream", models.UUIDField(primary_key=True, serialize=False)),
                ("jurisdiction", models.TextField()),
                ("agency", models.UUIDField()),
                ("department", models.TextField()),
                ("code", models.TextField(default="")),
                ("registered_on", models.DateField()),
                ("counts", models.BooleanField()),
                ("meant_on", models.DateField(null=True)),
                ("visited_on", models.DateField(null=True)),
                ("scanned", models.BooleanField()),
                ("not_scanned", models.TextField(default="")),
                ("published", models.BooleanField()),
            ],
            options={
                "db_table": "inspection_row",
                "indexes": [
                    models.Index(fields=["agency", "-registered_on", "stream"], name="inspection_of_agency"),
                    models.Index(fields=["jurisdiction", "-visited_on", "stream"], name="inspection_of_place"),
                    models.Index(fields=["code", "visited_on"], name="inspection_of_enterprise"),
                ],
            },
        ),
    ]
