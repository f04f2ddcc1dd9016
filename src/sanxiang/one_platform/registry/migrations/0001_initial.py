"""Tables of the registers: projections, and uploads that wait for confirmation."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("staging", models.UUIDField(primary_key=True, serialize=False)),
                ("done", models.IntegerField()),
                ("total", models.IntegerField()),
            ],
            options={
                "db_table": "registry_progress",
            },
        ),
        migrations.CreateModel(
            name="AgencyRow",
            fields=[
                ("stream", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("jurisdiction", models.TextField()),
                ("name", models.TextField()),
                ("short_name", models.TextField(default="")),
                ("mark", models.TextField(default="")),
                ("kind", models.TextField(default="")),
                ("credit_code", models.TextField(default="")),
                ("address", models.TextField(default="")),
                ("phone", models.TextField(default="")),
                ("since", models.DateField()),
                ("ended_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "agency_row",
                "indexes": [
                    models.Index(fields=["jurisdiction", "name", "stream"], name="agency_by_name"),
                    models.Index(fields=["credit_code"], name="agency_by_code"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateRow",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField()),
                ("agency", models.UUIDField()),
                ("number", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("issuer", models.TextField(default="")),
                ("suspended_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "certificate_row",
                "indexes": [
                    models.Index(fields=["number"], name="certificate_by_number"),
                    models.Index(fields=["stream"], name="certificate_of_officer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DepartmentRow",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField()),
                ("department", models.TextField()),
                ("name", models.TextField()),
                (
                    "functions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={
                "db_table": "department_row",
                "indexes": [models.Index(fields=["stream", "name"], name="department_of_agency")],
            },
        ),
        migrations.CreateModel(
            name="ItemRow",
            fields=[
                ("stream", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("agency", models.UUIDField()),
                ("code", models.TextField()),
                ("category", models.TextField()),
                ("name", models.TextField(default="")),
                ("listed_on", models.DateField()),
                ("removed_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "item_row",
                "indexes": [models.Index(fields=["agency", "code", "stream"], name="item_by_code")],
            },
        ),
        migrations.CreateModel(
            name="OfficerRow",
            fields=[
                ("stream", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("agency", models.UUIDField()),
                ("name", models.TextField()),
                ("title", models.TextField(default="")),
                ("id_token", models.BinaryField(null=True)),
                ("registered_on", models.DateField()),
                ("left_on", models.DateField(null=True)),
                ("exam_on", models.DateField(null=True)),
                ("judicial_on", models.DateField(null=True)),
                (
                    "posts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "departments",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("certificates", models.IntegerField(default=0)),
                ("certificate_number", models.TextField(default="")),
                ("certified_from", models.DateField(null=True)),
                ("certified_until", models.DateField(null=True)),
                ("suspended_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "officer_row",
                "indexes": [
                    models.Index(fields=["agency", "name", "stream"], name="officer_by_name"),
                    models.Index(fields=["agency", "certified_until"], name="officer_by_certificate"),
                    models.Index(fields=["id_token"], name="officer_by_token"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostRow",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("stream", models.UUIDField()),
                ("agency", models.UUIDField()),
                ("post", models.TextField()),
                ("department", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("first_time", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "post_row",
                "indexes": [
                    models.Index(fields=["stream"], name="post_of_officer"),
                    models.Index(fields=["agency", "post", "department"], name="post_of_agency"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Staging",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("agency", models.UUIDField()),
                ("officer", models.UUIDField()),
                ("name", models.TextField()),
                ("state", models.TextField(default="checked")),
                ("key", models.BinaryField(null=True)),
                ("content", models.BinaryField(null=True)),
                ("plan", models.TextField(default="")),
                ("result", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "db_table": "registry_staging",
                "indexes": [
                    models.Index(fields=["officer", "-created_at"], name="staging_of_officer"),
                    models.Index(fields=["expires_at"], name="staging_by_expiry"),
                ],
            },
        ),
    ]
