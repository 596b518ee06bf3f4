"""Counts in a grid: the more, the darker, the number in the cell. None is blank with its 0; not known is dotted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from . import theme
from .stacked import escaped
from .theme import Figure

UNKNOWN = ".."


class Side(NamedTuple):
    """A row or column: what stands at the axis, and its name in full."""

    label: str
    name: str
    is_known: bool = True


def heatmap(columns: Sequence[Side], rows: Sequence[Side], counts: Sequence[Sequence[int]], *, unit: str) -> Figure:
    """`counts` by row; those of a column that is not known are not looked at."""
    z = [[count if column.is_known else None for column, count in zip(columns, line, strict=True)] for line in counts]
    most = max((count for line in z for count in line if count is not None), default=0)
    trace = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": z,
        "zmin": 0,
        "zmax": max(most, 1),
        "text": [["" if count is None else str(count) for count in line] for line in z],
        "customdata": [[f"{escaped(row.name)}<br>{escaped(column.name)}" for column in columns] for row in rows],
        "texttemplate": "%{text}",
        "textfont": {"size": 12},
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "colorscale": _scale(max(most, 1)),
        "showscale": False,
        "hovertemplate": f"<b>%{{customdata}}</b><br>%{{z}} {unit}<extra></extra>",
    }
    layout = theme.layout(
        xaxis={**_axis(columns), "side": "top", "tickangle": -90, "range": [-0.5, len(columns) - 0.5]},
        yaxis={**_axis(rows), "range": [len(rows) - 0.5, -0.5]},
        shapes=[_frame(place, len(rows)) for place, column in enumerate(columns) if not column.is_known],
        annotations=[
            _unknown(place, line)
            for place, column in enumerate(columns)
            if not column.is_known
            for line in range(len(rows))
        ],
    )
    layout["margin"] = {"l": 8, "r": 8, "t": 8, "b": 8}
    return {"data": [trace] if columns and rows else [], "layout": layout}


def _scale(most: int) -> list[list[Any]]:
    """Paper for none, then one hue from one to the most: the step between 0 and 1 is seen."""
    first = 0.5 / most
    steps = theme.SEQUENTIAL
    shades = [[first + (1 - first) * place / (len(steps) - 1), name] for place, name in enumerate(steps)]
    return [[0, theme.PAPER], [first, theme.PAPER], *shades]


def _axis(sides: Sequence[Side]) -> dict[str, Any]:
    return {
        "tickmode": "array",
        "tickvals": list(range(len(sides))),
        "ticktext": [escaped(side.label) for side in sides],
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": True,
    }


def _frame(place: int, rows: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": place - 0.45,
        "x1": place + 0.45,
        "y0": -0.45,
        "y1": rows - 0.55,
        "line": {"color": theme.ABSENT, "width": 1, "dash": "dot"},
    }


def _unknown(place: int, line: int) -> dict[str, Any]:
    font = {"size": 12, "color": theme.INK_SOFT}
    return {"x": place, "y": line, "text": UNKNOWN, "showarrow": False, "font": font}
