"""The papers that were served, held ready for their party. What is encrypted is not packed again by the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counter", "0002_party"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartyPaper",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField()),
                ("event", models.UUIDField()),
                ("index", models.IntegerField()),
                ("source", models.TextField(default="")),
                ("until", models.DateField(null=True)),
            ],
            options={
                "db_table": "party_paper",
                "indexes": [
                    models.Index(fields=["stream"], name="party_paper_of"),
                    models.Index(fields=["until"], name="party_paper_until"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartyPaperContent",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "party_paper_content",
                "indexes": [models.Index(fields=["stream"], name="party_paper_content_of")],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE party_paper_content ALTER COLUMN sealed SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
    ]
