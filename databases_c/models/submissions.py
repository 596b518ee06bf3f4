"""What a state sent of a record set for a period: every version of it, what was found in it, and what was decided."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from adme.common.models import TimeStamped
from adme.ingest.models import ImportBatch
from adme.reporting.models import Obligation

from .sets import SetVersion


def kept_as(submission: Submission, filename: str) -> str:
    return f"records/{submission.public_id}/{filename}"


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    WITH_WARNINGS = "with_warnings", "Accepted with warnings"
    PARTLY = "partly", "Partially accepted"
    REJECTED = "rejected", "Rejected"


class Channel(models.TextChoices):
    FORM = "form", "Web form"
    XLSX = "xlsx", "Excel workbook"
    CSV = "csv", "CSV file"
    API = "api", "API"


class Submission(TimeStamped):
    """One version of what was sent, checked under one version of the set. `is_current`: it is what the report holds.

    Shapes: `counts` {read, accepted, refused, merged, errors, warnings}, numbers of records but for the last two, which
    are findings; `sums` {rule code: {"code|code": sum}}, kept to compare the next period with; `rows_file` is CSV in
    the order of the layout, gzipped, canonical texts, accepted records only, first column `_row` (row in the file).
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField(help_text="Counts the versions of one report, the rejected too.")
    version = models.ForeignKey(SetVersion, on_delete=models.PROTECT, related_name="submissions")
    batch = models.OneToOneField(
        ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="submission"
    )
    channel = models.CharField(max_length=4, choices=Channel)
    filename = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file as it was sent.")
    verdict = models.CharField(max_length=16, choices=Verdict)
    counts = models.JSONField(default=dict)
    sums = models.JSONField(default=dict)
    rows_file = models.FileField(upload_to=kept_as, max_length=300, blank=True)
    rows_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the canonical rows before compression.")
    rows_discarded_at = models.DateTimeField(null=True, blank=True)
    units_known = models.PositiveIntegerField(null=True, blank=True, help_text="Offices or units that should report.")
    units_reporting = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of these, how many are in the file."
    )
    remarks = models.TextField(blank=True)
    is_current = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True, blank=True, help_text="When it became the content of the report.")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["obligation", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "number"], name="submission_has_one_number"),
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(is_current=True), name="report_holds_one_submission_at_most"
            ),
            models.CheckConstraint(
                condition=~Q(is_current=True) | (~Q(verdict="rejected") & Q(used_at__isnull=False)),
                name="what_a_report_holds_was_not_rejected",
            ),
            models.CheckConstraint(
                condition=Q(units_known__isnull=True)
                | Q(units_reporting__isnull=True)
                | Q(units_reporting__lte=models.F("units_known")),
                name="no_more_units_report_than_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} v{self.number} ({self.verdict})"


class Finding(models.Model):
    """One thing found in a submission. Of each rule the first thousand are kept; `counts` of the submission hold all.

    Structural ones (a missing column, a wrong set) come first and concern the file. `decision` is for warnings.
    """

    class Level(models.TextChoices):
        ERROR = "error", "Error"
        WARNING = "warning", "Warning"
        NOTE = "note", "Note"

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", "The value is right"
        TO_CORRECT = "to_correct", "The value is wrong and will be corrected"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=40, help_text="Code of the rule, or of the built-in check.")
    level = models.CharField(max_length=8, choices=Level)
    is_structural = models.BooleanField(default=False)
    row = models.PositiveIntegerField(null=True, blank=True, help_text="Row in the file, as a spreadsheet counts.")
    record = models.CharField(max_length=200, blank=True, help_text="Key of the record.")
    column = models.CharField(max_length=120, blank=True, help_text="Label of the column.")
    seen = models.CharField(max_length=300, blank=True)
    remedy = models.CharField(max_length=500)
    times = models.PositiveIntegerField(default=1)
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-is_structural", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="") | (Q(decided_at__isnull=False) & ~Q(reason="")),
                name="decision_on_a_finding_says_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} at row {self.row}"


class FindingComment(models.Model):
    """A comment of the report's thread that is about one finding."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="talk")
    comment = models.OneToOneField("reporting.Comment", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["comment"]

    def __str__(self) -> str:
        return str(self.comment)


class Recheck(TimeStamped):
    """An old submission checked again under another version of the set; changes nothing but this row."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="rechecks")
    version = models.ForeignKey(SetVersion, on_delete=models.PROTECT, related_name="rechecks")
    verdict = models.CharField(max_length=16, choices=Verdict)
    counts = models.JSONField(default=dict, help_text="As in Submission.counts.")
    by_rule = models.JSONField(default=dict, help_text="{rule code: [findings before, findings after]}")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "version"], name="submission_is_checked_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.submission} under version {self.version.number}"
