"""Who holds a job. Each write is one guarded UPDATE: it names the attempt it speaks for, and says if it hit the row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from . import liveness, registry
from .errors import LostLease
from .models import Job, JobState


def take(*, job_id: UUID) -> Job | None:
    """Claim the job for one attempt. None if it is finished, held by another worker, waiting, or gone."""
    now = timezone.now()
    with transaction.atomic():
        # no_key: a log line being written elsewhere holds a key lock on the row, and that is no reason to pass it by.
        locked = Job.objects.select_for_update(skip_locked=connection.vendor == "postgresql", no_key=True)
        found = locked.filter(_claimable(now), pk=job_id)
        job = found.first()
        if job is None:
            return None
        lease = _lease_of(job)
        Job.objects.filter(pk=job_id).update(
            state=JobState.RUNNING,
            attempts=F("attempts") + 1,
            started_at=now,
            heartbeat_at=now,
            lease_until=now + lease,
            not_before=None,
            worker=liveness.identity(),
            message="",
            error="",
        )
        return Job.objects.get(pk=job_id)


def _claimable(now: datetime) -> Q:
    due = Q(not_before__isnull=True) | Q(not_before__lte=now)
    queued = Q(state=JobState.QUEUED) & due
    if connection.vendor == "sqlite":
        # One writer at a time: a job inside a long write transaction cannot renew its lease. The sweeper decides.
        return queued
    return queued | Q(state=JobState.RUNNING, lease_until__lt=now, attempts__lt=F("max_attempts"))


def _lease_of(job: Job) -> timedelta:
    try:
        return timedelta(seconds=registry.get(job.name).lease)
    except registry.UnknownHandler:
        return timedelta(seconds=60)


def held(*, job_id: UUID, attempt: int) -> Any:
    """The job's row as a queryset, as long as this attempt holds it."""
    return Job.objects.filter(pk=job_id, attempts=attempt, state=JobState.RUNNING)


def renew(*, job_id: UUID, attempt: int, seconds: float, **fields: Any) -> bool:
    """Say "still at work", and store progress on the way. False once another attempt holds the job."""
    now = timezone.now()
    lease_until = now + timedelta(seconds=seconds)
    return bool(held(job_id=job_id, attempt=attempt).update(heartbeat_at=now, lease_until=lease_until, **fields))


def must_renew(*, job_id: UUID, attempt: int, seconds: float) -> None:
    """The same, for use inside the handler's own transaction: locks the row until it commits, or raises LostLease."""
    if not renew(job_id=job_id, attempt=attempt, seconds=seconds):
        raise LostLease(f"Attempt {attempt} of job {job_id} no longer holds it.")


def succeed(*, job_id: UUID, attempt: int, outcome: dict[str, Any] | None, **progress: Any) -> None:
    """The final change of a good attempt. Raises LostLease, so that the transaction around it rolls back."""
    changed = held(job_id=job_id, attempt=attempt).update(
        state=JobState.SUCCEEDED,
        outcome=outcome,
        finished_at=timezone.now(),
        lease_until=None,
        error="",
        **progress,
    )
    if not changed:
        raise LostLease(f"Attempt {attempt} of job {job_id} no longer holds it.")


def fail(*, job_id: UUID, attempt: int, error: str, **progress: Any) -> bool:
    """The final change of a bad attempt."""
    changed = held(job_id=job_id, attempt=attempt).update(
        state=JobState.FAILED, error=error, finished_at=timezone.now(), lease_until=None, **progress
    )
    return bool(changed)


def release(*, job_id: UUID, attempt: int, message: str, wait: float = 0) -> bool:
    """Give the job back to its queue, to be tried again after `wait` seconds."""
    not_before = timezone.now() + timedelta(seconds=wait) if wait else None
    changed = held(job_id=job_id, attempt=attempt).update(
        state=JobState.QUEUED, lease_until=None, not_before=not_before, sent_at=None, message=message[:500]
    )
    return bool(changed)
