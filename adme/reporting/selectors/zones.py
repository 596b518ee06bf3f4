"""Days and moments of the calendar: a day begins and ends in Jakarta, is stored in UTC and read with its zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
LAST_SECOND = time(23, 59, 59)


def start_of_day(day: date) -> datetime:
    """The first moment of a Jakarta day, in UTC."""
    return datetime.combine(day, time(), JAKARTA).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The last second of a Jakarta day, in UTC: what is handed in until then is in time."""
    return datetime.combine(day, LAST_SECOND, JAKARTA).astimezone(UTC)


def jakarta_day(moment: datetime) -> date:
    """The day it is in Jakarta at this moment."""
    return moment.astimezone(JAKARTA).date()


def jakarta_text(moment: datetime) -> str:
    """'31 Mar 2027, 23:59 Jakarta time'."""
    local = moment.astimezone(JAKARTA)
    return f"{day_text(local.date())}, {local:%H:%M} Jakarta time"


def day_text(day: date) -> str:
    """'31 Mar 2027'."""
    return f"{day.day} {day:%b %Y}"
