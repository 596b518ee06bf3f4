"""Writes of jobs by people and by other packages. What workers write is in leases.py."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from adme.audit import services as audit

from . import delivery, policies, registry
from .errors import BadArguments, NotAllowedNow
from .models import OPEN_STATES, Job, JobState

if TYPE_CHECKING:
    from adme.accounts.models import User

KEY_MAX = 200
ARGS_MAX = 20_000  # characters of JSON; more than that is data, and data does not travel in a job


def enqueue(
    name: str,
    *,
    args: dict[str, Any],
    title: str = "",
    by: User | None = None,
    queue: str | None = None,
    idempotency_key: str | None = None,
    link: str = "",
) -> Job:
    """Store a job and ring for it after commit. Never waits for a broker.

    While a job with the same idempotency key is queued or running, that one is returned and nothing is stored; it may
    have read its data already, so let the key name the version of what it works on (a batch, not "everything").
    """
    handler = registry.get(name)
    queue = queue or handler.queue
    if queue not in registry.QUEUES:
        raise BadArguments(f"Queue '{queue}' is not one of {', '.join(registry.QUEUES)}.")
    if idempotency_key and len(idempotency_key) > KEY_MAX:
        raise BadArguments(f"An idempotency key has at most {KEY_MAX} characters.")
    fields = {
        "name": name,
        "args": _checked(args),
        "title": title[:200],
        "queue": queue,
        "max_attempts": handler.max_attempts,
        "created_by": by,
        "idempotency_key": idempotency_key or None,
        "link": link[:300],
    }
    with transaction.atomic():
        job, is_new = _create_alone(fields)
        if is_new:
            # robust: what goes wrong while ringing must not fail a request whose data are already stored
            transaction.on_commit(partial(delivery.deliver, job_id=job.pk, queue=job.queue), robust=True)
    return job


def join_queued(name: str, *, args: dict[str, Any]) -> Job | None:
    """A job of this name with (at least) these arguments that waits untouched and that no person asked for, or None.

    For use inside the transaction whose changes the job shall see. The row is held until that transaction ends, so no
    worker takes the job and reads before; a message that comes meanwhile finds nothing, so it is rung for again then.
    A job that another transaction holds is not waited for: there is none to join then.
    """
    waiting = Job.objects.filter(
        name=name, state=JobState.QUEUED, attempts=0, not_before__isnull=True, created_by__isnull=True
    )
    for pk, held in waiting.order_by("created_at").values_list("pk", "args"):
        if all(key in held and held[key] == value for key, value in args.items()):
            locked = waiting.select_for_update(skip_locked=connection.vendor == "postgresql", no_key=True)
            job = locked.filter(pk=pk).first()
            if job is not None:
                transaction.on_commit(partial(delivery.deliver, job_id=job.pk, queue=job.queue), robust=True)
                return job
    return None


def rewrite_queued(job: Job, *, args: dict[str, Any]) -> None:
    """Other arguments for a job that `join_queued` has given to this transaction."""
    Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(args=_checked(args))
    job.args = args


def _create_alone(fields: dict[str, Any]) -> tuple[Job, bool]:
    key = fields["idempotency_key"]
    while True:
        existing = key and Job.objects.filter(idempotency_key=key, state__in=OPEN_STATES).first()
        if existing:
            return existing, False
        try:
            with transaction.atomic():
                return Job.objects.create(**fields), True
        except IntegrityError:
            # Somebody stored the same key between the two statements: look again, it is theirs now.
            if not key:
                raise


def _checked(args: dict[str, Any]) -> dict[str, Any]:
    """The arguments, exactly as they come back from JSON."""
    try:
        text = json.dumps(args, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise BadArguments(f"Arguments of a job are ids and codes as JSON: {error}.") from None
    if not isinstance(args, dict) or json.loads(text) != args:
        raise BadArguments("Arguments of a job are a dict with text keys, holding lists, text and numbers only.")
    if len(text) > ARGS_MAX:
        raise BadArguments("Arguments of a job are ids and codes; store the data and pass its id.")
    return args


@transaction.atomic
def cancel(*, job_id: UUID, by: User) -> Job:
    """Take a queued job out of its queue. A message that still arrives finds nothing to do."""
    job = Job.objects.select_for_update(no_key=True).get(pk=job_id)
    if not policies.allows(job, "cancel"):
        raise NotAllowedNow("The job has already started, so it cannot be cancelled.")
    Job.objects.filter(pk=job_id).update(
        state=JobState.CANCELLED, message="", not_before=None, finished_at=timezone.now()
    )
    audit.record(
        action="job.cancelled", actor=by.email, target=f"job:{job_id}", before={"state": job.state, "name": job.name}
    )
    return Job.objects.get(pk=job_id)


@transaction.atomic
def retry(*, job_id: UUID, by: User) -> Job:
    """Queue a failed job again, with as many further attempts as its handler allows."""
    job = Job.objects.select_for_update(no_key=True).get(pk=job_id)
    if not policies.allows(job, "retry"):
        raise NotAllowedNow("Only a failed job can be tried again.")
    more = registry.get(job.name).max_attempts
    try:
        with transaction.atomic():
            # Attempts are never counted back: their number is what tells two copies of a job apart.
            Job.objects.filter(pk=job_id).update(
                state=JobState.QUEUED,
                max_attempts=F("attempts") + more,
                message="",
                error="",
                sent_at=None,
                not_before=None,
                finished_at=None,
            )
    except IntegrityError:
        raise NotAllowedNow("The same work is already queued as another job.") from None
    audit.record(
        action="job.retried", actor=by.email, target=f"job:{job_id}", before={"state": job.state, "name": job.name}
    )
    transaction.on_commit(partial(delivery.deliver, job_id=job.pk, queue=job.queue), robust=True)
    return Job.objects.get(pk=job_id)
