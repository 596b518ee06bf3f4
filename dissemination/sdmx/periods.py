"""Periods as dates: which observations lie between two bounds, whatever their frequency."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.dateparse import parse_datetime

from adme.observations.periods import PeriodError, TimePeriod

from .errors import SyntaxFault

_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d{2})(?:-(?P<day>\d{2})(?:T.*)?)?|(?P<kind>[ASTQMWD])(?P<number>\d{1,3})))?\Z",
    re.ASCII,
)
_MONTHS = {"A": 12, "S": 6, "T": 4, "Q": 3, "M": 1}


class Span(NamedTuple):
    """First and last day."""

    first: date
    last: date

    def holds(self, other: Span) -> bool:
        return self.first <= other.first and other.last <= self.last


@lru_cache(maxsize=4096)
def span_of(key: int) -> Span:
    """Days of a stored period."""
    period = TimePeriod.from_key(key)
    months = {"A": 12, "S": 6, "Q": 3, "M": 1}[period.frequency]
    month = 1 if period.frequency == "A" else (period.index - 1) * months + 1
    return Span(date(period.year, month, 1), period.last_day)


@lru_cache(maxsize=4096)
def text_of(key: int) -> str:
    return str(TimePeriod.from_key(key))


@lru_cache(maxsize=4096)
def frequency_of(key: int) -> str:
    return TimePeriod.from_key(key).frequency


def read_period(text: str, parameter: str) -> Span:
    """A period as SDMX writes it: 2025, 2025-07, 2025-07-31, 2025-Q3, 2025-S1, 2025-T2, 2025-M07, 2025-W31, ..."""
    match = _PERIOD.match(text)
    try:
        if match is None:
            raise ValueError
        return _span(match)
    except (ValueError, OverflowError, PeriodError):
        hint = "write it as 2025, 2025-07, 2025-07-31, 2025-Q3 or 2025-S1"
        raise SyntaxFault(f"{parameter}: '{text[:40]}' is no time period; {hint}.") from None


def _span(match: re.Match[str]) -> Span:
    year = int(match["year"])
    if match["kind"]:
        return _reporting(year, match["kind"], int(match["number"]))
    if match["day"]:
        day = date(year, int(match["month"]), int(match["day"]))
        return Span(day, day)
    if match["month"]:
        return _months(year, int(match["month"]), 1)
    return _months(year, 1, 12)


def _reporting(year: int, kind: str, number: int) -> Span:
    if kind in _MONTHS:
        length = _MONTHS[kind]
        if not 1 <= number <= 12 // length:
            raise ValueError
        return _months(year, (number - 1) * length + 1, length)
    if kind == "W":
        first = date.fromisocalendar(year, number, 1)
        return Span(first, first + timedelta(days=6))
    first = date(year, 1, 1) + timedelta(days=number - 1)
    if not number or first.year != year:
        raise ValueError
    return Span(first, first)


def _months(year: int, month: int, length: int) -> Span:
    first, following = date(year, month, 1), year * 12 + month - 1 + length
    return Span(first, date(following // 12, following % 12 + 1, 1) - timedelta(days=1))


def read_moment(text: str, parameter: str) -> datetime:
    """A moment; without an offset it is UTC, ADME's own time. In an address a plus sign reads as a blank."""
    told = text.strip()
    if re.search(r"\d \d{2}:\d{2}\Z", told):
        told = "+".join(told.rsplit(" ", 1))
    try:
        found = parse_datetime(told)
        if found is None:
            found = datetime.combine(date.fromisoformat(told), datetime.min.time())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise SyntaxFault(f"{parameter}: '{text[:40]}' is no moment; write it as 2025-07-31T12:00:00Z.") from None
