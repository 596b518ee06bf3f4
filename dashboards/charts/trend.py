"""Trend by Member State and ASEAN: chosen states in colour, the rest thin and grey, ASEAN a strong dark line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from . import theme
from .points import Line, Point, Rule, segments, value_range
from .theme import Figure

HEIGHT, SMALL_HEIGHT = 420, 240  # of the classes "l" and "s"; needed to keep labels apart
LABEL_PX, LABEL_WIDTH_PX = 12, 40
ASSUMED_WIDTH_PX = 280  # a phone: what keeps apart there keeps apart everywhere


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
        yaxis={"range": [low, high], "title": {"text": "" if small else unit, "standoff": 8}, "automargin": True}
        | ({"dtick": 1} if decimals == 0 and high - low <= 6 else {}),  # no half of a thing that is counted
        shapes=_rule_shapes(rules) + _membership_shapes(membership, first, last),
    )
    layout["margin"] = {
        "l": 44 if small else 60,
        "r": 84 if rules else 52,
        "t": 22 if membership and not small else 14,
        "b": 28 if small else 46,
    }
    plot_px = height - layout["margin"]["t"] - layout["margin"]["b"]
    layout["annotations"] = _end_labels(lines, rules, (first, last), (low, high), plot_px, small) + (
        [] if small else _membership_labels(membership, first, last)
    )
    ordered = sorted(lines, key=lambda line: (line.place is not None, line.is_region))
    data = [trace for line in ordered for trace in _traces(line, unit, decimals, small)]
    return {"data": data, "layout": layout}


def _years_axis(first: int, last: int, small: bool) -> dict[str, Any]:
    span = max(last - first, 1)
    axis: dict[str, Any] = {"range": [first - span * 0.02 - 0.2, last + span * 0.01 + 0.2], "tickformat": "d"}
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


class _Label(NamedTuple):
    """A text at the end of a line or rule; the more a label matters, the less it is moved."""

    year: int
    value: float
    text: str
    colour: str
    size: int


def _end_labels(
    lines: Sequence[Line],
    rules: Sequence[Rule],
    years: tuple[int, int],
    values: tuple[float, float],
    plot_px: int,
    small: bool,
) -> list[dict[str, Any]]:
    """A label at the end of each line and rule, moved up or down until none touches another."""
    wanted = [_line_label(line) for line in lines if line.points and not (small and line.place is None)]
    wanted += [_Label(rule.last, rule.value, rule.label, _rule_colour(rule), 11) for rule in rules]
    year_px = ASSUMED_WIDTH_PX / (1.1 * max(years[1] - years[0], 1))
    value_px = plot_px / (values[1] - values[0])
    wanted.sort(key=lambda label: (label.value, label.text))
    places = [(label.year * year_px, (label.value - values[0]) * value_px) for label in wanted]
    return [
        _annotation(label, round(shifted - place[1]))
        for label, place, shifted in zip(wanted, places, _spread(places), strict=True)
    ]


def _spread(places: Sequence[tuple[float, float]]) -> list[float]:
    """Heights, lowest first, pushed up so that labels which stand beside one another keep their distance; then each
    crowded pile is let down by half of what it was pushed, so that it stays around where it belongs."""
    heights: list[float] = []
    for x, y in places:
        beside = [
            height for (other, _), height in zip(places, heights, strict=False) if abs(other - x) < LABEL_WIDTH_PX
        ]
        heights.append(max([y, *(height + LABEL_PX for height in beside)]))
    excess = max((height - y for height, (_, y) in zip(heights, places, strict=True)), default=0.0)
    if excess <= 0:
        return heights
    down = [
        height - min(excess / 2, height - y) if height > y else height
        for height, (_, y) in zip(heights, places, strict=True)
    ]
    return _apart(places, down)


def _apart(places: Sequence[tuple[float, float]], heights: Sequence[float]) -> list[float]:
    """Push down from the top what letting down has brought too close."""
    found = list(heights)
    for index in range(len(found) - 1, -1, -1):
        for above in range(index + 1, len(found)):
            if abs(places[above][0] - places[index][0]) < LABEL_WIDTH_PX and found[above] - found[index] < LABEL_PX:
                found[index] = found[above] - LABEL_PX
    return found


def _line_label(line: Line) -> _Label:
    end, strong = line.points[-1], line.place is not None
    text = line.name if line.is_region else line.code
    colour = _stroke(line, False)["color"] if strong else theme.INK_SOFT
    return _Label(end.year, end.value, f"<b>{text}</b>" if strong else text, colour, 12 if strong else 11)


def _annotation(label: _Label, shift: int) -> dict[str, Any]:
    return {
        "x": label.year,
        "y": label.value,
        "text": label.text,
        "showarrow": False,
        "xanchor": "left",
        "xshift": 7,
        "yshift": shift,
        "font": {"size": label.size, "color": label.colour},
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
            "yanchor": "bottom",
            "xanchor": "center",
            "text": label,
            "showarrow": False,
            "font": {"size": 10, "color": theme.INK_SOFT},
        }
        for year, label in membership
        if first < year <= last
    ]
