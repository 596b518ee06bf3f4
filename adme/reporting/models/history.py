"""What never changes once written: revisions with their content, field changes, publications; and who wrote."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..transitions import Act
from .obligations import Obligation


class RevisionContent(models.Model):
    """The whole of a report at one moment, kept once however many acts refer to it. Append-only by trigger.

    `data` is {"tool", "title", "reporter", "period", "records": [{"key", "title", "group", "values": {...},
    "kept": {contradiction code: reason}, "evidence": [{"title", "url" | "file", "sha256"}]}]}, records in order of key.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    data = models.JSONField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Revision(models.Model):
    """One act of the workflow on a report, with the content it was about. Append-only by trigger."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=16, choices=[(act.value, act.value) for act in Act])
    content = models.ForeignKey(RevisionContent, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    reason_codes = models.JSONField(default=list, blank=True, help_text="CL_RETURN_REASON codes of a return.")
    on_behalf_of = models.CharField(
        max_length=120, blank=True, help_text="Reporter in whose name the other party acted."
    )
    idempotency_key = models.CharField(max_length=64, help_text="Token of the form: the same form makes one revision.")

    class Meta:
        ordering = ["obligation_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "number"], name="revision_number_is_unique_in_its_report"),
            models.UniqueConstraint(fields=["obligation", "idempotency_key"], name="one_form_makes_one_revision"),
            models.CheckConstraint(
                condition=~Q(act__in=["return", "reopen"]) | ~Q(reason=""), name="return_and_reopening_say_why"
            ),
            models.CheckConstraint(condition=Q(on_behalf_of="") | ~Q(reason=""), name="acting_on_behalf_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} revision {self.number}"


class Publication(models.Model):
    """A set of facts made readable by others. Its id orders them: a fact holds from one publication to another."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="publications")
    tool = models.CharField(max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"publication {self.pk}"


class Contribution(models.Model):
    """Who wrote content of a report since it was last approved: authors do not approve."""

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="contributions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When the report was approved.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "user"], condition=Q(settled_at__isnull=True), name="open_contribution_is_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.obligation_id}"


class RecordChange(models.Model):
    """One saved change of one field: the history that stands beside the field. Append-only by trigger."""

    class Channel(models.TextChoices):
        FORM = "form", "form"
        GRID = "grid", "grid"
        UPLOAD = "upload", "workbook"
        API = "api", "API"
        COPY = "copy", "copied from the last period"

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="changes")
    record_key = models.CharField(max_length=64)
    field = models.CharField(max_length=60)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["obligation", "record_key", "field"], name="change_by_record_and_field")]

    def __str__(self) -> str:
        return f"{self.record_key} {self.field}"
