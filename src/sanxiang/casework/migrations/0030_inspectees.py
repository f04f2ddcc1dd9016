import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0031_terms_not_ours"),
    ]

    operations = [
        migrations.CreateModel(
            name="InspecteeRow",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("agency", models.UUIDField()),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                ("address", models.TextField(default="")),
                ("level", models.TextField(default="")),
                (
                    "items",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("since", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("gone", models.BooleanField(default=False)),
                ("left", models.TextField(default="")),
                ("latest", models.BooleanField()),
            ],
            options={
                "db_table": "inspectee_row",
                "indexes": [
                    models.Index(fields=["agency", "stream", "-seq"], name="inspectee_as_of"),
                    models.Index(
                        condition=models.Q(("latest", True)),
                        fields=["agency", "name", "stream"],
                        name="inspectee_by_name",
                    ),
                    models.Index(fields=["stream"], name="inspectee_of_stream"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("seq", 1)), fields=("agency", "code"), name="inspectee_once"
                    )
                ],
            },
        ),
    ]
