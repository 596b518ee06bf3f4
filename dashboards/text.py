"""Words of the pages: units, coverage, directions, the recipe. Numbers are written by adme.common.formatting. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adme.common.formatting import THIN_SPACE, number
from databases_a.rfmd.selectors import LeafInfo, ValueRow

SOURCES = {
    "A1": "Recorded by sectoral bodies (Tool 1)",
    "A2": "National policies (focal points)",
    "A3": "Surveys of perceptions",
    "B": "External statistics (Database B)",
    "C": "Administrative records (Database C)",
}
SHORT_SOURCES = {
    "A1": "Tool 1 records",
    "A2": "national policies",
    "A3": "surveys",
    "B": "external statistics",
    "C": "administrative records",
}
ASEAN_NAME = "ASEAN"


def figure(value: float | None, decimals: int, unit: str) -> str:
    """`12.3 %` or `12.3 per 100,000 population`: the per cent sign stands close, what it is a share of is left out."""
    text = number(value, decimals)
    if value is None:
        return text
    return f"{text}{THIN_SPACE}%" if is_percent(unit) else f"{text} {unit}"


def is_yes_or_no(leaf: LeafInfo) -> bool:
    """Does a state either have it (1) or not (0), and ASEAN's figure count those that have it?"""
    return leaf.recipe is not None and leaf.recipe.area_method == "count_satisfying"


def state_value(leaf: LeafInfo, value: float | None) -> str:
    """A state's figure in words where it says whether, in digits where it says how much."""
    if value is None or not is_yes_or_no(leaf):
        return number(value, leaf.decimals)
    return "yes" if value else "no"


def is_percent(unit: str) -> bool:
    return unit.strip().startswith("%")


def change_unit(unit: str) -> str:
    """A difference of two percentages is in percentage points."""
    return "percentage points" if is_percent(unit) else unit


def change(value: float, decimals: int, unit: str) -> str:
    return f"{number(value, decimals, sign=True)} {change_unit(unit)}"


def coverage(row: ValueRow | None) -> str:
    """`9 of 11 states, 84 % of population; 3 with an earlier figure`; empty where a figure carries no coverage."""
    if row is None or row.states_reporting is None or not row.states_expected:
        return ""
    share = "" if row.population_share is None else f", {_share(row.population_share)} of population"
    who = reporters(row.coverage_of)
    return f"{row.states_reporting} of {row.states_expected} {who}{share}{carried(row.states_carried)}"


def reporters(coverage_of: str) -> str:
    """Whose reports a coverage counts."""
    return "sectoral bodies" if coverage_of == "bodies" else "states"


def carried(states: int | None) -> str:
    """What the reader must know of a regional figure that rests partly on older values."""
    return f"; {states} with an earlier figure" if states else ""


def _share(share: float) -> str:
    """Never 100 % when something is missing, never 0 % when something is there."""
    percent = share * 100
    if 99.5 <= percent < 99.9999:
        return f"over 99{THIN_SPACE}%"
    if 0 < percent < 0.5:
        return f"under 1{THIN_SPACE}%"
    return f"{percent:.0f}{THIN_SPACE}%"


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """`A, B and C`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}\u2013{last}"


def wanted(leaf: LeafInfo) -> str:
    return "should rise" if leaf.direction == "increase" else "should fall"


def moved(leaf: LeafInfo, difference: float) -> str:
    """In words whether a change goes the way the KPI asks for."""
    if difference == 0:
        return "unchanged"
    return "as sought" if is_sought(leaf, difference) else "against what is sought"


def is_sought(leaf: LeafInfo, difference: float) -> bool:
    return difference != 0 and (difference > 0) == (leaf.direction == "increase")


def verb(difference: float) -> str:
    return "rose" if difference > 0 else "fell" if difference < 0 else "stayed"
