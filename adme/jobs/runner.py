"""Runs one attempt of one job, wherever it was delivered: thread, Celery worker, test or command.

Every message about a job is a doorbell: it may ring twice, late, or for nothing. Only the claim decides who works.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import nullcontext
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from . import delivery, leases, recovery, registry
from .context import JobContext
from .errors import LostLease
from .failures import explain
from .models import Job, JobState
from .recorder import Inline, Pulse, Recorder

logger = logging.getLogger(__name__)
WRITE_ATTEMPTS = 3


def run(job_id: UUID, *, inline: bool = False) -> bool:
    """Do one attempt. False if there was nothing to do: done, cancelled, waiting, or in other hands.

    `inline` writes progress over the caller's connection instead of a thread's, for tests and commands.
    """
    job = leases.take(job_id=job_id) or _take_from_the_dead(job_id)
    if job is None:
        return False
    try:
        handler = registry.get(job.name)
    except registry.UnknownHandler as error:
        _failed(job, registry.Handler(job.name, lambda _: None), None, error)
        return True
    recorder = (Inline if inline else Pulse)(job=job, lease=handler.lease)
    _attempt(job, handler, recorder)
    return True


def _take_from_the_dead(job_id: UUID) -> Job | None:
    """A redelivered message comes seconds after a worker was killed, long before its lease ends."""
    job = Job.objects.filter(pk=job_id, state=JobState.RUNNING).first()
    if job is None or recovery.recover_if_abandoned(job) != JobState.QUEUED:
        return None
    return leases.take(job_id=job_id)


def _attempt(job: Job, handler: registry.Handler, recorder: Recorder) -> None:
    error: BaseException | None = None
    with recorder:
        try:
            _work(handler, JobContext(job=job, recorder=recorder))
            recorder.committed()
        except LostLease as lost:
            logger.warning("Job %s: %s Its work is dropped.", job.pk, lost)
        except Exception as problem:
            error = problem
        except BaseException:  # the worker is told to stop: hand the job back before going
            _persist(lambda: leases.release(job_id=job.pk, attempt=job.attempts, message="The worker was restarted."))
            raise
    if error is None:
        _persist(recorder.write_rest)
    else:
        _failed(job, handler, recorder, error)


def _work(handler: registry.Handler, context: JobContext) -> None:
    with transaction.atomic() if handler.atomic else nullcontext():
        outcome = handler.function(context)
        if not context.is_completed:
            context.complete(outcome)


def _failed(job: Job, handler: registry.Handler, recorder: Recorder | None, error: BaseException) -> None:
    failure = explain(error)
    log = logger.exception if failure.may_retry else logger.warning
    log("Job %s (%s), attempt %s: %s", job.pk, job.name, job.attempts, failure.line, exc_info=error)
    counts = recorder.counts if recorder else {}
    if recorder:
        recorder.line(failure.line, "error")
        _persist(recorder.write_rest)
    if failure.may_retry and job.attempts < job.max_attempts:
        wait = handler.wait_after(job.attempts)
        text = f"{failure.sentence} Attempt {job.attempts} of {job.max_attempts}; it is tried again shortly."
        _persist(lambda: leases.release(job_id=job.pk, attempt=job.attempts, message=text, wait=wait))
        delivery.deliver(job_id=job.pk, queue=job.queue, wait=wait)
        return
    tried = f" It was tried {job.attempts} times." if failure.may_retry and job.attempts > 1 else ""
    _persist(lambda: leases.fail(job_id=job.pk, attempt=job.attempts, error=failure.sentence + tried, **counts))


def _persist(write: Callable[[], object]) -> None:
    """The database may be the very thing that failed: try over a new connection; after that the sweeper takes over."""
    for turn in range(1, WRITE_ATTEMPTS + 1):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        try:
            write()
            return
        except DatabaseError:
            if connection.in_atomic_block or turn == WRITE_ATTEMPTS:
                logger.exception("A job's state could not be written; the sweeper takes it over when its lease ends.")
                return
            connection.close()
            time.sleep(turn)
