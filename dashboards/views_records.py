"""Views of the dashboards of Database C and their downloads: may they? What is asked for? Answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from adme.accounts.permissions import Permission, require
from adme.common.csp import chart_page
from adme.exports.responses import download
from databases_c.models import Statistic
from databases_c.selectors import figures, holdings

from .caching import answer
from .pages import figures as statistic_page
from .pages import records as overview
from .pages.records_charts import SOURCE, coverage_words
from .table_documents import table_document


@require_GET
@chart_page
def records(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    filters, sets = holdings.Filters.read(request.GET.dict()), holdings.record_sets()
    return answer(
        request,
        filters=filters,
        stamp=(sets, holdings.stamp()),
        build=lambda version: overview.build_records(filters, sets),
    )


@require_GET
@chart_page
def statistic(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    found, filters = _statistic(code), _asked(request)
    about = (found.title, found.definition, found.unit, found.is_proposed, found.current_id, found.record_set.title)
    return answer(
        request,
        filters=filters,
        stamp=(about, holdings.stamp(found.record_set.tool)),
        build=lambda version: statistic_page.build_statistic(found, filters),
    )


@require_safe
def records_download(request: HttpRequest, chart: str, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    filters = holdings.Filters.read(request.GET.dict())
    found = overview.records_table(filters, chart, holdings.record_sets())
    if found is None:
        raise Http404(f"no figures named {chart}")
    table, told = found
    year = str(told.year or "")
    document = table_document(
        request, table, title=f"{table.title}, {year}", stem=f"records-{chart}_{year}",
        page=reverse("records_dashboard"), source=SOURCE, filters=overview.filter_words(told),
        coverage=coverage_words(told), marks=overview.MARKS, demonstration=told.has_demonstration,
    )  # fmt: skip
    return download(document, extension)


@require_safe
def statistic_download(request: HttpRequest, code: str, chart: str, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    one = _statistic(code)
    found = statistic_page.statistic_table(one, _asked(request), chart)
    if found is None:
        raise Http404(f"no figures named {chart}")
    table, told = found
    document = table_document(
        request, table, title=f"{one.title}: {table.title.lower()}", stem=f"{one.code.lower()}-{chart}",
        page=reverse("statistic_dashboard", args=[one.code]), source=statistic_page.source(told),
        filters=statistic_page.filter_words(told), coverage=statistic_page.coverage(told, told.period),
        marks=statistic_page.MARKS, demonstration=told.has_demonstration,
    )  # fmt: skip
    return download(document, extension)


def _statistic(code: str) -> Statistic:
    found = figures.find(code)
    if found is None:
        raise Http404(f"no statistic {code}")
    return found


def _asked(request: HttpRequest) -> figures.Filters:
    return figures.Filters.read(request.GET.dict(), request.GET.getlist("states"))
