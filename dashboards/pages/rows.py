"""One line about a leaf in a list: newest figures, a small line, coverage, rating, or the reason for having none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from databases_a.rfmd.progress import Progress
from databases_a.rfmd.selectors import Absence, LeafInfo, Standing, State

from .. import statistics, text
from ..charts import Sparkline, sparkline
from .common import has_made_up_marks, leaf_url, passport_url, points, rating_reason


@dataclass(frozen=True, slots=True)
class LeafRow:
    leaf: LeafInfo
    url: str
    unit: str
    wanted: str
    value: str
    period: str
    coverage: str
    passport: str
    withheld: str
    spark: Sparkline | None
    spread: str
    states: int
    expected: int
    progress: Progress
    reason: str
    marks_are_made_up: bool
    absence: Absence | None
    is_current: bool
    newest_year: int | None
    by_bodies: bool
    is_made_up: bool


def leaf_row(standing: Standing, states: Sequence[State], made_up: frozenset[str] = frozenset()) -> LeafRow:
    leaf, latest = standing.leaf, standing.regional_latest
    spread = statistics.spread(standing.states_latest)
    return LeafRow(
        leaf=leaf,
        url=leaf_url(leaf),
        unit=leaf.shown_unit,
        wanted=text.wanted(leaf),
        value=text.number(latest.value, leaf.decimals) if latest else "",
        period=str(latest.year) if latest else "",
        coverage=text.coverage(latest),
        passport=passport_url(leaf.code, latest) if latest else "",
        withheld=standing.withheld.withheld if standing.withheld and not latest else "",
        spark=_spark(standing),
        spread=_spread(spread, leaf),
        states=len(standing.states_latest),
        expected=len(states),
        progress=standing.progress,
        reason=rating_reason(standing.progress),
        marks_are_made_up=has_made_up_marks(standing),
        absence=standing.absence,
        is_current=standing.is_current,
        newest_year=standing.newest_year,
        by_bodies=leaf.coverage_of == "bodies",
        is_made_up=standing.has_value and leaf.code in made_up,
    )


def _spark(standing: Standing) -> Sparkline | None:
    shown = points(standing.regional)
    if len(shown) < 2:
        return None
    leaf, first, last = standing.leaf, shown[0], shown[-1]
    label = (
        f"ASEAN {first.year} to {last.year}: from {text.figure(first.value, leaf.decimals, leaf.shown_unit)} "
        f"to {text.figure(last.value, leaf.decimals, leaf.shown_unit)}"
    )
    return sparkline(shown, label)


def _spread(spread: statistics.Spread | None, leaf: LeafInfo) -> str:
    if spread is None:
        return ""
    low, high = (text.number(value, leaf.decimals) for value in (spread.low, spread.high))
    return low if low == high else f"{low} to {high}"
