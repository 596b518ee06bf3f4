"""Every figure is a valid Plotly figure with its unit and hover, and draws missing as missing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from dashboards.charts import (
    Bar,
    CauseRow,
    Line,
    Point,
    Rule,
    coverage,
    data_state,
    frame_of,
    latest_by_state,
    sparkline,
    tile_grid,
    trend,
)
from dashboards.charts.trend import LABEL_PX

UNIT = "% of youth"


def _validated(figure: dict[str, Any]) -> Any:
    """plotly raises on every unknown field and wrong value. Its import belongs to the tests, never to a page."""
    import plotly.graph_objects as go

    return go.Figure(figure)


def _line(code: str, values: dict[int, float], place: int | None = None, status: str = "A") -> Line:
    return Line(code, code.title(), tuple(Point(year, value, status) for year, value in values.items()), place)


ASEAN = _line("ASEAN", {2016: 25.0, 2017: 24.0, 2018: 23.0}, 0)
IDN = _line("IDN", {2016: 22.0, 2018: 21.0}, 1)
LAO = _line("LAO", {2017: 40.0})


def test_trend_is_a_valid_figure_with_rules_membership_and_soft_points() -> None:
    soft = Line("VNM", "Viet Nam", (Point(2016, 9.0, "E"), Point(2017, 9.5), Point(2018, 9.9, "B")), 2)
    figure = trend(
        [ASEAN, IDN, LAO, soft],
        unit=UNIT,
        decimals=1,
        rules=[Rule("baseline", "Baseline 25.0", 25.0, 2016, 2018), Rule("target", "Target 20.0", 20.0, 2016, 2025)],
        membership=[(2018, "11 members")],
    )
    drawn = _validated(figure)
    assert drawn.layout.yaxis.title.text == UNIT
    assert drawn.layout.xaxis.title.text == "Year"
    assert all(UNIT in trace.hovertemplate and "%{x}" in trace.hovertemplate for trace in drawn.data)
    assert "11 members" in [note.text for note in drawn.layout.annotations]
    assert drawn.layout.xaxis.range[1] > 2025, "a target in the future stands within the axis"


def test_missing_year_is_null_and_never_zero() -> None:
    figure = trend([IDN], unit=UNIT, decimals=1)
    assert figure["data"][0]["y"] == [22.0, None, 21.0]


def test_zero_is_drawn_as_a_value() -> None:
    figure = trend([_line("IDN", {2016: 0.0, 2017: 0.0})], unit=UNIT, decimals=1)
    assert figure["data"][0]["y"] == [0.0, 0.0]
    assert figure["layout"]["yaxis"]["range"][0] <= 0 < figure["layout"]["yaxis"]["range"][1]


def test_break_in_a_series_is_a_gap_between_two_traces() -> None:
    broken = Line("IDN", "Indonesia", (Point(2016, 1.0), Point(2017, 2.0), Point(2018, 9.0, "B"), Point(2019, 9.5)))
    figure = trend([broken], unit=UNIT, decimals=1)
    assert [trace["y"] for trace in figure["data"]] == [[1.0, 2.0], [9.0, 9.5]]
    assert "break in series" in figure["data"][1]["text"][0]


def test_estimates_are_hollow_and_say_so_on_hover() -> None:
    trace = trend([_line("IDN", {2016: 1.0, 2017: 2.0}, 1, "E")], unit=UNIT, decimals=1)["data"][0]
    assert trace["marker"]["symbol"] == ["circle-open", "circle-open"]
    assert trace["text"] == ["<br>estimated", "<br>estimated"]


def test_asean_is_strong_chosen_states_are_coloured_and_the_rest_is_thin_grey() -> None:
    figure = trend([ASEAN, IDN, LAO], unit=UNIT, decimals=1)
    by_name = {trace["name"]: trace["line"] for trace in figure["data"]}
    assert by_name["Asean"]["width"] > by_name["Idn"]["width"] > by_name["Lao"]["width"]
    assert by_name["Lao"]["color"] == "var(--adme-faint)"
    assert by_name["Idn"]["color"] == "var(--adme-series-1)"
    assert figure["data"][-1]["name"] == "Asean", "ASEAN is drawn last, on top"


def test_labels_at_the_ends_do_not_touch() -> None:
    lines = [_line(f"S{place:02}", {2016: 20.0, 2018: 20.0 + place / 100}) for place in range(11)]
    figure = trend(lines, unit=UNIT, decimals=1)
    low, high = figure["layout"]["yaxis"]["range"]
    plot_px = 420 - 14 - 46
    heights = sorted(
        (note["y"] - low) / (high - low) * plot_px + note["yshift"] for note in figure["layout"]["annotations"]
    )
    assert all(above - below >= LABEL_PX - 1 for below, above in pairwise(heights))


BARS = [
    Bar("ASEAN", "ASEAN", Point(2023, 20.0), 0),
    Bar("IDN", "Indonesia", Point(2023, 22.0), 1),
    Bar("LAO", "Lao PDR", Point(2017, 40.0)),
    Bar("MMR", "Myanmar", None),
    Bar("TLS", "Timor-Leste", Point(2023, 0.0)),
]


def test_bars_start_at_zero_and_a_state_without_a_figure_is_named_without_a_bar() -> None:
    figure = latest_by_state(BARS, unit=UNIT, decimals=1)
    drawn = _validated(figure)
    assert drawn.layout.xaxis.range[0] == 0
    assert drawn.layout.xaxis.title.text == UNIT
    assert list(drawn.data[0].y)[-1] == "Myanmar"
    assert drawn.data[0].x[-1] is None
    assert [note.text for note in drawn.layout.annotations] == ["not available"]


def test_zero_has_a_bar_label_and_an_older_value_has_its_year() -> None:
    figure = latest_by_state(BARS, unit=UNIT, decimals=1, by_value=False)
    texts = dict(zip(figure["data"][0]["y"], figure["data"][0]["text"], strict=True))
    assert texts["Timor-Leste"] == "0.0"
    assert texts["Lao PDR"] == "40.0 (2017)"
    assert figure["data"][0]["y"] == [bar.name for bar in BARS], "ASEAN's order when asked"


def test_asean_has_its_own_bar_colour() -> None:
    colours = latest_by_state(BARS, unit=UNIT, decimals=1, by_value=False)["data"][0]["marker"]["color"]
    assert colours.count(colours[0]) == 1


def test_tile_grid_places_eleven_states_and_leaves_the_missing_blank_with_a_sign() -> None:
    from dashboards.charts.tiles import PLACES

    assert len(PLACES) == len(set(PLACES.values())) == 11
    drawn = _validated(tile_grid(BARS, unit=UNIT, decimals=1))
    cells = [cell for row in drawn.data[0].z for cell in row]
    assert sorted(cell for cell in cells if cell is not None) == [0.0, 22.0, 40.0], "ASEAN is no state"
    assert [note.text for note in drawn.layout.annotations] == ["MMR<br>.."]
    assert drawn.data[0].colorbar.title.text == UNIT


def test_coverage_tells_available_from_estimated_and_leaves_missing_blank() -> None:
    figure = coverage([IDN, _line("LAO", {2017: 1.0}, None, "E")], [2016, 2017, 2018])
    drawn = _validated(figure)
    assert [trace.name for trace in drawn.data] == ["available", "estimated or provisional"]
    assert figure["data"][0]["z"] == [[1, None, 1], [None, None, None]]
    assert figure["data"][1]["z"] == [[None, None, None], [None, 1, None]]


def test_state_of_data_stacks_counts_and_leaves_empty_layers_out() -> None:
    figure = data_state([CauseRow("B", "External statistics", 8, 0, 10), CauseRow("A3", "Surveys", 0, 0, 3)])
    drawn = _validated(figure)
    assert [trace.name for trace in drawn.data] == ["current value", "no value yet"]
    assert drawn.layout.xaxis.title.text == "Number of leaves"


@pytest.mark.parametrize("points", [(), (Point(2020, 1.0),)])
def test_sparkline_needs_two_points(points: tuple[Point, ...]) -> None:
    assert sparkline(points, "x") is None


def test_sparkline_stays_in_its_frame_and_draws_a_flat_line() -> None:
    spark = sparkline([Point(2020, 0.0), Point(2022, 0.0)], "flat")
    assert spark is not None
    assert spark.path.startswith("M3 ")
    assert 0 <= spark.end[0] <= spark.width
    assert 0 <= spark.end[1] <= spark.height


def test_panels_share_one_frame() -> None:
    frame = frame_of([Point(2000, 0.0), Point(2020, 50.0)], 200, 100, from_zero=True)
    spark = sparkline([Point(2010, 25.0)], "one point", frame)
    assert spark is not None
    assert spark.dots == (spark.end,)


def test_figures_hold_names_of_colours_only() -> None:
    import re

    figures = [
        trend([ASEAN, IDN, LAO], unit=UNIT, decimals=1),
        latest_by_state(BARS, unit=UNIT, decimals=1),
        tile_grid(BARS, unit=UNIT, decimals=1),
        coverage([IDN], [2016]),
        data_state([CauseRow("B", "x", 1, 1, 1)]),
    ]
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b|rgb", repr(figures))
