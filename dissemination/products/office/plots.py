"""From a neutral chart to what a native chart of an office program is: categories, lines or bars, shapes, colours.

Small multiples become one plot for each panel. A line that breaks becomes two lines, so that nothing is drawn across
the break and the sheet behind the chart says it too. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from adme.exports import charts
from adme.exports.charts import Chart, Head, Mark, Role, Series

from .common import ACCENT, CHOSEN, INK, RATINGS, TONES, one_line

REST_COLOUR = "#a9b3bc"
_WIDTHS = {Role.REGION: 2.25, Role.CHOSEN: 2.0, Role.REST: 0.75}
WAY_SENTENCE = "Way gone, coloured by rating; grey: where time alone would put it"
_LIGHT = {TONES["going"], TONES["none"]}


class Shape(StrEnum):
    """What stands at a point of a line."""

    DOT = "dot"
    HOLLOW_DOT = "hollow dot"
    HOLLOW_SQUARE = "hollow square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"


_SHAPES = {Mark.ESTIMATED: Shape.HOLLOW_DOT, Mark.CARRIED: Shape.HOLLOW_SQUARE}


class Kind(StrEnum):
    BARS = "bars"
    COLUMNS = "columns"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Line:
    """A series as drawn. `shapes` by place of the point; `colours` by place where a bar has its own."""

    name: str
    values: tuple[float | None, ...]
    colour: str
    width: float = 2.0  # points; 0 draws none
    shapes: tuple[tuple[int, Shape], ...] = ()
    colours: tuple[tuple[int, str], ...] = ()
    is_light: bool = False  # dark letters are read on it


@dataclass(frozen=True, slots=True)
class Plot:
    kind: Kind
    head: Head
    title: str
    unit: str
    categories: tuple[str, ...]
    lines: tuple[Line, ...]
    decimals: int
    alternative: str
    has_legend: bool

    @property
    def number_format(self) -> str:
        return number_format(self.decimals)


def number_format(decimals: int) -> str:
    return "#,##0" + (f".{'0' * decimals}" if decimals > 0 else "")


def head_of(chart: Chart) -> Head:
    """What stands around a chart, in the words of its native form: bars where print has dots and ticks."""
    return replace(chart.head, sentence=WAY_SENTENCE) if isinstance(chart, charts.DotPlot) else chart.head


def plots_of(chart: Chart) -> tuple[Plot, ...]:
    """Native charts of a chart; none where there is nothing to draw."""
    if isinstance(chart, charts.SmallMultiples):
        return tuple(plot for panel in chart.panels for plot in plots_of(panel))
    if not charts.has_values(chart):
        return ()
    if isinstance(chart, charts.LineChart):
        return (_line_plot(chart),)
    if isinstance(chart, charts.DotPlot):
        return (_way_plot(replace(chart, head=head_of(chart))),)
    return (_bar_plot(chart),)


def _plot(
    chart: Chart, kind: Kind, categories: Iterable[str], lines: Sequence[Line], decimals: int, has_legend: bool
) -> Plot:
    head = chart.head
    title = ", ".join(part for part in (head.title, head.subtitle) if part)
    return Plot(
        kind, head, one_line(title), one_line(head.unit), tuple(map(one_line, categories)), tuple(lines), decimals,
        one_line(charts.alternative(chart)), has_legend,
    )  # fmt: skip


def _bar_plot(chart: charts.BarChart | charts.StackedBar) -> Plot:
    is_stacked = isinstance(chart, charts.StackedBar)
    lines = []
    for place, one in enumerate(chart.series):
        colour = TONES.get(one.tone) or (ACCENT if len(chart.series) == 1 else CHOSEN[place % len(CHOSEN)])
        lines.append(Line(one_line(one.name), one.values, colour, is_light=colour in _LIGHT))
    kind = Kind.STACKED if is_stacked else Kind.BARS if chart.is_horizontal else Kind.COLUMNS  # type: ignore[union-attr]
    return _plot(chart, kind, chart.categories, lines, chart.decimals, len(lines) > 1)


def _way_plot(chart: charts.DotPlot) -> Plot:
    """Two bars a row: the way gone, coloured by rating, and where time alone would put it."""
    colours = tuple((at, RATINGS.get(row.rating, TONES["none"])) for at, row in enumerate(chart.rows))
    lines = [
        Line("Way gone", tuple(row.now for row in chart.rows), TONES["good"], colours=colours),
        Line("Where time alone would put it", tuple(row.expected for row in chart.rows), TONES["none"], is_light=True),
    ]
    names = [f"{row.label} ({row.now_text})" if row.now_text else row.label for row in chart.rows]
    return _plot(chart, Kind.BARS, names, lines, chart.decimals, True)


# -- Lines


def _line_plot(chart: charts.LineChart) -> Plot:
    chosen = [one for one in chart.series if one.role is Role.CHOSEN]
    lines: list[Line] = []
    for one in sorted(chart.series, key=lambda one: one.role is not Role.REST):  # grey ones below, ASEAN above
        if one.role is Role.CHOSEN:
            colour = CHOSEN[chosen.index(one) % len(CHOSEN)]
        else:
            colour = INK if one.role is Role.REGION else REST_COLOUR
        lines += [_line(part, colour) for part in _parts(one, chart.years)]
    for rule in chart.rules:
        if rule.year in chart.years:
            values = tuple(rule.value if year == rule.year else None for year in chart.years)
            made_up = " (made up)" if rule.is_demonstration else ""
            shape = Shape.DIAMOND if rule.kind == "target" else Shape.TRIANGLE
            at = chart.years.index(rule.year)
            lines.append(Line(f"{one_line(rule.label)}{made_up}", values, ACCENT, 0.0, ((at, shape),)))
    return _plot(chart, Kind.LINES, map(str, chart.years), lines, chart.decimals, False)


def _line(one: Series, colour: str) -> Line:
    """Points without a neighbour would be invisible: they are dots. Grey lines have no other shapes."""
    shapes = []
    for at in one.present:
        alone = all(one.values[by] is None for by in (at - 1, at + 1) if 0 <= by < len(one.values))
        shape = _SHAPES.get(one.mark(at)) if one.role is not Role.REST else None
        if shape or alone:
            shapes.append((at, shape or Shape.DOT))
    return Line(one_line(one.name), one.values, colour, _WIDTHS[one.role], tuple(shapes))


def _parts(one: Series, years: Sequence[int]) -> list[Series]:
    """The series cut before each break: `Indonesia`, `Indonesia, after the break of 2019`."""
    places = range(len(one.values))
    breaks = [at for at in places if one.mark(at) is Mark.BREAK and one.values[at] is not None]
    cuts = [0, *(at for at in breaks if at > one.present[0]), len(one.values)] if one.present else []
    found = []
    for start, end in pairwise(cuts):
        values = tuple(value if start <= at < end else None for at, value in enumerate(one.values))
        name = f"{one.name}, after the break of {years[start]}" if start else one.name
        found.append(Series(name, values, one.marks, one.role, one.tone))
    return found
