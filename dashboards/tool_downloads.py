"""Downloads of the figures behind each chart of the two reporting tools: the same tables, the same filters."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from adme.accounts.permissions import Permission, require
from adme.exports.responses import download
from databases_a.tool1.selectors.summary import Filters as Tool1Filters
from databases_a.tool1.standing_reports import reports
from databases_a.tool2.selectors.summary import Filters as Tool2Filters

from .pages import tool1, tool1_charts, tool2, tool2_charts
from .table_documents import table_document

MARKS = (
    ("Empty value", "Not known: no approved report, or not given. Never zero."),
    ("Counted", "Approved reports only; each activity or action once, as its latest report of the span tells it."),
)


@require_safe
def tool1_download(request: HttpRequest, chart: str, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    found = tool1.tool1_table(Tool1Filters.read(request.GET.dict()), chart, reports("tool1"))
    if found is None:
        raise Http404(f"no figures named {chart}")
    table, told = found
    document = table_document(
        request, table, title=f"{table.title}, {told.span}", stem=_stem("tool-1", chart, told.span),
        page=reverse("tool1_dashboard"), source=tool1.SOURCE, filters=tool1.filter_words(told),
        coverage=tool1_charts.coverage(told), marks=MARKS, demonstration=told.has_demonstration,
    )  # fmt: skip
    return download(document, extension)


@require_safe
def tool2_download(request: HttpRequest, chart: str, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    found = tool2.tool2_table(Tool2Filters.read(request.GET.dict()), chart, reports("tool2"))
    if found is None:
        raise Http404(f"no figures named {chart}")
    table, told = found
    document = table_document(
        request, table, title=f"{table.title}, {told.span}", stem=_stem("tool-2", chart, told.span),
        page=reverse("tool2_dashboard"), source=tool2.SOURCE, filters=tool2.filter_words(told),
        coverage=tool2_charts.coverage(told), marks=MARKS, demonstration=told.has_demonstration,
    )  # fmt: skip
    return download(document, extension)


def _stem(tool: str, chart: str, span: str) -> str:
    return f"{tool}-{chart}_{span.replace(' to ', '-')}"
