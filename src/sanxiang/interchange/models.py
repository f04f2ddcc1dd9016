"""Keys with which another system acts for an account."""

from __future__ import annotations

from django.db import models


class AccessKey(models.Model):
    """A key (接口密钥): only its SHA-256 is kept. It can do what its account can do, until `expires_at`."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    account = models.BigIntegerField(db_index=True)
    label = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_key"
