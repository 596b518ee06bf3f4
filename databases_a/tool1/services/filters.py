"""Searches that a person keeps. Only their own; nobody else sees them."""

from __future__ import annotations

from django.db import transaction

from adme.accounts.models import User
from adme.reporting.errors import NotAllowedNow

from ..models import SavedFilter

MOST_FILTERS, LONGEST_QUERY = 50, 1000


@transaction.atomic
def save_filter(*, page: str, name: str, query: str, by: User) -> SavedFilter:
    """Keep the search under a name; the same name again replaces what was kept."""
    name = " ".join("".join(one if one.isprintable() else " " for one in name).split())[:80]
    if not name:
        raise NotAllowedNow("Give the search a name.")
    if len(query) > LONGEST_QUERY:
        raise NotAllowedNow("This search is too long to be kept; shorten its words.")
    mine = SavedFilter.objects.filter(user=by, page=page)
    if mine.exclude(name=name).count() >= MOST_FILTERS:
        raise NotAllowedNow(f"You keep {MOST_FILTERS} searches already; delete one first.")
    found, _ = SavedFilter.objects.update_or_create(user=by, page=page, name=name, defaults={"query": query})
    return found


def delete_filter(*, pk: int, by: User) -> bool:
    return bool(SavedFilter.objects.filter(pk=pk, user=by).delete()[0])
