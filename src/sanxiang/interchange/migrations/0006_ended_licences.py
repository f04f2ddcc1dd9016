from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interchange", "0005_platform"),
    ]

    operations = [
        migrations.AddField(model_name="creditrecord", name="ends", field=models.TextField(default="")),
    ]
