"""Notices in the application; each mail is one of them, so nobody depends on a mail box."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .obligations import Obligation


class Notice(models.Model):
    class Kind(models.TextChoices):
        DUE_SOON = "due_soon", "Due in five days"
        DUE_TODAY = "due_today", "Due today"
        OVERDUE = "overdue", "Overdue"
        SUBMITTED = "submitted", "Submitted"
        RETURNED = "returned", "Returned"
        APPROVED = "approved", "Approved"
        REOPENED = "reopened", "Reopened"
        COMMENT = "comment", "Comment"
        CALENDAR = "calendar", "Deadline changed"
        DIGEST = "digest", "Digest"
        EDITION = "edition", "Meeting edition"
        REPLY = "reply", "Right of reply"
        WATCHED = "watched", "Watched figure changed"
        FILE = "file", "File ready"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True, help_text="Address within the application.")
    obligation = models.ForeignKey(Obligation, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    key = models.CharField(max_length=160, unique=True, help_text="Names the event and the person: one notice each.")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_by_user_and_reading")]

    def __str__(self) -> str:
        return self.title
