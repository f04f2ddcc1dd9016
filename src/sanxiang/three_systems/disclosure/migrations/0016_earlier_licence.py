from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0015_blank_number"),
    ]

    operations = [
        migrations.AddField(model_name="published", name="earlier", field=models.TextField(default="")),
        migrations.AddField(model_name="published", name="became", field=models.TextField(default="")),
        migrations.AddIndex(
            model_name="published",
            index=models.Index(
                condition=models.Q(("earlier", ""), _negated=True),
                fields=["agency", "earlier"],
                name="published_earlier",
            ),
        ),
    ]
