"""Workbooks that left and came back: what a template was made from, and what an uploaded row would do."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .obligations import Obligation


class WorkbookTemplate(models.Model):
    """A workbook made for one report. `base` is what it held: {record key: {field: value}}, to compare with."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="templates")
    layout = models.CharField(max_length=20, help_text="Version of the layout; another one is refused as stale.")
    base = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"workbook {self.public_id}"


class UploadRow(models.Model):
    """One row of an uploaded workbook, as the preview shows it. `batch` is the public id of the ImportBatch."""

    class Kind(models.TextChoices):
        ADDED = "added", "Added"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "Unchanged"
        CONFLICT = "conflict", "Conflicting"
        REFUSED = "refused", "Refused"

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="upload_rows")
    batch = models.UUIDField(db_index=True)
    row = models.PositiveIntegerField()
    record_key = models.CharField(max_length=64, blank=True, help_text="Blank for a row that adds a record.")
    title = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    changes = models.JSONField(default=dict, help_text="{field: [base, stored, in the file]} of what differs.")
    problems = models.JSONField(default=list, help_text="[{field, code, seen, hint}] of a refused row.")
    choice = models.CharField(max_length=6, blank=True, help_text="Of a conflict: 'file' or 'stored'.")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["batch", "row"]
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="upload_row_is_once_in_its_batch")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.kind}"
