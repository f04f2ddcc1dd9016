"""Papers while they are written (文书草稿), apart from the lists: they are no projection and no part of the record."""

from __future__ import annotations

from django.db import models


class PaperDraft(models.Model):
    """One version of a paper that somebody kept before the act that signs it: `number` counts within case and act,
    `base` the version that it was taken up from, `version` that of the case as he saw it. `body` is what was typed,
    sealed under the key of the case, so that it ends with its content. The web role may add, never change or delete."""

    stream = models.UUIDField()
    act = models.TextField()
    number = models.IntegerField()
    base = models.IntegerField(null=True)
    version = models.IntegerField()
    officer = models.UUIDField()
    officer_name = models.TextField()
    at = models.DateTimeField()
    body = models.BinaryField()

    class Meta:
        db_table = "case_paper_draft"
        constraints = (models.UniqueConstraint(fields=["stream", "act", "number"], name="one_draft_by_number"),)
