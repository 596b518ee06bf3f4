"""Working copies of a report: the activities expected in its period, with what has been said about them so far."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from adme.observations.periods import TimePeriod
from adme.reporting.fields import Holder, Values, canonical_form
from adme.reporting.models import Evidence, Obligation
from adme.reporting.tools import Group, Record

from ..checks import ENDED, Told
from ..fields import CATALOGUE
from ..models import Activity, ActivityFact, ActivityReport, WorkPlan

PLAN_FIELDS = tuple(one for one in CATALOGUE.fields if one.holder == Holder.PLAN)
REPORT_FIELDS = tuple(one for one in CATALOGUE.fields if one.holder == Holder.REPORT)
EARLIER_REPORTS = 3
DEFAULT_FRAMEWORK = "BP2025"
FIRST_YEAR_OF_OWN_FRAMEWORK = 2026
_MONTHS = {"A": 12, "S": 6, "Q": 3, "M": 1}


def first_day(period: TimePeriod) -> date:
    months = _MONTHS[period.frequency]
    return date(period.year, 1 if period.frequency == "A" else (period.index - 1) * months + 1, 1)


def uuids(keys: Collection[str]) -> list[UUID]:
    """The keys that are public ids; others name nothing."""
    found = []
    for key in keys:
        try:
            found.append(UUID(str(key)))
        except ValueError:
            continue
    return found


def framework_of(obligation: Obligation) -> str:
    """The Blueprint 2025 until 2025; then the framework of the body's newest work plan of that year."""
    year = TimePeriod.from_key(obligation.round.period).year
    if year < FIRST_YEAR_OF_OWN_FRAMEWORK:
        return DEFAULT_FRAMEWORK
    found = plans_of(obligation).order_by("-first_year", "-id").values_list("framework__code", flat=True).first()
    return found or DEFAULT_FRAMEWORK


def plans_of(obligation: Obligation) -> Any:
    year = TimePeriod.from_key(obligation.round.period).year
    return WorkPlan.objects.filter(
        body_id=obligation.body_id, retired_at__isnull=True, first_year__lte=year, last_year__gte=year
    )


def groups(obligation: Obligation) -> list[Group]:
    return [Group(str(plan.public_id), str(plan)) for plan in plans_of(obligation).order_by("-first_year", "title")]


def expected(obligation: Obligation) -> Any:
    """Activities that belong into this report: running in its period, left open before it, or already in it."""
    period = TimePeriod.from_key(obligation.round.period)
    start, end = first_day(period), period.last_day
    ended = (
        ActivityFact.objects.current()
        .approved()
        .filter(activity=OuterRef("pk"), period__lt=obligation.round.period, status__in=ENDED)
    )
    running = Q(starts_on__lte=end) & (Q(ends_on__isnull=True) | Q(ends_on__gte=start))
    undated = Q(starts_on__isnull=True, work_plan__first_year__lte=period.year, work_plan__last_year__gte=period.year)
    left_open = Q(starts_on__lte=end) & ~Exists(ended)
    within = Exists(ActivityReport.objects.filter(activity=OuterRef("pk"), obligation=obligation))
    # What this report tells of stays in it, also when the report of another period took the activity out.
    due = Q(retired_at__isnull=True) & (running | undated | left_open)
    return Activity.objects.filter(Q(within) | due, body_id=obligation.body_id).select_related("work_plan")


def records(obligation: Obligation, keys: Collection[str] | None = None) -> list[Record]:
    """Five statements, however many activities there are."""
    found = expected(obligation)
    if keys is not None:
        found = found.filter(public_id__in=uuids(keys))
    activities = _with_plans(found)
    numbers = [activity.pk for activity in activities]
    reports = {
        report.activity_id: report
        for report in ActivityReport.objects.filter(obligation=obligation, activity__in=numbers).select_related(
            "updated_by"
        )
    }
    approved = _approved_plans(numbers)
    pieces = Counter(
        Evidence.objects.filter(obligation=obligation, removed_at__isnull=True).values_list("record_key", flat=True)
    )
    return [
        _record(one, reports.get(one.pk), approved.get(one.pk, {}), pieces[str(one.public_id)]) for one in activities
    ]


def _with_plans(found: Any) -> list[Activity]:
    """In order; the few work plans are read once and not made anew for each of their activities."""
    activities = list(found.select_related(None))
    plans = WorkPlan.objects.in_bulk({one.work_plan_id for one in activities})
    for one in activities:
        one.work_plan = plans[one.work_plan_id]
    return sorted(activities, key=_order)


def _order(activity: Activity) -> tuple[Any, ...]:
    """By work plan, then by number as people count: 1.2 before 1.10, unnumbered last."""
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _PARTS.findall(activity.number))
    plan = activity.work_plan
    return (-plan.first_year, plan.title, not parts, parts, activity.title, activity.pk)


_PARTS = re.compile(r"[0-9]{1,9}|[^0-9.\s]+")


def _approved_plans(activities: list[int]) -> dict[int, Values]:
    """Plan values of each activity in its latest approved report."""
    later = (
        ActivityFact.objects.current().approved().filter(activity=OuterRef("activity"), period__gt=OuterRef("period"))
    )
    facts = ActivityFact.objects.current().approved().filter(~Exists(later), activity__in=activities)
    names = [one.name for one in PLAN_FIELDS]
    return {
        activity: {name: content[name] for name in names if name in content}
        for activity, content in facts.values_list("activity_id", "content")
    }


def _record(activity: Activity, report: ActivityReport | None, approved: Values, evidence: int) -> Record:
    values = Told({one.name: canonical_form(one, getattr(activity, one.name)) for one in PLAN_FIELDS})
    for one in REPORT_FIELDS:
        values[one.name] = canonical_form(one, getattr(report, one.name)) if report else one.empty
    values.evidence = evidence
    saved_at = max(activity.updated_at, report.updated_at) if report else None
    return Record(
        key=str(activity.public_id),
        title=activity.title or "Activity without a title",
        group=str(activity.work_plan),
        values=values,
        kept=dict(report.kept) if report else {},
        approved=approved,
        updated_at=saved_at.isoformat() if saved_at else "",
        updated_by=str(report.updated_by) if report and report.updated_by else "",
        is_demonstration=activity.is_demonstration,
    )


def previous(obligation: Obligation, keys: Collection[str]) -> dict[str, Values]:
    """What the latest earlier handed-in report said of each activity (see Told). One statement."""
    facts = (
        ActivityFact.objects.current()
        .filter(activity__public_id__in=uuids(keys), period__lt=obligation.round.period)
        .order_by("-period", "-standing")  # of the same period what was submitted is newer than what was approved
        .values_list("activity__public_id", "period", "status", "percent_complete", "content")
    )
    told: dict[str, list[tuple[int, str, int | None, Values]]] = defaultdict(list)
    for public_id, period, status, percent, content in facts:
        mine = told[str(public_id)]
        if not mine or mine[-1][0] != period:
            mine.append((period, status, percent, content))
    return {key: _told(rows) for key, rows in told.items()}


def _told(rows: list[tuple[int, str, int | None, Values]]) -> Told:
    content = rows[0][3]
    values = Told({one.name: content.get(one.name, one.empty) for one in CATALOGUE.fields})
    values.evidence = len(content.get("evidence", []))
    values.earlier = tuple((status, percent) for _, status, percent, _ in rows[1:EARLIER_REPORTS])
    return values
