"""Jobs that come round by themselves. The sweeper's thread and Celery beat ask every minute; a slot is queued once.

    register("reporting.daily", job="reporting.daily", every=timedelta(days=1), starting=...)

A slot that nobody asked in is not made up for: the job itself looks back if it has to. Two processes that ask in the
same instant may, very rarely, both queue a slot, so such a job is harmless when run twice, as all jobs are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from . import services
from .models import Job

EVERY = 60  # seconds between two questions
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Periodic:
    """`starting` is the beginning of any one slot; `job` is the name of a handler."""

    name: str
    job: str
    every: timedelta
    starting: datetime
    title: str

    def slot(self, now: datetime) -> datetime:
        """The beginning of the slot that `now` lies in."""
        return self.starting + (now - self.starting) // self.every * self.every

    def key(self, now: datetime) -> str:
        return f"periodic:{self.name}:{self.slot(now).astimezone(UTC):%Y-%m-%dT%H:%MZ}"


_registered: dict[str, Periodic] = {}


def register(name: str, job: str, every: timedelta, *, starting: datetime = EPOCH, title: str = "") -> None:
    """Have this job queued once in every slot. Call it in `AppConfig.ready`."""
    if every < timedelta(minutes=1):
        raise ValueError(f"'{name}' comes round every {every}; slots shorter than a minute are not asked for.")
    _registered[name] = Periodic(name, job, every, starting, title)


def registered() -> tuple[Periodic, ...]:
    return tuple(_registered.values())


def enqueue_due(*, now: datetime | None = None) -> list[Job]:
    """Queue what this slot has not had yet, whatever became of it; safe to call at any time."""
    if not settings.JOBS_PERIODIC:
        return []
    now = now or timezone.now()
    wanted = {one.key(now): one for one in registered()}
    known = set(Job.objects.filter(idempotency_key__in=wanted).values_list("idempotency_key", flat=True))
    return [_enqueue(one, key, now) for key, one in wanted.items() if key not in known]


@transaction.atomic
def _enqueue(one: Periodic, key: str, now: datetime) -> Job:
    args = {"slot": one.slot(now).astimezone(UTC).isoformat()}
    return services.enqueue(one.job, args=args, title=one.title, idempotency_key=key)
