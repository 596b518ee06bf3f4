"""Time periods: read, written, ordered and stored without loss."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adme.observations.periods import FIRST_YEAR, LAST_YEAR, PeriodError, TimePeriod

PERIODS = st.one_of(
    st.builds(TimePeriod, st.integers(FIRST_YEAR, LAST_YEAR)),
    st.builds(TimePeriod, st.integers(FIRST_YEAR, LAST_YEAR), st.just("S"), st.integers(1, 2)),
    st.builds(TimePeriod, st.integers(FIRST_YEAR, LAST_YEAR), st.just("Q"), st.integers(1, 4)),
    st.builds(TimePeriod, st.integers(FIRST_YEAR, LAST_YEAR), st.just("M"), st.integers(1, 12)),
)


@given(PERIODS)
def test_text_and_key_give_the_same_period_back(period):
    assert TimePeriod.parse(str(period)) == period
    assert TimePeriod.from_key(period.key) == period


@given(PERIODS, PERIODS)
def test_keys_of_one_frequency_sort_as_time_does(one, other):
    if one.frequency == other.frequency:
        assert (one.key < other.key) == ((one.year, one.index) < (other.year, other.index))


@pytest.mark.parametrize(
    "text", ["20204", "202", "2O24", "2019-20", "2024-Q5", "2024-S3", "2024-13", "", "1899", "２０２４"]
)
def test_what_is_no_period_is_refused_with_the_right_form(text):
    with pytest.raises(PeriodError) as refusal:
        TimePeriod.parse(text)
    assert "2025-Q3" in str(refusal.value) or "outside" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "last"),
    [("2025", (2025, 12, 31)), ("2024-S1", (2024, 6, 30)), ("2024-Q1", (2024, 3, 31)), ("2024-02", (2024, 2, 29))],
)
def test_a_period_ends_on_its_last_day(text, last):
    assert TimePeriod.parse(text).last_day == date(*last)
