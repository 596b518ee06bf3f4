"""Shapes and set-based reads that the page selectors share: tuples from the database, frozen dataclasses out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, FilteredRelation, Q, Value, Window
from django.db.models.functions import RowNumber

from adme.reference.models import AreaMembership, FrameworkItem

from ..models import Baseline, KpiLeaf, KpiValue, Recipe, Target

FRAMEWORK = "BP2025"
ASEAN = "ASEAN"


class ValueRow(NamedTuple):
    """One current KPI value. `value` is None only where a regional figure is withheld."""

    leaf_id: int
    area: str
    period: int
    value: float | None
    obs_status: str
    withheld: str
    states_reporting: int | None
    states_expected: int | None
    population_share: float | None
    states_carried: int | None = None
    coverage_of: str = "states"

    @property
    def year(self) -> int:
        return self.period // 1000


@dataclass(frozen=True, slots=True)
class RecipeInfo:
    """The adopted recipe, as a page tells it."""

    version: int
    method: str
    area_method: str
    inputs: tuple[dict[str, Any], ...]
    weights: dict[str, Any]
    gap_rule: dict[str, Any]
    coverage_rule: dict[str, Any]
    parameters: dict[str, Any]
    accumulation: str
    unit: str
    decimals: int
    first_year: int
    is_proxy: bool
    note: str

    @property
    def coverage_of(self) -> str:
        """'states', or 'bodies' where sectoral bodies report the figure."""
        return str(self.coverage_rule.get("noun", "states"))

    @property
    def series_codes(self) -> tuple[str, ...]:
        """Every series the recipe reads, in its own order, each once."""
        codes = [item["series"] for item in self.inputs if item.get("series")]
        if self.weights.get("series"):
            codes.append(self.weights["series"])
        if self.coverage_rule.get("population"):
            codes.append(self.coverage_rule["population"])
        codes += [self.coverage_rule[name] for name in ("reporting", "expected") if self.coverage_rule.get(name)]
        return tuple(dict.fromkeys(codes))


@dataclass(frozen=True, slots=True)
class LeafInfo:
    """A leaf with its place in the framework and its adopted recipe, if it has one."""

    id: int
    code: str
    title: str
    unit: str
    direction: str
    source_type: str
    likely_series: str
    baseline_year: int | None
    wording: str
    source: str
    kra_code: str
    kra_title: str
    characteristic_code: str
    characteristic_title: str
    recipe: RecipeInfo | None

    @property
    def shown_unit(self) -> str:
        return self.recipe.unit if self.recipe else self.unit

    @property
    def decimals(self) -> int:
        return self.recipe.decimals if self.recipe else 1

    @property
    def coverage_of(self) -> str:
        return self.recipe.coverage_of if self.recipe else "states"

    @property
    def is_proxy(self) -> bool:
        return self.recipe is not None and self.recipe.is_proxy


@dataclass(frozen=True, slots=True)
class Item:
    """A node of the framework: Characteristic, KRA or strategic measure."""

    code: str
    title: str
    tier: str
    parent: str
    wording: str
    source: str


@dataclass(frozen=True, slots=True)
class State:
    """A Member State with the day it joined, in ASEAN's alphabetical order of names."""

    code: str
    name: str
    joined_on: date | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A baseline or target of a leaf for an area."""

    kind: str
    leaf_id: int
    area: str
    year: int
    value: float
    source: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one leaf at one area, oldest first, with and without a figure."""

    area: str
    rows: tuple[ValueRow, ...] = field(default_factory=tuple)

    @property
    def shown(self) -> tuple[ValueRow, ...]:
        return tuple(row for row in self.rows if row.value is not None)

    @property
    def latest(self) -> ValueRow | None:
        return next((row for row in reversed(self.rows) if row.value is not None), None)

    def at_year(self, year: int | None) -> ValueRow | None:
        return next((row for row in self.rows if row.period == (year or 0) * 1000 and row.value is not None), None)


_LEAF_FIELDS = (
    "id", "code", "title", "unit", "direction", "source_type", "likely_series", "baseline_year", "wording", "source",
    "kpi__kra__code", "kpi__kra__title", "kpi__kra__parent__code", "kpi__kra__parent__title",
)  # fmt: skip
_RECIPE_FIELDS = (
    "version", "method", "area_method", "inputs", "weights", "gap_rule", "coverage_rule", "parameters",
    "accumulation", "unit", "decimals", "first_year", "is_proxy", "note",
)  # fmt: skip
_VALUE_FIELDS = (
    "leaf_id", "area__code", "period", "value", "obs_status", "withheld", "states_reporting", "states_expected",
    "population_share", "states_carried", "coverage_of",
)  # fmt: skip


