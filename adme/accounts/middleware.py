"""Login is required everywhere but on the addresses named here; errors and expired sessions become sensible answers."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, middleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render, resolve_url

logger = logging.getLogger("adme.access")

# Django's and allauth's own open pages carry their mark (@login_not_required); the API answers 401 by itself.
OPEN_URL_NAMES = frozenset({"landing", "healthz", "readyz"})
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
SIGNED_IN_CACHE_CONTROL = "private, no-cache"


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Django's own, with our open addresses, and with answers that scripts can use when the session has ended."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is not None and match.view_name in OPEN_URL_NAMES:
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if is_htmx(request):
            # htmx would put the login page into a corner of this one; it follows HX-Redirect whatever the status.
            return HttpResponse(status=401, headers={"HX-Redirect": _login_address(request)})
        if wants_json(request):
            return JsonResponse({"detail": "Your session has ended. Log in again."}, status=401)
        return super().handle_no_permission(request, view_func)


def _login_address(request: HttpRequest) -> str:
    """The login page, coming back to the page the user is looking at, not to the fragment that was asked for."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = f"{page.path or '/'}?{page.query}" if page.query else page.path or "/"
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({REDIRECT_FIELD_NAME: back})}"


class ErrorPagesMiddleware:
    """Headers of every answer of a view, and refusals in the form the asker can show.

    Full pages are Django's own: 403.html, 404.html, 500.html and 400.html.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        # Asking for the user of a request that never used its session would make health checks vary by cookie.
        if request.session.accessed and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", SIGNED_IN_CACHE_CONTROL)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, PermissionDenied):
            logger.warning("denied: %s %s for %s: %s", request.method, request.path, request.user, exception)
            return _refusal(request, 403, str(exception) or "You may not do this.")
        if isinstance(exception, Http404):
            return _refusal(request, 404, "This no longer exists, or never did.")
        return None


def _refusal(request: HttpRequest, status: int, sentence: str) -> HttpResponseBase | None:
    if is_htmx(request):
        response = render(request, "errors/fragment.html", {"sentence": sentence}, status=status)
        response["HX-Trigger"] = json.dumps({"adme:problem": {"status": status, "message": sentence}})
        return response
    if wants_json(request):
        return JsonResponse({"detail": sentence}, status=status)
    return None
