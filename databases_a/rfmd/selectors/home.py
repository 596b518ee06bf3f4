"""The home page: five Characteristics, the state of data, and what moved last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from . import rows as read
from .frame import Frame, frame
from .rows import ASEAN, Item, LeafInfo, State, ValueRow
from .standing import first_current_year, is_current

MOVEMENTS = 6


@dataclass(frozen=True, slots=True)
class CharacteristicCard:
    code: str
    title: str
    kras: tuple[tuple[Item, int, int], ...]  # KRA, leaves, leaves with a current value
    leaves: int
    current: int


@dataclass(frozen=True, slots=True)
class CauseCount:
    """Leaves of one source type: with a current value, with an older one, with none."""

    cause: str
    current: int
    older: int
    none: int

    @property
    def total(self) -> int:
        return self.current + self.older + self.none


@dataclass(frozen=True, slots=True)
class Movement:
    """A figure and the one before it, for a leaf and an area."""

    leaf: LeafInfo
    area: str
    before: ValueRow
    after: ValueRow

    @property
    def change(self) -> float:
        return (self.after.value or 0.0) - (self.before.value or 0.0)

    @property
    def relative(self) -> float | None:
        """Change over the size of the earlier figure; None where that is zero."""
        return self.change / abs(self.before.value) if self.before.value else None


@dataclass(frozen=True, slots=True)
class HomePage:
    characteristics: tuple[CharacteristicCard, ...]
    causes: tuple[CauseCount, ...]
    leaves: int
    current: int
    older: int
    first_current_year: int
    regional_movements: tuple[Movement, ...]
    state_movements: tuple[Movement, ...]
    states: tuple[State, ...]
    made_up: frozenset[str] = frozenset()  # codes of leaves whose figures are for demonstration


CAUSES = ("B", "C", "A1", "A2", "A3")


def home_page(*, version: int | None = None) -> HomePage:
    """The frame, the newest two figures per leaf and area, and which leaves rest on made-up data."""
    base = frame(version)
    leaves = base.leaves
    newest = read.newest_values(2)
    years: dict[int, int] = {}
    for row in newest:
        years[row.leaf_id] = max(years.get(row.leaf_id, 0), row.year)
    causes = count_causes(leaves, years)
    movements = _movements(leaves, newest)
    return HomePage(
        characteristics=tuple(_card(item, base, years) for item in base.of_tier("characteristic")),
        causes=causes,
        leaves=len(leaves),
        current=sum(cause.current for cause in causes),
        older=sum(cause.older for cause in causes),
        first_current_year=first_current_year(),
        regional_movements=_most_moved(m for m in movements if m.area == ASEAN),
        state_movements=_most_moved(m for m in movements if m.area != ASEAN),
        states=base.states,
        made_up=base.made_up,
    )


def count_causes(leaves: tuple[LeafInfo, ...], newest_year: dict[int, int]) -> tuple[CauseCount, ...]:
    """How many leaves of each cause have a current value, an older one, none."""
    counts: dict[str, Counter[str]] = {cause: Counter() for cause in CAUSES}
    for leaf in leaves:
        year = newest_year.get(leaf.id)
        state = "none" if year is None else "current" if is_current(year) else "older"
        counts[leaf.source_type][state] += 1
    return tuple(CauseCount(cause, found["current"], found["older"], found["none"]) for cause, found in counts.items())


def _card(item: Item, base: Frame, years: dict[int, int]) -> CharacteristicCard:
    total, current = Counter[str](), Counter[str]()
    for leaf in base.leaves:
        if leaf.characteristic_code == item.code:
            total[leaf.kra_code] += 1
            current[leaf.kra_code] += is_current(years.get(leaf.id))
    kras = tuple((kra, total[kra.code], current[kra.code]) for kra in base.of_tier("kra", item.code))
    return CharacteristicCard(item.code, item.title, kras, total.total(), current.total())


def _movements(leaves: tuple[LeafInfo, ...], newest: list[ValueRow]) -> list[Movement]:
    """Pairs of newest and previous figure, where both stand and the newest is current and newly changed. A count of
    what bodies report moves with the number of bodies: such a pair is one only where as many reported."""
    by_id = {leaf.id: leaf for leaf in leaves}
    found = []
    for after, before in pairwise(newest):
        same = (after.leaf_id, after.area) == (before.leaf_id, before.area)
        if same and after.leaf_id in by_id and is_current(after.year) and _is_movement(before, after):
            found.append(Movement(by_id[after.leaf_id], after.area, before, after))
    return found


def _is_movement(before: ValueRow, after: ValueRow) -> bool:
    by_bodies = after.coverage_of == "bodies"
    return after.value != before.value and not (by_bodies and before.states_reporting != after.states_reporting)


def _most_moved(movements: Iterable[Movement]) -> tuple[Movement, ...]:
    """The largest relative change per leaf, newest period first. A change from zero has no relative size: last."""
    best: dict[int, Movement] = {}
    for movement in movements:
        kept = best.get(movement.leaf.id)
        if kept is None or _rank(movement) > _rank(kept):
            best[movement.leaf.id] = movement
    return tuple(sorted(best.values(), key=_rank, reverse=True)[:MOVEMENTS])


def _rank(movement: Movement) -> tuple[int, float]:
    return movement.after.year, abs(movement.relative or 0.0)
