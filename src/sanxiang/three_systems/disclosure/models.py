"""What is public: one row per published decision, or the notice that it was withdrawn."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

LICENCE = "许可"


class Published(models.Model):
    """A decision as the public sees it (公示信息). After withdrawal only the notice is left: no party, no content.

    `place` the platform on which it stands; `public` the fields by their Chinese names, `full` the data of the decision
    where it is public in full; `text` what is searched, `pairs` its character pairs; `corrections` what was corrected,
    the latest first: `on`, `note`, `changes` as `field`, `before`, `after`. `earlier` is the number of the licence that
    this decision is about (原许可), `became` what it makes of it (变更, 延续, 撤回, 撤销, 注销)."""

    stream = models.UUIDField(primary_key=True)
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    agency_name = models.TextField()
    category = models.TextField()
    number = models.TextField(default="")
    earlier = models.TextField(default="")
    became = models.TextField(default="")
    decided_on = models.DateField(null=True)
    published_on = models.DateField()
    place = models.TextField(default="")
    until = models.DateField(null=True)
    corrected_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_cause = models.TextField(default="")
    public = models.JSONField(default=dict)
    full = models.JSONField(default=dict)
    corrections = models.JSONField(default=list)
    text = models.TextField(default="")
    pairs = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "published"
        indexes = (
            models.Index(fields=["-published_on", "stream"], name="published_newest"),
            models.Index(fields=["agency", "-published_on", "stream"], name="published_of_agency"),
            models.Index(fields=["number"], name="published_number"),
            models.Index(fields=["agency", "earlier"], name="published_earlier", condition=~models.Q(earlier="")),
            GinIndex(fields=["pairs"], name="published_pairs", fastupdate=False),
        )


class PublishedCatalogue(models.Model):
    """One published edition of a department's list of major decisions (重大执法决定目录). `entries` as they were filed;
    `replaced_on` the day from which a later edition holds."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    jurisdiction = models.TextField()
    agency_name = models.TextField()
    department = models.TextField()
    department_name = models.TextField()
    number = models.IntegerField()
    receipt = models.TextField(default="")
    filed_on = models.DateField(null=True)
    published_on = models.DateField()
    replaced_on = models.DateField(null=True)
    entries = models.JSONField(default=list)

    class Meta:
        db_table = "published_catalogue"
        indexes = (
            models.Index(fields=["agency_name", "department", "-number"], name="catalogue_public"),
            models.Index(fields=["stream", "department", "-number"], name="catalogue_editions"),
        )


class PublicAgency(models.Model):
    """An enforcement body by its public name (执法主体)."""

    stream = models.UUIDField(primary_key=True)
    jurisdiction = models.TextField()
    name = models.TextField()

    class Meta:
        db_table = "public_agency"


class PublicCertificate(models.Model):
    """An enforcement certificate that the public may check (行政执法证): whose, of which agency, valid when; nothing
    else about the person. `name_key` and `number_key` are what it is found by: without width, case and spaces."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    name = models.TextField()
    name_key = models.TextField()
    number = models.TextField()
    number_key = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    suspended_on = models.DateField(null=True)
    left_on = models.DateField(null=True)

    class Meta:
        db_table = "public_certificate"
        indexes = (
            models.Index(fields=["name_key"], name="public_certificate_name"),
            models.Index(fields=["number_key"], name="public_certificate_number"),
            models.Index(fields=["stream"], name="public_certificate_officer"),
        )

    def valid(self, day: date) -> bool:
        """Whether it may be shown on a day: the day within its term, not suspended, its holder still in the service."""
        ended = [end for end in (self.suspended_on, self.left_on) if end is not None and end <= day]
        return self.valid_from <= day <= self.valid_until and not ended


class PublishedNumber(models.Model):
    """One decision by its number (公示不缺号): where its publication stands, and nothing of what it says.

    `series`, `year` and `n` are the parts of `number`; a decision reported from outside has none of ours (`n` null).
    `blank` is the number on the paper that the party was given on the spot (现场所交决定书的编号)."""

    stream = models.UUIDField(primary_key=True)
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    category = models.TextField()
    number = models.TextField(default="")
    series = models.TextField(default="")
    year = models.IntegerField()
    n = models.IntegerField(null=True)
    blank = models.TextField(default="")
    decided_on = models.DateField()
    due_on = models.DateField(null=True)
    excused = models.BooleanField(default=False)
    published_on = models.DateField(null=True)
    withheld_on = models.DateField(null=True)
    withheld_ground = models.TextField(default="")
    withheld_by = models.TextField(default="")
    withdrawn_on = models.DateField(null=True)
    withdrawn_cause = models.TextField(default="")
    revoked_on = models.DateField(null=True)

    class Meta:
        db_table = "numbered_decision"
        indexes = (
            models.Index(fields=["agency", "year", "series", "n"], name="numbered_in_year"),
            models.Index(fields=["agency", "blank"], name="numbered_by_blank", condition=~models.Q(blank="")),
        )


class CorrectedPaper(models.Model):
    """A signed paper that a notice put right (文书补正), for whoever checks the paper by its code: of which kind and
    number, by which notice, when, and the lines concerned by name; nothing of what stands in them."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    template = models.TextField()
    number = models.TextField()
    notice = models.TextField()
    corrected_on = models.DateField()
    lines = models.JSONField(default=list)

    class Meta:
        db_table = "corrected_paper"
        indexes = (models.Index(fields=["agency", "number"], name="corrected_by_number"),)


