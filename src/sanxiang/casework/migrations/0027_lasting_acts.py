from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0021_sm3_of_staged_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="LastingAct",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField(unique=True)),
                ("act", models.TextField()),
                ("act_name", models.TextField()),
                ("officer", models.UUIDField()),
                ("officer_name", models.TextField()),
                ("body", models.BinaryField(null=True)),
                ("key", models.TextField(default="")),
                ("said", models.BinaryField(default=b"")),
                ("state", models.TextField(default="waiting")),
                ("text", models.TextField(default="")),
                ("reasons", models.JSONField(default=list)),
                ("done", models.IntegerField(default=0)),
                ("steps", models.IntegerField(default=0)),
                ("tries", models.IntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("again_at", models.DateTimeField()),
            ],
            options={
                "db_table": "case_lasting_act",
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["again_at"], name="lasting_waiting")
                ],
            },
        ),
    ]
