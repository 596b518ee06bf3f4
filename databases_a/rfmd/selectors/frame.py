"""The frame of every page: the framework's items, the leaves with their recipes, and the Member States.

It changes only when reference data, recipes or what is demonstration data do, so a page that knows its data version
may take it from the cache.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from adme.observations.keeping import kept
from adme.observations.points import SeriesInfo

from . import rows as read
from .made_up import made_up_leaves, sources_of
from .rows import Item, LeafInfo, State

TIERS = ("characteristic", "kra", "strategic_measure")
T = TypeVar("T", Item, LeafInfo)


@dataclass(frozen=True, slots=True)
class Frame:
    items: tuple[Item, ...]
    leaves: tuple[LeafInfo, ...]
    states: tuple[State, ...]
    made_up: frozenset[str] = frozenset()  # codes of leaves that read demonstration data
    sources: Mapping[str, SeriesInfo] = field(default_factory=dict)  # of every leaf, by the code of the series

    def sources_of(self, leaves: Sequence[LeafInfo]) -> dict[str, SeriesInfo]:
        """The series that these leaves read, as far as somebody holds them."""
        codes = {series for leaf in leaves if leaf.recipe for series in leaf.recipe.series_codes}
        return {code: info for code, info in self.sources.items() if code in codes}

    def of_tier(self, tier: str, parent: str = "") -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.tier == tier and parent in ("", item.parent))


def frame(version: int | None = None) -> Frame:
    """Three statements and one for each kind of source, or none when the cache holds the frame of this data version."""
    return kept("rfmd:frame-3", version, _frame)


def _frame() -> Frame:
    leaves = read.leaves()
    sources = sources_of(leaves)
    return Frame(read.items(TIERS), leaves, read.states(), made_up_leaves(leaves, sources), sources)


def with_neighbours(things: Sequence[T], code: str) -> tuple[T | None, T | None, T | None]:
    """The thing with this code, the one before it, the one after it."""
    place = next((index for index, thing in enumerate(things) if thing.code == code), None)
    if place is None:
        return None, None, None
    return things[place], things[place - 1] if place else None, things[place + 1] if place + 1 < len(things) else None
