"""The one list endpoint: typed filters from an allow-list, pages as JSON, everything as a CSV stream, ETag."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

import orjson
from django.db import connection
from django.http import HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from adme.accounts.permissions import Permission, assignments_of, require
from adme.common.csv_safety import csv_cell
from adme.observations.services import current_data_version

from .copying import Copied, copied_lines
from .pagination import LARGEST_PAGE, Page
from .permissions import MayUseApi
from .renderers import CsvRenderer, OrjsonRenderer
from .schema import EndpointSchema, TableSchema
from .scopes import Scope

MayReadApi = MayUseApi  # the name by which packages above know it


class NoFilters(serializers.Serializer):
    """No filter."""


class Paging(serializers.Serializer):
    page = serializers.IntegerField(required=False, min_value=1, max_value=2**31)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE)


class Endpoint(APIView):
    """Subclasses name the `permission` of the same page, for writing the `scope` of tokens, and the `tag` of the
    description. `permissions` {method: permission} where a method needs another one."""

    schema = EndpointSchema()
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # OPTIONS has nothing to tell here
    permission_classes = (MayUseApi,)
    permission: ClassVar[Permission] = Permission.API_READ
    permissions: ClassVar[dict[str, Permission]] = {}
    scope: ClassVar[Scope | None] = None
    tag: ClassVar[str] = ""


class TableView(Endpoint):
    """Subclasses name `filters` (query parameters) and `row` (fields in order), and give `rows` in that order."""

    schema = TableSchema()
    pagination_class = Page
    renderer_classes = (OrjsonRenderer, CsvRenderer)
    filters: ClassVar[type[serializers.Serializer]] = NoFilters
    row: ClassVar[type[serializers.Serializer]]

    def rows(self, filters: dict[str, Any]) -> Any:
        """An ordered query set or sequence; of tuples in the order of `row`'s fields where `present` is not given."""
        raise NotImplementedError

    def present(self, row: Any) -> Sequence[Any]:
        """A stored row as it leaves; period keys become text here."""
        return row  # type: ignore[no-any-return]

    def copied(self, filters: dict[str, Any]) -> Copied | None:
        """For long lists: the same rows as text, which PostgreSQL writes as CSV itself; it must match `present`."""
        return None

    def stamp(self, filters: dict[str, Any]) -> Any:
        """What changes with the rows beside the data version; for lists whose rows no data version covers."""
        return ""

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        as_csv = request.accepted_renderer.format == "csv"
        if as_csv:
            require(request.user, Permission.EXPORT)
        filters = self._filters(request)
        names = list(self.row().fields)
        version = current_data_version().number
        etag = self._etag(request, version, names, filters)
        headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-ADME-Data-Version": str(version)}
        if request.headers.get("If-None-Match") == etag:
            return HttpResponseNotModified(headers=headers)
        if as_csv:
            name = request.path.strip("/").rsplit("/", 1)[-1].removesuffix(".csv")
            headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
            lines = self._lines(names, filters)
            return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
        pages = Page()
        page: list[Any] = pages.paginate_queryset(self.rows(filters), request, view=self) or []
        answer: Response = pages.get_paginated_response(
            [dict(zip(names, self.present(row), strict=True)) for row in page]
        )
        for name, value in headers.items():
            answer.headers[name] = value
        return answer

    def _lines(self, names: list[str], filters: dict[str, Any]) -> Iterator[bytes]:
        copied = self.copied(filters) if connection.vendor == "postgresql" else None
        if copied is not None:
            return copied_lines((",".join(names) + "\n").encode(), copied)
        return csv_lines(names, (self.present(row) for row in _each(self.rows(filters))))

    def _etag(self, request: Request, version: int, names: list[str], filters: dict[str, Any]) -> str:
        """Of what decides the rows: data, what is asked for, who asks (rows depend on roles), and the fields."""
        who = [(one.role, one.body_id, one.state_id) for one in assignments_of(request.user)]
        told = [version, self.stamp(filters), request.get_full_path(), request.user.pk, who, names]
        told.append(request.accepted_renderer.format)
        return f'"{hashlib.sha256(orjson.dumps(told, default=str)).hexdigest()[:20]}"'

    def _filters(self, request: Request) -> dict[str, Any]:
        known, paging = set(self.filters().fields), set(Paging().fields)
        unknown = sorted(set(request.query_params) - known - paging)
        if unknown:
            hint = f"No such filter. This list knows: {', '.join(sorted(known)) or 'none'}."
            raise serializers.ValidationError({name: [hint] for name in unknown})
        given = request.query_params.dict()
        Paging(data=given).is_valid(raise_exception=True)
        form = self.filters(data=given)
        form.is_valid(raise_exception=True)
        return {name: value for name, value in form.validated_data.items() if value not in (None, "", [])}


def _each(rows: Any) -> Iterable[Any]:
    """A query set in parts, so that a list of any length takes little memory."""
    return rows.iterator(chunk_size=2000) if hasattr(rows, "iterator") else rows


class _Lines(list[str]):
    """Takes lines from the csv module and ends them as PostgreSQL does. The module itself must believe in CR and LF:
    only then does it put quotes around a value that holds either."""

    def write(self, line: str) -> None:
        self.append(line[:-2] + "\n")


def csv_lines(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The heading and the rows in parts, the cells made safe for spreadsheets."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow(names)
    for number, row in enumerate(rows, start=1):
        writer.writerow([csv_cell(value if type(value) in _FLAT else _flat(value)) for value in row])
        if number % 2000 == 0:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


_FLAT = frozenset({str, float, int, bool, type(None)})  # most values: no need to look closer


def _flat(value: Any) -> Any:
    """Codes of a list separated by semicolons; whatever else is nested as JSON."""
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return ";".join(value)
    if isinstance(value, dict | list | tuple):
        return orjson.dumps(value, default=str).decode()
    return value
