"""A recipe as data: how the records of one set become one statistic. Read from JSON and checked against the layout.

Order of work: filters -> records outside the period left out -> de-duplication -> measure by dimensions -> ratio ->
suppression -> rounding. `concepts` are SDMX dimension names (SEX, AGE, URBANISATION, ...), unique in a recipe.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Any

from .layout import BadLayout, Fault, Layout, Type

CONCEPT = re.compile(r"^[A-Z][A-Z0-9_]{0,29}$")
MOST_DIMENSIONS, MOST_FILTERS = 4, 20
TOTAL = "_T"
NOT_GIVEN = "_U"  # the record does not say


class Test(StrEnum):
    """`values` are canonical cell texts."""

    IS = "is"  # one of the values
    IS_NOT = "is_not"  # none of them; a blank is none of them
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    FILLED = "filled"
    BLANK = "blank"


class Measure(StrEnum):
    COUNT = "count"  # records
    SUM = "sum"  # of a number column; a blank adds nothing
    DISTINCT = "distinct"  # different filled values of a column
    MEAN = "mean"  # of the filled values of a number column


class PeriodRule(StrEnum):
    REPORT = "report"  # all records belong to the period of the report
    DAY_WITHIN = "day_within"  # the day (or year) in `period_column` lies in it; others are left out and counted


@dataclass(frozen=True, slots=True)
class Filter:
    column: str
    test: Test
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """`bands` turn a number into a code: (least or None, most or None, code), both ends inside. `mapping` turns the
    column's codes into those published; codes that it does not name stay. A blank cell is `_U`."""

    column: str
    concept: str
    label: str
    code_list: str = ""
    mapping: tuple[tuple[str, str], ...] = ()
    bands: tuple[tuple[float | None, float | None, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What is measured. `filters` narrow it further than the recipe's, for a numerator."""

    measure: Measure
    column: str = ""
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Denominator:
    """Either a part of the same records, or another statistic of Database C, or a series of any database: a `series`
    code, whose observation of the same area and period, and of the cell's dimensions where it has them, is taken.
    `at_most_years_old`: an earlier observation may stand in (the cell is then marked E)."""

    part: Part | None = None
    series: str = ""
    by_dimensions: bool = False
    at_most_years_old: int = 0


@dataclass(frozen=True)
class Recipe:
    """`published` are the combinations of concepts that become series; () is the total and always among them.
    `minimum_cell` 0 or 1 turns suppression off (records about things, not people)."""

    numerator: Part
    filters: tuple[Filter, ...] = ()
    distinct_by: tuple[str, ...] = ()
    denominator: Denominator | None = None
    multiplier: float = 1.0
    dimensions: tuple[Dimension, ...] = ()
    published: tuple[tuple[str, ...], ...] = ((),)
    period_rule: PeriodRule = PeriodRule.REPORT
    period_column: str = ""
    round_to: float = 0.0  # published values are multiples of it; 0: as computed
    decimals: int = 0
    minimum_cell: int = 5
    secondary: bool = True
    by_concept: dict[str, Dimension] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_concept", {one.concept: one for one in self.dimensions})

    def as_json(self) -> dict[str, Any]:
        return _plain(asdict(self) | {"by_concept": None})


def all_combinations(concepts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Every combination, the total first."""
    return tuple(one for size in range(len(concepts) + 1) for one in combinations(concepts, size))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items() if name != "by_concept"}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, StrEnum) else value


class BadRecipe(BadLayout):
    pass


def read_recipe(data: Any, layout: Layout) -> Recipe:
    """From JSON, for records of this layout. Raises BadRecipe with every fault found."""
    reader = _Reader(layout)
    found = reader.recipe(data) if isinstance(data, Mapping) else None
    if found is None and not reader.faults:
        reader.fault("recipe", str(data), "give an object with a numerator")
    if reader.faults or found is None:
        raise BadRecipe(reader.faults)
    return found


class _Reader:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.faults: list[Fault] = []

    def fault(self, place: str, seen: object, remedy: str) -> None:
        self.faults.append(Fault(place, str(seen)[:60] if seen is not None else "", remedy))

    def recipe(self, data: Mapping[str, Any]) -> Recipe | None:
        dimensions = tuple(
            self.dimension(one, f"dimensions[{n}]") for n, one in enumerate(self.rows(data, "dimensions"))
        )
        rule = self.choice(data.get("period_rule", "report"), PeriodRule, "period_rule")
        found = Recipe(
            numerator=self.part(data.get("numerator"), "numerator"),
            filters=self.filters(data, "filters"),
            distinct_by=tuple(self.column(one, "distinct_by") for one in self.rows(data, "distinct_by")),
            denominator=self.denominator(data.get("denominator")),
            multiplier=self.number(data, "multiplier", 1.0, least=1e-9, most=1e9),
            dimensions=dimensions,
            published=self.published(data, [one.concept for one in dimensions]),
            period_rule=rule or PeriodRule.REPORT,
            period_column=str(data.get("period_column") or ""),
            round_to=self.number(data, "round_to", 0.0, least=0, most=1e9),
            decimals=int(self.number(data, "decimals", 0, least=0, most=6)),
            minimum_cell=int(self.number(data, "minimum_cell", 5, least=0, most=100)),
            secondary=bool(data.get("secondary", True)),
        )
        self.across(found)
        return found

    def across(self, found: Recipe) -> None:
        if len(found.dimensions) > MOST_DIMENSIONS:
            self.fault("dimensions", len(found.dimensions), f"give at most {MOST_DIMENSIONS}")
        concepts = [one.concept for one in found.dimensions]
        for one in sorted({one for one in concepts if concepts.count(one) > 1}):
            self.fault("dimensions", one, "each concept may stand once")
        if found.period_rule == PeriodRule.DAY_WITHIN:
            column = self.layout.by_name.get(found.period_column)
            if column is None or column.type not in {Type.DAY, Type.YEAR}:
                self.fault("period_column", found.period_column, "name a column that holds days or years")
        if found.minimum_cell > 1 and not found.secondary:
            self.fault("secondary", "false", "without secondary suppression a small cell follows from the totals")
        if found.denominator is not None and found.numerator.measure == Measure.MEAN:
            self.fault("denominator", "", "a mean has its denominator already")

    def rows(self, data: Mapping[str, Any], name: str) -> list[Any]:
        value = data.get(name) or []
        if not isinstance(value, list):
            self.fault(name, value, "give a list")
            return []
        return value

    def choice(self, value: Any, kinds: type[StrEnum], place: str) -> Any:
        if value not in list(kinds):
            self.fault(place, value, f"choose one of {', '.join(kinds)}")
            return None
        return kinds(value)

    def number(self, data: Mapping[str, Any], name: str, default: float, *, least: float, most: float) -> float:
        value = data.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.fault(name, value, f"give a number from {least:g} to {most:g}")
            return default
        return value

    def column(self, name: Any, place: str) -> str:
        if name not in self.layout.by_name:
            self.fault(place, name, "there is no such column in the record set")
        return str(name)

    def filters(self, data: Mapping[str, Any], name: str, within: str = "") -> tuple[Filter, ...]:
        found = []
        rows = self.rows(data, name)
        if len(rows) > MOST_FILTERS:
            self.fault(f"{within}{name}", len(rows), f"give at most {MOST_FILTERS}")
        for number, one in enumerate(rows[:MOST_FILTERS]):
            place = f"{within}{name}[{number}]"
            if not isinstance(one, Mapping):
                self.fault(place, one, "give an object with column, test and values")
                continue
            test = self.choice(one.get("test"), Test, f"{place}.test")
            values = one.get("values") or []
            if not isinstance(values, list):
                self.fault(f"{place}.values", values, "give a list")
                values = []
            if test not in {None, Test.FILLED, Test.BLANK} and not values:
                self.fault(f"{place}.values", "", "give at least one value")
            if test is not None:
                found.append(Filter(self.column(one.get("column"), place), test, tuple(str(each) for each in values)))
        return tuple(found)

    def part(self, data: Any, place: str) -> Part:
        if not isinstance(data, Mapping):
            self.fault(place, data, "say what is measured: count, sum, distinct or mean")
            return Part(Measure.COUNT)
        measure = self.choice(data.get("measure"), Measure, f"{place}.measure") or Measure.COUNT
        column = str(data.get("column") or "")
        if measure != Measure.COUNT:
            self.column(column, f"{place}.column")
            one = self.layout.by_name.get(column)
            if one is not None and measure in {Measure.SUM, Measure.MEAN} and not one.is_number:
                self.fault(f"{place}.column", column, "this column holds no numbers")
        return Part(measure, column, self.filters(data, "filters", f"{place}."))

    def denominator(self, data: Any) -> Denominator | None:
        if not data:
            return None
        if not isinstance(data, Mapping) or bool(data.get("part")) == bool(data.get("series")):
            self.fault("denominator", data, "give a part of the same records, or the code of a series")
            return None
        years = int(self.number(data, "at_most_years_old", 0, least=0, most=10))
        part = self.part(data["part"], "denominator.part") if data.get("part") else None
        if part is not None and part.measure == Measure.MEAN:
            self.fault("denominator.part", "mean", "divide by a count, a sum or a number of different values")
        return Denominator(part, str(data.get("series") or ""), bool(data.get("by_dimensions")), years)

    def dimension(self, data: Any, place: str) -> Dimension:
        if not isinstance(data, Mapping):
            self.fault(place, data, "give an object with column, concept and label")
            return Dimension("", "", "")
        concept, label = str(data.get("concept") or ""), str(data.get("label") or "").strip()
        if not CONCEPT.match(concept):
            self.fault(f"{place}.concept", concept, "use the SDMX name in capitals, such as SEX")
        if not label:
            self.fault(f"{place}.label", "", "give a label for people")
        column = self.layout.by_name.get(self.column(data.get("column"), f"{place}.column"))
        bands = self.bands(data, place)
        if bands and column is not None and not column.is_number:
            self.fault(f"{place}.bands", column.name, "bands are made of numbers")
        if not bands and column is not None and column.type in {Type.NUMBER, Type.TEXT, Type.DAY}:
            self.fault(f"{place}.column", column.name, "group by a code, a year, yes or no, or by bands of a number")
        mapping = []
        for one in self.rows(data, "mapping"):
            if not (isinstance(one, list | tuple) and len(one) == 2 and all(one)):
                self.fault(f"{place}.mapping", one, "give pairs: the column's code, and the code published")
                continue
            mapping.append((str(one[0]), str(one[1])))
        code_list = str(data.get("code_list") or "")
        return Dimension(str(data.get("column")), concept, label, code_list, tuple(mapping), bands)

    def bands(self, data: Mapping[str, Any], place: str) -> tuple[tuple[float | None, float | None, str], ...]:
        found: list[tuple[float | None, float | None, str]] = []
        last: float | None = None
        for one in self.rows(data, "bands"):
            if not (isinstance(one, list | tuple) and len(one) == 3 and one[2]):
                self.fault(f"{place}.bands", one, "give the least, the most and the code")
                continue
            least, most = (None if each is None else float(each) for each in one[:2])
            start, end = float("-inf") if least is None else least, float("inf") if most is None else most
            if start > end or (last is not None and start <= last):
                self.fault(f"{place}.bands", one, "bands must rise and not overlap")
            last = end
            found.append((least, most, str(one[2])))
        return tuple(found)

    def published(self, data: Mapping[str, Any], concepts: list[str]) -> tuple[tuple[str, ...], ...]:
        if "published" not in data:
            return all_combinations(concepts)
        found: dict[tuple[str, ...], None] = {(): None}
        for one in self.rows(data, "published"):
            names = one if isinstance(one, list | tuple) else [one]
            if unknown := [name for name in names if name not in concepts]:
                self.fault("published", ", ".join(map(str, unknown)), "name concepts of the dimensions")
                continue
            found[tuple(name for name in concepts if name in names)] = None
        return tuple(sorted(found, key=lambda one: (len(one), [concepts.index(name) for name in one])))
