import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0018_handlers_of_overdue"),
    ]

    operations = [
        migrations.CreateModel(
            name="BroughtEvidence",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField(db_index=True)),
                ("origin", models.UUIDField(db_index=True)),
                ("original", models.UUIDField()),
                (
                    "recordings",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
            ],
            options={
                "db_table": "case_brought",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["recordings"], name="brought_recordings", fastupdate=False
                    ),
                ],
            },
        ),
    ]