def leaves() -> tuple[LeafInfo, ...]:
    """All leaves in force, in the framework's order, each with its adopted recipe. One statement."""
    found = (
        KpiLeaf.objects.filter(retired_at__isnull=True, kpi__framework__code=FRAMEWORK)
        .annotate(adopted=FilteredRelation("recipes", condition=Q(recipes__state=Recipe.State.ADOPTED)))
        .order_by("position", "code")
        .values_list(*_LEAF_FIELDS, *(f"adopted__{name}" for name in _RECIPE_FIELDS))
    )
    return tuple(_leaf(row) for row in found)


def _leaf(row: tuple[Any, ...]) -> LeafInfo:
    own, found = row[: len(_LEAF_FIELDS)], row[len(_LEAF_FIELDS) :]
    recipe = None
    if found[0] is not None:
        version, method, area_method, inputs, *rest = found
        recipe = RecipeInfo(version, method, area_method, tuple(inputs or ()), *rest)
    return LeafInfo(*(*own, recipe))


def items(tiers: Collection[str]) -> tuple[Item, ...]:
    """Nodes of the framework in its own order. One statement."""
    found = FrameworkItem.objects.filter(framework__code=FRAMEWORK, tier__in=tiers, retired_at__isnull=True)
    fields = found.order_by("position", "id").values_list("code", "title", "tier", "parent__code", "wording", "source")
    return tuple(Item(*row) for row in fields)


def states() -> tuple[State, ...]:
    """Member States in ASEAN's alphabetical order of names. One statement."""
    found = (
        AreaMembership.objects.filter(group__code=ASEAN, left_on__isnull=True)
        .order_by("area__name")
        .values_list("area__code", "area__name", "joined_on")
    )
    return tuple(State(*row) for row in found)


def values(leaf_ids: Iterable[int]) -> list[ValueRow]:
    """All current values of these leaves, by leaf, area and period. One statement."""
    found = KpiValue.objects.filter(leaf_id__in=list(leaf_ids), closed_by__isnull=True)
    return [ValueRow(*row) for row in found.order_by("leaf_id", "area_id", "period").values_list(*_VALUE_FIELDS)]


def newest_values(count: int) -> list[ValueRow]:
    """The newest `count` figures per leaf and area, newest first. Withheld rows do not count. One statement."""
    rank = Window(RowNumber(), partition_by=[F("leaf_id"), F("area_id")], order_by=F("period").desc())
    found = (
        KpiValue.objects.filter(closed_by__isnull=True, value__isnull=False)
        .annotate(rank=rank)
        .filter(rank__lte=count)
        .order_by("leaf_id", "area_id", "-period")
    )
    return [ValueRow(*row) for row in found.values_list(*_VALUE_FIELDS)]


def newest_withheld() -> dict[int, str]:
    """Per leaf why its newest withheld figure is not shown. One statement."""
    found = KpiValue.objects.filter(closed_by__isnull=True, value__isnull=True).exclude(withheld="")
    return dict(found.order_by("leaf_id", "period").values_list("leaf_id", "withheld"))


def marks(leaf_ids: Iterable[int] | None = None) -> tuple[Mark, ...]:
    """Baselines and targets, all or of these leaves. One statement."""
    fields = ("leaf_id", "area__code", "year", "value", "source", "is_demonstration")
    base = Baseline.objects.annotate(kind=Value("baseline")).values_list("kind", *fields)
    target = Target.objects.annotate(kind=Value("target")).values_list("kind", *fields)
    if leaf_ids is not None:
        wanted = list(leaf_ids)
        base, target = base.filter(leaf_id__in=wanted), target.filter(leaf_id__in=wanted)
    return tuple(sorted((Mark(*row) for row in base.union(target, all=True)), key=lambda m: (m.leaf_id, m.year)))


def by_leaf_and_area(rows: Iterable[ValueRow]) -> dict[int, dict[str, Series]]:
    """Rows sorted by period into series."""
    grouped: dict[int, dict[str, list[ValueRow]]] = {}
    for row in rows:
        grouped.setdefault(row.leaf_id, {}).setdefault(row.area, []).append(row)
    return {
        leaf: {area: Series(area, tuple(sorted(found, key=lambda r: r.period))) for area, found in areas.items()}
        for leaf, areas in grouped.items()
    }
