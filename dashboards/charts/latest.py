"""Latest value by state: bars from zero, ASEAN apart, a state without a figure named and left without a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adme.common.formatting import number

from . import theme
from .points import Point
from .theme import Figure


@dataclass(frozen=True, slots=True)
class Bar:
    code: str
    name: str
    point: Point | None
    place: int | None = None  # as in Line: 0 is ASEAN, 1.. are the chosen states

    @property
    def is_region(self) -> bool:
        return self.place == 0


def ordered(bars: Sequence[Bar], by_value: bool) -> list[Bar]:
    """Largest first, states without a figure last; or the order given, which is ASEAN's."""
    if not by_value:
        return list(bars)
    return sorted(bars, key=lambda bar: (bar.point is None, -(bar.point.value if bar.point else 0.0), bar.name))


def latest_by_state(bars: Sequence[Bar], *, unit: str, decimals: int, by_value: bool = True) -> Figure:
    rows = ordered(bars, by_value)
    values = [bar.point.value for bar in rows if bar.point] or [0.0]
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low) * 0.24 or 1.0
    newest = max((bar.point.year for bar in rows if bar.point), default=0)
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": [bar.name for bar in rows],
        "x": [theme.rounded(bar.point.value, decimals) if bar.point else None for bar in rows],
        "text": [_text(bar, decimals, newest) for bar in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [_colour(bar) for bar in rows]},
        "customdata": [_period(bar) for bar in rows],
        "hovertemplate": f"<b>%{{y}}</b><br>%{{x:,.{decimals}f}} {unit}<br>%{{customdata}}<extra></extra>",
    }
    layout = theme.layout(
        bargap=0.32,
        xaxis={
            "range": [low - (room if low < 0 else 0), high + (room if high > 0 else 0)],
            "title": {"text": unit, "standoff": 6},
            "zeroline": True,
        },
        yaxis={"autorange": "reversed", "automargin": True, "showgrid": False, "ticks": "", "dtick": 1},
        annotations=[_absent(bar) for bar in rows if bar.point is None],
    )
    layout["margin"] = {"l": 8, "r": 12, "t": 8, "b": 46}
    return {"data": [trace], "layout": layout}


def _text(bar: Bar, decimals: int, newest: int) -> str:
    """The value; with its year where that is not the newest year of the chart."""
    if bar.point is None:
        return ""
    text = number(bar.point.value, decimals)
    return text if bar.point.year == newest else f"{text} ({bar.point.year})"


def _period(bar: Bar) -> str:
    if bar.point is None:
        return ""
    return f"{bar.point.year}, {bar.point.words}" if bar.point.words else str(bar.point.year)


def _colour(bar: Bar) -> str:
    if bar.place is None:
        return theme.AVAILABLE
    return theme.REGION if bar.is_region else theme.chosen_style(bar.place - 1)[0]


def _absent(bar: Bar) -> dict[str, object]:
    return {
        "x": 0,
        "y": bar.name,
        "text": "not available",
        "showarrow": False,
        "xanchor": "left",
        "xshift": 4,
        "font": {"size": 11, "color": theme.INK_SOFT},
    }
