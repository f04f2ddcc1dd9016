"""Recordings in one line each, and what phones have sent: pieces until a recording is whole, acts until they are
done; large files on their way."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from . import file_models as file_models

NEWEST = ("-began", "stream")
MADE = models.Q(sort="recording")
DOUBTED = models.Q(doubted=True)
UNENTERED = MADE & models.Q(state="sealed", event="", case__isnull=False) & ~models.Q(activity="")
"""Linked to an act of a case that is not on the record."""


class RecordingRow(models.Model):
    """One recording, exemption or engagement in one line (音像记录台账). `sort`, `state`, `source`, `medium`, `grade`
    as in
    `core.casefile.recordings`; `open_gaps` interruptions without explanation; `digests` hex SHA-256 of its files."""

    stream = models.UUIDField(primary_key=True)
    sort = models.TextField()
    state = models.TextField()
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    department = models.TextField(default="")
    case = models.UUIDField(null=True)
    activity = models.TextField(default="")
    event = models.TextField(default="")
    source = models.TextField(default="")
    medium = models.TextField(default="")
    maker = models.TextField(default="")
    maker_name = models.TextField(default="")
    device = models.TextField(default="")
    notice = models.BooleanField(default=False)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    seconds = models.IntegerField(default=0)
    grade = models.TextField(default="")
    gaps = models.IntegerField(default=0)
    open_gaps = models.IntegerField(default=0)
    size = models.BigIntegerField(default=0)
    digests = ArrayField(models.TextField(), default=list)
    doubts = models.JSONField(default=list)
    doubted = models.BooleanField(default=False)

    class Meta:
        db_table = "recording_row"
        indexes = (
            models.Index(fields=["agency", *NEWEST], name="recording_of_agency"),
            models.Index(fields=["jurisdiction", *NEWEST], name="recording_of_jurisdiction"),
            models.Index(fields=["case", "began"], name="recording_row_of_case"),
            models.Index(fields=["maker", *NEWEST], name="recording_of_maker"),
            models.Index(fields=["agency", *NEWEST], name="recording_loose", condition=MADE & models.Q(case=None)),
            models.Index(fields=["agency", "began", "stream"], name="recording_unentered", condition=UNENTERED),
            models.Index(
                fields=["jurisdiction", "began", "stream"], name="recording_unentered_of_place", condition=UNENTERED
            ),
            models.Index(fields=["agency", *NEWEST], name="recording_open_gaps", condition=models.Q(open_gaps__gt=0)),
            models.Index(fields=["agency", *NEWEST], name="recording_doubted", condition=DOUBTED),
            models.Index(fields=["jurisdiction", *NEWEST], name="recording_doubted_of_place", condition=DOUBTED),
        )


class RecordingText(models.Model):
    """What a recording is found by (检索): its bookmarks, the names of its films, who made it, why it was interrupted;
    the lines that are shown and what is searched in them."""

    stream = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    said = models.TextField()
    text = models.TextField()
    pairs = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "recording_text"
        indexes = (GinIndex(fields=["pairs"], name="recording_text_pairs", fastupdate=False),)


class Take(models.Model):
    """A recording that a phone is making or sending (录制任务): whose it is by the pass that it began under, not by who
    sends it; `opening` the document that its chain begins with. `sealed` once it stands whole on the record. `anchors`
    the pieces by which the next ones are reckoned (`core.ledger.segments.anchors`); up to the last it was done."""

    id = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    maker = models.TextField()
    sender = models.TextField(default="")
    opening = models.BinaryField(default=b"")
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    sealed = models.JSONField(null=True)
    anchors = ArrayField(models.IntegerField(), default=list)

    class Meta:
        db_table = "capture_take"
        indexes = (models.Index(fields=["maker", "-opened_at"], name="take_of_maker"),)


class Segment(models.Model):
    """One piece of a take (录制片段) with its header as it was sent; its bytes lie among the pieces under `sha256`.
    `conflict` where another piece came under the same number first."""

    take = models.ForeignKey(Take, on_delete=models.CASCADE, related_name="segments")
    number = models.IntegerField()
    sha256 = models.TextField()
    link = models.TextField()
    header = models.BinaryField()
    size = models.BigIntegerField()
    arrived = models.DateTimeField()
    conflict = models.BooleanField(default=False)

    class Meta:
        db_table = "capture_segment"
        constraints = (
            models.UniqueConstraint(fields=["take", "number", "link"], name="segment_once"),
            models.UniqueConstraint(
                fields=["take", "number"], condition=models.Q(conflict=False), name="segment_of_number"
            ),
        )


class ArrivedAct(models.Model):
    """An act done on a phone without a net, as it came in (离线办理): judged as of the time it was done, and of
    `officer` by the pass that it was done under; `sender` is who was logged in when there was a net. What a gate
    refuses stays here with its `reasons` until the officer mends it."""

    id = models.UUIDField(primary_key=True)
    officer = models.UUIDField()
    sender = models.TextField(default="")
    agency = models.UUIDField()
    case = models.UUIDField(null=True)
    act = models.TextField()
    act_name = models.TextField()
    title = models.TextField(default="")
    sent = models.JSONField()
    digest = models.TextField()
    done_at = models.DateTimeField()
    arrived = models.DateTimeField()
    state = models.TextField()
    event = models.TextField(default="")
    reasons = models.JSONField(default=list)

    class Meta:
        db_table = "capture_act"
        indexes = (
            models.Index(fields=["officer", "state", "-arrived"], name="arrived_of_officer"),
            models.Index(fields=["case", "-arrived"], name="arrived_of_case"),
        )


class BlankRow(models.Model):
    """One numbered blank of an on-the-spot decision (编号空白决定书): who took it out, where it stands since when, the
    case that used it, why it ended without one."""

    number = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    officer = models.UUIDField()
    name = models.TextField()
    year = models.IntegerField()
    handed_out = models.DateTimeField()
    state = models.TextField()
    at = models.DateTimeField()
    case = models.UUIDField(null=True)
    reason = models.TextField(default="")

    class Meta:
        db_table = "capture_blank"
        indexes = (
            models.Index(fields=["agency", "year", "-handed_out", "number"], name="blanks_of_agency"),
            models.Index(fields=["officer", "state"], name="blanks_of_officer"),
        )


class Arriving(models.Model):
    """A file that comes in pieces (断点续传), and what became of it. Its bytes stand in `store.arriving` under the same
    id. `target` names what it is for (see `targets`), `told` what the sender said of it; `text` why it was not taken.
    Once it is whole, `sha256` is set."""

    id = models.UUIDField(primary_key=True)
    officer = models.UUIDField()
    target = models.TextField()
    told = models.JSONField()
    name = models.TextField()
    size = models.BigIntegerField()
    at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    sha256 = models.TextField(default="")
    sm3 = models.TextField(default="")
    taken = models.JSONField(null=True)
    text = models.TextField(default="")

    class Meta:
        db_table = "recording_arriving"
        indexes = (models.Index(fields=["officer", "until"], name="arriving_of_officer"),)


class Found(models.Model):
    """What was found in an evidence file (媒体检查结果), by its hex digest: made of the file alone, and again at any
    time. `state` found, broken (the file is at fault) or failed; `found` as `store.film.reading.examine` tells it;
    `copy` the copy that browsers play; `small` whether there is a small picture; `text` what went wrong."""

    sha256 = models.TextField(primary_key=True)
    media_type = models.TextField()
    size = models.BigIntegerField()
    state = models.TextField()
    found = models.JSONField(default=dict)
    copy = models.JSONField(null=True)
    small = models.BooleanField(default=False)
    text = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "recording_found"


class MaskedCopy(models.Model):
    """A masked copy for a request (脱敏副本), by the event that made it; `state` made, passed or returned. `sha256` is
    that of the original, empty of a paper that the system set: that one is told by `event` and `index`. `since` and
    `until` are the seconds that were granted; `manner` what stands beside the rectangles."""

    id = models.UUIDField(primary_key=True)
    stream = models.UUIDField()
    owner = models.UUIDField()
    request = models.UUIDField()
    event = models.UUIDField(null=True)
    index = models.IntegerField(default=0)
    sha256 = models.TextField()
    since = models.IntegerField(default=0)
    until = models.IntegerField(default=-1)
    name = models.TextField()
    made = models.TextField()
    media_type = models.TextField(default="image/jpeg")
    size = models.BigIntegerField()
    shapes = models.JSONField(default=list)
    manner = models.JSONField(default=dict)
    state = models.TextField()
    note = models.TextField(default="")
    maker = models.UUIDField()
    maker_name = models.TextField()
    at = models.DateTimeField()
    checker_name = models.TextField(default="")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recording_masked_copy"
        indexes = (models.Index(fields=["request", "sha256", "-at"], name="masked_for_request"),)


class MaskWork(models.Model):
    """A masked copy that the worker is to make (正在制作的脱敏副本): gone once it is made, else `state` waiting or
    failed with its `text`. `told` is what the event will say, `done` hundredths of the way."""

    id = models.UUIDField(primary_key=True)
    stream = models.UUIDField()
    request = models.UUIDField()
    event = models.UUIDField()
    index = models.IntegerField()
    sha256 = models.TextField()
    since = models.IntegerField()
    until = models.IntegerField()
    media_type = models.TextField()
    told = models.JSONField()
    actor = models.JSONField()
    state = models.TextField(default="waiting")
    text = models.TextField(default="")
    done = models.IntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "recording_mask_work"
        constraints = (
            models.UniqueConstraint(
                fields=["request", "event", "index", "sha256", "since", "until"], name="one_mask_at_work"
            ),
        )
        indexes = (models.Index(fields=["stream"], name="mask_work_of_case"),)


class LookRow(models.Model):
    """One look at a file of the record (调阅记录), from the events of looking. `owner` the case or recording that names
    the file; `manner` as in the event (view, download, still, paper, paper-download, package); `second` and `made` of a
    still."""

    id = models.UUIDField(primary_key=True)
    stream = models.UUIDField()
    owner = models.UUIDField()
    event = models.UUIDField()
    index = models.IntegerField()
    sha256 = models.TextField()
    name = models.TextField()
    manner = models.TextField()
    second = models.TextField(default="")
    made = models.TextField(default="")
    officer = models.UUIDField()
    officer_name = models.TextField()
    agency = models.UUIDField()
    at = models.DateTimeField()
    day = models.DateField()
    purpose = models.TextField()

    class Meta:
        db_table = "recording_look"
        indexes = (
            models.Index(fields=["owner", "-at"], name="look_of_owner"),
            models.Index(fields=["officer", "day", "sha256"], name="look_of_officer"),
        )


class PaperProof(models.Model):
    """The receipt of a sealed paper for whoever holds it (文书回执), encrypted with the code that is printed on it: the
    portal's role may read `key` and `sealed` and not which paper it is of."""

    key = models.TextField(primary_key=True)
    event = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "paper_proof"
