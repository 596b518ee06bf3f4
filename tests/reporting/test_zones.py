"""A deadline is the end of a day in Jakarta, wherever and on whatever clock it is read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from adme.observations.periods import TimePeriod
from adme.reporting.models import Obligation, ReportingSchedule
from adme.reporting.rounds import days_of, first_day, following, periods_to_make
from adme.reporting.selectors.zones import end_of_day, jakarta_day, jakarta_text, start_of_day
from tests.reporting.fakes import DUE, a_round, fake_tool, owed  # noqa: F401

DAY = date(2027, 3, 31)


def test_a_deadline_is_the_last_second_of_its_day_in_jakarta_stored_in_utc() -> None:
    assert end_of_day(DAY) == datetime(2027, 3, 31, 16, 59, 59, tzinfo=UTC)
    assert end_of_day(DAY).tzinfo is UTC
    assert start_of_day(DAY) == datetime(2027, 3, 30, 17, tzinfo=UTC)


def test_the_text_names_the_zone() -> None:
    assert jakarta_text(end_of_day(DAY)) == "31 Mar 2027, 23:59 Jakarta time"
    assert jakarta_text(datetime(2027, 1, 1, tzinfo=UTC)) == "1 Jan 2027, 07:00 Jakarta time"


@pytest.mark.parametrize(
    ("zone", "seen"),
    [
        ("Asia/Yangon", datetime(2027, 3, 31, 23, 29, 59)),  # noqa: DTZ001  what a clock on the wall shows
        ("Asia/Dili", datetime(2027, 4, 1, 1, 59, 59)),  # noqa: DTZ001
        ("Asia/Singapore", datetime(2027, 4, 1, 0, 59, 59)),  # noqa: DTZ001
    ],
)
def test_the_same_deadline_on_other_clocks(zone: str, seen: datetime) -> None:
    assert end_of_day(DAY).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == seen


@pytest.mark.parametrize(
    ("zone", "in_time", "too_late"),
    [
        ("Asia/Yangon", "2027-03-31 23:29:59", "2027-03-31 23:30:00"),  # still the same day there, and too late
        ("Asia/Dili", "2027-04-01 01:59:59", "2027-04-01 02:00:00"),  # the next day there, and in time
    ],
)
def test_who_hands_in_elsewhere_is_judged_by_jakartas_day(
    fake_tool: object,  # noqa: F811
    zone: str,
    in_time: str,
    too_late: str,
) -> None:
    owed(a_round())
    for text, expected in ((in_time, "due"), (too_late, "overdue")):
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        with time_machine.travel(moment, tick=False):
            assert Obligation.objects.with_standing().get().standing == expected
            assert (timezone.now() <= DUE) is (expected == "due")


def test_days_are_those_of_jakarta_at_the_ends_of_the_year_and_in_leap_years() -> None:
    assert jakarta_day(datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert jakarta_day(datetime(2026, 12, 31, 17, tzinfo=UTC)) == date(2027, 1, 1)
    assert end_of_day(date(2028, 2, 29)) == datetime(2028, 2, 29, 16, 59, 59, tzinfo=UTC)
    assert jakarta_text(end_of_day(date(2028, 2, 29))) == "29 Feb 2028, 23:59 Jakarta time"


def _schedule(frequency: str, first: str, **changes: int) -> ReportingSchedule:
    return ReportingSchedule(tool="fake", frequency=frequency, first_period=first, **changes)


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2026", date(2027, 3, 31)),
        ("2027", date(2028, 3, 30)),  # ninety days reach over 29 February 2028
    ],
)
def test_ninety_days_after_the_end_count_a_leap_day(period: str, due: date) -> None:
    days = days_of(_schedule("A", period), TimePeriod.parse(period))
    assert jakarta_day(days.due_at) == due
    assert days.opens_at == start_of_day(date(int(period), 1, 1))


@pytest.mark.parametrize(
    ("frequency", "first", "opens", "ends"),
    [
        ("A", "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("S", "2026-S2", date(2026, 7, 1), date(2026, 12, 31)),
        ("Q", "2028-Q1", date(2028, 1, 1), date(2028, 3, 31)),
        ("Q", "2027-Q4", date(2027, 10, 1), date(2027, 12, 31)),
    ],
)
def test_opening_and_deadline_are_counted_from_the_two_ends_of_the_period(
    frequency: str, first: str, opens: date, ends: date
) -> None:
    one = _schedule(frequency, first, opens_after_start=0, due_after_end=0, closes_after_end=1)
    days = days_of(one, TimePeriod.parse(first))
    assert (jakarta_day(days.opens_at), jakarta_day(days.due_at)) == (opens, ends)


@pytest.mark.parametrize(
    ("first", "chain"),
    [
        ("2026", ["2027", "2028"]),
        ("2026-S1", ["2026-S2", "2027-S1"]),
        ("2026-Q3", ["2026-Q4", "2027-Q1"]),
    ],
)
def test_periods_follow_each_other_over_the_years_end(first: str, chain: list[str]) -> None:
    period = TimePeriod.parse(first)
    for expected in chain:
        assert first_day(following(period)).toordinal() == period.last_day.toordinal() + 1
        period = following(period)
        assert str(period) == expected


def test_a_round_is_made_when_its_day_begins_in_jakarta_and_the_next_one_is_seen_before() -> None:
    one = _schedule("A", "2026")
    before = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    after = datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC)
    assert [str(period) for period in periods_to_make(one, before)] == ["2026", "2027"]
    assert [str(period) for period in periods_to_make(one, after)] == ["2026", "2027", "2028"]
