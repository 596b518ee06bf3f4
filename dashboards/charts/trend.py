"""Trend by Member State and ASEAN: chosen states in colour, the rest thin and grey, ASEAN a strong dark line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import theme
from .points import Line, Point, Rule, segments, value_range
from .theme import Figure

HEIGHT, SMALL_HEIGHT = 420, 240  # of the classes "l" and "s"; needed to keep labels apart
LABEL_PX, LABEL_WIDTH_PX = 12, 40
ASSUMED_WIDTH_PX = 760  # only for deciding which labels could touch


def trend(
    lines: Sequence[Line],
    *,
    unit: str,
    decimals: int,
    rules: Sequence[Rule] = (),
    membership: Sequence[tuple[int, str]] = (),
    small: bool = False,
) -> Figure:
    """Lines must hold at least one point between them. `membership` is (first year of the new membership, label)."""
    points = [point for line in lines for point in line.points]
    years = [point.year for point in points] + [rule.last for rule in rules]
    first, last = min(years), max(years)
    low, high = value_range([point.value for point in points] + [rule.value for rule in rules])
    height = SMALL_HEIGHT if small else HEIGHT
    layout = theme.layout(
        hovermode="closest",
        xaxis=_years_axis(first, last, small),
        yaxis={"range": [low, high], "title": {"text": "" if small else unit, "standoff": 8}, "automargin": True},
        shapes=_rule_shapes(rules) + _membership_shapes(membership, first, last),
    )
    layout["margin"] = {"l": 44 if small else 60, "r": 16, "t": 14, "b": 28 if small else 46}
    plot_px = height - layout["margin"]["t"] - layout["margin"]["b"]
    layout["annotations"] = (
        _end_labels(lines, (first, last), (low, high), plot_px, small)
        + _rule_labels(rules)
        + ([] if small else _membership_labels(membership, first, last))
    )
    ordered = sorted(lines, key=lambda line: (line.place is not None, line.is_region))
    data = [trace for line in ordered for trace in _traces(line, unit, decimals, small)]
    return {"data": data, "layout": layout}


def _years_axis(first: int, last: int, small: bool) -> dict[str, Any]:
    span = max(last - first, 1)
    room = span * (0.16 if small else 0.1)
    axis: dict[str, Any] = {"range": [first - span * 0.02 - 0.3, last + room + 0.3], "tickformat": "d"}
    axis |= {"showgrid": False, "nticks": 5 if small else 10}
    if span < 6:
        axis["dtick"] = 1
    if not small:
        axis["title"] = {"text": "Year", "standoff": 6}
    return axis


def _traces(line: Line, unit: str, decimals: int, small: bool) -> list[dict[str, Any]]:
    return [_trace(line, part, unit, decimals, small) for part in segments(line.points)]


def _trace(line: Line, points: Sequence[Point], unit: str, decimals: int, small: bool) -> dict[str, Any]:
    """One unbroken run. Years without a figure are passed by the line but carry no marker."""
    first, last = points[0].year, points[-1].year
    by_year = {point.year: point for point in points}
    run = [by_year.get(year) for year in range(first, last + 1)]
    trace: dict[str, Any] = {
        "type": "scatter",
        "name": line.name,
        "x0": first,
        "dx": 1,
        "y": [theme.rounded(point.value, decimals) if point else None for point in run],
        "connectgaps": True,
        "line": _stroke(line, small),
        "mode": "lines",
        "hovertemplate": f"<b>%{{fullData.name}}</b><br>%{{x}}: %{{y:,.{decimals}f}} {unit}<extra></extra>",
    }
    soft = any(point.is_soft or point.words for point in points)
    if line.place is not None or len(points) < len(run) or len(points) == 1 or soft:
        trace["mode"] = "lines+markers"
        trace["marker"] = _markers(line, run, soft, small)
    if soft:
        trace["text"] = [f"<br>{point.words}" if point and point.words else "" for point in run]
        trace["hovertemplate"] = trace["hovertemplate"].replace("<extra>", "%{text}<extra>")
    return trace


def _stroke(line: Line, small: bool) -> dict[str, Any]:
    if line.place is None:
        return {"color": theme.MUTED, "width": 1}
    if line.is_region:
        return {"color": theme.REGION, "width": 2.5 if small else 3.5}
    colour, dash = theme.chosen_style(line.place - 1)
    return {"color": colour, "width": 2, "dash": dash}


def _markers(line: Line, run: Sequence[Point | None], soft: bool, small: bool) -> dict[str, Any]:
    size = (3 if small else 4) if line.place is None else (4 if small else 6)
    marker: dict[str, Any] = {"size": size, "color": _stroke(line, small)["color"]}
    if soft:
        marker["symbol"] = [
            "circle" if point is None or not point.words else "circle-open" if point.is_soft else "diamond-open"
            for point in run
        ]
    return marker


def _end_labels(
    lines: Sequence[Line], years: tuple[int, int], values: tuple[float, float], plot_px: int, small: bool
) -> list[dict[str, Any]]:
    """A label at the end of each line, moved up or down until none touches another."""
    drawn = [line for line in lines if line.points and not (small and line.place is None)]
    year_px = ASSUMED_WIDTH_PX / (1.15 * max(years[1] - years[0], 1))
    value_px = plot_px / (values[1] - values[0])
    drawn.sort(key=lambda line: (line.points[-1].value, line.code))
    placed: list[tuple[float, float]] = []
    found = []
    for line in drawn:
        end = line.points[-1]
        x, wanted = end.year * year_px, (end.value - values[0]) * value_px
        beside = [y for other, y in placed if abs(other - x) < LABEL_WIDTH_PX]
        y = max([wanted, *(other + LABEL_PX for other in beside)])
        placed.append((x, y))
        found.append((line, end, round(y - wanted)))
    return [_end_label(line, end, shift) for line, end, shift in found]


def _end_label(line: Line, end: Point, shift: int) -> dict[str, Any]:
    strong = line.place is not None
    text = line.name if line.is_region else line.code
    return {
        "x": end.year,
        "y": end.value,
        "text": f"<b>{text}</b>" if strong else text,
        "showarrow": False,
        "xanchor": "left",
        "xshift": 7,
        "yshift": shift,
        "font": {"size": 12 if strong else 10, "color": _stroke(line, False)["color"] if strong else theme.INK_SOFT},
    }


def _rule_shapes(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    return [
        {
            "type": "line",
            "layer": "below",
            "x0": rule.first,
            "x1": rule.last,
            "y0": rule.value,
            "y1": rule.value,
            "line": {"color": _rule_colour(rule), "width": 1.5, "dash": "dash" if rule.kind == "target" else "dot"},
        }
        for rule in rules
    ]


def _rule_labels(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    return [
        {
            "x": rule.first,
            "y": rule.value,
            "text": rule.label,
            "showarrow": False,
            "xanchor": "left",
            "yanchor": "bottom" if rule.kind == "target" else "top",
            "font": {"size": 11, "color": _rule_colour(rule)},
        }
        for rule in rules
    ]


def _rule_colour(rule: Rule) -> str:
    return theme.TARGET if rule.kind == "target" else theme.BASELINE


def _membership_shapes(membership: Sequence[tuple[int, str]], first: int, last: int) -> list[dict[str, Any]]:
    """The mark stands before the first year whose regional figure has the new member."""
    return [
        {
            "type": "line",
            "layer": "below",
            "yref": "paper",
            "x0": year - 0.5,
            "x1": year - 0.5,
            "y0": 0,
            "y1": 1,
            "line": {"color": theme.RULE, "width": 1},
        }
        for year, _ in membership
        if first < year <= last
    ]


def _membership_labels(membership: Sequence[tuple[int, str]], first: int, last: int) -> list[dict[str, Any]]:
    return [
        {
            "x": year - 0.5,
            "y": 1,
            "yref": "paper",
            "yanchor": "top",
            "xanchor": "right",
            "xshift": -3,
            "text": label,
            "showarrow": False,
            "font": {"size": 10, "color": theme.INK_SOFT},
        }
        for year, label in membership
        if first < year <= last
    ]
