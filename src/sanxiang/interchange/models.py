"""Keys with which another system acts for an account; records of the credit exchange and where each stands."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
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


class CreditRecord(models.Model):
    """A penalty or permit as the credit platforms have or await it (双公示记录). Here and not among the tables of
    disclosure, which the portal may read: it names persons.

    `content` is the record, encrypted under `key`, which the master key wraps; `mark` a keyed hash of it, by which a
    change is seen. `stream` the case that it was made from (null: imported), `version` the case's version then.
    `state` is one of `keeping.STATES`; `sent_mark` what was last sent, in `batch`; `said` what the receiver said.
    `ends` is the number of the licence that this one withdraws, revokes or cancels."""

    id = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    kind = models.TextField()
    known_by = models.BinaryField()
    stream = models.UUIDField(null=True, unique=True)
    version = models.IntegerField(default=0)
    number = models.TextField()
    ends = models.TextField(default="")
    decided_on = models.DateField(null=True)
    key = models.BinaryField()
    content = models.BinaryField()
    mark = models.BinaryField()
    problems = models.JSONField(default=list)
    state = models.TextField()
    sent_mark = models.BinaryField(null=True)
    batch = models.UUIDField(null=True)
    said = models.TextField(default="")
    gone_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "credit_record"
        constraints = (models.UniqueConstraint(fields=["agency", "kind", "known_by"], name="credit_record_once"),)
        indexes = (
            models.Index(fields=["agency", "kind", "state", "-decided_on", "id"], name="credit_by_state"),
            models.Index(fields=["batch"], name="credit_of_batch"),
        )


class CreditBatch(models.Model):
    """A file that was made for the credit platform (报送批次): what it held, encrypted, and who made it."""

    id = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    officer = models.UUIDField()
    kind = models.TextField()
    form = models.TextField()
    stops = models.BooleanField(default=False)
    count = models.IntegerField()
    sha256 = models.TextField()
    key = models.BinaryField()
    content = models.BinaryField()
    made_at = models.DateTimeField()
    receipt = models.TextField(default="")
    received_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "credit_batch"
        indexes = (models.Index(fields=["agency", "-made_at"], name="credit_batches"),)


class Partner(models.Model):
    """A system that receives what is public (共享对象): the portal of a province, of a justice bureau. It sees what the
    public sees and nothing else, within `jurisdiction` and `categories` (empty: all).

    It pulls with a key of which only the SHA-256 is kept, or is pushed to at `address` with the token it gave us, which
    is kept encrypted; `networks` are the private networks in which that address may lie. `queued` the place in the log
    up to which deliveries were made out, `taken` the cursor that it confirmed. `platform`: it is the publicity
    platform of its place (公示平台) and may say that a decision is public there."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField(unique=True)
    jurisdiction = models.TextField(default="")
    categories = ArrayField(models.TextField(), default=list)
    digest = models.BinaryField(null=True, unique=True, max_length=32)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    address = models.TextField(default="")
    networks = ArrayField(models.TextField(), default=list)
    platform = models.BooleanField(default=False)
    key = models.BinaryField(null=True)
    token = models.BinaryField(null=True)
    queued = models.BigIntegerField(default=-1)
    taken = models.BigIntegerField(default=-1)
    taken_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)
    asked = models.IntegerField(default=0)
    failures = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    problem = models.TextField(default="")

    class Meta:
        db_table = "exchange_partner"


class Change(models.Model):
    """The last thing that happened to the publication of a decision, by its place in the ledger, which only grows."""

    stream = models.UUIDField(primary_key=True)
    position = models.BigIntegerField(unique=True)
    event = models.UUIDField()
    version = models.IntegerField()
    kind = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "exchange_change"


class Gathered(models.Model):
    """Up to where the ledger was read for changes; one row."""

    one = models.BooleanField(primary_key=True, default=True)
    position = models.BigIntegerField(default=-1)

    class Meta:
        db_table = "exchange_gathered"


class Delivery(models.Model):
    """One change on its way to a partner, and its receipt. `state`: waiting, delivered, refused (by the partner),
    superseded (a later change of the same decision is sent instead)."""

    id = models.BigAutoField(primary_key=True)
    partner = models.UUIDField()
    stream = models.UUIDField()
    event = models.UUIDField()
    version = models.IntegerField()
    kind = models.TextField()
    position = models.BigIntegerField()
    state = models.TextField(default="waiting")
    tries = models.IntegerField(default=0)
    problem = models.TextField(default="")
    receipt = models.TextField(default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_delivery"
        constraints = (models.UniqueConstraint(fields=["partner", "event"], name="delivery_once"),)
        indexes = (
            models.Index(fields=["partner", "state", "position"], name="delivery_waiting"),
            models.Index(fields=["stream"], name="delivery_of_case"),
            models.Index(fields=["-made_at", "id"], name="delivery_newest"),
        )


class Withdrawal(models.Model):
    """A withdrawal (撤下) and whether it is felt everywhere: `event` what was recorded, at `position` of the ledger,
    `at` when. Looked at again at `next_at` (null: not any more); `done_at` when the last place was confirmed, `ended`
    why nobody goes on asking where not all were."""

    event = models.UUIDField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    jurisdiction = models.TextField()
    position = models.BigIntegerField(unique=True)
    number = models.TextField(default="")
    category = models.TextField(default="")
    cause = models.TextField(default="")
    at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    ended = models.TextField(default="")

    class Meta:
        db_table = "withdrawal"
        indexes = (
            models.Index(fields=["next_at"], name="withdrawal_open", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["stream", "-position"], name="withdrawal_of_case"),
            models.Index(fields=["agency", "-position"], name="withdrawal_of_agency"),
            models.Index(fields=["jurisdiction", "-position"], name="withdrawal_of_place"),
        )


class WithdrawalCheck(models.Model):
    """One place that was asked about a withdrawal. `asked` the last questions with the status of each answer, `said`
    what confirmed it at `confirmed_at`, `problem` why it is open."""

    id = models.BigAutoField(primary_key=True)
    withdrawal = models.UUIDField()
    place = models.TextField()
    name = models.TextField()
    tries = models.IntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    said = models.TextField(default="")
    problem = models.TextField(default="")
    asked = models.JSONField(default=list)

    class Meta:
        db_table = "withdrawal_check"
        constraints = (models.UniqueConstraint(fields=["withdrawal", "place"], name="withdrawal_check_once"),)
