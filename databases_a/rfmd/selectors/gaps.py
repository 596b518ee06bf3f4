"""The state of data: for each leaf whether it has a value, from whom, how recent, or why not."""

from __future__ import annotations

from dataclasses import dataclass

from . import rows as read
from .absence import Absence, absence_of
from .frame import frame
from .home import CAUSES, CauseCount, count_causes
from .rows import ASEAN, Item, LeafInfo, State, ValueRow
from .standing import first_current_year, is_current


@dataclass(frozen=True, slots=True)
class GapRow:
    """One leaf: newest figure per area, and the reason where there is none."""

    leaf: LeafInfo
    newest: dict[str, ValueRow]
    absence: Absence | None

    @property
    def newest_year(self) -> int | None:
        return max((row.year for row in self.newest.values()), default=None)

    @property
    def states_with_value(self) -> int:
        return sum(area != ASEAN for area in self.newest)

    @property
    def state(self) -> str:
        return "none" if not self.newest else "current" if is_current(self.newest_year) else "older"


@dataclass(frozen=True, slots=True)
class GapsPage:
    rows: tuple[GapRow, ...]
    causes: tuple[CauseCount, ...]
    characteristics: tuple[Item, ...]
    states: tuple[State, ...]
    cause: str
    characteristic: str
    total: int
    first_current_year: int
    made_up: frozenset[str] = frozenset()  # codes of leaves whose figures are for demonstration


def gaps_page(cause: str = "", characteristic: str = "", *, version: int | None = None) -> GapsPage:
    """The frame, newest figures, and which leaves rest on made-up data. Unknown filters fall away; `causes` always
    counts all leaves."""
    base, found = frame(version), read.newest_values(1)
    leaves, members, characteristics = base.leaves, base.states, base.of_tier("characteristic")
    cause = cause if cause in CAUSES else ""
    characteristic = characteristic if characteristic in {item.code for item in characteristics} else ""
    known = {state.code for state in members} | {ASEAN}
    newest: dict[int, dict[str, ValueRow]] = {}
    for row in found:
        if row.area in known:
            newest.setdefault(row.leaf_id, {})[row.area] = row
    withheld = read.newest_withheld()
    rows = tuple(
        GapRow(
            leaf, newest.get(leaf.id, {}), None if leaf.id in newest else absence_of(leaf, withheld.get(leaf.id, ""))
        )
        for leaf in leaves
        if cause in ("", leaf.source_type) and characteristic in ("", leaf.characteristic_code)
    )
    years = {leaf: max(row.year for row in areas.values()) for leaf, areas in newest.items()}
    return GapsPage(
        rows, count_causes(leaves, years), characteristics, members, cause, characteristic, len(leaves),
        first_current_year(), base.made_up & {leaf.code for leaf in leaves if leaf.id in newest},
    )  # fmt: skip
