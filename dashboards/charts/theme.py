"""Names of colours and the layout every chart shares. The browser's theme turns each name into a light or dark value.

A figure never holds a colour value, only a name that static/js/charts.js knows; so one figure serves both themes.
"""

from __future__ import annotations

from typing import Any

Figure = dict[str, Any]

REGION = INK = "var(--adme-ink)"
PAPER = "var(--adme-paper)"
LIGHT = "var(--adme-scale-2)"
MUTED = "var(--adme-faint)"
INK_SOFT = "var(--adme-muted)"
RULE = "var(--adme-faint)"
TARGET = "var(--adme-accent)"
BASELINE = "var(--adme-muted)"
AVAILABLE = "var(--adme-scale-5)"
ESTIMATED = "var(--adme-scale-3)"
ABSENT = "var(--adme-faint)"
CHOSEN = tuple(f"var(--adme-series-{place})" for place in range(1, 7))
SEQUENTIAL = tuple(f"var(--adme-scale-{place})" for place in range(1, 8))
DASHES = ("solid", "dash", "dot")


def chosen_style(index: int) -> tuple[str, str]:
    """Colour and dash of the n-th chosen state: six colours, then the same ones dashed."""
    return CHOSEN[index % len(CHOSEN)], DASHES[(index // len(CHOSEN)) % len(DASHES)]


def colour_scale() -> list[list[Any]]:
    last = len(SEQUENTIAL) - 1
    return [[place / last, name] for place, name in enumerate(SEQUENTIAL)]


def rounded(value: float | None, decimals: int) -> float | None:
    """Two digits more than are shown: enough for the eye, short on the wire. Missing stays missing."""
    return None if value is None else round(value, decimals + 2)


def layout(**more: Any) -> dict[str, Any]:
    """The page decides the height (a class, so that nothing jumps); a figure only says what is in it."""
    return {"margin": {"l": 56, "r": 16, "t": 16, "b": 44}, "showlegend": False, **more}
