"""The published rule: direction, baseline, target, time; bounded; zero is a value; missing gives no rating."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from databases_a.rfmd.progress import RULE_VERSION, Progress, Rating, choose_target, rate

values = st.floats(min_value=-1e9, max_value=1e9)
directions = st.sampled_from(["increase", "decrease"])


def rated(direction: str, baseline: float | None, current: float | None, target: float | None, year: int = 2020):
    """2015 is the baseline year, 2025 the target year: 2020 is half of the time."""
    return rate(
        direction=direction,
        baseline=baseline,
        baseline_year=2015,
        target=target,
        target_year=2025,
        current=current,
        current_year=year,
    )


@pytest.mark.parametrize(
    ("direction", "baseline", "current", "target", "year", "rating"),
    [
        # rising as it should, half of the time passed
        ("increase", 0, 50, 100, 2020, Rating.ON_TRACK),
        ("increase", 0, 42.5, 100, 2020, Rating.ON_TRACK),
        ("increase", 0, 42, 100, 2020, Rating.ATTENTION),
        ("increase", 0, 25, 100, 2020, Rating.ATTENTION),
        ("increase", 0, 24, 100, 2020, Rating.OFF_TRACK),
        ("increase", 10, 5, 100, 2020, Rating.OFF_TRACK),
        # falling as it should: the baseline counts, and falling is progress
        ("decrease", 20, 15, 10, 2020, Rating.ON_TRACK),
        ("decrease", 20, 17, 10, 2020, Rating.ATTENTION),
        ("decrease", 20, 19, 10, 2020, Rating.OFF_TRACK),
        ("decrease", 20, 25, 10, 2020, Rating.OFF_TRACK),
        # target zero, and a value of zero
        ("decrease", 20, 10, 0, 2020, Rating.ON_TRACK),
        ("decrease", 20, 0, 0, 2020, Rating.ON_TRACK),
        ("decrease", 20, 0, 10, 2020, Rating.ON_TRACK),
        ("increase", 0, 0, 10, 2020, Rating.OFF_TRACK),
        ("increase", -10, 0, 10, 2020, Rating.ON_TRACK),
        ("increase", -10, -5, 0, 2020, Rating.ON_TRACK),
        # baseline zero
        ("increase", 0, 5, 10, 2020, Rating.ON_TRACK),
        # target equal to the baseline: keep it
        ("increase", 10, 10, 10, 2020, Rating.ON_TRACK),
        ("increase", 10, 9, 10, 2020, Rating.OFF_TRACK),
        ("decrease", 10, 10, 10, 2020, Rating.ON_TRACK),
        ("decrease", 10, 11, 10, 2020, Rating.OFF_TRACK),
        ("decrease", 0, 0, 0, 2020, Rating.ON_TRACK),
        ("decrease", 0, 1, 0, 2020, Rating.OFF_TRACK),
        # target against the direction: the baseline is better than the target already
        ("increase", 50, 45, 40, 2020, Rating.ON_TRACK),
        ("increase", 50, 39, 40, 2020, Rating.OFF_TRACK),
        ("decrease", 10, 15, 20, 2020, Rating.ON_TRACK),
        ("decrease", 10, 21, 20, 2020, Rating.OFF_TRACK),
        # the target year has come
        ("increase", 0, 100, 100, 2025, Rating.ON_TRACK),
        ("increase", 0, 99, 100, 2025, Rating.ATTENTION),
        ("increase", 0, 84, 100, 2025, Rating.OFF_TRACK),
        ("increase", 0, 99, 100, 2030, Rating.ATTENTION),
        # met early
        ("increase", 0, 150, 100, 2016, Rating.ON_TRACK),
    ],
)
def test_the_grid_of_direction_baseline_and_target(
    direction: str, baseline: float, current: float, target: float, year: int, rating: Rating
) -> None:
    progress = rated(direction, baseline, current, target, year)
    assert progress.rating == rating, progress
    assert progress.reason
    assert progress.rule_version == RULE_VERSION


@pytest.mark.parametrize(
    ("baseline", "current", "target", "named"),
    [(None, 1, 2, "baseline"), (1, None, 2, "value"), (1, 2, None, "target"), (1, math.nan, 2, "value")],
)
def test_missing_gives_no_rating_and_names_what_is_missing(
    baseline: float | None, current: float | None, target: float | None, named: str
) -> None:
    progress = rated("increase", baseline, current, target)
    assert progress.rating == Rating.NONE
    assert named in progress.reason
    assert progress.bounded_share is None


def test_a_value_of_zero_is_not_a_missing_value() -> None:
    assert rated("increase", 0, 0, 10).rating != Rating.NONE
    assert rated("decrease", 10, 0, 0).rating == Rating.ON_TRACK


def test_no_rating_at_or_before_the_baseline_year_or_for_a_target_before_it() -> None:
    assert rated("increase", 1, 2, 3, 2015).rating == Rating.NONE
    assert rated("increase", 1, 2, 3, 2010).rating == Rating.NONE
    early = rate(
        direction="increase",
        baseline=1,
        baseline_year=2015,
        target=3,
        target_year=2015,
        current=2,
        current_year=2020,
    )
    assert early.rating == Rating.NONE


@given(directions, values, values, values, st.integers(2000, 2040))
def test_progress_is_bounded_in_both_directions(
    direction: str, baseline: float, current: float, target: float, year: int
) -> None:
    progress = rated(direction, baseline, current, target, year)
    if progress.bounded_share is not None:
        assert 0.0 <= progress.bounded_share <= 1.0
    if progress.share_of_time is not None:
        assert 0.0 < progress.share_of_time <= 1.0
    if progress.share_of_way is not None:
        assert math.isfinite(progress.share_of_way)


@given(values, values, values, st.integers(2016, 2024))
def test_falling_mirrors_rising(baseline: float, current: float, target: float, year: int) -> None:
    rising = rated("increase", baseline, current, target, year)
    falling = rated("decrease", -baseline, -current, -target, year)
    assert rising == falling


@given(directions, st.floats(allow_nan=True, allow_infinity=True), values, values)
def test_no_number_raises(direction: str, baseline: float, current: float, target: float) -> None:
    assert isinstance(rated(direction, baseline, current, target), Progress)
    assert isinstance(rated(direction, current, baseline, target), Progress)
    assert isinstance(rated(direction, current, target, baseline), Progress)


@given(directions, values, values, values, values)
def test_a_better_value_is_never_rated_worse(
    direction: str, baseline: float, one: float, other: float, target: float
) -> None:
    order = [Rating.OFF_TRACK, Rating.ATTENTION, Rating.ON_TRACK]
    worse, better = sorted([one, other], reverse=direction == "decrease")
    first, second = rated(direction, baseline, worse, target), rated(direction, baseline, better, target)
    assert order.index(first.rating) <= order.index(second.rating)


@dataclass(frozen=True)
class At:
    year: int


def test_the_next_target_counts_and_after_the_last_one_the_last() -> None:
    targets = [At(2030), At(2020), At(2025)]
    assert choose_target(targets, 2019) == At(2020)
    assert choose_target(targets, 2020) == At(2020)
    assert choose_target(targets, 2021) == At(2025)
    assert choose_target(targets, 2035) == At(2030)
    assert choose_target([], 2020) is None
