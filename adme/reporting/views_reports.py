"""Pages of a reporter and of one report: my work, the report, its acts, its history."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require

from . import access
from .errors import BadValues, NotReady, ReasonNeeded, ReportingError
from .forms_reports import ActForm
from .models import Obligation, Revision
from .pages import acts, reports, revisions, work
from .services import workflow
from .transitions import TRANSITIONS, Act

REFUSED, CONFLICT = 422, 409


def asked(request: HttpRequest) -> dict[str, str]:
    """The query without what no database takes: PostgreSQL refuses a NUL in a text."""
    return {name: str(text) for name, text in request.GET.dict().items() if str(text).isprintable()}


def me(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_GET
@never_cache
def my_work(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.REPORT_FILE)
    page = work.work_page(request.user)
    context = {"page": page, "page_has_demonstration_data": page.has_demonstration}
    return render(request, "reporting/reports/my_work.html", context)


@require_GET
@never_cache
def report(request: HttpRequest, report: UUID) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    obligation = access.obligation_for(request.user, report)
    page = reports.report_page(request.user, obligation, query=asked(request))
    context = {"page": page, "page_has_demonstration_data": page.has_demonstration}
    return render(request, "reporting/reports/report.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def report_act(request: HttpRequest, report: UUID, act: str) -> HttpResponse:
    """Asks before the act; the form's token makes a second click, or the back button, the same act."""
    require(request.user, Permission.REPORT_READ)
    obligation = access.obligation_for(request.user, report)
    wanted = acts.wanted(request.user, obligation, act)
    page = acts.act_page(request.user, obligation, wanted)
    first = {"token": uuid4().hex, "revision": page.revision.pk if page.revision else None}
    form = ActForm(request.POST or None, act=wanted, on_behalf=page.on_behalf, initial=first)
    if request.method == "POST":
        return _perform(request, obligation, page, form)
    if sentence := acts.closed_sentence(obligation, wanted):
        return refused(request, page.head, sentence)
    return _ask(request, page, form)


def _perform(request: HttpRequest, obligation: Obligation, page: acts.ActPage, form: ActForm) -> HttpResponse:
    if not form.is_valid():
        return _ask(request, page, form)
    given = form.cleaned_data
    try:
        workflow.perform(
            obligation_id=obligation.pk,
            act=page.act,
            by=me(request),
            idempotency_key=given["token"],
            reason=given.get("reason", ""),
            reason_codes=given.get("reason_codes", ()),
            until=given.get("until"),
            revision_id=given.get("revision"),
        )
    except BadValues as error:
        form.take(error)
    except ReasonNeeded as error:
        form.add_error("reason" if "reason" in form.fields else None, str(error))
    except NotReady as error:
        form.add_error(None, str(error))
    except ReportingError as error:
        return refused(request, page.head, str(error))
    else:
        return _receipt(request, obligation, page.act, given["token"])
    return _ask(request, page, form)


def _ask(request: HttpRequest, page: acts.ActPage, form: ActForm) -> HttpResponse:
    context = {"page": page, "form": form, "page_has_demonstration_data": page.head.obligation.is_demonstration}
    status = REFUSED if form.is_bound and form.errors else 200
    return render(request, "reporting/reports/act.html", context, status=status)


def _receipt(request: HttpRequest, obligation: Obligation, act: Act, token: str) -> HttpResponse:
    """Back to the report, which shows what was kept; an act that keeps no revision is told in a message."""
    address = reverse("report", args=[obligation.public_id])
    kept = Revision.objects.filter(obligation=obligation, idempotency_key=token).first()
    if kept:
        return redirect(f"{address}?receipt={kept.number}")
    messages.success(request, f"{TRANSITIONS[act].done}. {obligation.reporter_label} has been told.")
    return redirect(address)


def refused(request: HttpRequest, head: reports.Head, sentence: str) -> HttpResponse:
    """Somebody else was faster, or the calendar: what is so now, and the way to it."""
    context = {"head": head, "sentence": sentence}
    return render(request, "reporting/reports/refused.html", context, status=CONFLICT)


@require_GET
@never_cache
def report_history(request: HttpRequest, report: UUID) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    obligation = access.obligation_for(request.user, report)
    return _show(request, "history", revisions.history_page(request.user, obligation))


@require_GET
@never_cache
def report_revision(request: HttpRequest, report: UUID, number: int) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    obligation = access.obligation_for(request.user, report)
    return _show(request, "revision", revisions.revision_page(request.user, obligation, number, query=asked(request)))


@require_GET
@never_cache
def report_compare(request: HttpRequest, report: UUID) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    obligation = access.obligation_for(request.user, report)
    return _show(request, "compare", revisions.compare_page(request.user, obligation, query=asked(request)))


def _show(request: HttpRequest, name: str, page: Any) -> HttpResponse:
    context = {"page": page, "page_has_demonstration_data": page.head.obligation.is_demonstration}
    return render(request, f"reporting/reports/{name}.html", context)
