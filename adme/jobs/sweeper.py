"""Once a minute: take jobs back from workers that have gone, and ring again for queued jobs nobody came for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from . import delivery, recovery
from .models import Job, JobState

EVERY = 60  # seconds
SEND_AGAIN_AFTER = timedelta(seconds=45)  # with the minute between two sweeps, a lost message costs under two minutes
SENT_AT_ONCE = 500


@dataclass(frozen=True)
class Swept:
    requeued: int
    failed: int
    sent: int


def sweep() -> Swept:
    """Safe to run twice at once: every change is guarded by the state it was decided on."""
    now = timezone.now()
    states = [
        recovery.recover(job)
        for job in Job.objects.filter(state=JobState.RUNNING).order_by("lease_until")
        if recovery.is_abandoned(job, now=now)
    ]
    return Swept(requeued=states.count(JobState.QUEUED), failed=states.count(JobState.FAILED), sent=_send_again())


def _send_again() -> int:
    now = timezone.now()
    due = Q(not_before__isnull=True) | Q(not_before__lte=now)
    unsent = Q(sent_at__isnull=True) | Q(sent_at__lt=now - SEND_AGAIN_AFTER)
    waiting = Job.objects.filter(due, unsent, state=JobState.QUEUED).order_by("created_at")
    sent = 0
    for job_id, queue in waiting.values_list("pk", "queue")[:SENT_AT_ONCE]:
        if not delivery.deliver(job_id=job_id, queue=queue):
            break  # the broker does not answer; the next sweep tries again
        sent += 1
    return sent
