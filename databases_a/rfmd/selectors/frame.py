"""The frame of every page: the framework's items, the leaves with their recipes, and the Member States.

It changes only when reference data or recipes do, so a page that knows its data version may take it from the cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.cache import cache

from . import rows as read
from .rows import Item, LeafInfo, State

TIERS = ("characteristic", "kra", "strategic_measure")
KEPT_SECONDS = 24 * 60 * 60
T = TypeVar("T", Item, LeafInfo)


@dataclass(frozen=True, slots=True)
class Frame:
    items: tuple[Item, ...]
    leaves: tuple[LeafInfo, ...]
    states: tuple[State, ...]

    def of_tier(self, tier: str, parent: str = "") -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.tier == tier and parent in ("", item.parent))


def frame(version: int | None = None) -> Frame:
    """Three statements, or none when the cache holds the frame of this data version."""
    key = f"rfmd:frame:{version}"
    found = cache.get(key) if version is not None else None
    if found is None:
        found = Frame(read.items(TIERS), read.leaves(), read.states())
        if version is not None:
            cache.set(key, found, KEPT_SECONDS)
    return found


def with_neighbours(things: Sequence[T], code: str) -> tuple[T | None, T | None, T | None]:
    """The thing with this code, the one before it, the one after it."""
    place = next((index for index, thing in enumerate(things) if thing.code == code), None)
    if place is None:
        return None, None, None
    return things[place], things[place - 1] if place else None, things[place + 1] if place + 1 < len(things) else None
