"""What the style guide shows: specimens, made up on purpose and marked as demonstration wherever they stand."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

from django import forms

from .formatting import number

STATES = (
    ("BRN", "Brunei Darussalam"), ("KHM", "Cambodia"), ("IDN", "Indonesia"), ("LAO", "Lao PDR"), ("MYS", "Malaysia"),
    ("MMR", "Myanmar"), ("PHL", "Philippines"), ("SGP", "Singapore"), ("THA", "Thailand"), ("TLS", "Timor-Leste"),
    ("VNM", "Viet Nam"),
)  # fmt: skip
CHARACTERISTICS = (
    ("A", "Engages and benefits the people"),
    ("B", "Inclusive"),
    ("C", "Sustainable"),
    ("D", "Resilient"),
    ("E", "Dynamic"),
)
YEARS = range(2010, 2026)
TOKENS = ("ink", "muted", "faint", "rule", "paper", "rail", "sunken", "accent", "good", "attention", "bad", "demo")


_CLASSES = {"CheckboxInput": "form-check-input", "Select": "form-select"}


class SpecimenForm(forms.Form):
    """A form with one error of each kind when it is bound to nothing."""

    indicator = forms.CharField(help_text="As the provider writes it, for example SL.UEM.NEET.ZS.")
    state = forms.ChoiceField(label="Member State", choices=STATES)
    value = forms.FloatField(help_text="In per cent, from 0 to 100.", max_value=100)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    sure = forms.BooleanField(label="I have compared this with the source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = _CLASSES.get(type(field.widget).__name__, "form-control")


def specimen(*, bound: bool) -> dict[str, Any]:
    """The context of styleguide.html."""
    return {
        "page_has_demonstration_data": True,
        "tokens": TOKENS,
        "scale": range(1, 8),
        "characteristics": CHARACTERISTICS,
        "crumbs": [("Blueprint 2025", "#"), ("Sustainable", "#"), ("KRA C.2", "#"), ("Specimen", "")],
        "figures": {"trend": trend(), "bars": bars(), "tiles": tiles()},
        "tables": {"trend": trend_table(), "bars": bars_table()},
        "downloads": {"CSV": "?format=csv", "XLSX": "?format=xlsx"},
        "rows": list(zip(STATES, _latest(), strict=True)),
        "cells": [True] * 9 + [False] * 2,
        "filters": FILTERS,
        "metadata": METADATA,
        "tabs": [
            {"title": "By state", "url": "?view=state", "active": True},
            {"title": "Over time", "url": "?view=time"},
            {"title": "Notes", "url": "?view=notes", "count": 4},
        ],
        "form": SpecimenForm({"indicator": "", "value": "140"}) if bound else SpecimenForm(),
        "blank_form": SpecimenForm(prefix="blank"),
        "sample_date": date(2026, 11, 21),
        "sample_moment": datetime(2026, 11, 21, 14, 5, tzinfo=UTC),
    }


FILTERS = (
    {"name": "q", "label": "Search", "kind": "search", "value": "", "placeholder": "Title or code"},
    {"name": "unit", "label": "Unit", "value": "", "options": [("", "All units"), ("pc", "Per cent"), ("n", "Number")]},
    {"name": "year", "label": "Year", "value": "2024", "options": [(str(year), str(year)) for year in (2025, 2024)]},
)
METADATA = (
    ("Definition", "The share of young people who are neither in employment nor in education or training."),
    ("Unit", "Per cent"),
    {"term": "Source", "text": "Name of the provider, title of the dataset", "url": "#metadata"},
    ("Method", ""),
)


def _value(state: int, year: int) -> float:
    return 12 + 3.1 * state + 4 * math.sin(state * 1.7 + (year - 2010) / 3.2) - 0.55 * (year - 2010) * (state % 3)


def _latest() -> list[float | None]:
    return [None if code in {"MMR", "TLS"} else _value(place, 2024) for place, (code, _) in enumerate(STATES)]


def _mean(year: int) -> float:
    return sum(_value(state, year) for state in range(len(STATES))) / len(STATES)


def trend() -> dict[str, Any]:
    """ASEAN strong and dark, two states chosen, the rest thin and grey, a target as a labelled rule."""
    chosen = {2: "series-1", 10: "series-2"}
    data, notes = [], []
    for place, (code, name) in enumerate(STATES):
        colour = chosen.get(place, "faint")
        data.append(_line(name, [_value(place, year) for year in YEARS], colour, 2 if place in chosen else 1))
        if place in chosen:
            notes.append(_label(code, _value(place, 2025), colour))
    data.append(_line("ASEAN", [_mean(year) for year in YEARS], "ink", 3.5))
    notes.append(_label("ASEAN", _mean(2025), "ink"))
    notes.append({**_label("Target 2025", 14, "accent"), "x": 2010, "xshift": 0, "yanchor": "top"})
    rule = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 14, "y1": 14}
    layout = {
        "xaxis": {"tickformat": "d", "range": [2009.7, 2026.6]},
        "yaxis": {"rangemode": "tozero", "title": {"text": "Per cent"}},
        "shapes": [{**rule, "line": {"color": "accent", "width": 1.5, "dash": "dash"}}],
        "annotations": notes,
        "showlegend": False,
    }
    return {"data": data, "layout": layout}


def _line(name: str, values: list[float], colour: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(YEARS),
        "y": [round(value, 2) for value in values],
        "line": {"color": colour, "width": width},
        "hovertemplate": "<b>%{fullData.name}</b><br>%{x}: %{y:.1f} %<extra></extra>",
    }


def _label(text: str, value: float, colour: str) -> dict[str, Any]:
    place = {"x": 2025, "y": value, "xanchor": "left", "xshift": 6, "showarrow": False}
    return {**place, "text": f"<b>{text}</b>", "font": {"color": colour, "size": 13}}


def bars() -> dict[str, Any]:
    """Latest value by state from zero, ASEAN in ink."""
    names = [name for _, name in STATES] + ["ASEAN"]
    values = [*_latest(), _mean(2024)]
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": values,
        "text": [number(value, 1) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": ["characteristic-b"] * len(STATES) + ["ink"]},
        "hovertemplate": "<b>%{y}</b>: %{x:.1f} %<extra></extra>",
    }
    axes = {"xaxis": {"rangemode": "tozero", "showgrid": True}, "yaxis": {"autorange": "reversed", "showgrid": False}}
    return {"data": [trace], "layout": {**axes, "margin": {"r": 48}}}


def tiles() -> dict[str, Any]:
    """Equal squares instead of borders."""
    places = dict(zip([code for code, _ in STATES], [(2, 2), (1, 1), (3, 1), (0, 1), (2, 0), (0, 0), (1, 3), (3, 0),
                                                    (1, 0), (3, 3), (0, 2)], strict=True))  # fmt: skip
    z: list[list[float | None]] = [[None] * 4 for _ in range(4)]
    text = [[""] * 4 for _ in range(4)]
    absent, frames = [], []
    for (code, _), value in zip(STATES, _latest(), strict=True):
        row, column = places[code]
        z[row][column] = value
        if value is not None:
            text[row][column] = f"<b>{code}</b><br>{number(value, 1)}"
            continue
        absent.append({"x": column, "y": row, "text": f"{code}<br>..", "showarrow": False, "font": {"color": "muted"}})
        corners = {"x0": column - 0.47, "x1": column + 0.47, "y0": row - 0.47, "y1": row + 0.47}
        frames.append({"type": "rect", **corners, "line": {"color": "faint", "width": 1, "dash": "dot"}})
    hidden = {"visible": False}
    trace = {
        "type": "heatmap", "z": z, "text": text, "texttemplate": "%{text}", "xgap": 4, "ygap": 4, "hoverongaps": False,
        "colorscale": "sequential", "showscale": False, "hoverinfo": "text",
    }  # fmt: skip
    layout = {
        "xaxis": {**hidden, "constrain": "domain"},
        "yaxis": {**hidden, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
        "annotations": absent,
        "shapes": frames,
    }
    return {"data": [trace], "layout": layout}


def trend_table() -> dict[str, Any]:
    rows = [[name, *(number(_value(place, year), 1) for year in YEARS)] for place, (_, name) in enumerate(STATES)]
    rows.append(["ASEAN", *(number(_mean(year), 1) for year in YEARS)])
    return {"head": ["State", *map(str, YEARS)], "rows": rows, "caption": "Specimen by state and year, per cent"}


def bars_table() -> dict[str, Any]:
    rows = [[name, number(value, 1)] for (_, name), value in zip(STATES, _latest(), strict=True)]
    return {"head": ["State", "2024, per cent"], "rows": rows, "note": ".. not available"}
