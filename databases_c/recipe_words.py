"""Recipes of statistics in words: what a reader of the metadata and the analyst who adopts one are told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .layout import Layout
from .recipes import Denominator, Dimension, Filter, Measure, Part, PeriodRule, Recipe, Test

CodeLabels = Mapping[str, Mapping[str, str]]  # column name -> code -> label
_WITH_VALUES = {
    Test.IS: "is",
    Test.IS_NOT: "is not",
    Test.AT_LEAST: "is at least",
    Test.AT_MOST: "is at most",
}


def recipe_lines(
    recipe: Recipe, layout: Layout, *, unit: str = "", labels: CodeLabels | None = None
) -> tuple[tuple[str, str], ...]:
    """(heading, sentence) for each step in the order in which it is carried out; steps that do nothing are left out."""
    words = _Words(layout, labels or {})
    found = [
        ("Only records", words.filters(recipe.filters)),
        ("Period", words.period(recipe)),
        ("The same record twice", words.distinct(recipe)),
        ("Measured", words.part(recipe.numerator)),
        ("Divided by", words.denominator(recipe.denominator)),
        ("Times", f"{recipe.multiplier:,g}" if recipe.multiplier != 1 else ""),
        ("Groups", "; ".join(words.dimension(one) for one in recipe.dimensions)),
        ("Published", published_words(recipe)),
        ("Small cells", small_cells(recipe)),
        ("Rounding", rounding_words(recipe)),
        ("Unit", unit),
    ]
    return tuple((heading, sentence) for heading, sentence in found if sentence)


def published_words(recipe: Recipe) -> str:
    labels = {one.concept: one.label.lower() for one in recipe.dimensions}
    tables = [" by ".join(labels[name] for name in one) for one in recipe.published if one]
    return "The total" + "".join(f"; by {one}" for one in tables) + "."


def small_cells(recipe: Recipe) -> str:
    if recipe.minimum_cell <= 1:
        return "No cell is suppressed: the recipe sets no smallest cell."
    return (
        f"Cells behind which 1 to {recipe.minimum_cell - 1} records or persons stand are suppressed, and further cells "
        "with them, so that none follows from the totals."
    )


def rounding_words(recipe: Recipe) -> str:
    shown = f"shown with {recipe.decimals} decimal{'' if recipe.decimals == 1 else 's'}."
    return f"To multiples of {recipe.round_to:g}; {shown}" if recipe.round_to else f"None; {shown}"


class _Words:
    def __init__(self, layout: Layout, labels: CodeLabels) -> None:
        self.layout, self.labels = layout, labels

    def column(self, name: str) -> str:
        found = self.layout.by_name.get(name)
        return found.label if found else name

    def filters(self, filters: Sequence[Filter]) -> str:
        return "; ".join(self.filter(one) for one in filters)

    def filter(self, one: Filter) -> str:
        name = f"'{self.column(one.column)}'"
        if one.test in {Test.FILLED, Test.BLANK}:
            return f"{name} is {'given' if one.test == Test.FILLED else 'blank'}"
        known = self.labels.get(one.column, {})
        return f"{name} {_WITH_VALUES[one.test]} {' or '.join(known.get(value, value) for value in one.values)}"

    def period(self, recipe: Recipe) -> str:
        if recipe.period_rule == PeriodRule.REPORT:
            return "All records belong to the period of the report."
        return f"Records whose '{self.column(recipe.period_column)}' lies in the period; the others are left out."

    def distinct(self, recipe: Recipe) -> str:
        names = ", ".join(f"'{self.column(one)}'" for one in recipe.distinct_by)
        return f"Records that share {names} count once." if names else ""

    def part(self, part: Part) -> str:
        return _MEASURE[part.measure](self.column(part.column)) + self._only(part)

    def _only(self, part: Part) -> str:
        return f", only where {self.filters(part.filters)}" if part.filters else ""

    def denominator(self, one: Denominator | None) -> str:
        if one is None:
            return ""
        if one.part is not None:
            return self.part(one.part)
        text = f"The series {one.series}, of the same state and period"
        if one.by_dimensions:
            text += " and of the same group"
        if one.at_most_years_old:
            years = one.at_most_years_old
            text += f"; a value up to {years} year{'' if years == 1 else 's'} old may stand in, marked estimated"
        return text

    def dimension(self, one: Dimension) -> str:
        text = f"{one.label} ({one.concept}), from '{self.column(one.column)}'"
        if one.bands:
            text += ": " + ", ".join(f"{code} is {_band(least, most)}" for least, most, code in one.bands)
        if one.mapping:
            text += ": " + ", ".join(f"{old} becomes {new}" for old, new in one.mapping)
        return text


_MEASURE: dict[Measure, Callable[[str], str]] = {
    Measure.COUNT: lambda column: "Number of records",
    Measure.SUM: lambda column: f"Sum of '{column}'; a blank adds nothing",
    Measure.DISTINCT: lambda column: f"Number of different values of '{column}'",
    Measure.MEAN: lambda column: f"Mean of '{column}' over the records that give it",
}


def _band(least: float | None, most: float | None) -> str:
    if least is None:
        return f"up to {most:g}"
    return f"{least:g} and more" if most is None else f"{least:g} to {most:g}"
