"""Lines by year for `svg.py`: one chart, or small ones side by side."""

from __future__ import annotations

from collections.abc import Sequence

from .charts import LineChart, Mark, Role, Series, SmallMultiples
from .svg_canvas import ACCENT, CHOSEN, FAINT, GRID, INK, MUTED, SIZE, SMALL, Canvas, compact, measure, wrap
from .svg_scales import Scale, scale, year_ticks

GAP = 14.0
PLOT, SMALL_PLOT = 112.0, 54.0
TITLE_LINES = 3
_WIDTHS = {Role.REGION: 1.7, Role.CHOSEN: 1.4, Role.REST: 0.5}


def line_chart(chart: LineChart, width: float) -> Canvas:
    canvas = Canvas(width, PLOT + 30, chart.head.key)
    canvas.text(0, 8, chart.head.unit, size=SMALL, colour=MUTED)
    _plot(canvas, chart, 0, 16, width, PLOT, names=True)
    return canvas


def small_multiples(chart: SmallMultiples, width: float) -> Canvas:
    """Panels in rows; the titles of a row are as high as its longest."""
    panels = [panel for panel in chart.panels if any(one.present for one in panel.series)]
    columns = chart.columns if chart.keeps_columns else max(1, min(chart.columns, len(panels)))
    each = (width - GAP * (columns - 1)) / columns
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    titles = [[wrap(panel.head.title, each, SIZE, TITLE_LINES, is_bold=True) for panel in row] for row in rows]
    heads = [max(map(len, row)) * 9.4 + 12 for row in titles]
    canvas = Canvas(width, sum(heads) + len(rows) * (SMALL_PLOT + 14) + GAP * 0.6 * (len(rows) - 1), chart.head.key)
    top = 0.0
    for row, told, head in zip(rows, titles, heads, strict=True):
        for place, (panel, lines) in enumerate(zip(row, told, strict=True)):
            left = place * (each + GAP)
            for number, line in enumerate(lines):
                canvas.text(left, top + 7.5 + 9.4 * number, line, is_bold=True)
            unit = wrap(panel.head.unit, each, SMALL, 1)
            canvas.text(left, top + 7.5 + 9.4 * len(lines), unit[0] if unit else "", size=SMALL, colour=MUTED)
            _plot(canvas, panel, left, top + head, each, SMALL_PLOT, names=False)
        top += head + SMALL_PLOT + 14 + GAP * 0.6
    return canvas


def _plot(
    canvas: Canvas, chart: LineChart, left: float, top: float, width: float, height: float, *, names: bool
) -> None:
    values = [value for one in chart.series for value in one.values if value is not None]
    down = scale(
        [*values, *(rule.value for rule in chart.rules)], top + height, top + 4, from_zero=False,
        ticks=4 if names else 3, is_count=chart.decimals == 0,
    )  # fmt: skip
    ticks = [compact(tick, down.decimals) for tick in down.ticks]
    axis = left + max(measure(tick, SMALL) for tick in ticks) + 4
    ends = _end_labels(chart, names)
    room = max((measure(text, SMALL, is_bold=True) for text, _ in ends), default=0.0) + 7
    span = max(chart.years[-1] - chart.years[0], 1)
    whole = left + width - axis - 4
    # A label stands at the end of its line: only as much room is kept beside the plot as it needs beyond the last year.
    after = min((chart.years[-1] - chart.years[one.present[-1]] for _, one in ends), default=0) / span
    right = axis + 4 + min(whole - 10, (whole - room) / max(1 - after, 0.5))
    across = Scale(chart.years[0], max(chart.years[-1], chart.years[0] + 1), axis + 4, right, (), 0)
    for tick, text in zip(down.ticks, ticks, strict=True):
        canvas.line(axis, down.at(tick), right + 3, down.at(tick), colour=GRID, width=0.5)
        canvas.text(axis - 3, down.at(tick) + 2.3, text, size=SMALL, colour=MUTED, anchor="end")
    canvas.line(axis, top + height, right + 3, top + height, colour=MUTED, width=0.6)
    for year in year_ticks(chart.years[0], chart.years[-1], right - axis, measure("2025", SMALL) + 9):
        x = across.at(year)
        canvas.line(x, top + height, x, top + height + 2, colour=MUTED, width=0.6)
        canvas.text(x, top + height + 9.5, str(year), size=SMALL, colour=MUTED, anchor="middle")
    order = {Role.REST: 0, Role.CHOSEN: 1, Role.REGION: 2}
    chosen = [one for one in chart.series if one.role is Role.CHOSEN]
    for one in sorted(chart.series, key=lambda one: order[one.role]):
        _line(canvas, chart, one, _colour(one, chosen), across, down)
    for rule in chart.rules:
        kind = "diamond" if rule.kind == "target" else "triangle"
        canvas.shape(kind, across.at(rule.year), down.at(rule.value), 4.6, colour=ACCENT, is_hollow=True)
    _write_ends(canvas, chart, ends, chosen, across, down, top + height)


