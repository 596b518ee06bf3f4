"""Reads of record sets: the list with what hangs on each, one set with its versions, and how its reports stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from adme.observations.periods import TimePeriod
from adme.reporting.models import Obligation
from adme.reporting.states import State

from ..models import Recheck, RecordSet, SetVersion, Statistic, Submission


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """How many states are asked for a period, have sent something, and are approved."""

    period: str
    asked: int
    sent: int
    approved: int


def record_sets(*, text: str = "", body: str = "", kind: str = "", with_retired: bool = False) -> QuerySet[RecordSet]:
    """With `statistics_count` and the draft, if any, in `drafts`. Three statements, whatever the number."""
    found = RecordSet.objects.select_related("body", "current")
    if not with_retired:
        found = found.filter(retired_at__isnull=True)
    if text:
        found = found.filter(Q(title__icontains=text) | Q(code__icontains=text) | Q(unit_of_record__icontains=text))
    if body:
        found = found.filter(body__code=body)
    if kind:
        found = found.filter(kind=kind)
    drafts = SetVersion.objects.filter(state=SetVersion.State.DRAFT).defer("layout")
    in_use = Count("statistics", filter=Q(statistics__retired_at__isnull=True))
    return found.annotate(statistics_count=in_use).prefetch_related(
        Prefetch("versions", queryset=drafts, to_attr="drafts")
    )


def find(code: str) -> RecordSet | None:
    return RecordSet.objects.select_related("body", "current").filter(code=code).first()


def versions_of(record_set: RecordSet) -> list[SetVersion]:
    found = SetVersion.objects.filter(record_set=record_set).select_related("made_by", "adopted_by", "record_set")
    return list(found.annotate(submissions_count=Count("submissions")).order_by("-number"))


def statistics_of(record_set: RecordSet) -> list[Statistic]:
    found = Statistic.objects.filter(record_set=record_set, retired_at__isnull=True)
    return list(found.select_related("current__layout").order_by("title"))


def periods_of(record_set: RecordSet) -> list[PeriodLine]:
    """Newest first; one statement."""
    rows = (
        Obligation.objects.filter(round__tool=record_set.tool)
        .values("round__period")
        .annotate(
            asked=Count("id", distinct=True),
            sent=Count("id", filter=Q(submissions__is_current=True), distinct=True),
            approved=Count("id", filter=Q(state=State.APPROVED), distinct=True),
        )
        .order_by("-round__period")
    )
    return [
        PeriodLine(str(TimePeriod.from_key(row["round__period"])), row["asked"], row["sent"], row["approved"])
        for row in rows
    ]


def held_submissions(record_set: RecordSet) -> QuerySet[Submission]:
    """What the reports of the set hold now, newest period first."""
    return (
        Submission.objects.filter(obligation__round__tool=record_set.tool, is_current=True)
        .select_related("obligation__round", "obligation__state_area", "version__record_set")
        .order_by("-obligation__round__period", "obligation__state_area__name")
    )


def rechecks_of(version: SetVersion) -> list[Recheck]:
    found = Recheck.objects.filter(version=version).select_related(
        "submission__obligation__round", "submission__obligation__state_area", "submission__version"
    )
    return list(found.order_by("-submission__obligation__round__period", "submission__obligation__state_area__name"))
