"""Rings for a job when something happens that people or systems may want to be told of.

Each runs inside the transaction of what happened: the job's row commits with it, or not at all, and the telling comes
afterwards. Where nobody watches, no job is made.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from adme.jobs import services as jobs
from adme.reporting.models import Revision
from databases_a.rfmd.models import AggregationRun
from dissemination.editions.models import Edition
from dissemination.editions.signals import edition_released

from . import webhooks
from .models import EventType, Watch
from .telling import watched_by_report

RUN_JOB, REPORT_JOB, EDITION_JOB = "subscriptions.run", "subscriptions.report", "subscriptions.edition"
_CHANGING = ("new", "changed", "withdrawn")


@receiver(post_save, sender=AggregationRun, dispatch_uid="subscriptions.after_run")
def after_run(*, instance: AggregationRun, **kwargs: Any) -> None:
    changed = instance.finished_at is not None and any(instance.counts.get(name) for name in _CHANGING)
    if changed and (Watch.objects.exists() or webhooks.is_anyone_told(EventType.KPI_CHANGED)):
        _ring(RUN_JOB, "run", instance.pk, f"Tell watchers of run {instance.pk}")


@receiver(post_save, sender=Revision, dispatch_uid="subscriptions.after_report")
def after_report(*, instance: Revision, created: bool, **kwargs: Any) -> None:
    if created and any(True for _ in watched_by_report(instance)):
        _ring(REPORT_JOB, "revision", instance.pk, "Tell watchers of a report")


@receiver(edition_released, dispatch_uid="subscriptions.after_release")
def after_release(*, edition: Edition, **kwargs: Any) -> None:
    _ring(EDITION_JOB, "edition", edition.pk, f"Tell readers of edition {edition.number}")


def _ring(job: str, what: str, pk: int, title: str) -> None:
    jobs.enqueue(job, args={what: pk}, title=title, idempotency_key=f"{job}:{pk}")
