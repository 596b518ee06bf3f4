"""The pages of a Characteristic and of a KRA."""

from __future__ import annotations

from dataclasses import dataclass

from adme.observations.points import SeriesInfo

from . import rows as read
from .frame import frame, with_neighbours
from .rows import Item, LeafInfo, State
from .standing import Standing, standings


@dataclass(frozen=True, slots=True)
class CharacteristicPage:
    item: Item
    kras: tuple[Item, ...]
    standings: tuple[Standing, ...]
    states: tuple[State, ...]
    previous: Item | None
    next: Item | None
    made_up: frozenset[str] = frozenset()  # codes of leaves whose figures are for demonstration

    def of_kra(self, code: str) -> tuple[Standing, ...]:
        return tuple(standing for standing in self.standings if standing.leaf.kra_code == code)


@dataclass(frozen=True, slots=True)
class KraPage:
    item: Item
    characteristic: Item
    measures: tuple[Item, ...]
    standings: tuple[Standing, ...]
    states: tuple[State, ...]
    sources: dict[str, SeriesInfo]
    previous: Item | None
    next: Item | None


def characteristic_page(code: str, *, version: int | None = None) -> CharacteristicPage | None:
    """The frame, values, baselines and targets; None where the framework has no such Characteristic."""
    base = frame(version)
    item, before, after = with_neighbours(base.of_tier("characteristic"), code)
    if item is None:
        return None
    leaves = tuple(leaf for leaf in base.leaves if leaf.characteristic_code == code)
    return CharacteristicPage(
        item=item,
        kras=base.of_tier("kra", code),
        standings=_standings(leaves),
        states=base.states,
        previous=before,
        next=after,
        made_up=base.made_up & {leaf.code for leaf in leaves},
    )


def kra_page(code: str, *, version: int | None = None) -> KraPage | None:
    """The frame, values, baselines, targets and series sources; None where the framework has no such KRA."""
    base = frame(version)
    item, before, after = with_neighbours(base.of_tier("kra"), code)
    if item is None:
        return None
    leaves = tuple(leaf for leaf in base.leaves if leaf.kra_code == code)
    return KraPage(
        item=item,
        characteristic=next(found for found in base.of_tier("characteristic") if found.code == item.parent),
        measures=base.of_tier("strategic_measure", code),
        standings=_standings(leaves),
        states=base.states,
        sources=base.sources_of(leaves),
        previous=before,
        next=after,
    )


def _standings(leaves: tuple[LeafInfo, ...]) -> tuple[Standing, ...]:
    ids = [leaf.id for leaf in leaves]
    return standings(leaves, read.values(ids), read.marks(ids))
