"""Native charts of PowerPoint and Word: the XML of python-pptx, dressed in our colours, with the figures in a workbook
inside. Cells of that workbook are typed, so a name that looks like a formula stays a name."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from adme.exports.cells import text

from .common import FAINT, GRID, INK, LATIN, MUTED, PAPER, hexed, shorten, steady
from .plots import Kind, Line, Plot, Shape

_TYPES = {
    Kind.BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    Kind.COLUMNS: XL_CHART_TYPE.COLUMN_CLUSTERED,
    Kind.STACKED: XL_CHART_TYPE.BAR_STACKED,
    Kind.LINES: XL_CHART_TYPE.LINE_MARKERS,
}
_MARKERS = {
    Shape.DOT: XL_MARKER_STYLE.CIRCLE,
    Shape.HOLLOW_DOT: XL_MARKER_STYLE.CIRCLE,
    Shape.HOLLOW_SQUARE: XL_MARKER_STYLE.SQUARE,
    Shape.DIAMOND: XL_MARKER_STYLE.DIAMOND,
    Shape.TRIANGLE: XL_MARKER_STYLE.TRIANGLE,
}
_FILLED = {Shape.DOT}
_SAME_DAY = datetime(2020, 1, 1)  # noqa: DTZ001 - a property of the inner workbook, always the same
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_TITLE = 90
SMALL = 10.0  # centimetres: narrower charts have no larger letters in their title


class PlotData(CategoryChartData):
    """The figures of a plot for python-pptx, with an inner workbook of our own writing."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(number_format=plot.number_format)
        self._plot = plot
        self.categories = plot.categories
        for line in plot.lines:
            self.add_series(line.name, line.values)

    @property
    def xlsx_blob(self) -> bytes:
        return inner_workbook(self._plot)


