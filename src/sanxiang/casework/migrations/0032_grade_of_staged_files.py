from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0030_inspectees")]

    operations = [
        migrations.AddField(model_name="stagedfile", name="grade", field=models.TextField(default="C")),
    ]
