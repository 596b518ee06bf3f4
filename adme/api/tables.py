"""The one list endpoint: typed filters from an allow-list, pages as JSON, everything as a CSV stream, ETag."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any, ClassVar

from django.http import HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from adme.accounts.permissions import Permission, may
from adme.common.csv_safety import csv_cell
from adme.observations.services import current_data_version

from .pagination import Page
from .schema import TableSchema

PAGING = frozenset({"page", "page_size", "format"})


class MayReadApi(BasePermission):
    """Reading the API at all, and what the same rows need on screen (`view.permission`)."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        needed = getattr(view, "permission", Permission.API_READ)
        return may(request.user, Permission.API_READ) and may(request.user, needed)


class NoFilters(serializers.Serializer):
    """No filter."""


class TableView(APIView):
    """Subclasses name `filters` (query parameters) and `row` (fields in order), and give `rows` in that order."""

    schema = TableSchema()
    pagination_class = Page
    permission_classes = (MayReadApi,)
    permission: ClassVar[Permission] = Permission.API_READ
    filters: ClassVar[type[serializers.Serializer]] = NoFilters
    row: ClassVar[type[serializers.Serializer]]

    def rows(self, filters: dict[str, Any]) -> Any:
        """A query set of tuples (values_list), ordered, in the order of `row`'s fields."""
        raise NotImplementedError

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        """A stored row as it leaves; period keys become text here."""
        return row

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        filters = self._filters(request)
        version = current_data_version().number
        etag = f'"{hashlib.sha256(f"{version}{request.get_full_path()}".encode()).hexdigest()[:20]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-ADME-Data-Version": str(version)}
        if request.headers.get("If-None-Match") == etag:
            return HttpResponseNotModified(headers=headers)
        names = list(self.row().fields)
        rows = self.rows(filters)
        if request.accepted_renderer.format == "csv":
            lines = _csv_lines(names, (self.present(row) for row in rows.iterator(chunk_size=5000)))
            return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
        pages = Page()
        page: list[Any] = pages.paginate_queryset(rows, request, view=self) or []
        answer: Response = pages.get_paginated_response(
            [dict(zip(names, self.present(row), strict=True)) for row in page]
        )
        for name, value in headers.items():
            answer.headers[name] = value
        return answer

    def _filters(self, request: Request) -> dict[str, Any]:
        known = set(self.filters().fields)
        unknown = sorted(set(request.query_params) - known - PAGING)
        if unknown:
            hint = f"No such filter. This list knows: {', '.join(sorted(known)) or 'none'}."
            raise serializers.ValidationError({name: [hint] for name in unknown})
        form = self.filters(data=request.query_params.dict())
        form.is_valid(raise_exception=True)
        return {name: value for name, value in form.validated_data.items() if value not in (None, "")}


def _csv_lines(names: list[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    for number, row in enumerate(rows, start=1):
        writer.writerow([csv_cell(value) for value in row])
        if number % 2000 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
