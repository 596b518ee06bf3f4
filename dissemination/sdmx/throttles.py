"""Whole flows count towards the rate of whole lists, in whatever format; a query with a key or filter is a reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.request import Request

from adme.api.throttles import WHOLE, WholeLists

if TYPE_CHECKING:
    from rest_framework.views import APIView

_NO_FILTERS = frozenset({"format", "labels", "dimensionAtObservation"})
_KEY_PLACES = {False: 1, True: 4}  # of the key in the path of the interface 1.x, and of 2.x


class WholeFlows(WholeLists):
    def counts(self, request: Request, view: APIView) -> str:
        parts = str(view.kwargs.get("rest", "")).split("/")
        place = _KEY_PLACES[bool(getattr(view, "is_two", False))]
        key = parts[place] if len(parts) > place else ""
        is_whole = not key.strip("*.,") or key == "all"
        return WHOLE if is_whole and not set(request.query_params) - _NO_FILTERS else ""
