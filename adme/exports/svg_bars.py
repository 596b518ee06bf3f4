"""Bars, stacked bars and dots for `svg.py`. Rows go down the page, so that names stand whole beside them."""

from __future__ import annotations

from collections.abc import Sequence

from adme.common import formatting

from .charts import BarChart, DotPlot, DotRow, Series, StackedBar
from .svg_canvas import (
    ACCENT,
    CHOSEN,
    FAINT,
    GRID,
    INK,
    MUTED,
    PAPER,
    SIZE,
    SMALL,
    TONES,
    Canvas,
    measure,
    wrap,
)
from .svg_scales import Scale, scale

LINE = 9.0
_PATTERNS = ("", "hatch", "dots", "", "cross", "hatch")
_TONE_PATTERNS = {"good": "", "going": "", "attention": "hatch", "late": "dots", "bad": "cross", "none": ""}
_LIGHT = {"going", "none"}  # fills on which ink is read
_RATINGS = {
    "on_track": ("circle", TONES["good"], False),
    "attention": ("triangle", TONES["attention"], False),
    "off_track": ("square", TONES["bad"], False),
}


def bars(chart: BarChart, width: float) -> Canvas:
    """For each category a bar of each series; the value at its end. Missing says so and has no bar."""
    labels, left = _labels(chart.categories, width, chart.head.unit)
    each, many = 11.0, len(chart.series)
    heights = [max(len(lines) * LINE, each * many) + 4 for lines in labels]
    legend = _legend_lines(chart.series, width) if many > 1 else 0
    canvas = Canvas(width, legend * 12 + sum(heights) + 11, chart.head.key)
    values = [value for one in chart.series for value in one.values if value is not None]
    room = max((measure(formatting.number(value, chart.decimals), SMALL) for value in values), default=10.0) + 8
    along = scale(values, left, width - room, from_zero=True, ticks=5, is_count=chart.decimals == 0)
    top = _legend(canvas, chart.series, width) if many > 1 else 2.0
    _axis(canvas, along, top, top + sum(heights), chart.head.unit, width)
    for place, lines in enumerate(labels):
        middle = top + heights[place] / 2
        _label(canvas, lines, left - 6, middle)
        for number, one in enumerate(chart.series):
            y = middle + (number - many / 2) * each
            _bar(canvas, one, place, number, y, each - 3, along, chart.decimals)
        top += heights[place]
    canvas.line(along.at(0), 2.0 + legend * 12, along.at(0), top, colour=INK, width=0.7)
    return canvas


def _bar(
    canvas: Canvas, one: Series, place: int, number: int, y: float, height: float, along: Scale, decimals: int
) -> None:
    value = one.values[place]
    if value is None:
        canvas.text(along.at(0) + 4, y + height - 1.5, formatting.NOT_AVAILABLE, size=SMALL, colour=MUTED)
        return
    ends = sorted((along.at(0), along.at(value)))
    fill = _fill(canvas, one, number)
    canvas.box(
        ends[0], y + 1.5, ends[1] - ends[0], height, fill=fill, edge=_colour(one, number) if "url" in fill else ""
    )
    canvas.text(ends[1] + 3, y + height - 0.5, formatting.number(value, decimals), size=SMALL)


def stacked(chart: StackedBar, width: float) -> Canvas:
    """Parts in the order of the legend, numbers in them where they fit, the sum at the end."""
    labels, left = _labels(chart.categories, width, chart.head.unit)
    heights = [max(len(lines) * LINE, 11.0) + 3 for lines in labels]
    legend = _legend_lines(chart.series, width)
    canvas = Canvas(width, legend * 12 + sum(heights) + 11, chart.head.key)
    sums = [_sum(chart, place) for place in range(len(labels))]
    room = max(
        (measure(formatting.number(one, chart.decimals), SMALL) for one in sums if one is not None), default=10.0
    )
    along = scale([one for one in sums if one is not None], left, width - room - 10, from_zero=True, ticks=5,
                  is_count=chart.decimals == 0)  # fmt: skip
    first = top = _legend(canvas, chart.series, width)
    _axis(canvas, along, top, top + sum(heights), chart.head.unit, width)
    for place, lines in enumerate(labels):
        middle = top + heights[place] / 2
        _label(canvas, lines, left - 6, middle)
        _segments(canvas, chart, place, middle, along)
        total = sums[place]
        told = f"{formatting.NOT_AVAILABLE} not reported" if total is None else formatting.number(total, chart.decimals)
        canvas.text(along.at(total or 0) + 4, middle + 2.4, told, size=SMALL, colour=MUTED if total is None else INK)
        top += heights[place]
    canvas.line(along.at(0), first, along.at(0), top, colour=INK, width=0.7)
    return canvas


def _sum(chart: StackedBar, place: int) -> float | None:
    present = [value for one in chart.series if (value := one.values[place]) is not None]
    return sum(present) if present else None


def _segments(canvas: Canvas, chart: StackedBar, place: int, middle: float, along: Scale) -> None:
    at = 0.0
    for number, one in enumerate(chart.series):
        value = one.values[place]
        if not value:
            continue
        start, end = along.at(at), along.at(at + value)
        fill = _fill(canvas, one, number)
        is_open = "url" in fill or fill == PAPER
        canvas.box(start, middle - 5, end - start, 10, fill=fill, edge=_colour(one, number) if is_open else PAPER)
        told = formatting.number(value, chart.decimals)
        if measure(told, SMALL) + 4 <= end - start:
            if "url" in fill:
                wide = measure(told, SMALL) + 2
                canvas.box((start + end - wide) / 2, middle - 4, wide, 8, fill=PAPER)
            canvas.text((start + end) / 2, middle + 2.4, told, size=SMALL, anchor="middle",
                        colour=INK if is_open or one.tone in _LIGHT else PAPER)  # fmt: skip
        at += value


