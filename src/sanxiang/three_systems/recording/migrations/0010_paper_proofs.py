from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recording", "0008_entries"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperProof",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("event", models.UUIDField()),
                ("sealed", models.BinaryField()),
            ],
            options={"db_table": "paper_proof"},
        ),
    ]
