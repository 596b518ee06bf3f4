"""Downloads of the figures behind each chart of the two reporting tools: the same tables, the same filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from adme.accounts.permissions import Permission, require
from adme.exports.documents import Column, Document
from adme.exports.responses import download
from adme.observations.services import current_data_version
from databases_a.tool1.selectors.summary import Filters as Tool1Filters
from databases_a.tool1.standing_reports import reports
from databases_a.tool2.selectors.summary import Filters as Tool2Filters

from .pages import tool1, tool1_charts, tool2, tool2_charts
from .pages.tool_parts import Link, Table

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
    document = _document(
        request, table, name=f"tool-1-{chart}", page="tool1_dashboard", source=tool1.SOURCE, span=told.span,
        filters=tool1.filter_words(told), coverage=tool1_charts.coverage(told), demonstration=told.has_demonstration,
    )  # fmt: skip
    return download(document, extension)


@require_safe
def tool2_download(request: HttpRequest, chart: str, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    found = tool2.tool2_table(Tool2Filters.read(request.GET.dict()), chart, reports("tool2"))
    if found is None:
        raise Http404(f"no figures named {chart}")
    table, told = found
    document = _document(
        request, table, name=f"tool-2-{chart}", page="tool2_dashboard", source=tool2.SOURCE, span=told.span,
        filters=tool2.filter_words(told), coverage=tool2_charts.coverage(told), demonstration=told.has_demonstration,
    )  # fmt: skip
    return download(document, extension)


def _document(
    request: HttpRequest, table: Table, *, name: str, page: str, source: str, span: str, filters: Sequence[Link],
    coverage: str, demonstration: bool,
) -> Document:  # fmt: skip
    query: Any = request.META.get("QUERY_STRING", "")
    address = request.build_absolute_uri(reverse(page))
    return Document(
        title=f"{table.title}, {span}",
        file_stem=f"{name}_{span.replace(' to ', '-')}",
        columns=[Column(code, words) for code, words in table.head],
        rows=table.rows,
        filters=list(filters),
        metadata=[("Coverage", coverage)],
        notes=[("Coverage", coverage), *MARKS],
        source=source,
        licence="as the sources state",
        extracted_at=timezone.now(),
        data_version=current_data_version().number,
        address=f"{address}?{query}" if query else address,
        is_demonstration=demonstration,
    )
