"""Names of colours and the layout every chart shares. The browser's theme turns each name into a light or dark value.

A figure never holds a colour value, only a name such as `@asean`; so one figure serves both themes, and one cache.
"""

from __future__ import annotations

from typing import Any

Figure = dict[str, Any]

REGION = "@asean"
MUTED = "@muted"
INK = "@ink"
INK_SOFT = "@ink-soft"
RULE = "@rule"
TARGET = "@target"
BASELINE = "@baseline"
AVAILABLE = "@available"
ESTIMATED = "@estimated"
ABSENT = "@absent"
CHOSEN = ("@state-1", "@state-2", "@state-3", "@state-4", "@state-5", "@state-6")
SEQUENTIAL = ("@seq-1", "@seq-2", "@seq-3", "@seq-4", "@seq-5")
DASHES = ("solid", "dash", "dot")
NAMES = (REGION, MUTED, INK, INK_SOFT, RULE, TARGET, BASELINE, AVAILABLE, ESTIMATED, ABSENT, *CHOSEN, *SEQUENTIAL)


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
