"""OpenAPI of the list endpoints: filters as query parameters, rows in pages. `.csv` twins are told in the text."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema


class TableSchema(AutoSchema):
    def is_excluded(self) -> bool:
        return bool(self.path.endswith(".csv"))

    def get_override_parameters(self) -> list[Any]:
        return [self.view.filters]  # type: ignore[attr-defined]

    def get_response_serializers(self) -> Any:
        return self.view.row(many=True)  # type: ignore[attr-defined]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return True

    def get_description(self) -> str:  # type: ignore[override]
        path = self.path.rstrip("/")
        return f"{super().get_description()}\n\nThe same rows, all at once as CSV: `{path}.csv` with the same filters."
