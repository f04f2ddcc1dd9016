from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0006_advisers"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoryLeft",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
                ("stream", models.UUIDField(null=True)),
                ("done", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "demonstration_story_left",
            },
        ),
        migrations.AddField(
            model_name="caserow",
            name="late_duties",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caserow",
            name="late_entries",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caserow",
            name="revoked",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("breaches__gt", 0)),
                fields=["agency", "-last_at", "stream"],
                name="case_breach_of_agency",
            ),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("breaches__gt", 0)),
                fields=["jurisdiction", "-last_at", "stream"],
                name="case_breach_of_jurisdiction",
            ),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("late_entries__gt", 0)),
                fields=["agency", "-last_at", "stream"],
                name="case_entered_of_agency",
            ),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("late_entries__gt", 0)),
                fields=["jurisdiction", "-last_at", "stream"],
                name="case_entered_of_jurisdiction",
            ),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("late_duties__gt", 0)),
                fields=["agency", "-last_at", "stream"],
                name="case_late_of_agency",
            ),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("late_duties__gt", 0)),
                fields=["jurisdiction", "-last_at", "stream"],
                name="case_late_of_jurisdiction",
            ),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("revoked", True)),
                fields=["agency", "-last_at", "stream"],
                name="case_revoked_of_agency",
            ),
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("revoked", True)),
                fields=["jurisdiction", "-last_at", "stream"],
                name="case_revoked_of_jurisdiction",
            ),
        ),
    ]
