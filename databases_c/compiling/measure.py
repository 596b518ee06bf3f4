"""Rows become numbers by group: filters, period, dimensions, and what is counted, summed or told apart.

Rows are lists of canonical texts in the order of the layout (see layout.Type). Everything here works in one pass and
keeps one small group for each combination of codes; only "different values" and de-duplication remember texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from adme.observations.periods import TimePeriod

from ..layout import Layout, Type
from ..recipes import NOT_GIVEN, Dimension, Filter, Measure, Part, PeriodRule, Recipe, Test

Row = Sequence[str]
Passes = Callable[[Row], bool]
CodeOf = Callable[[Row], str]
Number = int | Decimal
OTHER = "_O"  # a number is given, but lies in none of the bands


class CannotCompile(ValueError):
    """The recipe cannot be carried out on these records. The message says why, and what to do."""


@dataclass(slots=True)
class Tally:
    """One part of the recipe in one group: records that contribute, their sum, and their different values."""

    records: int = 0
    total: Number = 0
    values: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Group:
    """All records with the same codes. `rows` counts them; one tally for the numerator, one for the denominator."""

    tallies: tuple[Tally, ...]
    rows: int = 0


def number_of(text: str, type_: Type) -> Number:
    """Exact, so that parts always add up to their total."""
    return int(text) if type_ == Type.INTEGER else Decimal(text)


def passes(filters: Sequence[Filter], layout: Layout) -> Passes:
    """All of the filters hold."""
    tests = [_test(one, layout) for one in filters]
    if not tests:
        return lambda row: True
    if len(tests) == 1:
        return tests[0]
    return lambda row: all(test(row) for test in tests)


def _test(one: Filter, layout: Layout) -> Passes:
    place = _place(one.column, layout)
    column = layout.by_name[one.column]
    if one.test == Test.FILLED:
        return lambda row: row[place] != ""
    if one.test == Test.BLANK:
        return lambda row: row[place] == ""
    if column.is_number:
        return _test_of_number(one, place, column.type)
    if one.test in {Test.AT_LEAST, Test.AT_MOST}:
        bound, at_least = one.values[0], one.test == Test.AT_LEAST  # days and years compare as text
        return lambda row: row[place] != "" and ((row[place] >= bound) if at_least else (row[place] <= bound))
    values, wanted = frozenset(one.values), one.test == Test.IS
    return lambda row: (row[place] in values) == wanted


def _test_of_number(one: Filter, place: int, type_: Type) -> Passes:
    try:
        values = [Decimal(each) for each in one.values]
    except ArithmeticError:
        values = []
    if not values or not all(each.is_finite() for each in values):
        given = ", ".join(one.values)
        raise CannotCompile(
            f"The filter on '{one.column}' compares with '{given}', which is no number. Change the recipe."
        )
    if one.test in {Test.AT_LEAST, Test.AT_MOST}:
        bound, at_least = values[0], one.test == Test.AT_LEAST
        return lambda row: (
            row[place] != "" and ((Decimal(row[place]) >= bound) if at_least else (Decimal(row[place]) <= bound))
        )
    among, wanted = frozenset(values), one.test == Test.IS
    return lambda row: (row[place] != "" and Decimal(row[place]) in among) == wanted


def in_period(recipe: Recipe, layout: Layout, period: TimePeriod) -> Passes:
    """Does the record belong to the period? A blank day does not."""
    if recipe.period_rule == PeriodRule.REPORT:
        return lambda row: True
    place = _place(recipe.period_column, layout)
    if layout.by_name[recipe.period_column].type == Type.YEAR:
        year = str(period.year)
        return lambda row: row[place] == year
    first, last = _first_day(period).isoformat(), period.last_day.isoformat()
    return lambda row: first <= row[place] <= last


def _first_day(period: TimePeriod) -> date:
    months = {"A": 12, "S": 6, "Q": 3, "M": 1}[period.frequency]
    return date(period.year, period.last_day.month - months + 1, 1)


def code_of(dimension: Dimension, layout: Layout) -> CodeOf:
    """The code of a record in this dimension."""
    place = _place(dimension.column, layout)
    if dimension.bands:
        return _band_of(dimension, place)
    mapping = dict(dimension.mapping)
    return lambda row: mapping.get(row[place], row[place]) or NOT_GIVEN


def _band_of(dimension: Dimension, place: int) -> CodeOf:
    bands = [
        (Decimal("-Infinity") if least is None else Decimal(str(least)),
         Decimal("Infinity") if most is None else Decimal(str(most)), code)
        for least, most, code in dimension.bands
    ]  # fmt: skip
    known: dict[str, str] = {"": NOT_GIVEN}

    def find(row: Row) -> str:
        text = row[place]
        if text not in known:
            value = Decimal(text)
            code = next((code for least, most, code in bands if least <= value <= most), OTHER)
            if len(known) > 10_000:  # a column of amounts: do not remember them all
                return code
            known[text] = code
        return known[text]

    return find


def adder(part: Part, layout: Layout) -> Callable[[Tally, Row], None]:
    """Adds a record to a tally, where the part's own filters let it through."""
    wanted = passes(part.filters, layout)
    if part.measure == Measure.COUNT:

        def add(tally: Tally, row: Row) -> None:
            tally.records += wanted(row)

        return add
    place, type_ = _place(part.column, layout), layout.by_name[part.column].type

    def add_value(tally: Tally, row: Row) -> None:
        text = row[place]
        if text != "" and wanted(row):
            tally.records += 1
            if part.measure == Measure.DISTINCT:
                tally.values.add(text)
            else:
                tally.total += number_of(text, type_)

    return add_value


def _place(column: str, layout: Layout) -> int:
    names = [one.name for one in layout.columns]
    if column not in names:
        raise CannotCompile(f"The records have no column '{column}'. Change the recipe, or compile newer records.")
    return names.index(column)


def places(columns: Sequence[str], layout: Layout) -> list[int]:
    return [_place(one, layout) for one in columns]


def widened(groups: Mapping[tuple[str, ...], Group], total: str) -> tuple[dict[tuple[str, ...], Group], int]:
    """Rows that are totals themselves are left out where the rows below them are there; their number comes back.

    A dimension in which all rows are totals is one that the records do not say.
    """
    found, left_out = dict(groups), 0
    for axis in range(len(next(iter(groups), ()))):
        codes = {key[axis] for key in found}
        if codes == {total}:
            found = {(*key[:axis], NOT_GIVEN, *key[axis + 1 :]): group for key, group in found.items()}
        elif total in codes:
            left_out += sum(group.rows for key, group in found.items() if key[axis] == total)
            found = {key: group for key, group in found.items() if key[axis] != total}
    if groups and not found:
        raise CannotCompile(
            "Every row is a total of another dimension, so nothing can be added up. Send the rows of one breakdown, or "
            "change the recipe so that it filters the totals."
        )
    return found, left_out
