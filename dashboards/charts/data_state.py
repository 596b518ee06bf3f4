"""State of data by cause: how many leaves have a current value, an older one, none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from . import theme
from .theme import Figure


class CauseRow(NamedTuple):
    cause: str
    label: str
    current: int
    older: int
    none: int


def data_state(rows: Sequence[CauseRow]) -> Figure:
    """One stacked bar per cause. Filled, light and empty differ without colour too."""
    layers = (
        ("current value", [row.current for row in rows], theme.AVAILABLE, theme.PAPER),
        ("older value only", [row.older for row in rows], theme.LIGHT, theme.INK),
        ("no value yet", [row.none for row in rows], theme.PAPER, theme.INK),
    )
    labels = [f"{row.cause} {row.label}" for row in rows]
    layout = theme.layout(
        barmode="stack",
        bargap=0.35,
        xaxis={"title": {"text": "Number of leaves", "standoff": 6}, "rangemode": "tozero", "tickformat": "d"},
        yaxis={"autorange": "reversed", "automargin": True, "showgrid": False, "ticks": "", "dtick": 1},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
    )
    layout["showlegend"] = True
    layout["margin"] = {"l": 8, "r": 12, "t": 34, "b": 46}
    data = [_layer(*layer, labels) for layer in layers if any(layer[1])]
    return {"data": data, "layout": layout}


def _layer(name: str, counts: list[int], colour: str, ink: str, labels: list[str]) -> dict[str, object]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": labels,
        "x": counts,
        "text": [count or "" for count in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": ink, "size": 13},
        "marker": {"color": colour, "line": {"color": theme.AVAILABLE, "width": 1}},
        "hovertemplate": f"<b>%{{y}}</b><br>%{{x}} leaves: {name}<extra></extra>",
    }
