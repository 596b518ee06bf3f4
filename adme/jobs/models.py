"""The Job row is the truth about background work: state, progress, attempts, lease, outcome, and its log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from . import live, presentation
from .presentation import Badge


class JobState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)
_SENTENCES = {
    JobState.QUEUED: "Queued. It starts as soon as a worker is free.",
    JobState.RUNNING: "Working",
    JobState.SUCCEEDED: "Finished",
    JobState.FAILED: "Stopped by an error",
    JobState.CANCELLED: "Cancelled before it started",
}


@dataclass(frozen=True)
class Progress:
    """How far a job is; `percent` is None while the size of the work is unknown."""

    done: int
    total: int
    message: str

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.done // self.total) if self.total else None


class Job(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, help_text="Registered handler, such as 'ingest.preview'.")
    title = models.CharField(max_length=200, blank=True, help_text="What the person reads.")
    args = models.JSONField(default=dict, help_text="Ids and codes only; the handler loads the rest.")
    queue = models.CharField(max_length=20, default="default", help_text="default, imports, kpis or exports")
    state = models.CharField(max_length=12, choices=JobState, default=JobState.QUEUED)
    # Null, not "": the constraint below must leave jobs without a key alone on both databases.
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0, help_text="0 while the size of the work is unknown")
    message = models.CharField(max_length=500, blank=True)
    outcome = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True, help_text="Page that shows what the job produced.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the id last went to the broker.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True, help_text="Wait after a failed attempt.")
    worker = models.CharField(max_length=200, blank=True, help_text="Process that holds the lease, see liveness.py.")

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "lease_until"], name="job_state_lease"),
            models.Index(fields=["created_by", "-created_at"], name="job_owner_newest"),
            models.Index(fields=["-created_at"], name="job_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["idempotency_key"],
                condition=Q(idempotency_key__isnull=False) & Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="an_open_job_has_its_idempotency_key_alone",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"

    @property
    def label(self) -> str:
        """What the person reads; the handler's name when no title was given."""
        return self.title or self.name

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def badge(self) -> Badge:
        return presentation.badge_of(self.state)

    @property
    def took(self) -> str:
        """How long the last attempt took, or has taken so far."""
        return presentation.duration(self.started_at, self.finished_at) if self.attempts else ""

    @property
    def progress(self) -> Progress:
        """What to show now. A job that runs in this very process may be ahead of its row: see live.py."""
        running = live.get(self.pk, self.attempts) if self.state == JobState.RUNNING else None
        if running is not None:
            return Progress(running.done, running.total, running.message or "Working")
        return Progress(self.done, self.total, self.message or _SENTENCES[JobState(self.state)])


class JobLogLine(models.Model):
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    attempt = models.PositiveSmallIntegerField(default=0)
    level = models.CharField(max_length=8, default="info")
    text = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]
