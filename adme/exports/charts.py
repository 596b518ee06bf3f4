"""Charts told without a drawing: what is shown, in which unit, from where. Pure; no colours and no sizes.

`svg.py` draws them for print; office files hold the same as native charts that can be edited. Missing is None in every
series and is drawn as a gap, never as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from adme.common import formatting


class Role(StrEnum):
    """How strongly a series is drawn. Eleven states are not eleven colours."""

    REGION = "region"  # ASEAN: strong and dark
    CHOSEN = "chosen"  # in colour, named at its line
    REST = "rest"  # thin and grey


class Mark(StrEnum):
    """What a reader has to know of one value. Drawn as a shape, told in words below the chart."""

    NONE = ""
    ESTIMATED = "estimated"  # estimated, provisional, imputed, ...: hollow
    CARRIED = "carried"  # a regional figure that rests partly on older values: hollow square
    BREAK = "break"  # not comparable with what stands before it: the line starts anew


MARK_WORDS = {
    Mark.ESTIMATED: "hollow circle: estimated or provisional",
    Mark.CARRIED: "hollow square: some states with an earlier figure",
    Mark.BREAK: "gap: the series breaks",
}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around a chart. `key` names it within a document; `sentence` says what the eye should see."""

    key: str
    title: str
    unit: str
    subtitle: str = ""  # area and period
    sentence: str = ""
    source: str = ""
    note: str = ""
    is_demonstration: bool = False
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One name with a value for each category or year; `marks` is empty or as long as `values`."""

    name: str
    values: tuple[float | None, ...]
    marks: tuple[Mark, ...] = ()
    role: Role = Role.CHOSEN
    tone: str = ""  # good, going, attention, late, bad, none: what the series says; '' says nothing

    def mark(self, place: int) -> Mark:
        return self.marks[place] if self.marks else Mark.NONE

    @property
    def present(self) -> list[int]:
        """Places that have a value."""
        return [place for place, value in enumerate(self.values) if value is not None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A baseline or target: one value of one year."""

    kind: str  # baseline, target
    label: str
    year: int
    value: float
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class DotRow:
    """Baseline, value now and target on one axis. `rating` is on_track, attention, off_track, no_rating or ''."""

    label: str
    baseline: float | None
    now: float | None
    target: float | None
    rating: str = ""
    expected: float | None = None  # where the value should be by now
    now_text: str = ""  # the value in its own unit, where the axis has another


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from zero, for each category one of each series."""

    head: Head
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    decimals: int = 0
    is_horizontal: bool = True

    def __post_init__(self) -> None:
        _check(self.head, self.series, len(self.categories))


@dataclass(frozen=True, slots=True)
class StackedBar:
    """Parts of a whole, for each category; series in the order in which they are stacked."""

    head: Head
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    decimals: int = 0

    def __post_init__(self) -> None:
        _check(self.head, self.series, len(self.categories))


@dataclass(frozen=True, slots=True)
class LineChart:
    """Values by year. `years` are whole and ascending, one value of each series for each."""

    head: Head
    years: tuple[int, ...]
    series: tuple[Series, ...]
    rules: tuple[Rule, ...] = ()
    decimals: int = 1

    def __post_init__(self) -> None:
        _check(self.head, self.series, len(self.years))
        if list(self.years) != sorted(set(self.years)):
            raise ValueError(f"The years of chart {self.head.key!r} are not ascending: {self.years}.")


@dataclass(frozen=True, slots=True)
class DotPlot:
    """Rows with baseline, now and target: how far things have come."""

    head: Head
    rows: tuple[DotRow, ...]
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class SmallMultiples:
    """Line charts of the same form side by side; each panel has its own unit and scale."""

    head: Head
    panels: tuple[LineChart, ...]
    columns: int = 3
    keeps_columns: bool = False  # panels stay as narrow as in a full row, even where they are fewer


Chart = BarChart | StackedBar | LineChart | DotPlot | SmallMultiples


def _check(head: Head, series: Sequence[Series], places: int) -> None:
    for one in series:
        if len(one.values) != places or len(one.marks) not in (0, places):
            raise ValueError(
                f"Chart {head.key!r}: series {one.name!r} has {len(one.values)} values and {len(one.marks)} marks "
                f"for {places} places."
            )


def has_values(chart: Chart) -> bool:
    """Is there anything to draw?"""
    if isinstance(chart, SmallMultiples):
        return any(has_values(panel) for panel in chart.panels)
    if isinstance(chart, DotPlot):
        return any(row.now is not None for row in chart.rows)
    return any(one.present for one in chart.series)


def marks_in(chart: Chart) -> list[Mark]:
    """Marks that occur, in the order of `Mark`: what a key below the chart must explain."""
    lines = chart.panels if isinstance(chart, SmallMultiples) else () if isinstance(chart, DotPlot) else (chart,)
    found = {one.mark(place) for line in lines for one in line.series for place in one.present}
    return [mark for mark in MARK_WORDS if mark in found]


def table_of(chart: Chart) -> tuple[tuple[str, ...], list[tuple[str | float | None, ...]]]:
    """The chart's figures as head and rows: its twin for readers, office sheets and tests."""
    if isinstance(chart, SmallMultiples):
        rows: list[tuple[str | float | None, ...]] = [
            (panel.head.title, one.name, str(year), value)
            for panel in chart.panels
            for one in panel.series
            for year, value in zip(panel.years, one.values, strict=True)
        ]
        return ("Chart", "Series", "Year", "Value"), rows
    if isinstance(chart, DotPlot):
        dots = [(row.label, row.baseline, row.now, row.target) for row in chart.rows]
        return ("Row", "Baseline", "Now", "Target"), [*dots]
    places = [str(year) for year in chart.years] if isinstance(chart, LineChart) else chart.categories
    head = ("Year" if isinstance(chart, LineChart) else "Category", *(one.name for one in chart.series))
    return head, [(name, *(one.values[place] for one in chart.series)) for place, name in enumerate(places)]


