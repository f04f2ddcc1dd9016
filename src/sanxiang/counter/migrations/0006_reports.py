"""Until when a clue has to be looked into."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counter", "0004_clues"),
    ]

    operations = [
        migrations.AddField("cluerow", "check_by", models.DateField(null=True)),
    ]
