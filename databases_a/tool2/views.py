"""Pages of declarations and their follow-up: may they? What is asked for? Answer."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from adme.accounts.permissions import Permission, require
from adme.exports.responses import download
from adme.observations.services import current_data_version

from .documents import matrix_document
from .selectors import attention, declarations, matrix
from .selectors.actions import action_page
from .selectors.detail import declaration_page

PAGE_SIZE = 50


@require_GET
def declaration_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    filters = declarations.Filters.read(request.GET)
    found = declarations.list_page(user=request.user, filters=filters)
    page = Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "page": page,
        "tabs": _tabs("declaration_list"),
        "page_has_demonstration_data": any(row.has_demonstration for row in page),
    }
    return render(request, "tool2/declaration_list.html", context)


@require_GET
def declaration_detail(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    page = declaration_page(user=request.user, code=code)
    if page is None:
        raise Http404("There is no such declaration.")
    context = {"page": page, "page_has_demonstration_data": page.has_demonstration}
    return render(request, "tool2/declaration_detail.html", context)


@require_GET
def declaration_matrix(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    page = _matrix(request)
    context = {
        "page": page,
        "tabs": _tabs("declaration_matrix"),
        "downloads": _downloads(request),
        "page_has_demonstration_data": page.has_demonstration,
    }
    return render(request, "tool2/declaration_matrix.html", context)


@require_safe
def matrix_download(request: HttpRequest, extension: str) -> HttpResponseBase:
    require(request.user, Permission.EXPORT)
    require(request.user, Permission.REPORT_READ)
    page = _matrix(request)
    address = request.build_absolute_uri(reverse("declaration_matrix"))
    query = request.META.get("QUERY_STRING", "")
    version = current_data_version().number
    document = matrix_document(page, version=version, address=f"{address}?{query}" if query else address)
    return download(document, extension)


@require_GET
def declaration_attention(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    filters = attention.Filters.read(request.GET)
    found = attention.attention_page(user=request.user, filters=filters)
    page = Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    is_of_actions = filters.list in {attention.EVIDENCE, attention.OVERDUE}
    context = {
        "found": found,
        "page": page,
        "rows": attention.action_rows(list(page)) if is_of_actions else list(page),
        "is_of_actions": is_of_actions,
        "title": attention.TITLES[filters.list],
        "tabs": _tabs("declaration_attention"),
        "lists": _lists(request, found),
        "page_has_demonstration_data": found.has_demonstration,
    }
    return render(request, "tool2/declaration_attention.html", context)


@require_GET
def action_detail(request: HttpRequest, action: UUID) -> HttpResponse:
    require(request.user, Permission.REPORT_READ)
    page = action_page(user=request.user, key=action)
    if page is None:
        raise Http404("There is no such follow-up action.")
    context = {"page": page, "page_has_demonstration_data": page.fact.is_demonstration}
    return render(request, "tool2/action_detail.html", context)


def _matrix(request: HttpRequest) -> matrix.MatrixPage:
    page = matrix.matrix_page(user=request.user, filters=matrix.Filters.read(request.GET))
    if page is None:
        raise Http404("There is no such declaration.")
    return page


def _tabs(active: str) -> list[dict[str, object]]:
    names = (
        ("declaration_list", "Declarations"),
        ("declaration_matrix", "By Member State"),
        ("declaration_attention", "Needs attention"),
    )
    return [{"title": title, "url": reverse(name), "active": name == active} for name, title in names]


def _lists(request: HttpRequest, found: attention.AttentionPage) -> list[dict[str, object]]:
    kept = request.GET.copy()
    kept.pop("page", None)
    tabs = []
    for name, title in attention.TITLES.items():
        kept["list"] = name
        active = name == found.filters.list
        tabs.append({"title": title, "url": f"?{kept.urlencode()}", "active": active, "count": found.counts[name]})
    return tabs


def _downloads(request: HttpRequest) -> dict[str, str]:
    query = request.META.get("QUERY_STRING", "")
    addresses = {one: reverse("declaration_matrix_download", args=[one]) for one in ("csv", "xlsx")}
    return {one.upper(): f"{url}?{query}" if query else url for one, url in addresses.items()}
