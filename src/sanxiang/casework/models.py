"""Logins, and the projections of cases for lists: what a case is, what is due, and whom it waits for.

No projection is written but by the write path of its stream; all can be rebuilt from the record."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.template.defaultfilters import filesizeformat

from sanxiang.core.values.media import KINDS, kind_of
from sanxiang.core.values.origin import FROM_ELSEWHERE

from .draft_models import PaperDraft as PaperDraft
from .finding_models import CaseEntry as CaseEntry
from .finding_models import CaseText as CaseText
from .inspectee_models import InspecteeRow as InspecteeRow
from .lasting_models import LastingAct as LastingAct
from .terms import NOT_OURS


class Account(AbstractUser):
    """A login. What it may do follows from the posts of its `officer` in the registers, never from Django's own
    permissions; an account without officer may only read what is public."""

    officer = models.UUIDField(null=True, unique=True)

    class Meta:
        db_table = "account"


REVIEWED = models.Q(review_due=True) | ~models.Q(review_state="")
"""Cases under legal review: due, going on, or done."""

ADVISED = ~models.Q(advisers=[])
"""Cases that somebody from outside is invited to look at, while the review runs."""
DECIDED = ~models.Q(decision_number="")
NEWEST = ("-last_at", "stream")
WORST = ("next_due", "stream")
RUNNING = models.Q(next_due__isnull=False)
MARKED = {
    "breach": models.Q(breaches__gt=0), "entered": models.Q(late_entries__gt=0), "late": models.Q(late_duties__gt=0),
    "revoked": models.Q(revoked=True),
}  # fmt: skip
"""What supervision looks for: a rule was broken, something was entered afterwards (补录), a duty was met late, the
decision was revoked. Each is a list of its own, few among many."""


class CaseRow(models.Model):
    """One case in one line (案件台账). `party_token` finds the same party again without naming it in an index;
    `next_due` is the earliest open duty of the agency.

    Every index but the last five is a list in the order in which it is shown: whose list, narrowed by what, newest
    activity first."""

    stream = models.UUIDField(primary_key=True)
    version = models.IntegerField()
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    department = models.TextField()
    category = models.TextField()
    procedure = models.TextField()
    case_number = models.TextField(default="")
    title = models.TextField(default="")
    party = models.TextField(default="")
    party_kind = models.TextField(default="")
    party_token = models.BinaryField(null=True)
    stage = models.TextField()
    state = models.TextField()
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_act = models.TextField()
    decision_number = models.TextField(default="")
    decided_on = models.DateField(null=True)
    review_due = models.BooleanField(default=False)
    review_state = models.TextField(default="")
    public_state = models.TextField(default="")
    handlers = ArrayField(models.TextField(), default=list)
    advisers = ArrayField(models.TextField(), default=list)
    breaches = models.IntegerField(default=0)
    late_entries = models.IntegerField(default=0)
    late_duties = models.IntegerField(default=0)
    revoked = models.BooleanField(default=False)
    next_due = models.DateField(null=True)

    class Meta:
        db_table = "case_row"
        indexes = (
            models.Index(fields=["agency", *NEWEST], name="case_by_activity"),
            models.Index(fields=["agency", "department", *NEWEST], name="case_of_department"),
            models.Index(fields=["jurisdiction", *NEWEST], name="case_of_jurisdiction"),
            models.Index(fields=["agency", *NEWEST], name="case_reviewed", condition=REVIEWED),
            models.Index(fields=["agency", "state", *NEWEST], name="case_by_state"),
            models.Index(fields=["agency", "stage", *NEWEST], name="case_by_stage"),
            models.Index(fields=["agency", "category", *NEWEST], name="case_by_category"),
            models.Index(
                fields=["agency", "review_state", *NEWEST], name="case_by_review",
                condition=~models.Q(review_state__in=("", "passed")),
            ),
            models.Index(
                fields=["agency", "public_state", *NEWEST], name="case_by_public",
                condition=~models.Q(public_state__in=("", "published")),
            ),
            models.Index(fields=["agency", *WORST], name="case_overdue", condition=RUNNING),
            models.Index(fields=["agency", "department", *WORST], name="case_of_department_overdue", condition=RUNNING),
            models.Index(fields=["jurisdiction", *WORST], name="case_of_jurisdiction_overdue", condition=RUNNING),
            *(
                models.Index(fields=[whose, *NEWEST], name=f"case_{mark}_of_{whose}", condition=condition)
                for mark, condition in MARKED.items()
                for whose in ("agency", "jurisdiction")
            ),
            GinIndex(fields=["handlers"], name="case_of_handler", fastupdate=False),
            GinIndex(fields=["advisers"], name="case_of_adviser", condition=ADVISED, fastupdate=False),
            models.Index(fields=["party_token"], name="case_by_party"),
            models.Index(
                fields=["agency", "-opened_at", "stream"], name="case_open_inspection",
                condition=models.Q(category="检查", state="open"),
            ),
            models.Index(fields=["agency", "decision_number"], name="case_by_decision", condition=DECIDED),
            models.Index(
                fields=["agency", "decided_on"], include=["review_state", "decision_number"],
                name="case_reviewed_decided", condition=models.Q(review_due=True, decided_on__isnull=False),
            ),
        )  # fmt: skip


class HandlerRow(models.Model):
    """Who handles a case with an open duty, and the day it is due: what is overdue among one's own cases is found
    without reading what is overdue in the agency, or what else one handles."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    officer = models.TextField()
    next_due = models.DateField()

    class Meta:
        db_table = "case_handler"
        indexes = (
            models.Index(fields=["stream"], name="handler_of_case"),
            models.Index(fields=["officer", *WORST], name="handler_overdue"),
        )


