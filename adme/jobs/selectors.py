"""Reads of jobs. Nobody gets at a job but through `visible_to`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from adme.accounts.permissions import Permission, may

from . import policies
from .models import Job, JobLogLine, JobState
from .presentation import facts, outcome_rows

PAGE_SIZE = 25
LINES_SHOWN = 200
STUCK_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class StateFilter:
    """One choice of the filter bar, as components/tabs.html takes it."""

    title: str
    url: str
    count: int
    active: bool


@dataclass(frozen=True)
class JobListPage:
    jobs: Page[Job]
    filters: list[StateFilter]
    state: str
    lead: str
    crumbs: tuple[tuple[str, str], ...] = (("Jobs", ""),)


@dataclass(frozen=True)
class JobPage:
    job: Job
    lines: list[JobLogLine]
    lines_left_out: int
    outcome: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    crumbs: list[tuple[str, str]]
    may_cancel: bool
    may_retry: bool


@dataclass(frozen=True)
class QueueHealth:
    """For /readyz and alerts: `oldest_seconds` is how long the first due job has been waiting."""

    queued: int
    running: int
    silent: int
    oldest_seconds: int

    @property
    def is_stuck(self) -> bool:
        return self.silent > 0 or self.oldest_seconds > STUCK_AFTER.total_seconds()


def visible_to(*, user: Any) -> QuerySet[Job]:
    """Own jobs, and with the permission all jobs."""
    if not user.is_authenticated:
        return Job.objects.none()
    jobs = Job.objects.select_related("created_by")
    return jobs if may(user, Permission.JOB_VIEW) else jobs.filter(created_by=user)


def job_list(*, user: Any, state: str = "", page: str | int = 1) -> JobListPage:
    """Newest first. An unknown state or page in the address shows all, or the nearest page."""
    jobs = visible_to(user=user)
    counts = dict(jobs.order_by().values_list("state").annotate(Count("pk")))
    chosen = state if state in JobState.values else ""
    filters = [StateFilter("All", "?", sum(counts.values()), not chosen)]
    filters += [
        StateFilter(str(each.label), f"?state={each.value}", counts.get(each.value, 0), each == chosen)
        for each in JobState
    ]
    shown = jobs.filter(state=chosen) if chosen else jobs
    paginator = Paginator(shown.order_by("-created_at", "pk"), PAGE_SIZE)
    # The counts of the filter bar already say how many there are.
    paginator.count = counts.get(chosen, 0) if chosen else sum(counts.values())
    whose = "" if may(user, Permission.JOB_VIEW) else " that you started"
    lead = f"Work in the background{whose}: what waits, what runs, how it ended."
    return JobListPage(jobs=paginator.get_page(page), filters=filters, state=chosen, lead=lead)


def job(*, user: Any, job_id: UUID) -> Job:
    """One job, or Job.DoesNotExist, also for the jobs of others: their existence is nobody's business."""
    return visible_to(user=user).get(pk=job_id)


def job_page(*, user: Any, job_id: UUID) -> JobPage:
    found = job(user=user, job_id=job_id)
    newest = list(found.log.order_by("-id")[: LINES_SHOWN + 1])
    left_out = found.log.count() - LINES_SHOWN if len(newest) > LINES_SHOWN else 0
    return JobPage(
        job=found,
        lines=newest[:LINES_SHOWN][::-1],
        lines_left_out=left_out,
        outcome=outcome_rows(found.outcome),
        facts=facts(found),
        crumbs=[("Jobs", reverse("job_list")), (found.label, "")],
        may_cancel=policies.allows(found, "cancel"),
        may_retry=policies.allows(found, "retry"),
    )


def queue_health() -> QueueHealth:
    """One query: is anybody working, and does anything wait too long?"""
    now = timezone.now()
    due = Q(state=JobState.QUEUED) & (Q(not_before__isnull=True) | Q(not_before__lte=now))
    running = Q(state=JobState.RUNNING)
    row = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).aggregate(
        queued=Count("pk", filter=Q(state=JobState.QUEUED)),
        running=Count("pk", filter=running),
        silent=Count("pk", filter=running & Q(heartbeat_at__lt=now - STUCK_AFTER)),
        oldest=Min("created_at", filter=due & Q(not_before__isnull=True)),
        waited=Max("not_before", filter=due),
    )
    since = min((at for at in (row["oldest"], row["waited"]) if at is not None), default=now)
    return QueueHealth(row["queued"], row["running"], row["silent"], int((now - since).total_seconds()))
