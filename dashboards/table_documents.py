"""The table behind a chart as a document to download: the same figures, the same filters."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils import timezone

from adme.exports.documents import Column, Document
from adme.observations.services import current_data_version

from .pages.tool_parts import Link, Table


def table_document(
    request: HttpRequest, table: Table, *, title: str, stem: str, page: str, source: str, filters: Sequence[Link],
    coverage: str, marks: Sequence[Link], demonstration: bool,
) -> Document:  # fmt: skip
    """`page` is the address of the dashboard; what its own address asked is added."""
    address, query = request.build_absolute_uri(page), str(request.META.get("QUERY_STRING", ""))
    return Document(
        title=title,
        file_stem=stem,
        columns=[Column(code, words) for code, words in table.head],
        rows=table.rows,
        filters=list(filters),
        metadata=[("Coverage", coverage)],
        notes=[("Coverage", coverage), *marks],
        source=source,
        licence="as the sources state",
        extracted_at=timezone.now(),
        data_version=current_data_version().number,
        address=f"{address}?{query}" if query else address,
        is_demonstration=demonstration,
    )
