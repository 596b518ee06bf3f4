"""Activities in time: a bar from first to last day, its title above, its status as colour, pattern and sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from . import theme
from .stacked import STATUS_LAYERS, Layer, escaped, pattern, shortened
from .theme import Figure

DAY_MS = 86_400_000
ROW_PX, FRAME_PX = 36, 110
LONGEST_TITLE = 58


class Span(NamedTuple):
    """`percent` None is not given. Without both days there is no bar to draw."""

    title: str
    group: str
    first: date | None
    last: date | None
    status: str
    percent: int | None = None


def gantt(spans: Sequence[Span], *, today: date | None = None) -> Figure:
    """Rows from the top in the order given; those without days are left out."""
    drawn = [span for span in spans if span.first and span.last]
    if not drawn:
        return {"data": [], "layout": {}}
    known = {layer.key for layer in STATUS_LAYERS}
    data = [
        _layer(layer, [(place, span) for place, span in enumerate(drawn) if _key(span, known) == layer.key])
        for layer in STATUS_LAYERS
    ]
    begins = min(span.first for span in drawn if span.first)
    ends = max(span.last for span in drawn if span.last)
    room = timedelta(days=max(30, round((ends - begins).days * 0.16)))
    layout = theme.layout(
        barmode="overlay",
        bargap=0.62,
        xaxis={
            "type": "date",
            "range": [(begins - timedelta(days=10)).isoformat(), (ends + room).isoformat()],
            "side": "top",
            "showgrid": True,
            "fixedrange": True,
        },
        yaxis={"range": [len(drawn) - 0.4, -0.9], "visible": False, "fixedrange": True},
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "traceorder": "normal"},
        annotations=[
            *(_title(place, span) for place, span in enumerate(drawn)),
            *(_sign(place, span, span.last) for place, span in enumerate(drawn) if span.last),
        ],
        shapes=_today(today, begins, ends),
    )
    layout["showlegend"] = True
    layout["margin"] = {"l": 8, "r": 16, "t": 40, "b": 56}
    return {"data": [trace for trace in data if trace["y"]], "layout": layout}


def height(spans: Sequence[Span]) -> int:
    return FRAME_PX + ROW_PX * sum(bool(span.first and span.last) for span in spans)


def _key(span: Span, known: set[str]) -> str:
    return span.status if span.status in known else ""


def _layer(layer: Layer, rows: list[tuple[int, Span]]) -> dict[str, Any]:
    marker: dict[str, Any] = {"color": layer.colour, "line": {"color": theme.INK_SOFT, "width": 1}}
    if layer.shape:
        marker["pattern"] = pattern(layer)
    return {
        "type": "bar",
        "orientation": "h",
        "name": f"{layer.sign} {layer.name}",
        "y": [place for place, _ in rows],
        "base": [span.first.isoformat() for _, span in rows if span.first],
        "x": [_length(span) for _, span in rows],
        "customdata": [_told(span) for _, span in rows],
        "marker": marker,
        "hovertemplate": f"%{{customdata}}<br>{layer.name}<extra></extra>",
    }


def _length(span: Span) -> int:
    """Both days belong to it."""
    return ((span.last - span.first).days + 1) * DAY_MS if span.first and span.last else 0


def _told(span: Span) -> str:
    percent = "" if span.percent is None else f", {span.percent} %"
    return f"<b>{escaped(span.title)}</b><br>{escaped(span.group)}, {span.first} to {span.last}{percent}"


def _title(place: int, span: Span) -> dict[str, Any]:
    room = LONGEST_TITLE - len(span.group)
    return {
        "x": 0,
        "xref": "paper",
        "y": place,
        "yshift": 15,
        "text": f"<b>{escaped(span.group)}</b> {escaped(shortened(span.title, room))}",
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"size": 12, "color": theme.INK},
    }


def _sign(place: int, span: Span, last: date) -> dict[str, Any]:
    sign = next((layer.sign for layer in STATUS_LAYERS if layer.key == span.status), "?")
    percent = "" if span.percent is None else f" {span.percent} %"
    return {
        "x": (last + timedelta(days=1)).isoformat(),
        "y": place,
        "text": f"{sign}{percent}",
        "showarrow": False,
        "xanchor": "left",
        "xshift": 3,
        "font": {"size": 11, "color": theme.INK_SOFT},
    }


def _today(today: date | None, begins: date, ends: date) -> list[dict[str, Any]]:
    if today is None or not begins <= today <= ends:
        return []
    line = {"color": theme.TARGET, "width": 1.5, "dash": "dot"}
    day = today.isoformat()
    return [{"type": "line", "layer": "below", "yref": "paper", "x0": day, "x1": day, "y0": 0, "y1": 1, "line": line}]
