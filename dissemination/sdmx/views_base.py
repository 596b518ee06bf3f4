"""What all SDMX addresses share: the agreed format, who may, conditional answers, and refusals as error messages."""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import Any, ClassVar

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from rest_framework.exceptions import APIException, NotAuthenticated, PermissionDenied
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from adme.accounts.permissions import PERMISSION_TITLES, may
from adme.api.permissions import MayUseApi
from adme.api.renderers import OrjsonRenderer
from adme.exports.sdmx.data import Header

from . import negotiation
from .catalogue import Catalogue, catalogue
from .concepts import AGENCY, AGENCY_NAME
from .errors import SdmxError, SemanticFault
from .flows import Flow
from .negotiation import Body, Format, Offer
from .parameters import Parameters
from .responses import error_bytes
from .stamps import Stamp, stamp

logger = logging.getLogger("adme.sdmx")
TITLES = {
    100: "No results found", 110: "Unauthorized", 140: "Syntax error", 150: "Semantic error", 403: "Forbidden",
    406: "Not acceptable", 429: "Too many requests", 500: "Internal server error", 501: "Not implemented",
}  # fmt: skip


class _AnyFormat(BaseContentNegotiation):
    """The formats of SDMX are chosen by `negotiation`; REST framework's own renderers are not asked."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next(iter(parsers), None)

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return OrjsonRenderer(), "application/json"


class SdmxView(APIView):
    """Subclasses answer `answer`. `is_two`: of the interface 2.x."""

    permission_classes = (MayUseApi,)
    content_negotiation_class = _AnyFormat
    schema = None  # the standard describes these addresses, not our OpenAPI document
    http_method_names = ["get", "head"]
    offer: ClassVar[Offer]
    is_two: ClassVar[bool] = False
    now: Stamp
    known: Catalogue
    given: Parameters
    format_: Format

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = stamp()
        self.known = catalogue(self.now)
        self.given = Parameters(dict(request.GET.lists()))
        self.format_ = negotiation.choose(
            self.offer,
            accept=request.headers.get("Accept", ""),
            name=self.given.one("format"),
            labels=self.given.one("labels"),
        )
        return self.answer(kwargs.get("rest", "").split("/"), **kwargs)

    def answer(self, parts: list[str], **kwargs: Any) -> HttpResponseBase:
        raise NotImplementedError

    # What every answer carries

    def unchanged(self) -> HttpResponseBase | None:
        """304 when the asker holds this very answer. To be asked once the query is known to be allowed."""
        found = get_conditional_response(self.request._request, self.etag, int(self.now.changed_at.timestamp()))
        return None if found is None else self.finished(found)

    @property
    def etag(self) -> str:
        told = "|".join(
            [
                self.now.text,
                self.request.get_full_path(),
                self.format_.content_type,
                ",".join(one.flow.id for one in self.flows()),
            ]
        )
        return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'

    def finished(self, response: HttpResponseBase) -> HttpResponseBase:
        response.headers["ETag"] = self.etag
        response.headers["Last-Modified"] = http_date(self.now.changed_at.timestamp())
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["X-ADME-Data-Version"] = str(self.now.version)
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
        return response

    def header(self) -> Header:
        return Header(f"ADME-{secrets.token_hex(8)}", timezone.now(), AGENCY, AGENCY_NAME)

    # Who may

    def flows(self) -> list[Flow]:
        """Those that this reader may know of."""
        return [one for one in self.known.flows.values() if may(self.request.user, one.permission)]

    def require(self, flow: Flow) -> None:
        if not may(self.request.user, flow.permission):
            raise PermissionDenied(f"This needs the permission '{PERMISSION_TITLES[flow.permission]}'.")

    # Refusals

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        code, status, sentence = self._told(exc)
        default = Body.JSON if self.is_two else Body.XML
        body = negotiation.body_for_errors(
            self.request.headers.get("Accept", ""), self.request.GET.get("format", "")[:40], default
        )
        content, content_type = error_bytes(code, TITLES.get(code, "Error"), sentence, body, self.header())
        response = HttpResponse(content, status=status, content_type=content_type)
        response.headers["Cache-Control"] = "private, no-store"
        if isinstance(exc, NotAuthenticated) or status == 401:
            response.headers["WWW-Authenticate"] = self.get_authenticate_header(self.request) or "Bearer"
        wait = getattr(exc, "wait", None)
        if wait:
            response.headers["Retry-After"] = str(int(wait) + 1)
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
        response.exception = True  # type: ignore[attr-defined]
        return response

    def _told(self, exc: Exception) -> tuple[int, int, str]:
        if isinstance(exc, SemanticFault) and self.is_two:
            return exc.code, 422, exc.sentence
        if isinstance(exc, SdmxError):
            return exc.code, exc.status, exc.sentence
        if isinstance(exc, APIException):
            status = exc.status_code
            return {401: 110, 404: 100, 400: 140, 405: 501}.get(status, status), status, str(exc.detail)
        if isinstance(exc, Http404):
            return 100, 404, str(exc)
        logger.exception("SDMX query failed: %s", self.request.get_full_path())
        return 500, 500, "ADME could not answer this query. The failure is in its log."
