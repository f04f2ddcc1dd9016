"""Acts that take long (办理时间较长的环节) until they are done; no projection and no part of the record."""

from __future__ import annotations

from django.db import models

WAITING, REFUSED = "waiting", "refused"


class LastingAct(models.Model):
    """An act of a case that was asked for and is being done (如正在组卷), one at a time; gone once its event stands.

    `id` the key under which it is done once, unless the client gave an own one (`key`, `said`). `body` what was typed,
    sealed under the key of the case. `state` waiting, or refused with its `reasons`; `done` of `steps` are made,
    `tries` times it was begun; from `again_at` on somebody else goes on with it, and `text` says what it waits for."""

    id = models.UUIDField(primary_key=True)
    stream = models.UUIDField(unique=True)
    act = models.TextField()
    act_name = models.TextField()
    officer = models.UUIDField()
    officer_name = models.TextField()
    body = models.BinaryField(null=True)
    key = models.TextField(default="")
    said = models.BinaryField(default=b"")
    state = models.TextField(default=WAITING)
    text = models.TextField(default="")
    reasons = models.JSONField(default=list)
    done = models.IntegerField(default=0)
    steps = models.IntegerField(default=0)
    tries = models.IntegerField(default=0)
    at = models.DateTimeField()
    again_at = models.DateTimeField()

    class Meta:
        db_table = "case_lasting_act"
        indexes = (models.Index(fields=["again_at"], name="lasting_waiting", condition=models.Q(state=WAITING)),)

    @property
    def waiting(self) -> bool:
        return self.state == WAITING
