"""What people add to a record beside its values: comments, and evidence as files and links."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from .obligations import Obligation


def evidence_path(evidence: Evidence, filename: str) -> str:
    """A random name: what a person called the file never becomes a path."""
    return f"evidence/{evidence.public_id}"


class Comment(models.Model):
    """One remark in the thread of a record, or of the whole report where `record_key` is blank."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="comments")
    record_key = models.CharField(max_length=64, blank=True)
    field = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["obligation", "record_key"], name="comment_by_record")]

    def __str__(self) -> str:
        return self.text[:60]


class Evidence(models.Model):
    """A file or a link that shows what a record says. Removed ones stay, for the revisions that name them."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="evidence")
    record_key = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=1000, blank=True)
    file = models.FileField(upload_to=evidence_path, max_length=120, blank=True)
    filename = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    why_asked: str = ""  # not stored: set by the page where taking it away needs a reason

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "evidence"
        indexes = [models.Index(fields=["obligation", "record_key"], name="evidence_by_record")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(url="")) | (~Q(file="") & Q(url="")), name="evidence_is_a_file_or_a_link"
            )
        ]

    def __str__(self) -> str:
        return self.title
