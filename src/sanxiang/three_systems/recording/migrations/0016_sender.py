from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recording", "0011_masked_films_and_papers"),
    ]

    operations = [
        migrations.AddField(
            model_name="arrivedact",
            name="sender",
            field=models.TextField(default=""),
        ),
    ]
