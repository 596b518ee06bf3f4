"""Cells in rows and columns, shaded by how much and with the number in them; a cell without a number bears a sign.

The title of a row stands above its cells, so that these keep the whole width on a phone too. Not known, none and zero
are told apart by shape and word, never by shade alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from . import theme
from .stacked import ACCENT, ATTENTION, escaped, shortened
from .theme import Figure

ROW_PX, FRAME_PX = 48, 120
LONGEST_TITLE = 56
TOP = 0.06  # of a row's height above its middle, where the cells begin; the title stands over them
BOTTOM = 0.46
MIDDLE = (BOTTOM - TOP) / 2
# From little to much: (colour, ink). The middle of the scale is left out, where neither ink nor paper can be read.
SHADES = tuple((f"var(--adme-scale-{step})", theme.INK if step < 4 else theme.PAPER) for step in (1, 2, 3, 6, 7))


class Sign(NamedTuple):
    """How a cell without a number looks: a symbol of plotly ('' for none), a word of few letters, and what it means.
    `short` stands in the legend, which has the width of a phone, behind the letters: there the shape is empty."""

    name: str
    letters: str
    short: str
    symbol: str = ""
    colour: str = theme.INK_SOFT
    ink: str = theme.INK_SOFT


_INK = theme.INK
HELD_SIGNS: Mapping[str, Sign] = {
    "nil": Sign("Certified nil: nothing to report", "nil", "Certified nil", "diamond-open", ink=_INK),
    "excused": Sign("Excused for now", "E", "Excused", "square-open", ink=_INK),
    "missing": Sign(
        "Not reported although the deadline has passed", "!", "Not reported", "triangle-up", ATTENTION, theme.PAPER
    ),
    "waiting": Sign("Sent, not yet approved", "S", "Sent", "circle-open", ACCENT, _INK),
    "untold": Sign("Held, the number is suppressed", "Q", "Suppressed", "hexagon-open", ink=_INK),
    "not_applicable": Sign("Not applicable", "n.a.", "Not applicable"),
    "open": Sign("Not due yet", "…", "Not due yet"),
    "not_owed": Sign("No report is owed", "·", "Not owed"),
}
VALUE_SIGNS: Mapping[str, Sign] = {
    "C": Sign("Suppressed: few records", "c", "Suppressed", "hexagon-open", ink=_INK),
    "D": Sign("Suppressed to protect this or another", "d", "Suppressed to protect", "hexagon2-open", ink=_INK),
    "M": Sign("Cannot exist", "n.a.", "Cannot exist"),
    "O": Sign("Not available", "..", "Not available"),
    "none": Sign("No such records", "–", "No such records"),
    **{key: sign for key, sign in HELD_SIGNS.items() if key != "untold"},
}


class Cell(NamedTuple):
    """`shade`: place in SHADES, None where there is no number. `words` come after row and column under the pointer."""

    text: str
    words: str
    shade: int | None = None
    sign: str = ""


class Column(NamedTuple):
    label: str
    name: str


def cell_map(
    rows: Sequence[tuple[str, Sequence[Cell]]],
    columns: Sequence[Column],
    signs: Mapping[str, Sign],
    *,
    shades: Sequence[str] = (),
) -> Figure:
    """Rows from the top, each a title and its cells. `shades`: what each shade means, for the legend."""
    found: dict[str, list[tuple[int, int, Cell]]] = {}
    for line, (_, cells) in enumerate(rows):
        for place, cell in enumerate(cells):
            found.setdefault(f"{cell.shade}" if cell.shade is not None else cell.sign, []).append((place, line, cell))
    data = [_fill(rows, len(columns))] if any(cell.shade is not None for _, cells in rows for cell in cells) else []
    for shade in range(len(SHADES)):
        if str(shade) in found:
            name = shades[shade] if shade < len(shades) else ""
            data.append(_numbers(shade, name, found[str(shade)], rows, columns))
    data += [_marks(sign, found[key], rows, columns) for key, sign in signs.items() if key in found]
    layout = theme.layout(
        hovermode="closest",
        xaxis={
            "tickmode": "array",
            "tickvals": list(range(len(columns))),
            "ticktext": [escaped(column.label) for column in columns],
            "range": [-0.5, len(columns) - 0.5],
            "side": "top",
            "showgrid": False,
            "showline": False,
            "zeroline": False,
            "ticks": "",
            "fixedrange": True,
        },
        yaxis={"range": [len(rows) - 0.45, -0.6], "visible": False, "fixedrange": True},
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "traceorder": "normal", "itemsizing": "constant"},
        annotations=[_title(line, title) for line, (title, _) in enumerate(rows)],
    )
    layout["showlegend"] = True
    layout["margin"] = {"l": 8, "r": 8, "t": 34, "b": 84}
    return {"data": data if rows and columns else [], "layout": layout}


def height(rows: Sequence[Any]) -> int:
    return FRAME_PX + ROW_PX * len(rows)


def key(signs: Mapping[str, Sign], among: Sequence[str]) -> str:
    """What the signs that stand on the map mean."""
    return "; ".join(
        f"{sign.letters} {sign.name[:1].lower()}{sign.name[1:]}" for name, sign in signs.items() if name in among
    )


def shade_of(value: float, most: float) -> int:
    """Five equal steps from zero to the most."""
    if most <= 0 or value <= 0:
        return 0
    return min(int(value / most * len(SHADES)), len(SHADES) - 1)


def _fill(rows: Sequence[tuple[str, Sequence[Cell]]], columns: int) -> dict[str, Any]:
    """Every second row of bricks is empty: there stand the titles."""
    z: list[list[int | None]] = []
    edges: list[float] = []
    for line, (_, cells) in enumerate(rows):
        z += [[None] * columns, [cell.shade for cell in cells]]
        edges += [line - (1 - BOTTOM), line - TOP]
    edges.append(len(rows) - 1 + BOTTOM)
    last = len(SHADES) - 1
    scale = [[place / last, colour] for place, (colour, _) in enumerate(SHADES)]
    return {
        "type": "heatmap",
        "x": list(range(columns)),
        "y": edges,
        "z": z,
        "zmin": 0,
        "zmax": last,
        "xgap": 2,
        "colorscale": scale,
        "showscale": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _points(found: Sequence[tuple[int, int, Cell]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [place for place, *_ in found],
        "y": [round(line + MIDDLE, 3) for _, line, _ in found],
        "textposition": "middle center",
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _told(found: Sequence[tuple[int, int, Cell]], rows: Sequence[Any], columns: Sequence[Column]) -> list[str]:
    return [
        f"<b>{escaped(shortened(rows[line][0], 90))}</b><br>{escaped(columns[place].name)}<br>{escaped(cell.words)}"
        for place, line, cell in found
    ]


def _numbers(
    shade: int, name: str, found: Sequence[tuple[int, int, Cell]], rows: Sequence[Any], columns: Sequence[Column]
) -> dict[str, Any]:
    colour, ink = SHADES[shade]
    return {
        **_points(found),
        "mode": "markers+text",
        "name": name,
        "showlegend": bool(name),
        "marker": {"symbol": "square", "size": 12, "color": colour, "line": {"width": 0}},
        "text": [escaped(cell.text) for *_, cell in found],
        "textfont": {"color": ink, "size": 12},
        "customdata": _told(found, rows, columns),
    }


def _marks(
    sign: Sign, found: Sequence[tuple[int, int, Cell]], rows: Sequence[Any], columns: Sequence[Column]
) -> dict[str, Any]:
    trace = {
        **_points(found),
        "mode": "markers+text" if sign.symbol else "text",
        "name": f"{sign.letters} {sign.short}",
        "showlegend": bool(sign.symbol),
        "text": [sign.letters] * len(found),
        "textfont": {"color": sign.ink, "size": 10 if sign.letters == "nil" else 11},
        "customdata": _told(found, rows, columns),
    }
    if sign.symbol:
        trace["marker"] = {"symbol": sign.symbol, "size": 20, "color": sign.colour, "line": {"width": 1.5}}
    return trace


def _title(line: int, title: str) -> dict[str, Any]:
    return {
        "x": 0,
        "xref": "paper",
        "y": line - TOP,
        "yanchor": "bottom",
        "text": escaped(shortened(title, LONGEST_TITLE)),
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"size": 12, "color": theme.INK},
    }
