"""Query parameters that several lists share."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.utils.dateparse import parse_date
from rest_framework import serializers

from adme.observations.periods import PeriodError, TimePeriod

MOST_CODES = 500


class CodeListField(serializers.CharField):
    """One or more codes, comma separated: `IDN,VNM`."""

    def to_internal_value(self, data: Any) -> list[str]:  # type: ignore[override]
        text = super().to_internal_value(data)
        if not text.isprintable():
            raise serializers.ValidationError("Codes hold printable characters only.")
        codes = list(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
        if len(codes) > MOST_CODES:
            raise serializers.ValidationError(f"At most {MOST_CODES} codes at once; this list has {len(codes)}.")
        return codes


class PeriodField(serializers.CharField):
    """A time period as in ADME's pages; becomes its key."""

    def to_internal_value(self, data: Any) -> int:  # type: ignore[override]
        try:
            return TimePeriod.parse(super().to_internal_value(data)).key
        except PeriodError as error:
            raise serializers.ValidationError(str(error)) from error


def end_of(period_key: int) -> int:
    """Last key of the year when a whole year is meant, so that `to=2024` takes in its quarters and months."""
    return period_key + 999 if period_key % 1000 == 0 else period_key


class AsOfField(serializers.DateTimeField):
    """A moment. A bare date means the end of that day in UTC, since a reader asks what was known on it."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            day = parse_date(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            day = None
        if day is not None:
            return datetime.combine(day, time.max, tzinfo=UTC)
        return super().to_internal_value(value)
