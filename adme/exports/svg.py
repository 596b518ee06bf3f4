"""Charts as SVG for print: own renderer of the specs in `charts.py`. No script, no style sheet, no outside reference.

Readable at print size, apart in grey: shapes, patterns, dashes and words carry what colours say. Deterministic: the
same chart is always the same text. Title, source and notes stand outside, where the page sets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import charts, svg_bars, svg_lines
from .svg_canvas import Canvas, Label

WIDTH = 482.0  # points: an A4 page within its margins


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes as SVG, and the texts that a page sets over them: text in a PDF must be read aloud, and the engine cannot
    say what a glyph inside an SVG stands for where one letter has several glyphs. Lengths are points."""

    svg: str
    labels: tuple[Label, ...]
    width: float
    height: float


def svg(chart: charts.Chart, *, width: float = WIDTH) -> str:
    """The whole drawing of a chart that has values. ValueError for one without: the page says why instead."""
    return _checked(chart, width).document(chart.head.title, charts.alternative(chart))


def drawing(chart: charts.Chart, *, width: float = WIDTH) -> Drawing:
    """The same in two layers, for `pdf.py`."""
    canvas = _checked(chart, width)
    shapes = canvas.document(chart.head.title, charts.alternative(chart), with_text=False)
    return Drawing(shapes, tuple(canvas.labels), canvas.width, canvas.height)


def _checked(chart: charts.Chart, width: float) -> Canvas:
    if not charts.has_values(chart):
        raise ValueError(f"Chart {chart.head.key!r} has no values to draw; say why in words instead.")
    return _drawn(chart, width)


def _drawn(chart: charts.Chart, width: float) -> Canvas:
    if isinstance(chart, charts.SmallMultiples):
        return svg_lines.small_multiples(chart, width)
    if isinstance(chart, charts.LineChart):
        return svg_lines.line_chart(chart, width)
    if isinstance(chart, charts.DotPlot):
        return svg_bars.dot_plot(chart, width)
    if isinstance(chart, charts.StackedBar):
        return svg_bars.stacked(chart, width)
    return svg_bars.bars(chart, width)


def key_words(chart: charts.Chart) -> Sequence[str]:
    """What the shapes of a chart mean, for the line below it."""
    told = [charts.MARK_WORDS[mark] for mark in charts.marks_in(chart)]
    if isinstance(chart, charts.DotPlot):
        return (
            "circle: on track; triangle: attention; square: off track; hollow circle: no rating",
            "diamond: target; thin line: baseline",
            *told,
        )
    panels = chart.panels if isinstance(chart, charts.SmallMultiples) else (chart,)
    rules = {rule.kind for panel in panels if isinstance(panel, charts.LineChart) for rule in panel.rules}
    if "target" in rules:
        told.append("diamond: target")
    if "baseline" in rules:
        told.append("triangle: baseline")
    return tuple(told)
