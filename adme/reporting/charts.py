"""Charts of reporting as figure dictionaries: pure functions from rows to what plotly.js draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .selectors.board import BoardRow
from .states import NOT_OWED, Standing

# Groups of standings that a reader tells apart at a glance, best first, each with its name and colour.
GROUPS: tuple[tuple[str, str, tuple[Standing, ...]], ...] = (
    ("Approved or certified nil", "good", (Standing.APPROVED, Standing.CERTIFIED_NIL)),
    ("Submitted or reopened", "accent", (Standing.SUBMITTED, Standing.REOPENED)),
    ("Being written or returned", "scale-3", (Standing.DUE, Standing.DRAFTING, Standing.RETURNED)),
    ("Overdue", "attention", (Standing.OVERDUE,)),
    ("Missing", "bad", (Standing.MISSING,)),
)
_ROW_PIXELS = 26


def standing_bars(rows: Sequence[BoardRow]) -> dict[str, Any]:
    """Numbers of reports by reporter, stacked by how they stand. What is not owed is left out."""
    names = [row.name for row in reversed(rows)]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": title,
            "y": names,
            "x": [_count(row, standings) for row in reversed(rows)],
            "marker": {"color": colour, "line": {"color": "paper", "width": 1}},
            "hovertemplate": f"%{{y}}: %{{x}} {title.lower()}<extra></extra>",
        }
        for title, colour, standings in GROUPS
    ]
    return {
        "data": [trace for trace in traces if any(trace["x"])] if names else [],
        "layout": {
            "barmode": "stack",
            "bargap": 0.35,
            "xaxis": {"title": {"text": "reports"}, "rangemode": "tozero", "dtick": _step(rows), "fixedrange": True},
            "yaxis": {"automargin": True, "fixedrange": True, "tickmode": "array", "tickvals": names},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
            "showlegend": True,
        },
    }


def standing_table(rows: Sequence[BoardRow]) -> dict[str, Any]:
    """The same numbers as a table."""
    return {
        "caption": "Reports by reporter and how they stand",
        "head": ["Reporter", *(title for title, _, _ in GROUPS), "Not owed"],
        "rows": [
            [row.name, *(_count(row, standings) for _, _, standings in GROUPS), _count(row, tuple(NOT_OWED))]
            for row in rows
        ],
        "numeric_from": 1,
    }


def chart_height(rows: Sequence[BoardRow]) -> int:
    return 120 + _ROW_PIXELS * len(rows)


def _count(row: BoardRow, standings: Sequence[Standing]) -> int:
    return sum(row.tally.number(one) for one in standings)


def _step(rows: Sequence[BoardRow]) -> int:
    """Whole reports on the axis."""
    return max(1, -(-max((row.tally.total for row in rows), default=1) // 8))
