"""An ImportBatch is one file on its way in. The raw bytes are kept, with checksum, so it can be read again."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from adme.common.models import TimeStamped


def kept_as(batch: ImportBatch, filename: str) -> str:
    """Each batch has a folder of its own, so that files keep their names."""
    return f"imports/{batch.public_id}/{filename}"


class BatchState(models.TextChoices):
    RECEIVED = "received", "Received"
    READING = "reading", "Being read"
    REFUSED = "refused", "Refused: the file has errors"
    PREVIEWED = "previewed", "Ready for approval"
    APPROVED = "approved", "Approved, waiting to be applied"
    APPLIED = "applied", "Applied"
    UNDONE = "undone", "Undone"
    DISCARDED = "discarded", "Discarded"
    FAILED = "failed", "Failed"


class ImportBatch(TimeStamped):
    """Shapes: `options` {format, dataset, release_date, create_indicators, on_vanished}; `counts` {new,
    changed, unchanged, vanished, refused, read, blank, merged, skipped_areas}, each a number of observations;
    `summary` is the target's, and holds at least {scope, scopes}: what the batch writes to, such as datasets."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    target = models.CharField(max_length=40, help_text="Registered import target, such as 'observations'.")
    filename = models.CharField(max_length=255)
    file = models.FileField(upload_to=kept_as, max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(default=0)
    format = models.CharField(max_length=40, blank=True, help_text="Reader that recognised the file.")
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=12, choices=BatchState, default=BatchState.RECEIVED)
    counts = models.JSONField(default=dict, blank=True)
    summary = models.JSONField(default=dict, blank=True, help_text="What the target tells about the file.")
    release_date = models.DateField(null=True, blank=True, help_text="Vintage that the provider states.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True, db_index=True)
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False), name="an_applied_batch_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.state})"


class ImportProblem(models.Model):
    """One thing that is wrong or notable in a file, with where it stands and what to do."""

    class Severity(models.TextChoices):
        ERROR = "error", "Error"
        WARNING = "warning", "Warning"
        NOTE = "note", "Note"

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="problems")
    severity = models.CharField(max_length=8, choices=Severity)
    code = models.CharField(max_length=40)
    row = models.PositiveIntegerField(null=True, blank=True, help_text="Line in the file, as a spreadsheet counts.")
    column = models.CharField(max_length=120, blank=True)
    seen = models.CharField(max_length=300, blank=True)
    hint = models.CharField(max_length=500)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.code} at row {self.row}"