_KINDS = {
    BarChart: "Bar chart",
    StackedBar: "Stacked bars",
    LineChart: "Line chart",
    DotPlot: "Dot plot",
    SmallMultiples: "Small line charts",
}


def alternative(chart: Chart) -> str:
    """The chart in words, for those who do not see it: kind, title, unit, message and the values that carry it."""
    head = chart.head
    title = head.title if not head.subtitle else f"{head.title}, {head.subtitle}"
    told = [
        f"{_KINDS[type(chart)]}: {title}",
        head.unit and f"Unit: {head.unit}",
        head.sentence.rstrip("."),
        *_said(chart),
    ]
    if head.is_demonstration:
        told.append("Demonstration data")
    return ". ".join(part for part in told if part) + "."


def _said(chart: Chart) -> list[str]:
    if isinstance(chart, SmallMultiples):
        return [
            f"{panel.head.title} ({panel.head.unit}): {'; '.join(_said(panel)) or 'no values'}"
            for panel in chart.panels
        ]
    if isinstance(chart, DotPlot):
        return [_dot_said(row, chart.decimals) for row in chart.rows]
    if isinstance(chart, LineChart):
        lines = [_line_said(one, chart) for one in chart.series if one.role is not Role.REST and one.present]
        rest = sum(one.role is Role.REST and bool(one.present) for one in chart.series)
        rules = [
            f"{rule.label}: {formatting.number(rule.value, chart.decimals)} in {rule.year}" for rule in chart.rules
        ]
        return [*lines, *([f"{rest} other lines in grey"] if rest else []), *rules]
    return [
        f"{name}: " + ", ".join(
            (f"{one.name} " if len(chart.series) > 1 else "") + formatting.number(one.values[place], chart.decimals)
            for one in chart.series
        )
        for place, name in enumerate(chart.categories)
    ]  # fmt: skip


def _line_said(one: Series, chart: LineChart) -> str:
    """First and last value of a line."""
    ends = dict.fromkeys((one.present[0], one.present[-1]))
    told = [f"{formatting.number(one.values[place], chart.decimals)} in {chart.years[place]}" for place in ends]
    return f"{one.name}: {', '.join(told)}"


def _dot_said(row: DotRow, decimals: int) -> str:
    now = row.now_text or formatting.number(row.now, decimals)
    parts = [("now", now), ("baseline", formatting.number(row.baseline, decimals))]
    parts.append(("target", formatting.number(row.target, decimals)))
    rating = f" ({row.rating.replace('_', ' ')})" if row.rating else ""
    return f"{row.label}: " + ", ".join(f"{name} {value}" for name, value in parts) + rating
