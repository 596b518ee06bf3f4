"""Pages that read activities across bodies: search, one activity, kept searches, and the overlaps of a draft."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.exports.responses import download
from adme.observations.services import current_data_version
from adme.reporting import tools
from adme.reporting.access import may_edit, obligation_for
from adme.reporting.errors import ReportingError
from adme.reporting.models import Obligation
from adme.reporting.tools import Record

from .documents import activities_document
from .models import SavedFilter
from .pages import filters_of
from .selectors.detail import detail
from .selectors.overlaps import overlaps_of
from .selectors.search import Wanted, search
from .services.filters import delete_filter, save_filter
from .services.links import decide

REFUSED = 422
SEARCH = "activity_search"


@require_GET
def activity_search(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    wanted = Wanted.read(request.GET.dict())
    return _search_page(request, wanted)


def _search_page(request: HttpRequest, wanted: Wanted, refused: str = "") -> HttpResponse:
    found = search(request.user, wanted, request.GET.get("page", ""))
    main, more = filters_of(found)
    context = {
        "found": found,
        "main": main,
        "more": more,
        "saved": SavedFilter.objects.filter(user=_me(request), page=SEARCH),
        "kept_fields": [(name, value) for name, value in asdict(wanted).items() if value],
        "refused": refused,
        "page_has_demonstration_data": found.has_demonstration,
    }
    return render(request, "tool1/search.html", context, status=REFUSED if refused else 200)


@require_safe
def activity_download(request: HttpRequest, extension: str) -> HttpResponseBase:
    require(request.user, Permission.REPORT_READ)
    require(request.user, Permission.EXPORT)
    wanted = Wanted.read(request.GET.dict())
    address = request.build_absolute_uri(reverse(SEARCH)) + (f"?{wanted.query}" if wanted.query else "")
    version = current_data_version().number
    return download(activities_document(request.user, wanted, version=version, address=address), extension)


@require_GET
def activity_detail(request: HttpRequest, activity: UUID) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    page = detail(request.user, activity)
    if page is None:
        raise Http404("There is no such activity.")
    context = {"page": page, "page_has_demonstration_data": page.is_demonstration}
    return render(request, "tool1/detail.html", context)


@require_POST
def filter_save(request: HttpRequest) -> HttpResponse:
    """Keeps the search that the form names; what is kept is rebuilt from its known parts."""
    require(request.user, Permission.REPORT_READ)
    wanted = Wanted.read(request.POST.dict())
    try:
        kept = save_filter(page=SEARCH, name=request.POST.get("name", ""), query=wanted.query, by=_me(request))
    except ReportingError as error:
        return _search_page(request, wanted, str(error))
    messages.success(request, f"The search “{kept.name}” is kept.")
    return redirect(f"{reverse(SEARCH)}?{wanted.query}")


@require_POST
def filter_delete(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    if not delete_filter(pk=pk, by=_me(request)):
        raise Http404("There is no such search.")
    messages.success(request, "The search was deleted.")
    return redirect(SEARCH)


@require_http_methods(["GET", "POST"])
def activity_overlaps(request: HttpRequest, report: UUID, key: str) -> HttpResponse:
    """The panel beside the form of a record; without htmx a page of its own."""
    require(request.user, Permission.REPORT_READ)
    obligation = obligation_for(request.user, report, edit=request.method == "POST")
    record = _record(request, obligation, key)
    refused = ""
    if request.method == "POST":
        try:
            decide(
                activity=record.key,
                other=_uuid(request.POST.get("other", "")),
                kind=request.POST.get("kind", ""),
                reason=request.POST.get("reason", ""),
                by=_me(request),
            )
        except ReportingError as error:
            refused = str(error)
    is_part = bool(request.headers.get("HX-Request"))
    if request.method == "POST" and not refused and not is_part:
        return redirect("activity_overlaps", report, key)
    panel = overlaps_of(request.user, obligation, record)
    context: dict[str, Any] = {
        "panel": panel,
        "report": obligation,
        "record": record,
        "may_decide": may_edit(request.user, obligation),
        "refused": refused,
        "refused_for": request.POST.get("other", ""),
        "typed": request.POST.get("reason", ""),
        "page_has_demonstration_data": any(one.is_demonstration for one in panel.overlaps),
    }
    name = "tool1/_overlaps.html" if is_part else "tool1/overlaps.html"
    return render(request, name, context, status=REFUSED if refused else 200)


def _record(request: HttpRequest, obligation: Obligation, key: str) -> Record:
    if obligation.tool != "tool1":
        raise Http404("There is no such report.")
    found = tools.get("tool1").records(obligation, keys=[key], for_user=_me(request))
    if not found:
        raise Http404("There is no such activity in this report.")
    return found[0]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("There is no such activity.") from error


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)
