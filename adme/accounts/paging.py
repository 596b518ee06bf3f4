"""Pages of a list whose whole state stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 50


@dataclass(frozen=True)
class Listing:
    """One page of rows; `query` is the rest of the address, to which a link adds its own page or sort."""

    page: Page
    query: str
    total: int

    @property
    def is_empty(self) -> bool:
        return self.total == 0


def listing(request: HttpRequest, rows: QuerySet[Any]) -> Listing:
    """A page number that does not exist gives the nearest page."""
    paginator = Paginator(rows, PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    for name in [name for name, value in kept.items() if not value]:
        del kept[name]
    return Listing(page=page, query=kept.urlencode(), total=paginator.count)
