"""Map of the 11 Member States as equal squares, placed roughly as on the globe. No borders, so none in dispute."""

from __future__ import annotations

from collections.abc import Sequence

from adme.common.formatting import number

from . import theme
from .latest import Bar
from .theme import Figure

# (row, column) from the north-west.
PLACES = {
    "MMR": (0, 0), "LAO": (0, 1), "VNM": (0, 2),
    "THA": (1, 0), "KHM": (1, 1), "PHL": (1, 3),
    "MYS": (2, 0), "BRN": (2, 2),
    "SGP": (3, 0), "IDN": (3, 1), "TLS": (3, 3),
}  # fmt: skip
ROWS, COLUMNS = 4, 4


def tile_grid(bars: Sequence[Bar], *, unit: str, decimals: int) -> Figure:
    """Bars of the states; ASEAN and areas without a place are left out."""
    placed = [bar for bar in bars if bar.code in PLACES]
    z: list[list[float | None]] = [[None] * COLUMNS for _ in range(ROWS)]
    text, hover = ([[""] * COLUMNS for _ in range(ROWS)] for _ in range(2))
    for bar in placed:
        row, column = PLACES[bar.code]
        if bar.point:
            z[row][column] = theme.rounded(bar.point.value, decimals)
            text[row][column] = f"<b>{bar.code}</b><br>{number(bar.point.value, decimals)}"
            hover[row][column] = f"{bar.name}, {bar.point.year}" + (f", {bar.point.words}" if bar.point.words else "")
    trace = {
        "type": "heatmap",
        "z": z,
        "text": text,
        "customdata": hover,
        "texttemplate": "%{text}",
        "textfont": {"size": 13},
        "xgap": 5,
        "ygap": 5,
        "hoverongaps": False,
        "hovertemplate": f"<b>%{{customdata}}</b><br>%{{z:,.{decimals}f}} {unit}<extra></extra>",
        "colorscale": theme.colour_scale(),
        "colorbar": {
            "orientation": "h",
            "thickness": 10,
            "len": 0.8,
            "y": -0.02,
            "yanchor": "top",
            "nticks": 5,
            "title": {"text": unit, "side": "bottom"},
            "outlinewidth": 0,
        },
    }
    hidden = {"visible": False, "showgrid": False, "zeroline": False, "fixedrange": True}
    layout = theme.layout(
        xaxis={**hidden, "range": [-0.5, COLUMNS - 0.5], "constrain": "domain"},
        yaxis={**hidden, "range": [ROWS - 0.5, -0.5], "scaleanchor": "x", "constrain": "domain"},
        shapes=[_frame(bar.code) for bar in placed if bar.point is None],
        annotations=[_absent(bar.code) for bar in placed if bar.point is None],
    )
    layout["margin"] = {"l": 4, "r": 4, "t": 4, "b": 64}
    return {"data": [trace], "layout": layout}


def _frame(code: str) -> dict[str, object]:
    row, column = PLACES[code]
    return {
        "type": "rect",
        "x0": column - 0.47,
        "x1": column + 0.47,
        "y0": row - 0.47,
        "y1": row + 0.47,
        "line": {"color": theme.ABSENT, "width": 1, "dash": "dot"},
    }


def _absent(code: str) -> dict[str, object]:
    row, column = PLACES[code]
    font = {"size": 12, "color": theme.INK_SOFT}
    return {"x": column, "y": row, "text": f"{code}<br>..", "showarrow": False, "font": font}
