"""Coverage: which state has a figure for which year, plain or estimated; blank where there is none."""

from __future__ import annotations

from collections.abc import Sequence

from . import theme
from .points import Line
from .theme import Figure


def coverage(lines: Sequence[Line], years: Sequence[int]) -> Figure:
    """Two layers, so that the legend and the hover can name them. Missing is no cell at all."""
    plain = [[1 if _has(line, year, False) else None for year in years] for line in lines]
    soft = [[1 if _has(line, year, True) else None for year in years] for line in lines]
    names = [line.name for line in lines]
    layout = theme.layout(
        xaxis={"tickformat": "d", "showgrid": False, "nticks": 12, "side": "bottom", "zeroline": False},
        yaxis={
            "autorange": "reversed",
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "dtick": 1,
        },
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
    layout["showlegend"] = True
    layout["margin"] = {"l": 8, "r": 8, "t": 34, "b": 32}
    data = [_layer("available", plain, names, years[0], theme.AVAILABLE)]
    if any(cell for row in soft for cell in row):
        data.append(_layer("estimated or provisional", soft, names, years[0], theme.ESTIMATED))
    return {"data": data, "layout": layout}


def _has(line: Line, year: int, soft: bool) -> bool:
    return any(point.year == year and point.is_soft == soft for point in line.points)


def _layer(name: str, z: list[list[int | None]], y: list[str], first: int, colour: str) -> dict[str, object]:
    return {
        "type": "heatmap",
        "name": name,
        "z": z,
        "x0": first,
        "dx": 1,
        "y": y,
        "xgap": 2,
        "ygap": 2,
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "showlegend": True,
        "hoverongaps": False,
        "colorscale": [[0, colour], [1, colour]],
        "hovertemplate": f"<b>%{{y}}</b> %{{x}}: {name}<extra></extra>",
    }
