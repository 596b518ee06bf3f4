"""Charts for print: missing is a gap, marks are shapes, numbers are right, and the same chart is the same text."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from adme.exports import charts, svg_canvas
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
    StackedBar,
)
from adme.exports.svg import drawing, key_words, svg
from adme.exports.svg_scales import scale, year_ticks

NS = "{http://www.w3.org/2000/svg}"
HEAD = Head("a.b", "Youth <unemployment> & more", "% of youth", sentence="It falls.", is_demonstration=True)
MARKS = (Mark.NONE, Mark.CARRIED, Mark.NONE, Mark.NONE, Mark.BREAK, Mark.ESTIMATED)
LINE = LineChart(
    HEAD,
    tuple(range(2016, 2022)),
    (
        Series("ASEAN", (10.0, 11.0, None, 12.0, 12.5, 13.0), MARKS, Role.REGION),
        Series("Indonesia", (5.0, None, None, None, None, None), role=Role.REST),
    ),
    (Rule("baseline", "Baseline", 2016, 10.0), Rule("target", "Target", 2021, 15.0)),
)  # fmt: skip
BARS = BarChart(HEAD, ("First", "Second", "Third"), (Series("Number", (3.0, None, -2.0)),))
STACK = StackedBar(
    HEAD, ("A", "B"), (Series("Done", (3.0, None), tone="good"), Series("Late", (1.0, None), tone="attention"))
)
DOTS = DotPlot(
    HEAD,
    (
        DotRow("6b", 0.0, 530.0, 100.0, "on_track", 80.0, "4.7 %"),
        DotRow("6a", 0.0, 40.0, 100.0, "off_track", 80.0, "11 %"),
        DotRow("9", 0.0, None, 100.0, "no_rating"),
    ),
)
PANELS = SmallMultiples(HEAD, (LINE, replace(LINE, head=replace(HEAD, title="Second")), LINE, LINE))
ALL: tuple[Chart, ...] = (LINE, BARS, STACK, DOTS, PANELS)


def _root(chart: Chart, width: float = 482) -> Element:
    return ElementTree.fromstring(svg(chart, width=width))


def _texts(chart: Chart) -> list[str]:
    return ["".join(one.itertext()) for one in _root(chart).iter(f"{NS}text")]


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_a_drawing_is_whole_still_and_tells_itself_in_words(chart: Chart) -> None:
    root = _root(chart)
    assert svg(chart) == svg(chart)
    assert root.findtext(f"{NS}title") == HEAD.title
    said = root.findtext(f"{NS}desc") or ""
    assert HEAD.title in said
    assert "Demonstration data" in said
    assert {one.tag.removeprefix(NS) for one in root.iter()} <= {
        "svg", "title", "desc", "defs", "pattern", "path", "rect", "circle", "text", "tspan",
    }  # fmt: skip
    assert not re.search(r"href|<style|<script|on\w+=|nan|inf", svg(chart).lower().replace("information", ""))


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
@pytest.mark.parametrize("width", [200.0, 482.0])
def test_nothing_stands_outside_the_drawing(chart: Chart, width: float) -> None:
    found = drawing(chart, width=width)
    for label in found.labels:
        wide = svg_canvas.measure(label.text, label.size, is_bold=label.is_bold)
        left = label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
        assert left >= -4, label
        assert left + wide <= found.width + 6, label
        assert 0 < label.y <= found.height + 2, label


def test_shapes_and_texts_are_the_whole_drawing_in_two_layers() -> None:
    found = drawing(LINE)
    assert "<text" not in found.svg
    assert sorted(label.text for label in found.labels) == sorted(_texts(LINE))


def test_a_missing_value_is_a_gap_and_never_a_bar_of_zero() -> None:
    bars = list(_root(BARS).iter(f"{NS}rect"))
    assert len(bars) == 2, "two values, two bars"
    assert ".." in _texts(BARS)
    assert ".. not reported" in _texts(STACK)
    assert "0" not in [text for text in _texts(STACK) if text == "0.0"]


def test_years_without_a_figure_are_passed_dashed_and_a_break_is_not_passed() -> None:
    strong = [
        one
        for one in _root(LINE).iter(f"{NS}path")
        if one.get("stroke") == svg_canvas.INK and one.get("fill") == "none"
    ]
    dashed = [one for one in strong if one.get("stroke-dasharray")]
    solid = [one for one in strong if not one.get("stroke-dasharray") and one.get("stroke-linecap")]
    assert len(dashed) == 1, "2017 to 2019; nothing joins 2019 and 2020, where the series breaks"
    assert [(one.get("d") or "").count("L") for one in solid] == [1, 1], "2016 to 2017, and 2020 to 2021"


def test_marks_differ_by_shape_and_are_explained() -> None:
    told = " ".join(key_words(LINE))
    for word in ("hollow circle", "hollow square", "breaks", "diamond: target", "triangle: baseline"):
        assert word in told
    assert "hollow" not in " ".join(key_words(BARS))
    hollow = [one for one in _root(LINE).iter() if one.get("fill") == svg_canvas.PAPER and one.get("stroke")]
    assert len(hollow) >= 4, "carried, estimated, baseline, target"


def test_parts_of_a_stack_differ_without_colour() -> None:
    root = _root(STACK)
    assert len(list(root.iter(f"{NS}pattern"))) == 1
    assert {"Done", "Late", "3", "1", "4"} <= set(_texts(STACK))


def test_ratings_have_a_shape_and_a_word_and_far_values_stand_at_the_edge() -> None:
    root = _root(DOTS)
    assert {"4.7 %, on track", "11 %, off track", ">"} <= set(_texts(DOTS))
    assert not [text for text in _texts(DOTS) if text.startswith("9")], "what has no value has no row"
    xs = [float(one.get("cx") or 0) for one in root.iter(f"{NS}circle")]
    assert max(xs) < 482


def test_the_newest_value_stands_at_the_end_of_its_line() -> None:
    assert "ASEAN 13.0" in _texts(LINE)
    assert "13.0" in " ".join(_texts(PANELS))
    assert "% of youth" in _texts(LINE)


def test_millions_are_written_short() -> None:
    chart = LineChart(HEAD, (2016, 2017), (Series("ASEAN", (100e6, 130_959_000.0), role=Role.REGION),), decimals=0)
    assert "ASEAN 131.0\u00a0M" in _texts(chart)
    assert "130\u00a0959\u00a0000" in charts.alternative(chart)


def test_a_chart_without_values_is_not_drawn() -> None:
    empty = BarChart(HEAD, ("A",), (Series("x", (None,)),))
    assert not charts.has_values(empty)
    with pytest.raises(ValueError, match="no values"):
        svg(empty)
    zero = BarChart(HEAD, ("A",), (Series("x", (0.0,)),))
    assert "0" in _texts(zero), "zero is a value"


def test_series_must_fit_their_places() -> None:
    with pytest.raises(ValueError, match="3 places"):
        BarChart(HEAD, ("a", "b", "c"), (Series("x", (1.0,)),))
    with pytest.raises(ValueError, match="not ascending"):
        LineChart(HEAD, (2017, 2016), (Series("x", (1.0, 2.0)),))


def test_text_of_users_stays_text() -> None:
    evil = '</text><script>alert(1)</script>&amp;"\x00\x1b[31m\ud800'
    chart = BarChart(replace(HEAD, title=evil), (evil, "b" * 10_000), (Series(evil, (1.0, 2.0)),))
    root = _root(chart)
    assert not list(root.iter(f"{NS}script"))
    assert any(text.startswith("</text>") for text in _texts(chart))
    assert all(len(text) < 200 for text in _texts(chart))


def test_text_in_other_scripts_names_its_family() -> None:
    chart = BarChart(HEAD, ("Lao ພາສາລາວ", "ភាសាខ្មែរ"), (Series("x", (1.0, 2.0)),))
    families = {one.get("font-family") for one in _root(chart).iter(f"{NS}tspan")}
    assert {"Noto Sans", "Noto Sans Lao", "Noto Sans Khmer"} <= families


@pytest.mark.parametrize(
    ("values", "from_zero", "low", "high"),
    [((3.0, 97.0), True, 0, 100), ((95.0, 103.0), False, 94, 104), ((-4.0, 6.0), True, -5, 7.5), ((0.0,), True, 0, 1)],
)
def test_axes_end_at_round_numbers(values: tuple[float, ...], from_zero: bool, low: float, high: float) -> None:
    found = scale(values, 0, 100, from_zero=from_zero)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert all(found.low <= value <= found.high for value in values)
    assert found.ticks[0] == found.low
    assert found.ticks[-1] == found.high


def test_axes_bear_extreme_and_tiny_numbers() -> None:
    for values in ((1e308, -1e300), (1e-12, 2e-12), (5.0, 5.0), (-3.0, -3.0)):
        found = scale(values, 0, 100, from_zero=False)
        assert len(found.ticks) < 20
        assert all(0 <= found.at(value) <= 100 for value in values)


def test_an_axis_of_counts_has_no_half() -> None:
    assert all(tick == int(tick) for tick in scale((0, 3), 0, 100, from_zero=True, is_count=True).ticks)


def test_years_on_an_axis_keep_apart() -> None:
    assert year_ticks(2000, 2025, 100, 25) == [2000, 2025] or len(year_ticks(2000, 2025, 100, 25)) <= 4
    assert year_ticks(2020, 2025, 400, 25) == [2020, 2021, 2022, 2023, 2024, 2025]
    assert year_ticks(2024, 2024, 100, 25) == [2024]


def test_lines_of_text_are_cut_between_words_or_clusters() -> None:
    assert svg_canvas.wrap("one two three", 40, 7.5, 2) == ["one two", "three"]
    assert svg_canvas.wrap("one two three four five six", 40, 7.5, 1)[0].endswith("\u2026")
    for line in svg_canvas.wrap("ភាសាខ្មែរភាសាខ្មែរភាសាខ្មែរ", 40, 7.5, 3):
        assert not line.startswith("\u17d2")
    assert svg_canvas.wrap("", 40, 7.5, 2) == []


def test_the_twin_table_and_the_words_hold_the_values() -> None:
    head, rows = charts.table_of(LINE)
    assert head == ("Year", "ASEAN", "Indonesia")
    assert rows[2] == ("2018", None, None)
    assert "ASEAN: 10.0 in 2016, 13.0 in 2021" in charts.alternative(LINE)
    assert "Target: 15.0 in 2021" in charts.alternative(LINE)
    assert charts.table_of(DOTS)[1][0] == ("6b", 0.0, 530.0, 100.0)
    assert "Second: .." in charts.alternative(BARS)