def _colour(one: Series, chosen: Sequence[Series]) -> str:
    if one.role is Role.CHOSEN:
        return CHOSEN[chosen.index(one) % len(CHOSEN)]
    return INK if one.role is Role.REGION else FAINT


def _line(canvas: Canvas, chart: LineChart, one: Series, colour: str, across: Scale, down: Scale) -> None:
    """Solid between figures of following years, dashed where years between have none, cut where the series breaks."""
    width = _WIDTHS[one.role]
    run: list[tuple[float, float]] = []
    last: int | None = None
    alone = []
    for place in one.present:
        value = one.values[place]
        point = (across.at(chart.years[place]), down.at(value if value is not None else 0.0))
        starts_anew = one.mark(place) is Mark.BREAK
        if last is not None and (starts_anew or chart.years[place] - chart.years[last] > 1):
            if len(run) > 1:
                canvas.polyline(run, colour=colour, width=width)
            else:
                alone.append(run[0])
            if not starts_anew:
                canvas.polyline([run[-1], point], colour=colour, width=width * 0.6, dash="2 2")
            run = []
        run.append(point)
        last = place
    if len(run) > 1:
        canvas.polyline(run, colour=colour, width=width)
    elif run:
        alone.append(run[0])
    if one.role is Role.REST:
        for x, y in alone:
            canvas.shape("circle", x, y, 1.4, colour=colour)
        return
    for place in one.present:
        _point(canvas, one, place, across.at(chart.years[place]), down.at(one.values[place] or 0.0), colour, alone)


def _point(
    canvas: Canvas, one: Series, place: int, x: float, y: float, colour: str, alone: Sequence[tuple[float, float]]
) -> None:
    mark = one.mark(place)
    if mark is Mark.CARRIED:
        canvas.shape("square", x, y, 3.2, colour=colour, is_hollow=True)
    elif mark is Mark.ESTIMATED:
        canvas.shape("circle", x, y, 3.4, colour=colour, is_hollow=True)
    elif mark is Mark.BREAK:
        canvas.line(x, y - 4, x, y + 4, colour=colour, width=0.8)
    elif (x, y) in alone or place == one.present[-1]:
        canvas.shape("circle", x, y, 3.2, colour=colour)


def _end_labels(chart: LineChart, names: bool) -> list[tuple[str, Series]]:
    """The newest value at the end of each strong line, with its name where there is room."""
    found = []
    for one in chart.series:
        if one.role is not Role.REST and one.present:
            text = compact(one.values[one.present[-1]] or 0.0, chart.decimals)
            is_named = names or sum(other.role is not Role.REST for other in chart.series) > 1
            found.append((f"{one.name} {text}" if is_named else text, one))
    return found


def _write_ends(
    canvas: Canvas,
    chart: LineChart,
    ends: Sequence[tuple[str, Series]],
    chosen: Sequence[Series],
    across: Scale,
    down: Scale,
    bottom: float,
) -> None:
    """Labels beside the ends of their lines, moved apart where they would touch."""
    wanted = sorted(
        ((down.at(one.values[one.present[-1]] or 0.0) + 2.3, text, one) for text, one in ends), key=lambda end: end[0]
    )
    low = float("-inf")
    placed = []
    for y, text, one in wanted:
        low = max(y, low + 8.0)
        placed.append((low, text, one))
    over = max(0.0, (placed[-1][0] - bottom) if placed else 0.0)
    for y, text, one in placed:
        x = across.at(chart.years[one.present[-1]]) + 4
        is_strong = one.role is Role.REGION
        canvas.halo(x, y - over, text, size=SMALL, colour=_colour(one, chosen), is_bold=is_strong)
