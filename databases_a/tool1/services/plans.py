"""Work plans: who keeps them, and what of them may change."""

from __future__ import annotations

from django.db import transaction

from adme.accounts.models import User
from adme.audit.services import record as audit
from adme.reference.models import Framework, SectoralBody
from adme.reporting.errors import NotAllowedNow

from ..models import WorkPlan


@transaction.atomic
def save_plan(
    *,
    body: SectoralBody,
    title: str,
    framework: Framework,
    first_year: int,
    last_year: int,
    by: User,
    plan: WorkPlan | None = None,
) -> WorkPlan:
    """Add a plan, or change one that stands (its body stays)."""
    if last_year < first_year:
        raise NotAllowedNow(f"The plan ends in {last_year}, before it begins in {first_year}.")
    same = WorkPlan.objects.filter(body=body, title=title).first()
    if same is not None and same != plan:
        raise NotAllowedNow(f"{body.acronym} has a work plan of this title already.")
    before = _told(plan) if plan else None
    plan = plan or WorkPlan(body=body)
    plan.title, plan.framework, plan.first_year, plan.last_year = title, framework, first_year, last_year
    plan.save()
    after = _told(plan)
    if before != after:
        action = "work_plan.changed" if before else "work_plan.added"
        audit(action=action, actor=by.email, target=f"work plan {plan.public_id}", before=before, after=after)
    return plan


def _told(plan: WorkPlan) -> dict[str, object]:
    return {
        "body": plan.body.code,
        "title": plan.title,
        "framework": plan.framework.code,
        "years": [plan.first_year, plan.last_year],
    }
