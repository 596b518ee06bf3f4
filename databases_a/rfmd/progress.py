"""Progress against baseline and target: the published rule, its version, and nothing else. Pure.

Rule, version 1. Needed: a baseline, a later target, and a value after the baseline. `share_of_way` is how much of
the way from baseline to target has been gone; `share_of_time` how much of the time has passed.
- Target met (for its direction): on track.
- Target year come and target not met: attention from 85 % of the way, else off track.
- Before it: on track from 85 % of the way that time asks for, attention from 50 %, else off track.
- The baseline already meets the target (or equals it): the task is to keep it; on track while met, else off track.
- Anything needed is missing: no rating, with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

RULE_VERSION = 1
RULE_IN_WORDS = (
    "On track: the target is met, or at least 85 % of the way that the time passed asks for has been gone. "
    "Attention: at least 50 % of it (once the target year has come: at least 85 % of the whole way). "
    "Off track: less. No rating without a baseline, a later target and a newer value. "
    "Where the baseline already meets the target, it has to be kept."
)
ON_TRACK_FROM = 0.85
ATTENTION_FROM = 0.5


class Rating(StrEnum):
    ON_TRACK = "on_track"
    ATTENTION = "attention"
    OFF_TRACK = "off_track"
    NONE = "no_rating"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Rating.ON_TRACK: "on track",
    Rating.ATTENTION: "attention",
    Rating.OFF_TRACK: "off track",
    Rating.NONE: "no rating",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A rating with what it rests on. Shares are 1.0 for 100 %; `share_of_way` is raw and may leave 0 to 1,
    `bounded_share` never does."""

    rating: Rating
    reason: str
    share_of_way: float | None = None
    share_of_time: float | None = None
    target_met: bool | None = None
    rule_version: int = RULE_VERSION

    @property
    def label(self) -> str:
        return self.rating.label

    @property
    def bounded_share(self) -> float | None:
        return None if self.share_of_way is None else min(1.0, max(0.0, self.share_of_way))


class HasYear(Protocol):
    @property
    def year(self) -> int: ...


Y = TypeVar("Y", bound=HasYear)


def choose_target(targets: Iterable[Y], current_year: int) -> Y | None:
    """The next target from the current year on; after the last one, the last one."""
    ordered = sorted(targets, key=lambda target: target.year)
    return next((target for target in ordered if target.year >= current_year), ordered[-1] if ordered else None)


def rate(
    *,
    direction: str,
    baseline: float | None,
    baseline_year: int | None,
    target: float | None,
    target_year: int | None,
    current: float | None,
    current_year: int | None,
) -> Progress:
    """Rate one value by the rule above. `direction` is 'increase' or 'decrease'; zero is a value like any other."""
    if current is None or current_year is None or not math.isfinite(current):
        return Progress(Rating.NONE, "No rating: there is no value.")
    if baseline is None or baseline_year is None or not math.isfinite(baseline):
        return Progress(Rating.NONE, "No rating: there is no baseline.")
    if target is None or target_year is None or not math.isfinite(target):
        return Progress(Rating.NONE, "No rating: there is no target.")
    if target_year <= baseline_year:
        return Progress(Rating.NONE, f"No rating: the target year {target_year} is not after {baseline_year}.")
    if current_year <= baseline_year:
        return Progress(Rating.NONE, f"No rating: there is no value after the baseline year {baseline_year}.")
    met = _meets(current, target, direction)
    time = min(1.0, (current_year - baseline_year) / (target_year - baseline_year))
    if _meets(baseline, target, direction):
        return _keep(met, time)
    way = _share_of_way(baseline, target, current)
    rating, reason = _judge(way, time, met)
    return Progress(rating, reason, way, time, met)


def _meets(value: float, target: float, direction: str) -> bool:
    return value <= target if direction == "decrease" else value >= target


def _share_of_way(baseline: float, target: float, current: float) -> float:
    """Share of the way, 1.0 at the target. Halved first, so that extreme numbers do not overflow."""
    way = (current / 2 - baseline / 2) / (target / 2 - baseline / 2) if target / 2 != baseline / 2 else math.inf
    return max(-1e9, min(1e9, way))


def _keep(met: bool, time: float) -> Progress:
    if met:
        return Progress(Rating.ON_TRACK, "The baseline already met the target, and it is kept.", 1.0, time, True)
    reason = "The baseline already met the target; the value no longer does."
    return Progress(Rating.OFF_TRACK, reason, 0.0, time, False)


def _judge(way: float, time: float, met: bool) -> tuple[Rating, str]:
    if met:
        return Rating.ON_TRACK, "The target is met."
    gone = f"{max(-999, min(999, round(way * 100)))} % of the way gone, {round(time * 100)} % of the time passed."
    if way < 0:
        return Rating.OFF_TRACK, "The value moves away from the target."
    if time >= 1.0:
        return (Rating.ATTENTION if way >= ON_TRACK_FROM else Rating.OFF_TRACK), f"The target year has come; {gone}"
    if way >= ON_TRACK_FROM * time:
        return Rating.ON_TRACK, gone
    return (Rating.ATTENTION if way >= ATTENTION_FROM * time else Rating.OFF_TRACK), gone
