"""The published figures of one statistic: totals by state and period, and the cells of its breakdowns.

Reads current observations only. A suppressed value is stored nowhere, so there is nothing here that could tell it; what
could is a sum: a regional total is only given where every Member State has a figure of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils import timezone

from adme.observations.periods import TimePeriod
from adme.reference.models import AreaMembership
from adme.reference.selectors import membership
from adme.reporting import vocabularies

from ..layout import BadLayout, Column, Layout, Type
from ..models import RecipeVersion, Statistic, StatisticObservation
from ..recipes import NOT_GIVEN, TOTAL, Dimension, Measure, Recipe, read_recipe
from .holdings import Kind, Report, ledger
from .regional import Populations, Regional, regional

SUPPRESSED = "Q"
LONGEST_STATES = 12  # in the address


@dataclass(frozen=True, slots=True)
class Filters:
    """`states`: codes in colour. `period`: of the breakdowns, '' for the newest. `state`: whose, '' for all."""

    states: tuple[str, ...] = ()
    period: str = ""
    state: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str], states: Sequence[str]) -> Filters:
        def clean(text: str) -> str:
            text = text.strip()[:12]
            return text if text.isprintable() else "?"

        chosen = tuple(dict.fromkeys(clean(one) for one in states[:LONGEST_STATES]))
        return cls(chosen, clean(given.get("period", "")), clean(given.get("state", "")))


class Value(NamedTuple):
    """One current observation. `is_nil`: certified that there was nothing, so there was no submission."""

    state: str
    dimensions: str
    period: int
    value: float | None
    obs_status: str
    conf_status: str
    is_nil: bool
    recipe: int
    is_demonstration: bool

    @property
    def is_suppressed(self) -> bool:
        return self.obs_status == SUPPRESSED

    @property
    def by_concept(self) -> dict[str, str]:
        return parts(self.dimensions)


class Breakdown(NamedTuple):
    """One dimension: `codes` and their names in the order in which they are shown."""

    concept: str
    label: str
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Figures:
    """`totals` by state and period key; `cells`: of the shown period (and state), every published combination."""

    statistic: Statistic
    recipe: Recipe | None
    version: RecipeVersion | None
    filters: Filters
    states: Mapping[str, str]
    periods: tuple[int, ...]
    period: int | None
    totals: Mapping[tuple[str, int], Value]
    cells: tuple[Value, ...]
    breakdowns: tuple[Breakdown, ...]
    reports: Mapping[tuple[str, int], Report]
    regional: Mapping[int, Regional]
    siblings: tuple[tuple[str, str], ...]

    @property
    def decimals(self) -> int:
        return self.recipe.decimals if self.recipe else 0

    @property
    def is_sum(self) -> bool:
        return is_additive(self.recipe)

    @property
    def has_demonstration(self) -> bool:
        record_set = self.statistic.record_set
        return record_set.is_demonstration or any(one.is_demonstration for one in self.totals.values())

    def kind(self, state: str, period: int) -> Kind:
        """What the ledger says where there is no figure."""
        report = self.reports.get((state, period))
        return report.kind if report else Kind.NOT_OWED

    def of_period(self, period: int) -> dict[str, Value]:
        return {state: value for (state, key), value in self.totals.items() if key == period}

    def marginal(self, concept: str) -> dict[tuple[str, str], Value]:
        """Cells of one dimension alone, by state and code."""
        found = {}
        for one in self.cells:
            told = one.by_concept
            if list(told) == [concept]:
                found[one.state, told[concept]] = one
        return found


def parts(dimensions: str) -> dict[str, str]:
    """`AGE=Y0T14;SEX=F` as {"AGE": "Y0T14", "SEX": "F"}."""
    return dict(one.split("=", 1) for one in dimensions.split(";") if "=" in one)


def is_additive(recipe: Recipe | None) -> bool:
    """May the figures of states be added? Not ratios and means. Different values may: KPIs add them too, and `overlaps`
    says what that means."""
    return recipe is not None and recipe.denominator is None and recipe.numerator.measure != Measure.MEAN


def is_sum(statistic: Statistic) -> bool:
    """`is_additive` of the recipe in force."""
    version = statistic.current
    return is_additive(_recipe(version, version.layout.read_layout())) if version else False


def overlaps(recipe: Recipe | None) -> bool:
    """What two states count may be the same thing, so a sum may count it twice."""
    return recipe is not None and recipe.numerator.measure == Measure.DISTINCT


def find(code: str) -> Statistic | None:
    """One statement."""
    return (
        Statistic.objects.select_related("record_set__body", "current__layout")
        .filter(code=code, retired_at=None)
        .first()
    )


def figures(statistic: Statistic, filters: Filters) -> Figures | None:
    """Seven statements beside the statistic. None: the address asks for a state or a period that does not exist."""
    version = statistic.current
    layout = version.layout.read_layout() if version else None
    recipe = _recipe(version, layout)
    totals = {(one.state, one.period): one for one in _values(statistic, dimensions="")}
    reports = {(one.state, one.period): one for one in ledger(statistic.record_set.tool)}
    members = membership("ASEAN")
    states = _states(members, {state for state, _ in [*totals, *reports]})
    periods = tuple(sorted({period for _, period in totals}))
    known = {*filters.states, filters.state} - {""}
    period = _period(filters.period, periods)
    if (filters.period and period is None) or not known <= set(states):
        return None
    cells = tuple(_cells(statistic, period, filters.state)) if period is not None and recipe is not None else ()
    return Figures(
        statistic=statistic,
        recipe=recipe,
        version=version,
        filters=filters,
        states=states,
        periods=periods,
        period=period,
        totals=totals,
        cells=cells,
        breakdowns=_breakdowns(recipe, layout, cells),
        reports=reports,
        regional=_regional(members, totals, reports, recipe),
        siblings=_siblings(statistic),
    )


def every_cell(statistic: Statistic) -> list[Value]:
    """All current observations of a statistic, for a file. One statement."""
    return _values(statistic)


def _recipe(version: RecipeVersion | None, layout: Layout | None) -> Recipe | None:
    if version is None or layout is None:
        return None
    try:
        return read_recipe(version.recipe, layout)
    except BadLayout:
        return None  # cannot happen for one in force; the page then shows totals without breakdowns


def _values(statistic: Statistic, **filters: Any) -> list[Value]:
    found = StatisticObservation.objects.filter(series__statistic=statistic, closed_at=None)
    if "dimensions" in filters:
        found = found.filter(series__dimensions=filters["dimensions"])
    if "period" in filters:
        found = found.filter(period=filters["period"])
    if filters.get("state"):
        found = found.filter(series__area__code=filters["state"])
    rows = found.order_by("period", "series__area__name", "series__dimensions").values_list(
        "series__area__code", "series__dimensions", "period", "value", "obs_status", "conf_status",
        "opened_by__submission_id", "opened_by__recipe__number", "is_demonstration",
    )  # fmt: skip
    return [
        Value(*row[:6], is_nil=row[6] is None and row[3] == 0, recipe=row[7], is_demonstration=row[8]) for row in rows
    ]


def _cells(statistic: Statistic, period: int, state: str) -> list[Value]:
    """Of one state all combinations; of all states those of one dimension alone."""
    found = _values(statistic, period=period, state=state)
    return [one for one in found if state or ";" not in one.dimensions]


def _states(members: Sequence[AreaMembership], told: set[str]) -> dict[str, str]:
    today = timezone.localdate()
    return {one.area.code: one.area.name for one in members if one.holds_on(today) or one.area.code in told}


def _period(asked: str, periods: Sequence[int]) -> int | None:
    if not asked:
        return periods[-1] if periods else None
    return next((one for one in periods if str(TimePeriod.from_key(one)) == asked), None)


def regional_totals(statistic: Statistic) -> dict[int, Regional]:
    """By period, as the dashboard of the statistic shows them. Three statements beside statistic and members."""
    version = statistic.current
    recipe = _recipe(version, version.layout.read_layout() if version else None)
    totals = {(one.state, one.period): one for one in _values(statistic, dimensions="")}
    reports = {(one.state, one.period): one for one in ledger(statistic.record_set.tool)}
    return _regional(membership("ASEAN"), totals, reports, recipe)


def _regional(
    members: Sequence[AreaMembership],
    totals: Mapping[tuple[str, int], Value],
    reports: Mapping[tuple[str, int], Report],
    recipe: Recipe | None,
) -> dict[int, Regional]:
    populations = Populations({one.area.code for one in members})
    values: dict[int, dict[str, float]] = {}
    for (state, period), one in totals.items():
        held = values.setdefault(period, {})
        if one.value is not None:
            held[state] = one.value
    silent: dict[int, set[str]] = {}
    for (state, period), report in reports.items():
        if report.kind == Kind.NOT_APPLICABLE:
            silent.setdefault(period, set()).add(state)
    return {
        period: regional(
            period, held, members=members, populations=populations, is_additive=is_additive(recipe),
            not_applicable=silent.get(period, ()),
        )
        for period, held in values.items()
    }  # fmt: skip


def _breakdowns(recipe: Recipe | None, layout: Layout | None, cells: Sequence[Value]) -> tuple[Breakdown, ...]:
    """Dimensions that are published alone, in the order of the recipe. One statement for all code lists."""
    if recipe is None or layout is None:
        return ()
    alone = [one for one in recipe.dimensions if (one.concept,) in recipe.published]
    lists = {one.code_list for one in alone} | {layout.by_name[one.column].code_list for one in alone}
    known = vocabularies.load(lists - {""}) if lists - {""} else {}
    found = []
    for dimension in alone:
        names = _names(dimension, layout.by_name[dimension.column], known)
        seen = {told[dimension.concept] for one in cells if list(told := one.by_concept) == [dimension.concept]}
        codes = {code: name for code, name in names.items() if code in seen}
        codes |= {code: code for code in sorted(seen - set(codes) - {NOT_GIVEN})}
        if NOT_GIVEN in seen:
            codes[NOT_GIVEN] = "Not stated"
        codes.pop(TOTAL, None)
        found.append(Breakdown(dimension.concept, dimension.label, codes))
    return tuple(found)


def _names(dimension: Dimension, column: Column, known: Mapping[str, vocabularies.Vocabulary]) -> dict[str, str]:
    """Names of the published codes: of the dimension's own list first, then as the column or the bands say."""
    names: dict[str, str] = {}
    for least, most, code in dimension.bands:
        names[code] = _band(least, most)
    own = dict(column.codes)
    if column.code_list in known:
        own |= known[column.code_list].choices
    if column.type == Type.YES_NO:
        own = {"yes": "Yes", "no": "No"}
    mapping = dict(dimension.mapping)
    for code, name in own.items():
        names.setdefault(mapping.get(code, code), code if mapping.get(code, code) != code else name)
    for target in mapping.values():
        names[target] = own.get(target, target)
    if dimension.code_list in known:
        list_names = known[dimension.code_list]
        if dimension.bands:
            return {code: list_names.choices.get(code, name) for code, name in names.items()}
        names = {**list_names.choices, **{code: name for code, name in names.items() if code not in list_names.choices}}
    return names


def _band(least: float | None, most: float | None) -> str:
    if least is None:
        return f"up to {most:g}"
    return f"{least:g} and more" if most is None else f"{least:g} to {most:g}"


def _siblings(statistic: Statistic) -> tuple[tuple[str, str], ...]:
    """The other statistics of the same set."""
    found = Statistic.objects.filter(record_set=statistic.record_set, retired_at=None).exclude(pk=statistic.pk)
    return tuple(found.order_by("title").values_list("code", "title"))
