"""Pages of the calendar: rounds and schedules, a changed schedule, a later deadline for one reporter."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from adme.accounts.permissions import Permission, require

from . import access
from .errors import BadValues, NotAllowedNow, ReasonNeeded
from .forms_reports import ExtensionForm, ScheduleForm
from .models import ReportingSchedule
from .pages import reports
from .pages.calendar import calendar_page
from .selectors.zones import jakarta_text
from .services import calendar as service
from .states import EDITABLE
from .views_reports import CONFLICT, REFUSED, asked, me, refused


@require_GET
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    page = calendar_page(request.user, query=asked(request))
    return render(request, "reporting/calendar/calendar.html", {"page": page})


@require_http_methods(["GET", "POST"])
@never_cache
def schedule_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds a schedule (no `pk`) or changes one."""
    require(request.user, Permission.CALENDAR_MANAGE)
    schedule = get_object_or_404(ReportingSchedule, pk=pk, retired_at__isnull=True) if pk is not None else None
    form = ScheduleForm.of(schedule, request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            saved = service.set_schedule(**form.cleaned_data, by=me(request), schedule_id=pk)
        except BadValues as error:
            form.take(error)
        except ReasonNeeded as error:
            form.add_error("reason", str(error))
        except NotAllowedNow as error:
            form.add_error(None, str(error))
            status = CONFLICT
        else:
            service.keep_ledger()
            messages.success(request, f"The schedule from {saved.first_period} was saved. Rounds to come follow it.")
            return redirect("calendar")
    if form.is_bound and form.errors and status == 200:
        status = REFUSED
    return render(request, "reporting/calendar/schedule.html", {"form": form, "schedule": schedule}, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def report_extend(request: HttpRequest, report: UUID) -> HttpResponse:
    require(request.user, Permission.CALENDAR_MANAGE)
    obligation = access.obligation_for(request.user, report)
    head = reports.head(request.user, obligation, ("Later deadline", ""))
    if obligation.state not in EDITABLE:
        return refused(request, head, "The report is not being written now, so there is no deadline to extend.")
    form = ExtensionForm.of(obligation, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = service.extend(obligation_id=obligation.pk, by=me(request), **form.cleaned_data)
        except BadValues as error:
            form.take(error)
        except ReasonNeeded as error:
            form.add_error("reason", str(error))
        except NotAllowedNow as error:
            return refused(request, head, str(error))
        else:
            until = jakarta_text(found.due_on)
            messages.success(request, f"{found.reporter_label} has until {until}, and has been told.")
            return redirect(reverse("report", args=[obligation.public_id]))
    status = REFUSED if form.is_bound and form.errors else 200
    return render(request, "reporting/calendar/extend.html", {"head": head, "form": form}, status=status)