def dot_plot(chart: DotPlot, width: float) -> Canvas:
    """Baseline, now and target of each row on one axis; rating as shape and word at the end."""
    rows = [row for row in chart.rows if row.now is not None]
    labels, left = _labels([row.label for row in rows], width, chart.head.unit)
    told = [(wrap(_told(row), width * 0.35, SMALL, 1) or [""])[0] for row in rows]
    room = max(measure(text, SMALL) for text in told) + 10
    shown = [value for row in rows for value in (row.baseline, row.target, row.expected) if value is not None]
    now = [row.now for row in rows if row.now is not None]
    reach = _bounded(shown, now)
    along = scale(reach, left, width - room, from_zero=False, ticks=5)
    heights = [max(len(lines) * LINE, 13.0) + 4 for lines in labels]
    canvas = Canvas(width, sum(heights) + 13, chart.head.key)
    top = 2.0
    _axis(canvas, along, top, top + sum(heights), chart.head.unit, width)
    for place, row in enumerate(rows):
        middle = top + heights[place] / 2
        _label(canvas, labels[place], left - 6, middle)
        _dots(canvas, row, middle, along)
        canvas.text(width, middle + 2.4, told[place], size=SMALL, anchor="end")
        top += heights[place]
    return canvas


def _told(row: DotRow) -> str:
    return ", ".join(part for part in (row.now_text, row.rating.replace("_", " ")) if part)


def _bounded(shown: Sequence[float], now: Sequence[float]) -> list[float]:
    """The range of the axis: a value that is very far out stands at its edge rather than press all others together."""
    low, high = min(shown, default=0.0), max(shown, default=100.0)
    room = (high - low or 1.0) * 0.5
    return [low, high, *(min(max(value, low - room), high + room) for value in now)]


def _dots(canvas: Canvas, row: DotRow, y: float, along: Scale) -> None:
    if row.baseline is not None and row.target is not None:
        canvas.line(along.at(row.baseline), y, along.at(row.target), y, colour=FAINT, width=0.8)
    if row.baseline is not None:
        canvas.line(along.at(row.baseline), y - 4, along.at(row.baseline), y + 4, colour=MUTED, width=1.0)
    if row.expected is not None:
        canvas.line(along.at(row.expected), y - 3, along.at(row.expected), y + 3, colour=INK, width=0.8, dash="1 1")
    if row.target is not None:
        canvas.shape("diamond", along.at(row.target), y, 6.0, colour=ACCENT, is_hollow=True)
    if row.now is not None:
        kind, colour, is_hollow = _RATINGS.get(row.rating, ("circle", MUTED, True))
        x = along.at(row.now)
        canvas.shape(kind, x, y, 5.4, colour=colour, is_hollow=is_hollow)
        if not along.low <= row.now <= along.high:
            side = -1 if row.now < along.low else 1
            canvas.text(x + side * 6, y + 2.4, "<" if side < 0 else ">", size=SMALL, anchor="middle", is_bold=True)


# -- Shared parts


def _labels(names: Sequence[str], width: float, unit: str) -> tuple[list[list[str]], float]:
    """Names in up to two lines, and where the bars begin: beyond them and beyond the unit, which stands below them."""
    widest = max([measure(name, SIZE) for name in names] + [measure(unit, SMALL) + 4])
    room = min(widest, width * 0.4)
    return [wrap(name, room + 1, SIZE, 2) or [""] for name in names], room + 8


def _label(canvas: Canvas, lines: Sequence[str], x: float, middle: float) -> None:
    top = middle - (len(lines) - 1) * LINE / 2 + 2.6
    for number, line in enumerate(lines):
        canvas.text(x, top + number * LINE, line, anchor="end")


def _axis(canvas: Canvas, along: Scale, top: float, bottom: float, unit: str, width: float) -> None:
    for tick in along.ticks:
        x = along.at(tick)
        canvas.line(x, top, x, bottom, colour=GRID, width=0.5)
        canvas.text(x, bottom + 8, formatting.number(tick, along.decimals), size=SMALL, colour=MUTED, anchor="middle")
    if unit:
        canvas.text(0, bottom + 8, unit, size=SMALL, colour=MUTED)


def _colour(one: Series, number: int) -> str:
    return TONES.get(one.tone) or CHOSEN[number % len(CHOSEN)]


def _fill(canvas: Canvas, one: Series, number: int) -> str:
    if one.tone == "none":
        return PAPER
    kind = _TONE_PATTERNS[one.tone] if one.tone else _PATTERNS[number % len(_PATTERNS)]
    return canvas.pattern(kind, _colour(one, number))


def _legend_lines(series: Sequence[Series], width: float) -> int:
    return len(_legend_rows(series, width))


def _legend_rows(series: Sequence[Series], width: float) -> list[list[int]]:
    rows: list[list[int]] = [[]]
    used = 0.0
    for number, one in enumerate(series):
        wide = measure(one.name, SIZE) + 24
        if rows[-1] and used + wide > width:
            rows.append([])
            used = 0.0
        rows[-1].append(number)
        used += wide
    return rows


def _legend(canvas: Canvas, series: Sequence[Series], width: float) -> float:
    """Swatches with names in the order of the parts; returns where the drawing below may begin."""
    top = 0.0
    for row in _legend_rows(series, width):
        x = 0.0
        for number in row:
            one = series[number]
            canvas.box(x, top + 1.5, 8, 7, fill=_fill(canvas, one, number), edge=_colour(one, number))
            canvas.text(x + 11, top + 8, one.name)
            x += measure(one.name, SIZE) + 24
        top += 12
    return top + 2.0
