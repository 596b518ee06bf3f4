"""A sign per row and column: the status of what is done in a place, as a shape with a letter, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from . import theme
from .stacked import ACCENT, ATTENTION, BAD, GOOD, escaped, shortened
from .theme import Figure

ROW_PX, FRAME_PX = 44, 110


class Sign(NamedTuple):
    """`symbol` of plotly, '' for a letter alone."""

    name: str
    letter: str
    symbol: str = ""
    colour: str = theme.INK_SOFT
    ink: str = theme.PAPER


SIGNS: Mapping[str, Sign] = {
    "completed": Sign("Completed", "C", "circle", GOOD),
    "ongoing": Sign("On-going", "O", "square", ACCENT),
    "not_started": Sign("Not started", "N", "circle-open", theme.INK_SOFT, theme.INK),
    "delayed": Sign("Delayed", "D", "triangle-up", ATTENTION),
    "postponed": Sign("Postponed", "P", "diamond", ATTENTION),
    "cancelled": Sign("Cancelled", "X", "x-open", BAD, theme.INK),
    "mixed": Sign("Several statuses", "M", "hexagon", theme.INK_SOFT),
    "": Sign("No status", "?", "circle-open", theme.INK_SOFT, theme.INK),
    "none": Sign("None: the report is in and names no action", "0"),
    "unknown": Sign("No approved report", ".."),
    "outside": Sign("Not applicable", "·"),
}


class Place(NamedTuple):
    label: str
    name: str


def matrix_chart(rows: Sequence[tuple[str, Sequence[tuple[str, int]]]], places: Sequence[Place]) -> Figure:
    """Rows are (title, a sign and the number of actions for each place), the first on top."""
    data = [_trace(key, sign, rows, places) for key, sign in SIGNS.items()]
    layout = theme.layout(
        hovermode="closest",
        xaxis={
            "tickmode": "array",
            "tickvals": list(range(len(places))),
            "ticktext": [escaped(place.label) for place in places],
            "range": [-0.6, len(places) - 0.4],
            "side": "top",
            "tickangle": -90,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "fixedrange": True,
        },
        yaxis={"range": [len(rows) - 0.4, -0.9], "visible": False, "fixedrange": True},
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "traceorder": "normal", "itemsizing": "constant"},
        annotations=[_title(number, title) for number, (title, _) in enumerate(rows)],
        shapes=[_rule(number) for number in range(1, len(rows))],
    )
    layout["showlegend"] = True
    layout["margin"] = {"l": 8, "r": 8, "t": 40, "b": 64}
    return {"data": [trace for trace in data if trace["x"]] if rows else [], "layout": layout}


def key() -> str:
    """What the letters without a shape mean, in words: a legend would only show `Aa`."""
    return "; ".join(
        f"{sign.letter} {sign.name[:1].lower()}{sign.name[1:]}" for sign in SIGNS.values() if not sign.symbol
    )


def height(rows: Sequence[Any]) -> int:
    return FRAME_PX + ROW_PX * len(rows)


def _trace(key: str, sign: Sign, rows: Sequence[Any], places: Sequence[Place]) -> dict[str, Any]:
    found = [
        (column, line, f"<b>{escaped(shortened(title, 90))}</b><br>{escaped(places[column].name)}", many)
        for line, (title, cells) in enumerate(rows)
        for column, (what, many) in enumerate(cells)
        if what == key
    ]
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers+text" if sign.symbol else "text",
        "name": f"{sign.letter} {sign.name}",
        "showlegend": bool(sign.symbol),
        "x": [column for column, *_ in found],
        "y": [line for _, line, *_ in found],
        "text": [sign.letter] * len(found),
        "textposition": "middle center",
        "textfont": {"color": sign.ink if sign.symbol else sign.colour, "size": 11},
        "customdata": [[told, f"<br>{many} actions" if many > 1 else ""] for *_, told, many in found],
        "hovertemplate": f"%{{customdata[0]}}<br>{sign.name}%{{customdata[1]}}<extra></extra>",
    }
    if sign.symbol:
        size = 22 if sign.symbol == "triangle-up" else 20
        trace["marker"] = {"symbol": sign.symbol, "size": size, "color": sign.colour, "line": {"width": 1.5}}
    return trace


def _title(number: int, title: str) -> dict[str, Any]:
    return {
        "x": 0,
        "xref": "paper",
        "y": number,
        "yshift": 20,
        "text": escaped(shortened(title)),
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"size": 12, "color": theme.INK},
    }


def _rule(number: int) -> dict[str, Any]:
    line = {"color": "var(--adme-grid)", "width": 1}
    places = {"x0": 0, "x1": 1, "y0": number - 0.78, "y1": number - 0.78}
    return {"type": "line", "xref": "paper", "layer": "below", "line": line, **places}
