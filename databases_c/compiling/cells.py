"""From rows to cells: one pass over the records, tables by dimensions, suppression, ratio and rounding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adme.observations.periods import TimePeriod
from adme.observations.status import ObsStatus

from ..layout import Layout, Type
from ..recipes import TOTAL, Measure, Part, Recipe
from .measure import CannotCompile, Group, Row, Tally, adder, code_of, in_period, passes, places, widened
from .suppression import Axes, Counts, Cube, Flags, Mask, Position, TableCell, margin, protect

MOST_CELLS = 200_000
MOST = 10**15  # more units than that are not told apart where cells are small or not
LONGEST = 200  # characters of the dimensions of a series
COMPILER = 1  # part of the checksum of a compilation: count up when the same input would give other cells
FREE, SMALL, PROTECTS = "F", "C", "D"  # SDMX CL_CONF_STATUS; D may be small too (see suppression)

Table = dict[Axes, NDArray]


@dataclass(frozen=True, slots=True)
class DenominatorValue:
    value: float | None
    obs_status: str = ObsStatus.NORMAL.value
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """`dimensions` is canonical, '' or 'AGE=Y0T14;SEX=F'."""

    dimensions: str
    value: float | None
    obs_status: str = ObsStatus.NORMAL.value
    conf_status: str = FREE


@dataclass(frozen=True, slots=True)
class Compiled:
    """`counts` {records, filtered, outside_period, duplicates, total_rows, used, cells, suppressed, also_suppressed,
    without_denominator}."""

    cells: list[Cell]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Measured:
    """A part of the recipe as tables: `sizes` say how much contributes, `values` are counts and sums (exact), and
    `may_fall` which inner cells can lose a record (see suppression)."""

    sizes: dict[Axes, Counts]
    values: Table
    may_fall: Flags


@dataclass(frozen=True, slots=True)
class _Frame:
    """The categories of each axis, and the tables that are made."""

    concepts: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    published: tuple[Axes, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(one) for one in self.categories)

    @property
    def inner(self) -> Axes:
        return tuple(range(len(self.concepts)))

    @property
    def tables(self) -> list[Axes]:
        return sorted({*self.published, self.inner})

    def places(self, axes: Axes) -> Iterator[Position]:
        return product(*(range(len(self.categories[one])) for one in axes))

    def dimensions(self, axes: Axes, place: Position) -> str:
        pairs = sorted((self.concepts[one], self.categories[one][at]) for one, at in zip(axes, place, strict=True))
        return ";".join(f"{concept}={code}" for concept, code in pairs)


@dataclass(slots=True)
class _Gathered:
    groups: dict[tuple[str, ...], Group] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def compile_records(
    rows: Iterable[Row],
    *,
    layout: Layout,
    recipe: Recipe,
    period: TimePeriod,
    denominators: Mapping[str, DenominatorValue] | None = None,
    codes: Mapping[str, Sequence[str]] | None = None,
    rows_are_counts: bool = False,
    already_public: Collection[str] = (),
) -> Compiled:
    """The cells of a statistic, in order of their dimensions.

    `denominators` are observations by dimensions, where the recipe names a series. `codes` name, by concept, codes that
    are shown as nought when no record has them. `rows_are_counts`: a row is a count made by the state, so a sum of
    whole numbers is itself the number of units behind a cell. `already_public`: dimensions shown before for the same
    records. Raises CannotCompile.
    """
    parts = [recipe.numerator]
    if recipe.denominator is not None and recipe.denominator.part is not None:
        parts.append(recipe.denominator.part)
    gathered = _gather(rows, layout, recipe, period, parts)
    groups, left_out = widened(gathered.groups, TOTAL)
    frame = _frame(recipe, groups, codes or {})
    measured = [
        _measure(frame, groups, number, part, rows_are_counts and _is_whole(part, layout))
        for number, part in enumerate(parts)
    ]
    mask = _mask(frame, recipe, measured, already_public)
    cells = list(_cells(frame, recipe, measured, mask, denominators or {}))
    return Compiled(cells, _counted(gathered.counts, left_out, cells))


def _is_whole(part: Part, layout: Layout) -> bool:
    return part.measure == Measure.SUM and layout.by_name[part.column].type == Type.INTEGER


def _gather(
    rows: Iterable[Row], layout: Layout, recipe: Recipe, period: TimePeriod, parts: Sequence[Part]
) -> _Gathered:
    found = _Gathered()
    groups, counts = found.groups, found.counts
    wanted, is_in_period = passes(recipe.filters, layout), in_period(recipe, layout, period)
    code_functions = [code_of(one, layout) for one in recipe.dimensions]
    adders = [adder(one, layout) for one in parts]
    same_by, seen = places(recipe.distinct_by, layout), set()
    for row in rows:
        counts["records"] += 1
        if not wanted(row):
            counts["filtered"] += 1
            continue
        if not is_in_period(row):
            counts["outside_period"] += 1
            continue
        if same_by:
            same = tuple([row[place] for place in same_by])
            if same in seen:
                counts["duplicates"] += 1
                continue
            seen.add(same)
        key = tuple([code(row) for code in code_functions])
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(tuple(Tally() for _ in parts))
            if len(groups) > MOST_CELLS:
                raise CannotCompile(_too_many(len(groups)))
        group.rows += 1
        for add, tally in zip(adders, group.tallies, strict=True):
            add(tally, row)
    return found


def _too_many(number: int) -> str:
    return (
        f"The recipe makes more than {min(number, MOST_CELLS):,} cells. Group by fewer dimensions, or join codes by a "
        "mapping or bands."
    )


def _frame(recipe: Recipe, groups: Mapping[tuple[str, ...], Group], codes: Mapping[str, Sequence[str]]) -> _Frame:
    """Categories are the codes that records have, and those that are shown as nought besides."""
    concepts = tuple(one.concept for one in recipe.dimensions)
    categories = tuple(
        tuple(sorted({key[axis] for key in groups} | set(codes.get(concept, ()))))
        for axis, concept in enumerate(concepts)
    )
    published = tuple(tuple(concepts.index(one) for one in names) for names in recipe.published)
    if prod(len(one) for one in categories) > MOST_CELLS:
        raise CannotCompile(_too_many(MOST_CELLS))
    for concept, known in zip(concepts, categories, strict=True):
        for code in known:
            if set(code) & {";", "="}:
                raise CannotCompile(f"The code '{code}' of {concept} holds ';' or '='. Map it to another code.")
    longest = sum(
        len(concept) + 2 + max(map(len, known), default=0) for concept, known in zip(concepts, categories, strict=True)
    )
    if longest > LONGEST:
        raise CannotCompile("The codes of the dimensions are too long together. Map them to shorter ones.")
    return _Frame(concepts, categories, published)


def _measure(
    frame: _Frame, groups: Mapping[tuple[str, ...], Group], number: int, part: Part, is_whole: bool
) -> _Measured:
    index = [{code: at for at, code in enumerate(known)} for known in frame.categories]
    tallies = {
        tuple(index[axis][code] for axis, code in enumerate(key)): group.tallies[number]
        for key, group in groups.items()
    }
    if part.measure == Measure.DISTINCT:
        return _different(frame, tallies)
    records = np.zeros(frame.shape, dtype=np.int64)
    totals: NDArray[Any] = np.full(frame.shape, 0, dtype=object)
    for place, tally in tallies.items():
        records[place] = tally.records
        totals[place] = tally.total
    if part.measure == Measure.COUNT:
        return _Measured(_margins(frame, records), _margins(frame, records), records > 0)
    may_fall = (records > 0) & np.asarray(totals > 0, dtype=bool)
    # What falls below zero is no number of units: then the records themselves are what stands behind a cell.
    is_count = is_whole and not bool(np.any(np.asarray(totals < 0, dtype=bool)))
    sizes = np.asarray(np.minimum(totals, MOST), dtype=np.int64) if is_count else records
    return _Measured(_margins(frame, sizes), _margins(frame, totals), may_fall)


def _margins(frame: _Frame, inner: NDArray) -> dict[Axes, NDArray]:
    return {axes: margin(inner, axes) for axes in frame.tables}


def _different(frame: _Frame, tallies: Mapping[Position, Tally]) -> _Measured:
    """A value may stand in several inner cells, so each table is counted for itself."""
    sizes = {}
    for axes in frame.tables:
        together: dict[Position, set[str]] = {}
        for place, tally in tallies.items():
            together.setdefault(tuple(place[one] for one in axes), set()).update(tally.values)
        table = np.zeros(tuple(frame.shape[one] for one in axes), dtype=np.int64)
        for place, values in together.items():
            table[place] = len(values)
        sizes[axes] = table
    times = Counter(value for tally in tallies.values() for value in tally.values)
    may_fall = np.zeros(frame.shape, dtype=bool)
    for place, tally in tallies.items():
        may_fall[place] = any(times[value] == 1 for value in tally.values)
    return _Measured(sizes, dict(sizes), may_fall)


def _mask(frame: _Frame, recipe: Recipe, measured: Sequence[_Measured], already_public: Collection[str]) -> Mask | None:
    if recipe.minimum_cell <= 1:
        return None
    numerator = measured[0]
    may_rise: Flags = np.ones(frame.shape, dtype=bool)
    bases: dict[Axes, Counts] = {}
    if len(measured) == 2:
        bases = measured[1].sizes
        over, under = numerator.values[frame.inner], measured[1].values[frame.inner]
        if bool(np.all(np.asarray(over <= under, dtype=bool))):  # a share
            may_rise = np.asarray(over < under, dtype=bool)
    cube = Cube(frame.shape, numerator.sizes, numerator.may_fall, may_rise, bases)
    return protect(
        cube,
        minimum_cell=recipe.minimum_cell,
        published=frame.published,
        already_public=_known(frame, set(already_public)) if already_public else (),
        secondary=recipe.secondary,
    )


def _known(frame: _Frame, already_public: set[str]) -> list[TableCell]:
    cells = ((axes, place) for axes in frame.published for place in frame.places(axes))
    return [cell for cell in cells if frame.dimensions(*cell) in already_public]


def _cells(
    frame: _Frame,
    recipe: Recipe,
    measured: Sequence[_Measured],
    mask: Mask | None,
    denominators: Mapping[str, DenominatorValue],
) -> Iterator[Cell]:
    named = sorted(
        (frame.dimensions(axes, place), axes, place) for axes in frame.published for place in frame.places(axes)
    )
    for dimensions, axes, place in named:
        if mask is not None and mask.hidden(axes)[place]:
            why = SMALL if mask.marked[axes][place] else PROTECTS
            yield Cell(dimensions, None, ObsStatus.SUPPRESSED.value, why)
        else:
            yield _shown(dimensions, recipe, measured, (axes, place), denominators)


def _shown(
    dimensions: str,
    recipe: Recipe,
    measured: Sequence[_Measured],
    cell: TableCell,
    denominators: Mapping[str, DenominatorValue],
) -> Cell:
    """The value of a cell that nothing hides: M where it cannot exist (nothing to divide by), O where what it is
    divided by is not known."""
    axes, place = cell
    status = ObsStatus.NORMAL.value
    value = _exact(measured[0].values[axes][place])
    below = Fraction(1)
    if recipe.numerator.measure == Measure.MEAN:
        below = Fraction(int(measured[0].sizes[axes][place]))
    elif len(measured) == 2:
        below = _exact(measured[1].values[axes][place])
    elif recipe.denominator is not None:
        found = denominators.get(dimensions if recipe.denominator.by_dimensions else "")
        if found is None or found.value is None:
            return Cell(dimensions, None, ObsStatus.MISSING.value)
        below, status = _exact(found.value), found.obs_status
    if below <= 0:
        return Cell(dimensions, None, ObsStatus.NOT_APPLICABLE.value)
    try:
        return Cell(dimensions, _rounded(value / below * _exact(recipe.multiplier), recipe.round_to), status)
    except OverflowError:
        raise CannotCompile(
            f"The figure of {dimensions or 'the total'} is larger than any that can be kept. Check what it is divided "
            "by, and the multiplier of the recipe."
        ) from None


def _exact(number: Any) -> Fraction:
    if isinstance(number, Decimal | int | Fraction):
        return Fraction(number)
    return Fraction(int(number)) if isinstance(number, np.integer) else Fraction(repr(float(number)))


def _rounded(value: Fraction, step: float) -> float:
    """To the nearest multiple of the step, halves away from zero."""
    if not step:
        return float(value)
    exact_step = _exact(step)
    steps = abs(value) / exact_step
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    return float((whole if value >= 0 else -whole) * exact_step) or 0.0


def _counted(counts: Counter[str], left_out: int, cells: Sequence[Cell]) -> dict[str, int]:
    lost = ("filtered", "outside_period", "duplicates")
    found = {name: counts[name] for name in ("records", *lost)}
    found["total_rows"] = left_out
    found["used"] = counts["records"] - sum(counts[name] for name in lost) - left_out
    found["cells"] = len(cells)
    found["suppressed"] = sum(one.conf_status == SMALL for one in cells)
    found["also_suppressed"] = sum(one.conf_status == PROTECTS for one in cells)
    found["without_denominator"] = sum(one.obs_status == ObsStatus.MISSING for one in cells)
    return found
