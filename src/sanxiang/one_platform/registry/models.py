"""What lists of the registers show, and uploads that wait for confirmation.

All but `Staging` are projections: written by the write path of their stream, rebuilt from the record."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

MARK_ONCE = "agency_mark_once"


class AgencyRow(models.Model):
    """An enforcement body (执法主体). Its mark (机关代字) begins the numbers of its documents, which are counted by
    mark: of the agencies that exist only one has it."""

    stream = models.UUIDField(primary_key=True)
    version = models.IntegerField()
    jurisdiction = models.TextField()
    name = models.TextField()
    short_name = models.TextField(default="")
    mark = models.TextField(default="")
    kind = models.TextField(default="")
    credit_code = models.TextField(default="")
    address = models.TextField(default="")
    phone = models.TextField(default="")
    since = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "agency_row"
        indexes = (
            models.Index(fields=["jurisdiction", "name", "stream"], name="agency_by_name"),
            models.Index(fields=["credit_code"], name="agency_by_code"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["mark"], name=MARK_ONCE, condition=models.Q(ended_on=None) & ~models.Q(mark="")
            ),
        )


class DepartmentRow(models.Model):
    """A department of an agency and what it is for (内设机构)."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    department = models.TextField()
    name = models.TextField()
    functions = ArrayField(models.TextField(), default=list)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "department_row"
        indexes = (models.Index(fields=["stream", "name"], name="department_of_agency"),)


class OfficerRow(models.Model):
    """An officer in one line (执法人员). `id_token` finds the same person again by a keyed hash of the identity number;
    the certificate is the one that lasts longest, `certified_until` the last day of those that were not suspended."""

    stream = models.UUIDField(primary_key=True)
    version = models.IntegerField()
    agency = models.UUIDField()
    name = models.TextField()
    title = models.TextField(default="")
    id_token = models.BinaryField(null=True)
    registered_on = models.DateField()
    left_on = models.DateField(null=True)
    exam_on = models.DateField(null=True)
    judicial_on = models.DateField(null=True)
    posts = ArrayField(models.TextField(), default=list)
    departments = ArrayField(models.TextField(), default=list)
    certificates = models.IntegerField(default=0)
    certificate_number = models.TextField(default="")
    certified_from = models.DateField(null=True)
    certified_until = models.DateField(null=True)
    suspended_on = models.DateField(null=True)

    class Meta:
        db_table = "officer_row"
        indexes = (
            models.Index(fields=["agency", "name", "stream"], name="officer_by_name"),
            models.Index(fields=["agency", "certified_until"], name="officer_by_certificate"),
            models.Index(fields=["id_token"], name="officer_by_token"),
        )


class CertificateRow(models.Model):
    """One enforcement certificate (执法证件). Days are inclusive."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    number = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    issuer = models.TextField(default="")
    suspended_on = models.DateField(null=True)

    class Meta:
        db_table = "certificate_row"
        indexes = (
            models.Index(fields=["number"], name="certificate_by_number"),
            models.Index(fields=["stream"], name="certificate_of_officer"),
        )


class PostRow(models.Model):
    """One post of one officer (任职), until the day it ended (exclusive)."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    post = models.TextField()
    department = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)
    first_time = models.BooleanField(default=False)

    class Meta:
        db_table = "post_row"
        indexes = (
            models.Index(fields=["stream"], name="post_of_officer"),
            models.Index(fields=["agency", "post", "department"], name="post_of_agency"),
        )


class ItemRow(models.Model):
    """An enforcement item on an agency's list (执法事项)."""

    stream = models.UUIDField(primary_key=True)
    version = models.IntegerField()
    agency = models.UUIDField()
    code = models.TextField()
    category = models.TextField()
    name = models.TextField(default="")
    listed_on = models.DateField()
    removed_on = models.DateField(null=True)

    class Meta:
        db_table = "item_row"
        indexes = (models.Index(fields=["agency", "code", "stream"], name="item_by_code"),)


class Staging(models.Model):
    """An uploaded spreadsheet between check and confirmation (待确认的导入).

    `content` is the file, encrypted under `key`, which the master key wraps; both are gone once it is confirmed,
    cancelled or a day old. `plan` is the digest of what the person confirmed. `state`: checked, waiting (for the
    worker), done. Whoever enters it holds the row's lock, so that a dead process leaves nothing to clear up."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    agency = models.UUIDField()
    officer = models.UUIDField()
    name = models.TextField()
    state = models.TextField(default="checked")
    key = models.BinaryField(null=True)
    content = models.BinaryField(null=True)
    plan = models.TextField(default="")
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "registry_staging"
        indexes = (
            models.Index(fields=["officer", "-created_at"], name="staging_of_officer"),
            models.Index(fields=["expires_at"], name="staging_by_expiry"),
        )


class Progress(models.Model):
    """How far an import has come, told from a connection of its own while its transaction is open."""

    staging = models.UUIDField(primary_key=True)
    done = models.IntegerField()
    total = models.IntegerField()

    class Meta:
        db_table = "registry_progress"


class InspectionRow(models.Model):
    """What an inspection tells of how the enterprise was treated (检查预警). A projection of cases of that category:
    whether it counts in the yearly cap, when somebody was there and when he was meant to be, whether the code at the
    door was scanned, whether the item was published."""

    stream = models.UUIDField(primary_key=True)
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    department = models.TextField()
    code = models.TextField(default="")
    registered_on = models.DateField()
    counts = models.BooleanField()
    meant_on = models.DateField(null=True)
    visited_on = models.DateField(null=True)
    scanned = models.BooleanField()
    not_scanned = models.TextField(default="")
    published = models.BooleanField()

    class Meta:
        db_table = "inspection_row"
        indexes = (
            models.Index(fields=["agency", "-registered_on", "stream"], name="inspection_of_agency"),
            models.Index(fields=["jurisdiction", "-visited_on", "stream"], name="inspection_of_place"),
            models.Index(fields=["code", "visited_on"], name="inspection_of_enterprise"),
        )
