"""All of the results framework at once, for what freezes it or writes it to a file. A constant number of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone

from adme.observations.points import SeriesInfo

from ..models import KpiLeaf, KpiValue, Recipe
from ..progress import Progress, choose_target, rate
from ..words import recipe_lines
from . import rows as read
from .frame import frame
from .rows import ASEAN, Item, LeafInfo, Mark, Series, State, ValueRow
from .standing import Standing, first_current_year, standings


class WholeRow(NamedTuple):
    """A current KPI value with what its passport is found by."""

    pk: int
    leaf_id: int
    area: str
    period: int
    value: float | None
    obs_status: str
    withheld: str
    coverage_of: str
    states_reporting: int | None
    states_expected: int | None
    states_carried: int | None
    population_share: float | None
    recipe_version: int
    inputs_hash: str


_FIELDS = (
    "pk", "leaf_id", "area__code", "period", "value", "obs_status", "withheld", "coverage_of", "states_reporting",
    "states_expected", "states_carried", "population_share", "recipe__version", "inputs_hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WholeLeaf:
    """A leaf with all its current values: ASEAN first, then by area and period."""

    info: LeafInfo
    kpi: int
    standing: Standing
    rows: tuple[WholeRow, ...]
    marks: tuple[Mark, ...]
    recipe_lines: tuple[tuple[str, str], ...]
    is_made_up: bool


@dataclass(frozen=True, slots=True)
class Whole:
    items: tuple[Item, ...]
    states: tuple[State, ...]
    leaves: tuple[WholeLeaf, ...]
    sources: Mapping[str, SeriesInfo]
    first_current_year: int


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """How one area stands with a leaf: its newest figure, its baseline and target, its rating."""

    progress: Progress
    baseline: Mark | None
    baseline_is_computed: bool
    target: Mark | None
    latest: ValueRow | None


def whole(*, version: int | None = None) -> Whole:
    """The frame, values, marks, recipes and KPI numbers: four statements beside the frame."""
    base = frame(version)
    ids = [leaf.id for leaf in base.leaves]
    by_leaf: dict[int, list[WholeRow]] = {}
    for row in _rows(ids):
        by_leaf.setdefault(row.leaf_id, []).append(row)
    marks = read.marks(ids)
    values = [_value(row) for rows in by_leaf.values() for row in rows]
    numbers = dict(KpiLeaf.objects.filter(pk__in=ids).values_list("pk", "kpi__number"))
    adopted = Recipe.objects.filter(leaf_id__in=ids, state=Recipe.State.ADOPTED)
    lines = {recipe.leaf_id: recipe_lines(recipe, base.sources) for recipe in adopted}
    leaves = tuple(
        WholeLeaf(
            info=standing.leaf,
            kpi=numbers[standing.leaf.id],
            standing=standing,
            rows=tuple(
                sorted(by_leaf.get(standing.leaf.id, ()), key=lambda row: (row.area != ASEAN, row.area, row.period))
            ),
            marks=tuple(mark for mark in marks if mark.leaf_id == standing.leaf.id),
            recipe_lines=lines.get(standing.leaf.id, ()),
            is_made_up=standing.leaf.code in base.made_up,
        )
        for standing in standings(base.leaves, values, marks)
    )
    return Whole(base.items, base.states, leaves, base.sources, first_current_year())


def ratings_of(leaf: WholeLeaf, areas: Collection[str]) -> list[tuple[str, AreaStanding]]:
    """ASEAN's standing, which every leaf has, and that of each state with a value or a mark; by the one rule."""
    standing = leaf.standing
    regional = AreaStanding(
        standing.progress, standing.baseline, standing.baseline_is_computed, standing.target, standing.regional_latest
    )
    found = [(ASEAN, regional)]
    told = ({*standing.series} | {mark.area for mark in leaf.marks}) - {ASEAN}
    found += [(area, _of_state(leaf, area)) for area in sorted(told & set(areas))]
    return found


def _of_state(leaf: WholeLeaf, area: str) -> AreaStanding:
    """A state is rated against its own baseline and target, never against the region's."""
    series = leaf.standing.series.get(area, Series(area))
    own = [mark for mark in leaf.marks if mark.area == area]
    baseline = next((mark for mark in own if mark.kind == "baseline"), None)
    row = None if baseline else series.at_year(leaf.info.baseline_year)
    computed = None
    if row is not None and row.value is not None:
        what = "computed value of the baseline year"
        computed = Mark("baseline", leaf.info.id, area, row.year, row.value, what, False)
    target = choose_target([mark for mark in own if mark.kind == "target"], timezone.now().year)
    start, latest = baseline or computed, series.latest
    progress = rate(
        direction=leaf.info.direction,
        baseline=start.value if start else None,
        baseline_year=start.year if start else None,
        target=target.value if target else None,
        target_year=target.year if target else None,
        current=latest.value if latest else None,
        current_year=latest.year if latest else None,
    )
    return AreaStanding(progress, start, computed is not None, target, latest)


def _rows(ids: list[int]) -> list[WholeRow]:
    found = KpiValue.objects.filter(leaf_id__in=ids, closed_by__isnull=True)
    return [WholeRow(*row) for row in found.order_by("leaf_id", "area_id", "period").values_list(*_FIELDS)]


def _value(row: WholeRow) -> ValueRow:
    return ValueRow(
        row.leaf_id, row.area, row.period, row.value, row.obs_status, row.withheld, row.states_reporting,
        row.states_expected, row.population_share, row.states_carried, row.coverage_of,
    )  # fmt: skip
