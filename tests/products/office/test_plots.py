"""From neutral charts to native ones: gaps stay gaps, breaks are not drawn across, marks keep their shapes."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from adme.exports.charts import (
    BarChart,
    Chart,
    DotPlot,
    DotRow,
    Head,
    LineChart,
    Mark,
    Role,
    Rule,
    Series,
    SmallMultiples,
)
from dissemination.products.office import native
from dissemination.products.office.common import lines_of, shorten
from dissemination.products.office.plots import Kind, Shape, number_format, plots_of

from ..made import PAYLOADS

HEAD = Head("x", "Title", "per cent")
YEARS = (2020, 2021, 2022, 2023)


def lines(*series: Series, rules: tuple[Rule, ...] = ()) -> LineChart:
    return LineChart(HEAD, YEARS, series, rules)


def test_a_line_is_not_drawn_across_a_break() -> None:
    chart = lines(Series("Indonesia", (1.0, 2.0, 8.0, 9.0), (Mark.NONE, Mark.NONE, Mark.BREAK, Mark.NONE)))

    (plot,) = plots_of(chart)

    assert [(line.name, line.values) for line in plot.lines] == [
        ("Indonesia", (1.0, 2.0, None, None)),
        ("Indonesia, after the break of 2022", (None, None, 8.0, 9.0)),
    ]


def test_a_break_at_the_first_point_cuts_nothing() -> None:
    (plot,) = plots_of(lines(Series("A", (None, 2.0, 3.0, 4.0), (Mark.NONE, Mark.BREAK, Mark.NONE, Mark.NONE))))
    assert [line.values for line in plot.lines] == [(None, 2.0, 3.0, 4.0)]


def test_a_point_without_neighbours_is_a_dot_and_marks_have_their_shapes() -> None:
    marks = (Mark.NONE, Mark.NONE, Mark.ESTIMATED, Mark.CARRIED)

    (plot,) = plots_of(lines(Series("ASEAN", (5.0, None, 6.0, 7.0), marks, Role.REGION)))

    assert dict(plot.lines[0].shapes) == {0: Shape.DOT, 2: Shape.HOLLOW_DOT, 3: Shape.HOLLOW_SQUARE}


def test_targets_are_points_and_made_up_ones_say_so() -> None:
    rules = (Rule("target", "Target", 2023, 9.0, True), Rule("baseline", "Baseline", 1999, 1.0))

    (plot,) = plots_of(lines(Series("ASEAN", (1.0, 2.0, 3.0, 4.0), role=Role.REGION), rules=rules))

    assert [(line.name, line.values, line.width) for line in plot.lines[1:]] == [
        ("Target (made up)", (None, None, None, 9.0), 0.0)
    ]


def test_asean_is_drawn_above_the_states() -> None:
    values = (1.0, 2.0, 3.0, 4.0)
    (plot,) = plots_of(lines(Series("ASEAN", values, role=Role.REGION), Series("Thailand", values, role=Role.REST)))
    assert [line.name for line in plot.lines] == ["Thailand", "ASEAN"]


def test_small_multiples_are_a_chart_for_each_panel_with_values() -> None:
    panel, none = lines(Series("A", (1.0, 2.0, None, None))), lines(Series("A", (None,) * 4))
    assert len(plots_of(SmallMultiples(HEAD, (panel, none, panel)))) == 2


def test_the_way_is_bars_and_its_words_say_so() -> None:
    row = DotRow("5a Title", 0.0, 90.0, 100.0, "on_track", 80.0, "52.0 %")

    (plot,) = plots_of(DotPlot(HEAD, (row,)))

    assert plot.kind is Kind.BARS
    assert [(line.name, line.values) for line in plot.lines] == [
        ("Way gone", (90.0,)),
        ("Where time alone would put it", (80.0,)),
    ]
    assert plot.categories == ("5a Title (52.0 %)",)
    assert "coloured by rating" in plot.alternative


def test_nothing_is_drawn_of_nothing() -> None:
    nothing: list[Chart] = [lines(), BarChart(HEAD, ("a",), (Series("n", (None,)),)), DotPlot(HEAD, ())]
    assert [plots_of(chart) for chart in nothing] == [()] * 3


@pytest.mark.parametrize(("decimals", "told"), [(0, "#,##0"), (1, "#,##0.0"), (3, "#,##0.000")])
def test_formats_follow_the_decimals(decimals: int, told: str) -> None:
    assert number_format(decimals) == told


def test_the_workbook_inside_a_chart_holds_numbers_gaps_and_texts_only() -> None:
    names = tuple(PAYLOADS)
    values = tuple(float(at) if at % 3 else None for at in range(len(names)))
    (plot,) = plots_of(BarChart(HEAD, names, (Series("=1+1", values),), 1))

    sheet = openpyxl.load_workbook(BytesIO(native.inner_workbook(plot))).active

    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == list(values)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["B1"].value == "=1+1"


def test_texts_are_cut_at_words_and_measured_with_room_to_spare() -> None:
    assert shorten("one two three four", 10) == "one two \u2026"
    assert shorten("short", 10) == "short"
    assert lines_of("word " * 40, 200, 10) > lines_of("word " * 10, 200, 10) >= 1
    assert lines_of("a\nb", 200, 10) == 2
