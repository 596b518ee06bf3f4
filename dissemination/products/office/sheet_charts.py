"""Native charts of a workbook: their figures stand on the sheet 'Chart data', where they can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adme.exports.charts import MARK_WORDS, Chart, marks_in

from .common import FAINT, GRID, INK, PAPER, shorten
from .plots import Kind, Line, Plot, Shape, head_of, plots_of
from .sheets import Book, Num, Sheet, Word

SHEET = "Chart data"
WIDTHS = (44, *(14,) * 14)  # of its columns
WIDTH, HEIGHT = 420, 270  # pixels
BETWEEN = 12
ROW_PIXELS = 20
LONGEST_TITLE = 80
LONGEST_NAME = 60
_MARKERS = {
    Shape.DOT: "circle",
    Shape.HOLLOW_DOT: "circle",
    Shape.HOLLOW_SQUARE: "square",
    Shape.DIAMOND: "diamond",
    Shape.TRIANGLE: "triangle",
}


class Charts:
    """Writes the figures of each chart once, and the charts where they are asked for."""

    def __init__(self, book: Book, data: Sheet) -> None:
        self.book, self.data = book, data
        data.title(
            "Chart data", "The figures behind the charts of this workbook. Blank: not available, which is never zero."
        )

    def put(
        self, sheet: Sheet, found: Sequence[Chart], *, columns: int = 3, width: int = WIDTH, height: int = HEIGHT
    ) -> None:
        """The charts side by side below what stands on the sheet, with source and notes."""
        for chart in found:
            plots = plots_of(chart)
            if not plots:
                continue
            head = head_of(chart)
            sheet.heading(head.title)
            marks = "; ".join(MARK_WORDS[mark] for mark in marks_in(chart))
            for line in (head.sentence, marks, head.note):
                sheet.line(line, "small")
            if head.source:
                sheet.line(f"Source: {head.source}", "small")
            if head.is_demonstration:
                sheet.line("Demonstration data: do not cite", "mark")
            high = max(height, *(_least_height(plot) for plot in plots))
            for start in range(0, len(plots), columns):
                for place, plot in enumerate(plots[start : start + columns]):
                    # a corner of a fixed row: rows above may grow with their text
                    sheet.sheet.insert_chart(sheet.row, 0, self._native(plot, width, high), {
                        "x_offset": place * (width + BETWEEN) + 4, "y_offset": 4, "object_position": 2,
                        "description": plot.alternative[:2000],
                    })  # fmt: skip
                rows = -(-(high + BETWEEN) // ROW_PIXELS)
                for row in range(sheet.row, sheet.row + rows):
                    sheet.sheet.set_row_pixels(row, ROW_PIXELS)
                sheet.blank(rows)
            sheet.blank()

    def _native(self, plot: Plot, width: int, height: int) -> Any:
        head, last = self._write(plot)
        kind = (
            {"type": "line"} if plot.kind is Kind.LINES else {"type": "column" if plot.kind is Kind.COLUMNS else "bar"}
        )
        if plot.kind is Kind.STACKED:
            kind["subtype"] = "stacked"
        chart = self.book.book.add_chart(kind)
        for place, line in enumerate(plot.lines, start=1):
            chart.add_series({
                "name": _never_formula(line.name),
                "categories": [SHEET, head + 1, 0, last, 0],
                "values": [SHEET, head + 1, place, last, place],
                "categories_data": list(plot.categories),
                "values_data": ["" if value is None else value for value in line.values],
                **_look(plot, line),
            })  # fmt: skip
        self._frame(chart, plot)
        chart.set_size({"width": width, "height": height})
        return chart

    def _write(self, plot: Plot) -> tuple[int, int]:
        """The figures of a plot below the last ones: (row of the head, last row)."""
        self.data.heading(plot.title)
        unit = f"Unit: {plot.unit}" if plot.unit else ""
        made_up = "Demonstration data: do not cite" if plot.head.is_demonstration else ""
        self.data.line("; ".join(part for part in (unit, made_up) if part), "small")
        found = self.data.table(
            ("Year" if plot.kind is Kind.LINES else "Category", *(line.name for line in plot.lines)),
            (
                (name, *(Word("") if line.values[at] is None else Num(line.values[at] or 0.0, plot.decimals)
                         for line in plot.lines))
                for at, name in enumerate(plot.categories)
            ),
            numbers=range(1, len(plot.lines) + 1),
        )  # fmt: skip
        self.data.blank()
        return found

    def _frame(self, chart: Any, plot: Plot) -> None:
        """Title, axes with their unit, legend."""
        small = {"size": 8, "color": INK}
        chart.set_title({"name": _never_formula(shorten(plot.title, LONGEST_TITLE)),
                         "name_font": {"size": 10, "bold": True, "color": INK}, "overlay": False})  # fmt: skip
        unit = {"name": _never_formula(shorten(plot.unit, LONGEST_NAME)), "name_font": {**small, "bold": False}}
        numbers = {**unit, "num_font": small, "num_format": plot.number_format, "line": {"none": True},
                   "major_gridlines": {"visible": True, "line": {"color": GRID, "width": 0.5}}}  # fmt: skip
        names: dict[str, Any] = {"num_font": small, "line": {"color": FAINT}, "label_position": "low"}
        if plot.kind is Kind.LINES:
            chart.set_x_axis({**names, "interval_unit": max(1, -(-len(plot.categories) // 7)),
                              "name": "Year", "name_font": {**small, "bold": False}})  # fmt: skip
            chart.set_y_axis(numbers)
            chart.show_blanks_as("gap")
        elif plot.kind is Kind.COLUMNS:
            chart.set_x_axis(names)
            chart.set_y_axis(numbers)
        else:  # the first name on top, and the scale with its unit below
            chart.set_y_axis({**names, "reverse": True})
            chart.set_x_axis({**numbers, "label_position": "high"})
        if plot.has_legend:
            chart.set_legend({"position": "bottom", "font": small})
        else:
            chart.set_legend({"none": True})
        chart.set_chartarea({"border": {"color": GRID}})


def _least_height(plot: Plot) -> int:
    """Pixels that the bars of a chart need."""
    return 0 if plot.kind in (Kind.LINES, Kind.COLUMNS) else 120 + 22 * len(plot.categories)


def _look(plot: Plot, line: Line) -> dict[str, Any]:
    if plot.kind is not Kind.LINES:
        made: dict[str, Any] = {"fill": {"color": line.colour}, "gap": 45}
        if plot.kind is Kind.STACKED:
            made["overlap"] = 100
        if line.colours:
            own = dict(line.colours)
            made["points"] = [{"fill": {"color": own.get(at, line.colour)}} for at in range(len(line.values))]
        hidden = "" if plot.kind is Kind.STACKED else plot.number_format
        is_inside = plot.kind is Kind.STACKED
        made["data_labels"] = {
            "value": True, "num_format": f"{plot.number_format};\u2212{plot.number_format};{hidden}",
            "position": "center" if is_inside else "outside_end",
            "font": {"size": 8, "color": PAPER if is_inside and not line.is_light else INK},
        }  # fmt: skip
        return made
    drawn: dict[str, Any] = {
        "line": {"color": line.colour, "width": line.width} if line.width else {"none": True}, "smooth": False,
    }  # fmt: skip
    if line.shapes:
        # one form of mark for each line: the most frequent one; which points carry it is told by their fill
        shapes = dict(line.shapes)
        kinds = [*shapes.values()]
        form = max(dict.fromkeys(kinds), key=kinds.count)
        size = 7 if form in (Shape.DIAMOND, Shape.TRIANGLE) else 3 if line.width < 1 else 5
        drawn["marker"] = {"type": _MARKERS[form], "size": size, "border": {"color": line.colour},
                           "fill": {"color": line.colour if form is Shape.DOT else PAPER}}  # fmt: skip
        drawn["points"] = [
            None if at in shapes else {"border": {"none": True}, "fill": {"none": True}}
            for at in range(len(line.values))
        ]
    return drawn


def _never_formula(name: str) -> str:
    """xlsxwriter takes a name with an exclamation mark before letters and digits for the address of a cell, even of
    another program. With a joiner that nobody sees after the mark, the text stays a text."""
    return name.replace("!", "!\u2060")
