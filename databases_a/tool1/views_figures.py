"""The activities behind a figure: the exact records that a count was made of, from its passport down."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from adme.accounts.permissions import Permission, require
from adme.common import formatting

from .series import Tool1Source

PAGE_SIZE = 50


@require_GET
def figure_activities(request: HttpRequest) -> HttpResponse:
    """Approved records only: those of the set that `ref` names, whether or not it is still the current one."""
    require(request.user, Permission.REPORT_READ)
    given = request.GET.get("ref", "")
    found = Tool1Source().behind_figure(given) if given.isprintable() else None
    if found is None:
        raise Http404("There is no such figure.")
    page = Paginator(found.parts, PAGE_SIZE).get_page(request.GET.get("page"))
    info = found.info
    context = {
        "title": found.title,
        "lead": f"The activities behind the figure of {found.period}, from approved reports.",
        "figures": [
            ("Figure", formatting.number(info.value, 0), found.unit, found.period),
            ("Activities", formatting.number(float(len(found.parts)), 0), "", ""),
        ],
        "note": info.note,
        "known_from": info.known_from,
        "known_until": info.known_until,
        "page": page,
        "page_has_demonstration_data": any(part.is_demonstration for part in found.parts),
    }
    return render(request, "tool1/figures.html", context)
