"""The count on the bell of every page: asked only where it is shown, at most once a minute per person."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from adme.accounts.permissions import permissions_of

from .models import Notice

KEPT_SECONDS = 60


def bell(request: HttpRequest) -> dict[str, Any]:
    """`bell.count` and `bell.is_shown`; nothing is asked of the database before a template asks."""
    user = getattr(request, "user", None)
    if user is None:
        return {}
    return {"bell": SimpleLazyObject(lambda: _bell(user))}


def _bell(user: Any) -> dict[str, Any]:
    shown = bool(user.is_authenticated and permissions_of(user))
    return {"is_shown": shown, "count": unread(user) if shown else 0}


def unread(user: Any) -> int:
    """Notices this person has not read, kept for a minute."""
    found = cache.get(_key(user))
    if found is None:
        found = Notice.objects.filter(user_id=user.pk, read_at=None).count()
        cache.set(_key(user), found, KEPT_SECONDS)
    return int(found)


def forget_unread(user: Any) -> None:
    cache.delete(_key(user))


def _key(user: Any) -> str:
    return f"notices-unread:{user.pk}"
