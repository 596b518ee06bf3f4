"""Keeps what changes only with a data version: names, frames, anything that many pages read and few acts change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")
KEPT_SECONDS = 24 * 60 * 60


def kept(name: str, version: int | None, make: Callable[[], T]) -> T:
    """What `make` gives, once per data version. Without a version it is made anew and not kept."""
    if version is None:
        return make()
    key = f"{name}:{version}"
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT_SECONDS)
    return found
