"""The passport of a figure: recipe, exact inputs, what was left out, the run, and whether it would come out the same.

For pages: `passport(...)` and `recompute_and_compare(...)`. Reads only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from adme.observations import registry
from adme.observations.periods import TimePeriod
from adme.observations.points import ObservationInfo, SeriesInfo
from adme.reference.models import Area, SectoralBody

from .aggregation import Computed, compute
from .inputs import input_codes
from .models import AggregationRun, CoverageOf, KpiValue, Recipe
from .words import recipe_lines


@dataclass(frozen=True, slots=True)
class PassportInput:
    """One observation that entered the figure. `observation` is None when its database no longer knows it."""

    role: str  # value, numerator, denominator, base, weight, population
    area: str
    area_name: str
    period: str
    value: float | None
    weight: float | None
    reference: str
    series: SeriesInfo | None
    observation: ObservationInfo | None

    @property
    def is_current(self) -> bool:
        return self.observation is not None and not self.observation.known_until


@dataclass(frozen=True, slots=True)
class LeftOut:
    area: str
    area_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecipeInWords:
    version: int
    state: str
    is_current: bool
    is_proxy: bool
    adopted_at: datetime | None
    adopted_by: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RunInfo:
    number: int
    trigger: str
    actor: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class EarlierValue:
    """What stood at the same leaf, area and period before."""

    value: float | None
    withheld: str
    recipe_version: int
    since: datetime
    until: datetime
    ended_by: str


@dataclass(frozen=True, slots=True)
class Passport:
    leaf_code: str
    leaf_title: str
    wording: str
    unit: str
    decimals: int
    area: str
    area_name: str
    period: str
    value: float | None
    obs_status: str
    withheld: str
    coverage_of: str
    states_reporting: int | None
    states_expected: int | None
    states_carried: int | None
    population_share: float | None
    recipe: RecipeInWords
    inputs: tuple[PassportInput, ...]
    left_out: tuple[LeftOut, ...]
    run: RunInfo
    earlier: tuple[EarlierValue, ...]
    inputs_hash: str

    @property
    def known_since(self) -> datetime:
        return self.run.started_at

    @property
    def is_current(self) -> bool:
        """The recipe is still adopted and every input is still what its database holds."""
        return self.recipe.is_current and all(one.is_current for one in self.inputs)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure computed anew beside the stored one. `outcome` is 'equal', 'differs', 'appears' or 'disappears'."""

    outcome: str
    stored: float | None
    recomputed: float | None
    reasons: tuple[str, ...]
    computed_at: datetime

    @property
    def is_equal(self) -> bool:
        return self.outcome == "equal"


def passport(leaf_code: str, area: str, period: int) -> Passport | None:
    """The passport of the current figure at this period key (TimePeriod.key); None when there is none."""
    row = _current(leaf_code, area, period)
    if row is None:
        return None
    observations = registry.describe_observations({entry[2] for entry in row.inputs})
    codes = input_codes(row.recipe) | {info.series for info in observations.values()}
    series = registry.describe(codes)
    names = _area_names({area, *(entry[1] for entry in row.inputs), *(code for code, _ in row.left_out)})
    if row.coverage_of == CoverageOf.BODIES:
        names |= _body_names({code for code, _ in row.left_out})
    return Passport(
        leaf_code=row.leaf.code,
        leaf_title=row.leaf.title,
        wording=row.leaf.wording,
        unit=row.recipe.unit,
        decimals=row.recipe.decimals,
        area=area,
        area_name=names.get(area, area),
        period=str(TimePeriod.from_key(period)),
        value=row.value,
        obs_status=row.obs_status,
        withheld=row.withheld,
        coverage_of=row.coverage_of,
        states_reporting=row.states_reporting,
        states_expected=row.states_expected,
        states_carried=row.states_carried,
        population_share=row.population_share,
        recipe=_recipe(row.recipe, series),
        inputs=tuple(_input(entry, names, observations, series) for entry in row.inputs),
        left_out=tuple(LeftOut(code, names.get(code, code), reason) for code, reason in row.left_out),
        run=_run(row.run),
        earlier=_earlier(leaf_code, area, period),
        inputs_hash=row.inputs_hash,
    )


