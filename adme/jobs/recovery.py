"""Jobs whose worker has gone. Used by the sweeper, and by a worker that is handed such a job again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from . import leases, live, liveness
from .models import Job, JobLogLine, JobState

logger = logging.getLogger(__name__)
BELIEVED = timedelta(hours=1)  # how long a living process is believed on SQLite without a word from it


def is_abandoned(job: Job, *, now: datetime) -> bool:
    """True if the process is known to be dead, or nothing was heard for longer than its lease."""
    alive = liveness.is_alive(job.worker)
    if alive is False:
        return True
    if job.lease_until is not None and job.lease_until >= now:
        return False
    if connection.vendor != "sqlite" or alive is None:
        return True
    if job.worker == liveness.identity():
        return live.get(job.pk, job.attempts) is None
    return job.heartbeat_at is None or now - job.heartbeat_at > BELIEVED


def recover(job: Job) -> str | None:
    """Give an abandoned job back to its queue, or end it after its last attempt. The new state, None if it moved on."""
    if job.attempts < job.max_attempts:
        text = "The worker stopped during the work; the job is queued again."
        moved = _unchanged(job) and leases.release(job_id=job.pk, attempt=job.attempts, message=text)
        state = JobState.QUEUED
    else:
        times = "once" if job.attempts == 1 else f"{job.attempts} times"
        text = f"The worker stopped while it did this job, {times}. It may need more memory or time than there is."
        moved = _unchanged(job) and leases.fail(job_id=job.pk, attempt=job.attempts, error=text)
        state = JobState.FAILED
    if not moved:
        return None
    JobLogLine.objects.create(job=job, attempt=job.attempts, level="warning", text=text)
    logger.warning("Job %s (%s), attempt %s: %s", job.pk, job.name, job.attempts, text)
    return state


def recover_if_abandoned(job: Job) -> str | None:
    return recover(job) if is_abandoned(job, now=timezone.now()) else None


def _unchanged(job: Job) -> bool:
    """A heartbeat since we looked means somebody lives."""
    held = leases.held(job_id=job.pk, attempt=job.attempts)
    return held.filter(lease_until=job.lease_until).exists()
