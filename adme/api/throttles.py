"""How often one user may ask: readings, writings, and whole lists as CSV, each with a rate of its own.

Rates stand in the settings (REST_FRAMEWORK). All tokens and sessions of a user count together, so that more tokens
give no more requests. They are counted in the cache: in one process without Redis, in all of them with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:  # the views read the settings that name this module
    from rest_framework.views import APIView


READ, WRITE, WHOLE = "read", "write", "whole"
_NO_FILTERS = frozenset({"page", "page_size"})


class _PerUser(SimpleRateThrottle):
    def __init__(self) -> None:
        """The rate is known once the request is."""

    def counts(self, request: Request, view: APIView) -> str:
        """Which rate this request counts towards; blank: none of this throttle."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.scope = self.counts(request, view)
        if not self.scope:
            return True
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return self.cache_format % {"scope": self.scope, "ident": request.user.pk} if request.user.pk else None


class ByUse(_PerUser):
    """Writings are dear (each is checked, merged and recorded), readings cheap."""

    def counts(self, request: Request, view: APIView) -> str:
        return READ if request.method in SAFE_METHODS else WRITE


class WholeLists(_PerUser):
    """A list as CSV without any filter streams all its rows and holds a process meanwhile: a copy of every list
    fits into the rate three times an hour, a loop does not. With a filter it is a reading like any other."""

    def counts(self, request: Request, view: APIView) -> str:
        is_csv = request.accepted_renderer.format == "csv"
        return WHOLE if is_csv and not set(request.query_params) - _NO_FILTERS else ""
