"""Which periods a schedule has, and the three days of each: pure functions over the calendar's rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adme.observations.periods import LAST_YEAR, TimePeriod

from .models import ReportingSchedule
from .selectors.zones import end_of_day, start_of_day

_IN_A_YEAR = {"A": 1, "S": 2, "Q": 4}


@dataclass(frozen=True, slots=True)
class Days:
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


def first_day(period: TimePeriod) -> date:
    months = 12 // _IN_A_YEAR[period.frequency]
    return date(period.year, 1 if period.frequency == "A" else (period.index - 1) * months + 1, 1)


def following(period: TimePeriod) -> TimePeriod:
    """The next period of the same frequency."""
    if period.index >= _IN_A_YEAR[period.frequency] or period.frequency == "A":
        return TimePeriod(period.year + 1, period.frequency, min(period.index, 1))
    return TimePeriod(period.year, period.frequency, period.index + 1)


def days_of(schedule: ReportingSchedule, period: TimePeriod) -> Days:
    last = period.last_day
    return Days(
        opens_at=start_of_day(first_day(period) + timedelta(days=schedule.opens_after_start)),
        due_at=end_of_day(last + timedelta(days=schedule.due_after_end)),
        closes_at=end_of_day(last + timedelta(days=schedule.closes_after_end)),
    )


def periods_of(schedule: ReportingSchedule, *, others: Sequence[ReportingSchedule] = ()) -> Iterator[TimePeriod]:
    """All periods of a schedule in order. It ends with its last period, or where the tool's next schedule begins."""
    period = TimePeriod.parse(schedule.first_period)
    last = TimePeriod.parse(schedule.last_period).last_day if schedule.last_period else date.max
    mine = first_day(period)
    later = [first_day(TimePeriod.parse(one.first_period)) for one in others if one.tool == schedule.tool]
    next_begins = min((day for day in later if day > mine), default=date.max)
    while period.last_day <= last and period.last_day < next_begins:
        yield period
        if period.year >= LAST_YEAR:
            return
        period = following(period)


def periods_to_make(
    schedule: ReportingSchedule, now: datetime, *, others: Sequence[ReportingSchedule] = ()
) -> list[TimePeriod]:
    """Those whose opening day has come, and the next one, so that it is seen as scheduled."""
    found = []
    for period in periods_of(schedule, others=others):
        found.append(period)
        if days_of(schedule, period).opens_at > now:
            break
    return found
