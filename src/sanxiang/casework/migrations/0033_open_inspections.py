"""The inspections of an agency that are open are found without reading its other cases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0032_grade_of_staged_files")]

    operations = [
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("category", "检查"), ("state", "open")),
                fields=["agency", "-opened_at", "stream"],
                name="case_open_inspection",
            ),
        ),
    ]
