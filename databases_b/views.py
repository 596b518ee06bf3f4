"""Pages of Database B: the list of indicators, and one indicator with its values and their history."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from adme.accounts.permissions import Permission, require

from . import pages
from .models import Indicator


@require_GET
def indicator_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.INDICATOR_VIEW)
    asked = request.GET
    page = pages.indicator_list(
        text=_text(asked.get("q", "")),
        dataset=_text(asked.get("dataset", "")),
        sort=asked.get("sort", "title"),
        page=asked.get("page", "1"),
    )
    return render(request, "databases_b/indicator_list.html", {"page": page})


@require_GET
def indicator_detail(request: HttpRequest, dataset: str, code: str) -> HttpResponse:
    require(request.user, Permission.INDICATOR_VIEW)
    as_of, refusal = _as_of(request.GET.get("as_of", ""))
    try:
        page = pages.indicator_page(
            dataset=_text(dataset),
            code=_text(code),
            breakdown=request.GET.get("dimensions", ""),
            as_of=as_of,
            all_years=request.GET.get("years") == "all",
        )
    except Indicator.DoesNotExist:
        raise Http404("There is no such indicator.") from None
    return render(
        request,
        "databases_b/indicator_detail.html",
        {"page": page, "refusal": refusal, "page_has_demonstration_data": page.indicator.dataset.is_demonstration},
    )


def _text(asked: str) -> str:
    return asked.replace("\x00", "").strip()[:200]


def _as_of(asked: str) -> tuple[date | datetime | None, str]:
    """A day or a moment of the address; what is neither is left out, and said."""
    if not asked:
        return None, ""
    try:
        if len(asked) == len("2026-07-01"):
            return date.fromisoformat(asked), ""
        moment = datetime.fromisoformat(asked)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), ""
    except (ValueError, OverflowError):
        return None, "The date was not understood, so today's values are shown. Write it as 2026-07-01."
