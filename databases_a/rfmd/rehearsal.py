"""What a draft recipe would change: computed beside the stored figures, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from adme.observations.periods import TimePeriod
from adme.reference.models import Area

from .aggregation import Computed, compute
from .models import Recipe
from .progress import Progress
from .selectors import rows as read
from .selectors.rows import ASEAN, LeafInfo, RecipeInfo, ValueRow
from .selectors.standing import standings

_INFO = (
    "version", "method", "area_method", "inputs", "weights", "gap_rule", "coverage_rule", "parameters",
    "accumulation", "unit", "decimals", "first_year", "is_proxy", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """A figure that would be another. `kind`: changed, appears, disappears, withheld or shown again."""

    area: str
    area_name: str
    period: str
    kind: str
    before: float | None
    after: float | None
    why: str = ""

    @property
    def difference(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`rating_before` and `rating_after` are of ASEAN's newest figure, which is what pages rate."""

    moves: tuple[Move, ...]
    unchanged: int
    rating_before: Progress
    rating_after: Progress

    @property
    def rating_moves(self) -> bool:
        return self.rating_before.rating != self.rating_after.rating

    def count(self, kind: str) -> int:
        return sum(move.kind == kind for move in self.moves)


def rehearse(draft: Recipe) -> Rehearsal:
    """The draft against the current stored figures of its leaf. Reads only."""
    stored = read.values([draft.leaf_id])
    fresh = [_row(one) for one in compute([draft])]
    names = dict(Area.objects.filter(code__in={row.area for row in (*stored, *fresh)}).values_list("code", "name"))
    before, after = _by_place(stored), _by_place(fresh)
    moves = []
    for place in sorted({*before, *after}, key=lambda place: (place[0] != ASEAN, names.get(place[0], ""), -place[1])):
        move = _move(before.get(place), after.get(place), names)
        if move is not None:
            moves.append(move)
    rated = _rated(draft, stored, fresh)
    return Rehearsal(tuple(moves), len({*before, *after}) - len(moves), *rated)


def _row(one: Computed) -> ValueRow:
    return ValueRow(
        one.leaf_id, one.area, one.period, one.value, one.obs_status, one.withheld, one.states_reporting,
        one.states_expected, one.population_share, one.states_carried, one.coverage_of,
    )  # fmt: skip


def _by_place(rows: Iterable[ValueRow]) -> dict[tuple[str, int], ValueRow]:
    return {(row.area, row.period): row for row in rows}


def _move(before: ValueRow | None, after: ValueRow | None, names: dict[str, str]) -> Move | None:
    one = after or before
    if one is None or (before and after and before.value == after.value):
        return None
    if before is None:
        kind = "withheld" if one.value is None else "appears"
    elif after is None:
        kind = "disappears"
    elif after.value is None:
        kind = "withheld"
    else:
        kind = "shown again" if before.value is None else "changed"
    return Move(
        area=one.area,
        area_name=names.get(one.area, one.area),
        period=str(TimePeriod.from_key(one.period)),
        kind=kind,
        before=before.value if before else None,
        after=after.value if after else None,
        why=after.withheld if after else "",
    )


def _rated(draft: Recipe, stored: list[ValueRow], fresh: list[ValueRow]) -> tuple[Progress, Progress]:
    marks = read.marks([draft.leaf_id])
    leaf = next(leaf for leaf in read.leaves() if leaf.id == draft.leaf_id)
    now, then = standings([leaf], stored, marks)[0], standings([_with(leaf, draft)], fresh, marks)[0]
    return now.progress, then.progress


def _with(leaf: LeafInfo, draft: Recipe) -> LeafInfo:
    values = {name: getattr(draft, name) for name in _INFO}
    return replace(leaf, recipe=RecipeInfo(**{**values, "inputs": tuple(draft.inputs)}))