LISTED = models.Q(met_at__isnull=True, excused=False) & ~models.Q(duty__in=NOT_OURS)
"""Duties that stand on somebody's list: what the agency owes."""


class DutyRow(models.Model):
    """One dated duty of a case (期限): the clauses it is stricter than in `beside`, what it leaves out in `stops`."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    jurisdiction = models.TextField(default="")
    agency = models.UUIDField()
    department = models.TextField()
    duty = models.TextField()
    clause = models.TextField()
    law = models.TextField()
    owner = models.TextField(default="")
    started_on = models.DateField()
    due_on = models.DateField()
    due_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    met_at = models.DateTimeField(null=True)
    excused = models.BooleanField(default=False)
    extended = models.IntegerField(default=0)
    late = models.BooleanField(default=False)
    beside = models.JSONField(default=list)
    stops = models.JSONField(default=list)

    class Meta:
        db_table = "case_duty"
        indexes = (
            models.Index(fields=["agency", "due_on", "id"], name="duty_open", condition=LISTED),
            models.Index(fields=["agency", "duty", "due_on", "id"], name="duty_by_kind", condition=LISTED),
            models.Index(fields=["agency", "department", "due_on", "id"], name="duty_of_department", condition=LISTED),
            models.Index(fields=["jurisdiction", "due_on", "id"], name="duty_of_jurisdiction", condition=LISTED),
            models.Index(fields=["stream"], name="duty_of_case"),
            models.Index(fields=["stream", "due_on", "id"], name="duty_open_of_case", condition=LISTED),
            models.Index(fields=["agency", "duty", "due_on"], name="duty_kept", include=["met_at", "late", "excused"]),
        )


class WaitRow(models.Model):
    """A case that waits for somebody: the act to do next and the post that does it (待办)."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    department = models.TextField()
    act = models.TextField()
    act_name = models.TextField()
    post = models.TextField()
    since = models.DateTimeField()
    due_on = models.DateField(null=True)

    class Meta:
        db_table = "case_wait"
        indexes = (
            models.Index(fields=["agency", "post", "due_on", "id"], name="wait_of_post"),
            models.Index(fields=["agency", "department", "post", "due_on", "id"], name="wait_of_department"),
        )


class Colleague(models.Model):
    """An officer as the picker of a form shows him. `held` every post that he ever held, as post@department: who headed
    a department on an earlier day is found among them."""

    stream = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    name = models.TextField()
    serving = models.BooleanField()
    departments = ArrayField(models.TextField(), default=list)
    posts = ArrayField(models.TextField(), default=list)
    held = ArrayField(models.TextField(), default=list)
    certificate = models.TextField(default="")
    valid_until = models.DateField(null=True)

    class Meta:
        db_table = "case_colleague"
        indexes = (models.Index(fields=["agency", "name", "stream"], name="colleague_of_agency"),)


class CaseRecording(models.Model):
    """A recording, exemption or engagement as the write path finds it (案件的音像记录): whose it is, for which act of
    which case, and whether an act already rests on it (`event`)."""

    stream = models.UUIDField(primary_key=True)
    sort = models.TextField()
    state = models.TextField()
    agency = models.UUIDField()
    case = models.UUIDField(null=True)
    activity = models.TextField(default="")
    event = models.TextField(default="")
    people = ArrayField(models.TextField(), default=list)
    began = models.DateTimeField()

    class Meta:
        db_table = "case_recording"
        indexes = (
            models.Index(fields=["case", "activity", "began"], name="recording_of_case"),
            GinIndex(fields=["people"], name="recording_of_people", fastupdate=False),
        )


