"""Runs queued jobs in the calling thread, for tests and commands."""

from __future__ import annotations

from . import embedded, registry
from .models import Job, JobState


def run_all_jobs(*, limit: int = 200) -> list[Job]:
    """Run until nothing is queued, also what jobs queue themselves, without waiting between attempts.

    Returns the jobs as they ended, oldest first. Handlers' exceptions end in the job's row, as they do in a worker.
    """
    touched = []
    for _ in range(limit):
        queued = Job.objects.filter(state=JobState.QUEUED)
        queued.exclude(not_before=None).update(not_before=None)
        waiting = list(queued.values_list("pk", flat=True))
        if not waiting:
            break
        touched += waiting
        embedded.run_next(queues=registry.QUEUES, inline=True)
    return list(Job.objects.filter(pk__in=touched).order_by("created_at"))
