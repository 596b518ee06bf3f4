"""The style guide: every component in every state, for designers and for the tests of looks, policy and access."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .csp import chart_page
from .styleguide import specimen


@chart_page
def style_guide(request: HttpRequest) -> HttpResponse:
    """All figures on the page are specimens and are marked so; login is required by the middleware."""
    context: dict[str, Any] = specimen(bound=True)
    context["page_obj"] = Paginator(range(1, 612), 25).get_page(request.GET.get("page", "3"))
    return render(request, "styleguide.html", context)
