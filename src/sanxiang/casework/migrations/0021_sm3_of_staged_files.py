from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0019_brought_evidence")]

    operations = [
        migrations.AddField(model_name="stagedfile", name="sm3", field=models.TextField(default="")),
    ]
