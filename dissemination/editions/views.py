"""Pages of editions for readers: the list, an edition, one KPI leaf of it. Before an embargo ends: 404."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from adme.accounts.models import User
from adme.accounts.permissions import Permission, may, require

from . import pages, selectors
from .models import Edition
from .reading import published_content
from .states import EditionState


def me(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_GET
@never_cache
def edition_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    manages = selectors.manages(request.user)
    editions = list(selectors.visible(request.user).select_related("previous"))
    drafts = Edition.objects.exclude(state=EditionState.PUBLISHED).select_related("drafted_by").order_by("-pk")
    context = {
        "editions": [(one, selectors.is_released(one)) for one in editions],
        "drafts": list(drafts) if manages else [],
        "asked": selectors.open_for(request.user),
        "manages": manages,
        "page_has_demonstration_data": any(one.is_demonstration for one in editions),
    }
    return render(request, "editions/list.html", context)


@require_GET
@never_cache
def edition_detail(request: HttpRequest, number: int) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    edition = selectors.edition_for(request.user, number)
    page = pages.edition_page(published_content(edition))
    context = {
        "edition": edition,
        "page": page,
        "is_released": selectors.is_released(edition),
        "manages": selectors.manages(request.user),
        "may_export": may(request.user, Permission.EXPORT),
        "page_has_demonstration_data": edition.is_demonstration,
    }
    return render(request, "editions/detail.html", context)


@require_GET
@never_cache
def edition_leaf(request: HttpRequest, number: int, code: str) -> HttpResponse:
    require(request.user, Permission.DASHBOARD_VIEW)
    edition = selectors.edition_for(request.user, number)
    page = pages.leaf_page(published_content(edition), code)
    if page is None:
        raise Http404("The edition has no such KPI leaf.")
    demonstration = page.leaf.is_demonstration
    context = {"edition": edition, "page": page, "page_has_demonstration_data": demonstration}
    return render(request, "editions/leaf.html", context)
