from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0022_paper_drafts")]

    operations = [
        migrations.AddField(model_name="stagedfile", name="sm3", field=models.TextField(default="")),
    ]
