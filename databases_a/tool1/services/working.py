"""Writes of working copies. Called by reporting inside its transaction, with clean values; reporting audits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q
from django.utils import timezone

from adme.accounts.models import User
from adme.common.rows import update_rows
from adme.reporting.errors import BadValues, FieldProblem
from adme.reporting.fields import Holder, Values, stored_form
from adme.reporting.models import Obligation

from ..fields import CATALOGUE
from ..models import Activity, ActivityReport
from ..selectors.working import plans_of, uuids


def create_many(obligation: Obligation, rows: Sequence[tuple[str, Values]], *, by: User) -> list[str]:
    """Add (work plan, values) each; their keys in the same order."""
    groups = {group for group, _values in rows}
    plans = {str(one.public_id): one for one in plans_of(obligation).filter(public_id__in=uuids(groups))}
    for group in groups:
        if group not in plans:
            hint = "Choose a work plan of this body."
            raise BadValues((FieldProblem("group", "unknown_work_plan", group[:60], hint),))
    activities = [
        Activity(
            public_id=uuid4(),
            work_plan=plans[group],
            body_id=plans[group].body_id,
            created_by=by,
            is_demonstration=plans[group].is_demonstration,
            **_columns(values, Holder.PLAN),
        )
        for group, values in rows
    ]
    Activity.objects.bulk_create(activities, batch_size=1000)
    ActivityReport.objects.bulk_create(
        [
            ActivityReport(activity=one, obligation=obligation, updated_by=by, **_columns(values, Holder.REPORT))
            for one, (_group, values) in zip(activities, rows, strict=True)
        ],
        batch_size=1000,
    )
    return [str(one.public_id) for one in activities]


def store_many(obligation: Obligation, changed: Mapping[str, Values], *, by: User) -> None:
    """Few statements for any number of records. A report row is written even where only the plan changed."""
    activities = {
        str(one.public_id): one
        for one in Activity.objects.filter(body_id=obligation.body_id, public_id__in=uuids(list(changed)))
    }
    reports = {
        one.activity_id: one
        for one in ActivityReport.objects.filter(obligation=obligation, activity__in=activities.values())
    }
    now = timezone.now()
    fresh: list[ActivityReport] = []
    known: list[ActivityReport] = []
    planned: list[Activity] = []
    plan_names: set[str] = set()
    report_names: set[str] = set()
    for key, values in changed.items():
        activity = activities[key]
        plan, told = _columns(values, Holder.PLAN), _columns(values, Holder.REPORT)
        if plan:
            _set(activity, plan, now)
            planned.append(activity)
            plan_names |= set(plan)
        report = reports.get(activity.pk)
        if report is None:
            report = ActivityReport(activity=activity, obligation=obligation)
            fresh.append(report)
        else:
            known.append(report)
        _set(report, {**told, "updated_by": by}, now)
        report_names |= set(told)
    update_rows(planned, [*sorted(plan_names), "updated_at"])
    update_rows(known, [*sorted(report_names), "updated_by", "updated_at"])
    ActivityReport.objects.bulk_create(fresh, batch_size=1000)


def keep(obligation: Obligation, key: str, *, code: str, reason: str) -> None:
    activity = Activity.objects.get(body_id=obligation.body_id, public_id=key)
    report, _ = ActivityReport.objects.get_or_create(activity=activity, obligation=obligation)
    kept = {known: why for known, why in report.kept.items() if known != code}
    if reason:
        kept[code] = reason
    ActivityReport.objects.filter(pk=report.pk).update(kept=kept, updated_at=timezone.now())


def remove(obligation: Obligation, key: str) -> bool:
    """Delete what nobody has seen; retire what stands in a handed-in report, in another report, or in a link."""
    told = Exists(ActivityReport.objects.filter(activity=OuterRef("pk"), obligation=obligation))
    here = Activity.objects.filter(Q(retired_at__isnull=True) | told, body_id=obligation.body_id)
    activity = here.filter(public_id__in=uuids([key])).first()
    if activity is None:
        return False
    if not activity.reports.exclude(obligation=obligation).exists():
        try:
            with transaction.atomic():
                activity.delete()
                return True
        except ProtectedError:
            pass
    ActivityReport.objects.filter(activity=activity, obligation=obligation).delete()
    Activity.objects.filter(pk=activity.pk, retired_at__isnull=True).update(
        retired_at=timezone.now(), updated_at=timezone.now()
    )
    return True


def _columns(values: Values, holder: Holder) -> dict[str, Any]:
    fields = CATALOGUE.by_name
    return {name: stored_form(fields[name], value) for name, value in values.items() if fields[name].holder == holder}


def _set(row: Any, columns: Mapping[str, Any], now: Any) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    row.updated_at = now
