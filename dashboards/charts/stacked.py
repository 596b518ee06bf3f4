"""Bars from zero, one row each, stacked by status or another trait; rows of which nothing is known say so instead.

A layer is told apart by colour, pattern and, where there is room, its sign and number; never by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from . import theme
from .theme import Figure

GOOD, ATTENTION, BAD, ACCENT = (f"var(--adme-{name})" for name in ("good", "attention", "bad", "accent"))
ROOM_FOR_TOTAL = 1.14
SMALLEST_LABELLED = 0.075  # of the longest bar: a number in a shorter piece would stand over its edge on a phone
LONGEST_TITLE = 60
ROW_PX, TITLED_ROW_PX, FRAME_PX = 26, 42, 90
TITLED_GAP = 0.62


class Layer(NamedTuple):
    """`key` in the counts of a row; `shape` is a pattern of plotly, '' for plain."""

    key: str
    name: str
    colour: str
    shape: str = ""
    ink: str = theme.PAPER
    sign: str = ""


class Row(NamedTuple):
    """`counts` None: nothing is known, and `note` says why; {}: known to be none. `tail` follows the total."""

    label: str
    counts: Mapping[str, int] | None
    note: str = ""
    tail: str = ""


STATUS_LAYERS: tuple[Layer, ...] = (
    Layer("completed", "Completed", GOOD, sign="●"),
    Layer("ongoing", "On-going", ACCENT, sign="◐"),
    Layer("not_started", "Not started", theme.PAPER, "", theme.INK, "○"),
    Layer("delayed", "Delayed", ATTENTION, "/", sign="▲"),
    Layer("postponed", "Postponed", theme.LIGHT, "x", theme.INK, "◆"),
    Layer("cancelled", "Cancelled", BAD, ".", sign="✕"),
    Layer("", "No status", theme.PAPER, "-", theme.INK, "?"),
)
PLAIN = (Layer("all", "", theme.AVAILABLE),)


def stacked(rows: Sequence[Row], layers: Sequence[Layer], *, unit: str, titled: bool = False) -> Figure:
    """`titled`: labels are long and stand above their bars, so that bars keep the whole width on a phone too."""
    totals = [sum(row.counts.values()) if row.counts else 0 for row in rows]
    longest = max(totals, default=0) or 1
    places = list(range(len(rows)))
    least = longest * SMALLEST_LABELLED if len(layers) > 1 else longest + 1  # of one layer the total says it all
    data = [_layer(layer, rows, places, least, unit) for layer in layers]
    notes = [_total(place, row, total) for place, (row, total) in enumerate(zip(rows, totals, strict=True))]
    if titled:
        notes += [_title(place, row.label) for place, row in enumerate(rows)]
    shown = [trace for trace in data if any(trace["x"])] or data[:1]
    layout = theme.layout(
        barmode="stack",
        bargap=TITLED_GAP if titled else 0.3,
        xaxis=_numbers(longest, unit),
        yaxis=_names(rows, titled),
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        annotations=notes,
    )
    layout["showlegend"] = len(layers) > 1
    layout["margin"] = {"l": 8, "r": 24, "t": 56 if len(layers) > 1 else 10, "b": 46}
    return {"data": shown if rows else [], "layout": layout}


def height(rows: Sequence[Any], *, titled: bool = False) -> int:
    """Pixels that the rows need."""
    return FRAME_PX + (TITLED_ROW_PX if titled else ROW_PX) * len(rows)


def shortened(title: str, most: int = LONGEST_TITLE) -> str:
    """Cut at a word; the whole title stands in the table and under the pointer."""
    if len(title) <= most:
        return title
    return f"{title[: most - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def pattern(layer: Layer) -> dict[str, Any]:
    look = {"fillmode": "overlay", "fgcolor": layer.ink, "fgopacity": 0.45, "solidity": 0.22, "size": 6}
    return {"shape": layer.shape, **look}


def escaped(text: str) -> str:
    """plotly reads some HTML in labels; titles are typed by people."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _layer(layer: Layer, rows: Sequence[Row], places: list[int], least: float, unit: str) -> dict[str, Any]:
    counts = [(row.counts or {}).get(layer.key, 0) for row in rows]
    marker: dict[str, Any] = {"color": layer.colour, "line": {"color": theme.INK_SOFT, "width": 1}}
    if layer.shape:
        marker["pattern"] = pattern(layer)
    name = f"{layer.sign} {layer.name}".strip()
    told = f": {layer.name.lower()}" if layer.name else ""
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": places,
        "x": counts,
        "customdata": [escaped(row.label) for row in rows],
        "text": [str(count) if count >= least and not layer.shape else "" for count in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": layer.ink, "size": 12},
        "marker": marker,
        "hovertemplate": f"<b>%{{customdata}}</b><br>%{{x}} {unit}{told}<extra></extra>",
    }


def _total(place: int, row: Row, total: int) -> dict[str, Any]:
    """The number at the end of a bar, or why there is none."""
    known = row.counts is not None
    text = f"<b>{total}</b>" if known else escaped(row.note)
    if known and (row.tail or (not total and row.note)):
        text = f"{text} {escaped(row.tail or row.note)}"
    return {
        "x": total,
        "y": place,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "xshift": 3,
        "font": {"size": 12, "color": theme.INK if known else theme.INK_SOFT},
    }


def _title(place: int, title: str) -> dict[str, Any]:
    return {
        "x": 0,
        "xref": "paper",
        "y": place - (1 - TITLED_GAP) / 2,  # on the bar, however high the rows are
        "yanchor": "bottom",
        "text": escaped(shortened(title)),
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"size": 12, "color": theme.INK},
    }


def _numbers(longest: int, unit: str) -> dict[str, Any]:
    axis = {
        "range": [0, longest * ROOM_FOR_TOTAL],
        "title": {"text": f"Number of {unit}", "standoff": 6},
        "tickformat": "d",
        "showgrid": True,
        "fixedrange": True,
    }
    return {**axis, "dtick": 1} if longest < 6 else axis


def _names(rows: Sequence[Row], titled: bool) -> dict[str, Any]:
    lowest = -0.75 if titled else -0.6
    return {
        "range": [len(rows) - 0.4, lowest],
        "tickmode": "array",
        "tickvals": list(range(len(rows))),
        "ticktext": ["" if titled else escaped(row.label) for row in rows],
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "fixedrange": True,
    }
