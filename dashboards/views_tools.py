"""Views of the dashboards of the two reporting tools: may they? What is asked for? Answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from adme.accounts.permissions import Permission, require
from adme.common.csp import chart_page
from databases_a.tool1.selectors.summary import Filters as Tool1Filters
from databases_a.tool1.standing_reports import reports
from databases_a.tool2.selectors.summary import Filters as Tool2Filters

from .caching import answer
from .pages.tool1 import build_tool1
from .pages.tool2 import build_tool2

LONGEST_PAGE = 4


@require_GET
@chart_page
def tool1(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    filters, page, told = Tool1Filters.read(request.GET.dict()), _page(request), reports("tool1")
    return answer(
        request,
        filters=(filters, page),
        stamp=told,
        build=lambda version: build_tool1(filters, page, told, version),
    )


@require_GET
@chart_page
def tool2(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    filters, page, told = Tool2Filters.read(request.GET.dict()), _page(request), reports("tool2")
    return answer(
        request,
        filters=(filters, page),
        stamp=told,
        build=lambda version: build_tool2(filters, page, told, version),
    )


def _page(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= LONGEST_PAGE else 1