def recompute_and_compare(leaf_code: str, area: str, period: int) -> Comparison:
    """Compute the figure now, write nothing, and say whether it equals the stored one, else why not."""
    stored = _current(leaf_code, area, period)
    recipe = Recipe.objects.filter(leaf__code=leaf_code, state=Recipe.State.ADOPTED).select_related("leaf").first()
    computed = compute([recipe]) if recipe else []
    fresh = next((one for one in computed if (one.area, one.period) == (area, period)), None)
    now = timezone.now()
    if stored is None or fresh is None:
        if stored is fresh:
            return Comparison("equal", None, None, ("There is no figure, and none comes out.",), now)
        if fresh is not None:
            return Comparison("appears", None, fresh.value, ("A figure comes out that is not stored yet.",), now)
        assert stored is not None  # noqa: S101 - for the type checker
        gone = "Its recipe has been retired." if recipe is None else "Its observations are no longer there."
        return Comparison("disappears", stored.value, None, (gone,), now)
    if (stored.recipe_id, stored.inputs_hash) == (fresh.recipe_id, fresh.inputs_hash):
        return Comparison("equal", stored.value, fresh.value, ("The same inputs give the same figure.",), now)
    return Comparison("differs", stored.value, fresh.value, _differences(stored, fresh, recipe), now)


def _current(leaf_code: str, area: str, period: int) -> KpiValue | None:
    found = KpiValue.objects.filter(leaf__code=leaf_code, area__code=area, period=period, closed_by__isnull=True)
    return found.select_related("leaf", "recipe__leaf", "run").first()


def _area_names(codes: Collection[str]) -> dict[str, str]:
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name"))


def _body_names(codes: Collection[str]) -> dict[str, str]:
    return dict(SectoralBody.objects.filter(code__in=codes).values_list("code", "acronym"))


def _recipe(recipe: Recipe, series: Mapping[str, SeriesInfo]) -> RecipeInWords:
    return RecipeInWords(
        version=recipe.version,
        state=recipe.get_state_display(),
        is_current=recipe.state == Recipe.State.ADOPTED,
        is_proxy=recipe.is_proxy,
        adopted_at=recipe.adopted_at,
        adopted_by=recipe.adopted_by,
        lines=recipe_lines(recipe, series),
    )


def _input(
    entry: list,
    names: Mapping[str, str],
    observations: Mapping[str, ObservationInfo],
    series: Mapping[str, SeriesInfo],
) -> PassportInput:
    role, area, reference, period, value, weight = entry
    observation = observations.get(reference)
    return PassportInput(
        role=role,
        area=area,
        area_name=names.get(area, area),
        period=str(TimePeriod.from_key(period)),
        value=value,
        weight=weight,
        reference=reference,
        series=series.get(observation.series) if observation else None,
        observation=observation,
    )


def _run(run: AggregationRun) -> RunInfo:
    return RunInfo(run.pk, run.trigger, run.actor, run.started_at, run.finished_at)


def _earlier(leaf_code: str, area: str, period: int) -> tuple[EarlierValue, ...]:
    rows = KpiValue.objects.filter(leaf__code=leaf_code, area__code=area, period=period, closed_by__isnull=False)
    return tuple(
        EarlierValue(*values)
        for values in rows.order_by("-pk").values_list(
            "value",
            "withheld",
            "recipe__version",
            "run__started_at",
            "closed_by__started_at",
            "closed_by__trigger",
        )
    )


def _differences(stored: KpiValue, fresh: Computed, recipe: Recipe | None) -> tuple[str, ...]:
    reasons = []
    if recipe is not None and stored.recipe_id != fresh.recipe_id:
        reasons.append(f"The recipe is version {recipe.version} now; it was version {stored.recipe.version}.")
    before = {(entry[0], entry[1]): entry for entry in stored.inputs}
    after = {(entry[0], entry[1]): entry for entry in fresh.inputs}
    for key in [*before, *(key for key in after if key not in before)]:
        sentence = _difference(before.get(key), after.get(key))
        if sentence:
            reasons.append(sentence)
    if (stored.states_reporting, stored.states_expected) != (fresh.states_reporting, fresh.states_expected):
        whose = CoverageOf(fresh.coverage_of).label
        reasons.append(
            f"Coverage is {fresh.states_reporting} of {fresh.states_expected} {whose} now; "
            f"it was {stored.states_reporting} of {stored.states_expected}."
        )
    return tuple(reasons) or ("The inputs are the same; status or rules of the figure changed.",)


def _difference(before: list | None, after: list | None) -> str:
    entry = after or before
    if entry is None or (before and after and before[2] == after[2]):
        return ""
    what = f"{entry[1]}, {entry[0]} of {TimePeriod.from_key(entry[3])}"
    if before is None:
        return f"{what}: {entry[4]:g} is new."
    if after is None:
        return f"{what}: {entry[4]:g} is no longer used."
    return f"{what}: {_figure(before)} became {_figure(after)}."


def _figure(entry: list) -> str:
    return "missing" if entry[4] is None else f"{entry[4]:.10g}"
