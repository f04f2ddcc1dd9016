from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0009_posts_of_colleagues"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("decided_on__isnull", False), ("review_due", True)),
                fields=["agency", "decided_on"],
                include=("review_state", "decision_number"),
                name="case_reviewed_decided",
            ),
        ),
        migrations.AddIndex(
            model_name="dutyrow",
            index=models.Index(
                fields=["agency", "duty", "due_on"],
                include=("met_at", "late", "excused"),
                name="duty_kept",
            ),
        ),
    ]
