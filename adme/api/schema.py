"""OpenAPI of the endpoints: each operation with a name, a summary, a tag, and the errors that it can answer.

What the code says once is told everywhere: filters are the query parameters, rows come in pages, `.csv` twins stand in
the text, and the errors follow from the kind of request.
"""

from __future__ import annotations

import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from .errors import Error

PREFIX = "/api/v1/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ERRORS = {
    "400": "A parameter or a value is wrong; `fields` says which and why.",
    "401": "No token, or one that has ended.",
    "403": "Your role, or the scope of the token, does not allow it.",
    "404": "There is no such thing, or you may not know of it; or a page beyond the last.",
    "409": "The state of the thing does not allow it, somebody else changed it, or the key was used for another act.",
    "413": "Too large.",
    "415": "Of a kind that is not read here.",
    "422": "Understood, but not taken: a reason is missing, or the file cannot be taken.",
    "429": "Too many requests; `Retry-After` says after how many seconds.",
}


class EndpointSchema(AutoSchema):
    def get_tags(self) -> list[str]:
        return [getattr(self.view, "tag", "") or "API"]

    def get_summary(self) -> str:  # type: ignore[override]
        """The first sentence of the method's or the view's text."""
        text = " ".join((self._own_text() or "").split())
        return re.split(r"(?<=[.:])\s", text, maxsplit=1)[0].rstrip(".:")

    def get_description(self) -> str:  # type: ignore[override]
        return self._own_text()

    def _own_text(self) -> str:
        method = getattr(self.view, self.method.lower(), None)
        text: str = getattr(method, "__doc__", "") or type(self.view).__doc__ or ""
        return "\n".join(line.strip() for line in text.strip().splitlines())

    def get_operation_id(self) -> str:
        """From the address: every one has its own, and it stays when classes are renamed."""
        parts = self.path.removeprefix(PREFIX).strip("/").split("/")
        words = [re.sub(r"\W", "_", part) for part in parts if part and not part.startswith("{")] or ["index"]
        verb = {"GET": "list" if self._is_list_view() else "read", "POST": "send", "PATCH": "change"}
        return "_".join([*words, verb.get(self.method, self.method.lower())])

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        found = super()._get_response_bodies(direction)
        for code in self._errors():
            one = found.setdefault(code, self._get_response_for_code(Error, code, direction=direction))
            one["description"] = _ERRORS[code]
            if code == "429":
                one["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
        return dict(sorted(found.items()))

    def _errors(self) -> list[str]:
        codes = {"401", "403", "429"}
        if self.method not in SAFE:
            codes |= {"400", "404", "409", "413", "415", "422"}
        if "{" in self.path:
            codes |= {"400", "404"}
        return sorted(codes)


class TableSchema(EndpointSchema):
    def is_excluded(self) -> bool:
        return bool(self.path.endswith(".csv"))

    def get_override_parameters(self) -> list[Any]:
        filters = self.view.filters  # type: ignore[attr-defined]
        return [filters] if self.method == "GET" and filters().fields else []

    def get_response_serializers(self) -> Any:
        if self.method != "GET":
            return super().get_response_serializers()
        return self.view.row(many=True)  # type: ignore[attr-defined]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method == "GET" and not (
            isinstance(serializer, serializers.BaseSerializer)
            and not isinstance(serializer, serializers.ListSerializer)
        )

    def map_renderers(self, attribute: str) -> list[Any]:
        """JSON in pages. CSV is another address, since it has no pages."""
        return ["application/json"] if attribute == "media_type" else ["json"]

    def _get_pagination_parameters(self) -> Any:
        found = super()._get_pagination_parameters() if self.method == "GET" else []
        limits = {"page": {"minimum": 1, "maximum": 2**31}, "page_size": {"minimum": 1, "maximum": 500}}
        for one in found:
            one["schema"] |= limits[one["name"]]
        return found

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        found = super()._get_response_bodies(direction)
        if self.method == "GET":
            told = {"ETag": "Send it back as If-None-Match: 304 says that nothing has changed.",
                    "X-ADME-Data-Version": "Version of the published figures."}  # fmt: skip
            found["200"]["headers"] = {
                name: {"schema": {"type": "string"}, "description": text} for name, text in told.items()
            }
            found["304"] = {"description": "Nothing has changed since the ETag that you sent."}
        return dict(sorted(found.items()))

    def _errors(self) -> list[str]:
        return sorted({*super()._errors(), "400", "404"})

    def get_description(self) -> str:  # type: ignore[override]
        if self.method != "GET":
            return super().get_description()
        path = self.path.rstrip("/")
        return f"{super().get_description()}\n\nThe same rows, all at once as CSV: `{path}.csv` with the same filters."


def only_this_api(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Not the SDMX addresses, which a standard of their own describes."""
    return [one for one in endpoints if one[0].startswith(PREFIX)]


def share_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The same answers stand once under components/responses; and no marks that only the generator needs."""
    shared: dict[str, Any] = {}
    for operations in result["paths"].values():
        for operation in operations.values():
            for code, answer in operation["responses"].items():
                if code in _ERRORS and "/Error'" in str(answer):
                    shared.setdefault(f"Error{code}", answer)
                    operation["responses"][code] = {"$ref": f"#/components/responses/Error{code}"}
    result["components"]["responses"] = dict(sorted(shared.items()))
    _drop(result, "x-spec-enum-id")
    return result


def _drop(found: Any, key: str) -> None:
    if isinstance(found, dict):
        found.pop(key, None)
    for one in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        _drop(one, key)
