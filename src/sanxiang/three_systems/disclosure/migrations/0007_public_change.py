"""How often what the public pages read has changed: one number, counted by triggers."""

from django.db import migrations, models

COUNTED = ("published", "public_certificate", "public_agency")
FIRST = "INSERT INTO public_change (one, n) VALUES (true, 0)"
COUNTING = """
CREATE FUNCTION count_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public_change SET n = n + 1;
    RETURN NULL;
END $$;
"""
EACH = (
    "CREATE TRIGGER counted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {}"
    " FOR EACH STATEMENT EXECUTE FUNCTION count_public_change()"
)


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0006_before"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicChange",
            fields=[
                ("one", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("n", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "public_change"},
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTING, "DROP FUNCTION count_public_change()"),
        *(migrations.RunSQL(EACH.format(table), f"DROP TRIGGER counted ON {table}") for table in COUNTED),
    ]
