"""Downloads of what is on screen: may they? -> one selector -> one document."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from adme.accounts.permissions import Permission, require
from adme.exports.responses import download
from adme.observations.services import current_data_version
from databases_a.rfmd import selectors

from . import documents


def _about(request: HttpRequest) -> dict[str, Any]:
    """Data version, and the address of the page that the file was taken from."""
    page = request.build_absolute_uri(request.path.rsplit("data.", 1)[0])
    query = request.META.get("QUERY_STRING", "")
    return {"version": current_data_version().number, "address": f"{page}?{query}" if query else page}


@require_safe
def leaf_download(request: HttpRequest, code: str, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    filters = selectors.LeafFilters.read(request.GET.dict(), request.GET.getlist("states"))
    page = selectors.leaf_page(code, filters)
    if page is None:
        raise Http404(f"no KPI leaf {code}")
    return download(documents.leaf_document(page, **_about(request)), extension)


@require_safe
def characteristic_download(request: HttpRequest, code: str, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    page = selectors.characteristic_page(code)
    if page is None:
        raise Http404(f"no Characteristic {code}")
    return download(documents.plan_document(page, **_about(request)), extension)


@require_safe
def kra_download(request: HttpRequest, code: str, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    page = selectors.kra_page(code)
    if page is None:
        raise Http404(f"no Key Result Area {code}")
    return download(documents.plan_document(page, **_about(request)), extension)


@require_safe
def gaps_download(request: HttpRequest, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    page = selectors.gaps_page(request.GET.get("cause", ""), request.GET.get("characteristic", ""))
    return download(documents.gaps_document(page, **_about(request)), extension)
