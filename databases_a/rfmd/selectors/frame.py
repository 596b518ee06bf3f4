"""The frame of every page: the framework's items, the leaves with their recipes, and the Member States.

It changes only when reference data, recipes or what is demonstration data do, so a page that knows its data version
may take it from the cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from adme.observations.keeping import kept

from . import rows as read
from .made_up import made_up_leaves
from .rows import Item, LeafInfo, State

TIERS = ("characteristic", "kra", "strategic_measure")
T = TypeVar("T", Item, LeafInfo)


@dataclass(frozen=True, slots=True)
class Frame:
    items: tuple[Item, ...]
    leaves: tuple[LeafInfo, ...]
    states: tuple[State, ...]
    made_up: frozenset[str] = frozenset()  # codes of leaves that read demonstration data

    def of_tier(self, tier: str, parent: str = "") -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.tier == tier and parent in ("", item.parent))


def frame(version: int | None = None) -> Frame:
    """Three statements and one for each kind of source, or none when the cache holds the frame of this data version."""
    return kept("rfmd:frame-2", version, _frame)


def _frame() -> Frame:
    leaves = read.leaves()
    return Frame(read.items(TIERS), leaves, read.states(), made_up_leaves(leaves))


def with_neighbours(things: Sequence[T], code: str) -> tuple[T | None, T | None, T | None]:
    """The thing with this code, the one before it, the one after it."""
    place = next((index for index, thing in enumerate(things) if thing.code == code), None)
    if place is None:
        return None, None, None
    return things[place], things[place - 1] if place else None, things[place + 1] if place + 1 < len(things) else None
