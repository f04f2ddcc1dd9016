"""The lists of duties leave out the term for a suit and what another body owes: the partial indexes follow. A case is
found by the number of its decision."""

from django.db import migrations, models

LISTED = models.Q(
    ("excused", False),
    ("met_at__isnull", True),
    models.Q(
        ("duty__in", ("defence", "hearing_request", "reconsideration", "suit", "pay", "expire", "police_answer")),
        _negated=True,
    ),
)
INDEXES = {
    "duty_open": ["agency", "due_on", "id"],
    "duty_by_kind": ["agency", "duty", "due_on", "id"],
    "duty_of_department": ["agency", "department", "due_on", "id"],
    "duty_of_jurisdiction": ["jurisdiction", "due_on", "id"],
    "duty_open_of_case": ["stream", "due_on", "id"],
}


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0027_lasting_acts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("decision_number", ""), _negated=True),
                fields=["agency", "decision_number"],
                name="case_by_decision",
            ),
        ),
    ] + [
        step
        for name, fields in INDEXES.items()
        for step in (
            migrations.RemoveIndex(model_name="dutyrow", name=name),
            migrations.AddIndex(model_name="dutyrow", index=models.Index(condition=LISTED, fields=fields, name=name)),
        )
    ]
