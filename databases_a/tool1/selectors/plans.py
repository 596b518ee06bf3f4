"""Work plans that a person may see and keep: an officer those of the own body, reviewers all."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from adme.accounts.models import Role
from adme.accounts.permissions import Permission, assignments_of, may
from adme.reference.models import SectoralBody

from ..models import WorkPlan


def may_read_plans(user: Any) -> bool:
    return may(user, Permission.REPORT_FILE) or may(user, Permission.REPORT_VIEW_ALL)


def own_bodies(user: Any) -> list[int]:
    return [one.body_id for one in assignments_of(user) if one.role == Role.ME_OFFICER and one.body_id]


def bodies_to_keep(user: Any) -> QuerySet[SectoralBody]:
    """Bodies whose work plans this user adds and changes."""
    standing = SectoralBody.objects.filter(retired_at__isnull=True)
    return standing if may(user, Permission.REPORT_REVIEW) else standing.filter(pk__in=own_bodies(user))


def plans_for(user: Any) -> QuerySet[WorkPlan]:
    found = WorkPlan.objects.filter(retired_at__isnull=True).select_related("body", "framework")
    if not may(user, Permission.REPORT_VIEW_ALL):
        found = found.filter(body__in=own_bodies(user))
    activities = Count("activities", filter=Q(activities__retired_at__isnull=True))
    return found.annotate(activity_count=activities).order_by("body__acronym", "-first_year", "title")


def plan_to_change(user: Any, public_id: Any) -> WorkPlan | None:
    found = WorkPlan.objects.filter(public_id=public_id, retired_at__isnull=True, body__in=bodies_to_keep(user))
    return found.select_related("body", "framework").first()
