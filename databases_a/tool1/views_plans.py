"""Pages of work plans: officers keep those of their own body, analysts all."""

from __future__ import annotations

import re
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.reporting.errors import NotAllowedNow

from .forms import WorkPlanForm
from .models import WorkPlan
from .selectors.plans import bodies_to_keep, may_read_plans, plan_to_change, plans_for
from .services.plans import save_plan

REFUSED = 422


@require_GET
def work_plan_list(request: HttpRequest) -> HttpResponse:
    _may_read(request)
    plans = list(plans_for(request.user))
    mine = set(bodies_to_keep(request.user).values_list("pk", flat=True))
    context = {
        "plans": [(plan, plan.body_id in mine) for plan in plans],
        "may_add": bool(mine),
        "page_has_demonstration_data": any(plan.is_demonstration for plan in plans),
    }
    return render(request, "tool1/plan_list.html", context)


@require_http_methods(["GET", "POST"])
def work_plan_new(request: HttpRequest) -> HttpResponse:
    _may_read(request)
    if not bodies_to_keep(request.user).exists():
        raise PermissionDenied("Work plans are kept by the M&E officers of the bodies and by the Secretariat.")
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def work_plan_edit(request: HttpRequest, plan: UUID) -> HttpResponse:
    _may_read(request)
    found = plan_to_change(request.user, plan)
    if found is None:
        raise Http404("There is no such work plan.")
    return _edit(request, found)


def _edit(request: HttpRequest, plan: WorkPlan | None) -> HttpResponse:
    bodies = bodies_to_keep(request.user)
    form = WorkPlanForm(request.POST or None, bodies=bodies, is_new=plan is None, initial=_initial(request, plan))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        body = plan.body if plan else form.only_body or given.pop("body")
        try:
            saved = save_plan(body=body, plan=plan, by=cast(User, request.user), **given)
        except NotAllowedNow as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, f"{saved.body.acronym}: the work plan “{saved.title}” was saved.")
            report = _report(request)
            return redirect("record_new", report) if report else redirect("work_plan_list")
    status = REFUSED if form.is_bound and form.errors else 200
    context = {"form": form, "plan": plan, "body": plan.body if plan else form.only_body}
    return render(request, "tool1/plan_edit.html", context, status=status)


def _report(request: HttpRequest) -> UUID | None:
    """The report whose officer came here to add a plan, and goes back to it."""
    try:
        return UUID(request.GET.get("report", ""))
    except ValueError:
        return None


def _initial(request: HttpRequest, plan: WorkPlan | None) -> dict[str, Any]:
    if plan is None:
        year = request.GET.get("year", "")
        return {"first_year": year} if re.fullmatch(r"(19|20)[0-9]{2}", year) else {}
    names = ("title", "framework", "first_year", "last_year")
    return {name: getattr(plan, name) for name in names}


def _may_read(request: HttpRequest) -> None:
    if not may_read_plans(request.user):
        require(request.user, Permission.REPORT_FILE)