def inner_workbook(plot: Plot) -> bytes:
    """Categories in column A, one series a column; what is missing is blank."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"created": _SAME_DAY, "title": plot.title})
        sheet = book.add_worksheet("Sheet1")
        look = book.add_format({"num_format": plot.number_format})
        sheet.set_column(0, 0, 28)
        for column, line in enumerate(plot.lines, start=1):
            text(sheet, 0, column, line.name)
        for row, name in enumerate(plot.categories, start=1):
            text(sheet, row, 0, name)
            for column, line in enumerate(plot.lines, start=1):
                value = line.values[row - 1]
                if value is not None:
                    sheet.write_number(row, column, value, look)
    return steady(buffer.getvalue())


def chart_type(plot: Plot) -> XL_CHART_TYPE:
    return _TYPES[plot.kind]


def chart_space(plot: Plot, *, size: float, width: float, longest: int = LONGEST_TITLE) -> Any:
    """The element `c:chartSpace`, dressed, for a document that is not a presentation."""
    space = parse_xml(PlotData(plot).xml_bytes(chart_type(plot)))
    dress(Chart(space, None), plot, size=size, width=width, longest=longest)  # type: ignore[arg-type]
    return space


def dress(chart: Chart, plot: Plot, *, size: float, width: float, longest: int = LONGEST_TITLE) -> None:
    """Title with unit, colours, axes, marks. `size` of letters in points, `width` of the chart in centimetres."""
    _plain_area(chart)
    chart.font.size, chart.font.name, chart.font.color.rgb = Pt(size), LATIN, _rgb(INK)
    _title(chart, plot, size if width < SMALL else size + 1, size, longest)
    chart.has_legend = plot.has_legend
    if plot.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.legend.font.size = Pt(size)
    if plot.kind is Kind.LINES:
        _dress_lines(chart, plot, size, width)
    else:
        _dress_bars(chart, plot, size)


def _plain_area(chart: Chart) -> None:
    """Square corners and no frame, which some programs draw where nothing is said."""
    space = chart._chartSpace
    if space.find(qn("c:roundedCorners")) is None:
        corners = space.makeelement(qn("c:roundedCorners"), {"val": "0"})
        first = space.find(qn("c:date1904"))
        if first is None:
            space.insert(0, corners)
        else:
            first.addnext(corners)
    if space.find(qn("c:spPr")) is None:
        area = f"<c:spPr {nsdecls('c', 'a')}><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        space.find(qn("c:chart")).addnext(parse_xml(area))


def _title(chart: Chart, plot: Plot, large: float, size: float, longest: int) -> None:
    chart.has_title = True
    frame = chart.chart_title.text_frame
    title, unit = frame.paragraphs[0].add_run(), frame.add_paragraph().add_run()
    title.text, unit.text = shorten(plot.title, longest), plot.unit
    title.font.size, title.font.bold, title.font.color.rgb = Pt(large), True, _rgb(INK)
    title.font.name = unit.font.name = LATIN
    unit.font.size, unit.font.bold, unit.font.color.rgb = Pt(size), False, _rgb(MUTED)
    chart.chart_title.include_in_layout = False


# -- Bars


def _dress_bars(chart: Chart, plot: Plot, size: float) -> None:
    whole = chart.plots[0]
    whole.gap_width = 45
    whole.overlap = 100 if plot.kind is Kind.STACKED else 0
    whole.vary_by_categories = False
    names, numbers = chart.category_axis, chart.value_axis
    names.format.line.color.rgb = _rgb(FAINT)
    names.tick_labels.font.size = Pt(size)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.reverse_order = plot.kind is not Kind.COLUMNS
    names.has_major_gridlines = numbers.has_major_gridlines = False
    numbers.visible = False
    if all((value or 0) >= 0 for line in plot.lines for value in line.values):
        numbers.minimum_scale = 0
    for line, series in zip(plot.lines, whole.series, strict=True):
        _fill(series.format, line.colour)
        series.invert_if_negative = False
        for at, colour in line.colours:
            _fill(series.points[at].format, colour)
        labels = series.data_labels
        labels.show_value = True
        labels.number_format_is_linked = False
        labels.number_format = f"{plot.number_format};\u2212{plot.number_format};" + (
            "" if plot.kind is Kind.STACKED else plot.number_format
        )
        labels.font.size = Pt(size)
        is_inside = plot.kind is Kind.STACKED
        labels.font.color.rgb = _rgb(PAPER if is_inside and not line.is_light else INK)
        labels.position = XL_LABEL_POSITION.CENTER if is_inside else XL_LABEL_POSITION.OUTSIDE_END


def _fill(form: Any, colour: str) -> None:
    form.fill.solid()
    form.fill.fore_color.rgb = _rgb(colour)


# -- Lines


def _dress_lines(chart: Chart, plot: Plot, size: float, width: float) -> None:
    years, numbers = chart.category_axis, chart.value_axis
    years.format.line.color.rgb = _rgb(FAINT)
    years.has_major_gridlines = False
    years.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    years.tick_labels.font.size = numbers.tick_labels.font.size = Pt(size)
    numbers.has_major_gridlines = True
    numbers.major_gridlines.format.line.color.rgb = _rgb(GRID)
    numbers.format.line.fill.background()
    numbers.tick_labels.number_format, numbers.tick_labels.number_format_is_linked = _axis_format(plot), False
    _skip_years(years, len(plot.categories), width, size)
    for line, series in zip(plot.lines, chart.plots[0].series, strict=True):
        _dress_line(line, series, size)


def _axis_format(plot: Plot) -> str:
    top = max((abs(value) for line in plot.lines for value in line.values if value is not None), default=0)
    return '0.0,,"\u00a0M"' if top >= 1_000_000 else plot.number_format if top < 10 else "#,##0"


def _skip_years(axis: Any, years: int, width: float, size: float) -> None:
    """As many years below the axis as there is room for."""
    room = max(2, int((width - 1.2) / (size * 0.115)))
    step = max(1, ceil(years / room))
    element = axis._element
    for name in ("c:tickLblSkip", "c:tickMarkSkip"):
        skip = element.makeelement(qn(name), {"val": str(step)})
        before = element.find(qn("c:noMultiLvlLbl"))
        if before is None:
            element.append(skip)
        else:
            before.addprevious(skip)


def _dress_line(line: Line, series: Any, size: float) -> None:
    series.smooth = False
    if line.width:
        series.format.line.width, series.format.line.color.rgb = Pt(line.width), _rgb(line.colour)
    else:
        series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.NONE
    for at, shape in line.shapes:
        point = series.points[at]
        if not line.width:
            point.format.line.fill.background()
        marker = point.marker
        marker.style, marker.size = _MARKERS[shape], 7 if shape in (Shape.DIAMOND, Shape.TRIANGLE) else 5
        if line.width < 1 and line.width:
            marker.size = 3
        _fill(marker.format, line.colour if shape in _FILLED else PAPER)
        marker.format.line.color.rgb = _rgb(line.colour)
        if line.width:  # else the point would take the line's own look from the theme
            point.format.line.width, point.format.line.color.rgb = Pt(line.width), _rgb(line.colour)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(hexed(colour))
