"""The grid: its page, and the save of one row."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from adme.accounts.models import User

from . import access, saves, tools
from .forms_records import sent
from .models import RecordChange
from .pages import grid as pages
from .pages.records import words_of

LONGEST_FILTER = 200


def _plain(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST_FILTER]


@require_GET
@never_cache
def grid(request: HttpRequest, report: UUID) -> HttpResponse:
    obligation = access.written_report_for(request.user, report)
    filters = pages.Filters(_plain(request, "q"), _plain(request, "status"), _plain(request, "group"))
    page = pages.grid_page(
        obligation=obligation, user=request.user, filters=filters, number=request.GET.get("page", "1")
    )
    demonstration = obligation.is_demonstration or any(one.is_demonstration for one in page.page.object_list)
    context = {"page": page, "page_has_demonstration_data": demonstration}
    return render(request, "reporting/records/grid.html", context)


@require_POST
@never_cache
def grid_row(request: HttpRequest, report: UUID, key: str) -> HttpResponse:
    """Stores the changed cells of one row. Only the script of the grid calls it, and it reads JSON."""
    obligation = access.written_report_for(request.user, report, edit=True)
    catalogue = tools.get(obligation.tool).catalogue
    given = sent(request.POST, catalogue.grid)
    outcome = saves.save(
        obligation=obligation,
        key=key,
        part="grid",
        fields=catalogue.grid,
        given=given,
        by=cast(User, request.user),
        opened_by=request.POST.get("user", ""),
        channel=RecordChange.Channel.GRID,
    )
    more: dict[str, Any] = {}
    if outcome.conflict is not None:
        context = {"conflict": outcome.conflict, "prefix": f"row-{key}"}
        more["panel"] = render_to_string("reporting/records/_conflict.html", context, request=request)
    if outcome.kind in {"saved", "conflict"}:
        more["texts"] = pages.texts(outcome.record, catalogue.grid, words_of(obligation))
        required = tuple(one for one in catalogue.fields if one.required)
        more["missing"] = pages.missing_sentence(outcome.record, required)
    return JsonResponse(saves.answer(outcome, catalogue.grid, **more), status=outcome.status)
