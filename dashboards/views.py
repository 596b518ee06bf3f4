"""Views of the dashboards: may they? What is asked for? Answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from adme.accounts.permissions import Permission, require
from adme.common.csp import chart_page
from databases_a.rfmd.selectors import LeafFilters

from . import pages
from .caching import answer


@require_GET
@chart_page
def home(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    return answer(request, build=pages.build_home)


@require_GET
def characteristic(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    return answer(request, build=lambda version: pages.build_characteristic(code, version))


@require_GET
@chart_page
def kra(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    return answer(request, build=lambda version: pages.build_kra(code, version))


@require_GET
@chart_page
def leaf(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    filters = LeafFilters.read(request.GET, request.GET.getlist("states"))
    return answer(request, filters=filters, build=lambda version: pages.build_leaf(code, filters, version))


@require_GET
@chart_page
def gaps(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    cause, place = request.GET.get("cause", "")[:2], request.GET.get("characteristic", "")[:20]
    return answer(request, filters=(cause, place), build=lambda version: pages.build_gaps(cause, place, version))


@require_http_methods(["GET", "POST"])
def passport(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows the passport; POST computes the figure anew beside it and writes nothing."""
    require(request.user, Permission.DASHBOARD_VIEW)
    area, period = request.GET.get("area", "")[:12], request.GET.get("period", "")[:10]
    context = pages.passport_context(code, area, period)
    if context is None:
        raise Http404(f"KPI {code} has no figure for {area or 'no area'} in {period or 'no period'}.")
    request.characteristic = context["leaf"].characteristic_code  # type: ignore[attr-defined]
    if request.method == "POST":
        require(request.user, Permission.KPI_RECOMPUTE)
        context["comparison"] = pages.compared(code, area, period)
    return render(request, "dashboards/passport.html", context)