class BroughtEvidence(models.Model):
    """Evidence that a case uses from another (移入的证据): whose it is (`origin`), its event, its recordings."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField(db_index=True)
    origin = models.UUIDField(db_index=True)
    original = models.UUIDField()
    recordings = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "case_brought"
        indexes = (GinIndex(fields=["recordings"], name="brought_recordings", fastupdate=False),)


class AccessNote(models.Model):
    """Why a supervisor opened a case on a day (调阅事由). The web role may add, never change or delete."""

    officer = models.UUIDField()
    name = models.TextField()
    stream = models.UUIDField()
    day = models.DateField()
    at = models.DateTimeField()
    purpose = models.TextField()

    class Meta:
        db_table = "case_access_note"
        constraints = (models.UniqueConstraint(fields=["stream", "officer", "day"], name="one_note_a_day"),)


class Refusal(models.Model):
    """An act that somebody asked for and the rules or the record refused (被拒绝的办理). `reasons` holds code, clause,
    law and text of each. The web role may add, never change or delete; it is no part of the case itself."""

    at = models.DateTimeField()
    officer = models.UUIDField(null=True)
    name = models.TextField()
    jurisdiction = models.TextField()
    agency = models.UUIDField(null=True)
    stream = models.UUIDField(null=True)
    case_number = models.TextField(default="")
    act = models.TextField()
    act_name = models.TextField()
    report = models.BooleanField(default=False)
    reasons = models.JSONField()

    class Meta:
        db_table = "case_refusal"
        indexes = (
            models.Index(fields=["agency", "-id"], name="refusal_of_agency"),
            models.Index(fields=["jurisdiction", "-id"], name="refusal_of_jurisdiction"),
        )


class StagedFile(models.Model):
    """A file that waits for the act it was brought for (暂存的附件). Its content stands among the staged blobs."""

    id = models.UUIDField(primary_key=True)
    officer = models.UUIDField()
    stream = models.UUIDField(null=True)
    act = models.TextField()
    name = models.TextField()
    sha256 = models.TextField()
    sm3 = models.TextField(default="")
    grade = models.TextField(default=FROM_ELSEWHERE)
    size = models.BigIntegerField()
    media_type = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "case_staged_file"
        indexes = (models.Index(fields=["officer", "at"], name="staged_of_officer"),)

    @property
    def said(self) -> str:
        """What it is, in words."""
        return f"{KINDS[kind_of(self.media_type)]}，{filesizeformat(self.size)}，已经传好；不要的去掉勾"


class SavedView(models.Model):
    """A filter of a register that somebody keeps under a name (常用查询): `place` the register, `query` as an address
    states it, `department` the unit that shares it, empty for himself alone. No part of the record."""

    officer = models.UUIDField()
    officer_name = models.TextField()
    agency = models.UUIDField()
    department = models.TextField(default="")
    place = models.TextField()
    name = models.TextField()
    query = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "case_saved_view"
        constraints = (models.UniqueConstraint(fields=["officer", "place", "name"], name="one_view_by_name"),)
        indexes = (models.Index(fields=["agency", "department"], name="view_of_unit"),)


class RulesTaken(models.Model):
    """The rules that the open duties of a jurisdiction stand counted with (已按其重新计算的规则): `digest` covers every
    edition, its calendar and its settings."""

    jurisdiction = models.TextField(primary_key=True)
    digest = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "case_rules_taken"


class AskedOnce(models.Model):
    """A request that came under a key of its own (请求去重): `said` a keyed hash of it, `answer` what it was answered.
    Written with the events that it made."""

    officer = models.TextField()
    key = models.TextField()
    said = models.BinaryField()
    answer = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "case_asked_once"
        constraints = (models.UniqueConstraint(fields=["officer", "key"], name="asked_once_by"),)


class StoryLeft(models.Model):
    """A case of the demonstration that is not played to its end yet: `done` steps of it are on the record, in `stream`;
    `until` is the moment at which the filling began. The row goes with its last step, so that a filled demonstration,
    and every other installation, has none."""

    number = models.IntegerField(primary_key=True)
    until = models.DateTimeField()
    stream = models.UUIDField(null=True)
    done = models.IntegerField(default=0)

    class Meta:
        db_table = "demonstration_story_left"


class FileLevel(models.Model):
    """How a file of a case or recording is marked (涉密涉私标记), from the events of marking; `level` empty where the
    mark was lifted."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    owner = models.UUIDField()
    sha256 = models.TextField()
    level = models.TextField()
    at = models.DateTimeField()
    officer_name = models.TextField()

    class Meta:
        db_table = "case_file_level"
        indexes = (models.Index(fields=["owner", "sha256"], name="level_of_file"),)
