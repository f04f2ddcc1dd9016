"""Of the agencies that exist only one has a mark (机关代字)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: list[tuple[str, str]] = [
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="agencyrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on", None), models.Q(("mark", ""), _negated=True)),
                fields=("mark",),
                name="agency_mark_once",
            ),
        ),
    ]