class PublicChange(models.Model):
    """How often what the kept pages of the portal read has changed: one row, counted by triggers in the transaction of
    the change."""

    one = models.BooleanField(primary_key=True, default=True)
    n = models.BigIntegerField(default=0)

    class Meta:
        db_table = "public_change"


class NumberedDay(models.Model):
    """The numbers of an agency and year as they stood at the end of a day. `snapshot` the list as the public fetches it
    (only of the latest day), `digest` its SHA-256 in hex, `proof` the event that put it into the ledger as
    `verify.py receipt --event` reads it, `receipt` empty until a checkpoint covers it."""

    agency = models.UUIDField()
    year = models.IntegerField()
    day = models.DateField()
    digest = models.TextField()
    count = models.IntegerField()
    event = models.UUIDField()
    snapshot = models.BinaryField(null=True)
    proof = models.TextField(default="")
    receipt = models.TextField(default="")

    class Meta:
        db_table = "numbered_day"
        constraints = (models.UniqueConstraint(fields=["agency", "year", "day"], name="numbered_day_once"),)
        indexes = (models.Index(fields=["agency", "year", "-day"], name="numbered_days"),)


class PublishedSection(models.Model):
    """One published version of a section of an agency's page (事前公示栏目). `content` as it was checked: a text or
    rows; `replaced_on` the day from which a later version holds. `stale_law` names a law that it rests on and that
    was amended or repealed since (`stale_change`, from `stale_from`), `stale_due` the last day to renew it; `files`
    what is attached: name, sha256, size, type."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    jurisdiction = models.TextField()
    section = models.TextField()
    number = models.IntegerField()
    department = models.TextField(default="")
    note = models.TextField(default="")
    place = models.TextField(default="")
    collected_on = models.DateField()
    approved_on = models.DateField()
    issued_on = models.DateField()
    replaced_on = models.DateField(null=True)
    content = models.JSONField(default=list)
    stale_law = models.TextField(default="")
    stale_change = models.TextField(default="")
    stale_from = models.DateField(null=True)
    stale_due = models.DateField(null=True)
    files = models.JSONField(default=list)

    class Meta:
        db_table = "published_section"
        indexes = (models.Index(fields=["stream", "section", "-number"], name="section_versions"),)


class PublishedFile(models.Model):
    """What an attachment of a published section holds, by its SHA-256: here, because the process that serves the public
    reads published tables and no files."""

    sha256 = models.TextField(primary_key=True)
    media_type = models.TextField()
    content = models.BinaryField()

    class Meta:
        db_table = "published_file"


class PageSource(models.Model):
    """An officer or an item from which a section of an agency's page is made, and when anything about it changed that
    the public reads. Nothing of what it says."""

    stream = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    kind = models.TextField()
    changed = ArrayField(models.DateTimeField(), default=list)

    class Meta:
        db_table = "page_source"
        indexes = (models.Index(fields=["agency", "kind", "stream"], name="page_sources"),)


class SharedList(models.Model):
    """One list that another system shares with us (共享取得的清单), whole as it came last in order. `fact` the id of
    the dictionary, `source` who says it, `generated_at` as of when, `received_at` when it came."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    fact = models.TextField()
    source = models.TextField()
    generated_at = models.DateTimeField()
    received_at = models.DateTimeField()
    digest = models.TextField()
    content = models.JSONField(default=list)

    class Meta:
        db_table = "shared_list"
        indexes = (
            models.Index(fields=["agency", "fact"], name="shared_of_agency"),
            models.Index(fields=["stream"], name="shared_stream"),
        )


class FeedReport(models.Model):
    """How the last try to receive a feed went; `problem` is empty where it went well. For the desk alone."""

    stream = models.UUIDField(primary_key=True)
    agency = models.UUIDField(null=True)
    address = models.TextField()
    tried_at = models.DateTimeField()
    good_at = models.DateTimeField(null=True)
    problem = models.TextField(default="")

    class Meta:
        db_table = "feed_report"


class PublishedReport(models.Model):
    """One published version of an agency's yearly report (年报). `tables` and `texts` as they were issued, money in
    fen; `replaced_on` the day from which a later version holds, `note` what that version corrected."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    jurisdiction = models.TextField()
    agency_name = models.TextField()
    report = models.TextField()
    period = models.TextField()
    number = models.IntegerField()
    since = models.DateField()
    until = models.DateField()
    issued_on = models.DateField()
    replaced_on = models.DateField(null=True)
    place = models.TextField(default="")
    note = models.TextField(default="")
    tables = models.JSONField(default=list)
    texts = models.JSONField(default=dict)

    class Meta:
        db_table = "published_report"
        indexes = (models.Index(fields=["stream", "report", "period", "-number"], name="report_versions"),)


class PublishedDraw(models.Model):
    """The published result of one draw of inspections (双随机抽查的公开). `told` is all that is needed to draw again,
    `names` the drawn objects by code, `people` the officers by the number of their certificate."""

    stream = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    title = models.TextField()
    item = models.TextField()
    committed_on = models.DateField()
    drawn_on = models.DateField()
    published_on = models.DateField()
    place = models.TextField(default="")
    names = models.JSONField(default=dict)
    people = models.JSONField(default=dict)
    told = models.JSONField(default=dict)

    class Meta:
        db_table = "published_draw"
        indexes = (models.Index(fields=["-published_on", "stream"], name="draws_published"),)
