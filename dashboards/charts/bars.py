"""Bars from zero with their title above and their value in words behind; a row without a value says why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from . import theme
from .stacked import ROOM_FOR_TOTAL, escaped, shortened
from .theme import Figure

ROW_PX, FRAME_PX = 42, 70
LONGEST_TITLE = 60
GAP = 0.62
HALF_BAR = (1 - GAP) / 2  # the title stands on the bar, however high the rows are


class Bar(NamedTuple):
    """`text` stands behind the bar: the value as it is written, or why there is none. `strong`: the region, or chosen;
    `colour` is then its own, else the region's."""

    label: str
    value: float | None
    text: str
    strong: bool = False
    colour: str = theme.REGION


def bars(rows: Sequence[Bar], *, unit: str, most: float | None = None) -> Figure:
    """`most`: where the axis ends, such as 100 for per cent."""
    known = [(place, row) for place, row in enumerate(rows) if row.value is not None]
    longest = most or max((row.value or 0 for _, row in known), default=0) or 1
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": [place for place, _ in known],
        "x": [row.value for _, row in known],
        "marker": {"color": [row.colour if row.strong else theme.AVAILABLE for _, row in known]},
        "customdata": [f"<b>{escaped(row.label)}</b><br>{escaped(row.text)}" for _, row in known],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    layout = theme.layout(
        bargap=GAP,
        xaxis={
            "range": [0, longest * ROOM_FOR_TOTAL],
            "title": {"text": unit, "standoff": 6},
            "showgrid": True,
            "fixedrange": True,
        },
        yaxis={"range": [len(rows) - 0.4, -0.75], "visible": False, "fixedrange": True},
        annotations=[note for place, row in enumerate(rows) for note in (_title(place, row), _behind(place, row))],
    )
    layout["margin"] = {"l": 8, "r": 24, "t": 10, "b": 46}
    return {"data": [trace] if rows else [], "layout": layout}


def height(rows: Sequence[Any]) -> int:
    return FRAME_PX + ROW_PX * len(rows)


def _title(place: int, row: Bar) -> dict[str, Any]:
    label = escaped(shortened(row.label, LONGEST_TITLE))
    return {
        "x": 0,
        "xref": "paper",
        "y": place - HALF_BAR,
        "yanchor": "bottom",
        "text": f"<b>{label}</b>" if row.strong else label,
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"size": 12, "color": theme.INK},
    }


def _behind(place: int, row: Bar) -> dict[str, Any]:
    return {
        "x": row.value or 0,
        "y": place,
        "text": escaped(row.text),
        "showarrow": False,
        "xanchor": "left",
        "xshift": 3,
        "font": {"size": 12, "color": theme.INK if row.value is not None else theme.INK_SOFT},
    }
